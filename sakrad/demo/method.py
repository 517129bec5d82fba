"""What the sample's municipalities do to lead, invite, meet, correct and listen: scenes of steps, each told through its command."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from sakrad.accounts import commands_register as register
from sakrad.comments import commands as comments
from sakrad.comments import queries as commented
from sakrad.comments.models import Comment, CommentState, ModerationGround
from sakrad.consultations import commands as consultations
from sakrad.consultations import queries_previews, queries_templates, steps
from sakrad.consultations.commands import preparing
from sakrad.consultations.commands.correcting import announce_correction, move_closing
from sakrad.consultations.commands.hearings import add_hearing
from sakrad.consultations.commands.participation import answer_request, ask_to_take_part
from sakrad.consultations.commands.previews import ask_preview, decide_preview
from sakrad.consultations.commands.reaching import print_letters, remind
from sakrad.consultations.commands.templates import keep_template, share_template
from sakrad.consultations.corrections import Part, Wanted
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.demo.loader import Cast
from sakrad.demo.scenes import Here, play
from sakrad.directory import commands_importing as importing
from sakrad.directory.models import Council, Organisation
from sakrad.meetings import commands as meetings
from sakrad.meetings import commands_notes as notes
from sakrad.meetings import commands_registering as registering
from sakrad.meetings.lifecycle import Plan
from sakrad.meetings.models import MeetingForm, NotesCorrection
from sakrad.positions import commands as positions
from sakrad.positions.commands.transcribing import Said, enter_views
from sakrad.positions.models import PublicationWish
from sakrad.records.models import ReviewDecision


def tell(cast: Cast, told: dict[str, Any]) -> None:
    """Everything in the file, in its order."""
    play(cast, told["scenes"], STEPS)
    for file in told["imports"]:
        _import(cast, file)


# Preparing


def _tick(here: Here) -> None:
    step = next(step for step in steps.STEPS if step.code == here.step["step"])
    seen = preparing.stamp_of_step(here.consultation, step)
    preparing.save_step(here.consultation, step, values={}, ticked=here.step["items"], seen=seen, actor=here.officer, at=here.at)


def _ask_preview(here: Here) -> None:
    preview = ask_preview(here.consultation, function=here.step["function"], actor=here.officer, at=here.at)
    if "approved" in here.step:
        seen = queries_previews.stamp_of(here.consultation)
        decide_preview(preview, approved=here.step["approved"], comment=here.step.get("comment", ""), seen=seen, at=here.at)


def _change(here: Here) -> None:
    seen = here.consultation.version
    consultations.change_consultation(here.consultation, values=here.step["values"], seen_version=seen, actor=here.officer, at=here.at)


def _keep_template(here: Here) -> None:
    content = queries_templates.content_from(here.consultation, name=here.step["name"], description=here.step["description"])
    template = keep_template(here.consultation.municipality, content=content, actor=here.officer, at=here.at)
    if here.step.get("share"):
        share_template(template, actor=here.officer, at=here.at)


# Inviting


def _ask_to_take_part(here: Here) -> None:
    request = ask_to_take_part(here.consultation, here.organisation, message=here.step["message"], actor=None, at=here.at)
    if "accepted" in here.step:
        later = min(here.at + timedelta(days=1), here.cast.at)
        answer_request(request, accepted=here.step["accepted"], reason=here.step.get("reason", ""), actor=here.officer, at=later)


def _remind(here: Here) -> None:
    remind([here.invitation(slug) for slug in here.step["organisations"]], at=here.at)


def _bounce(here: Here) -> None:
    consultations.mark_bounced(here.invitation(here.step["organisation"]), here.at)


def _letters(here: Here) -> None:
    print_letters(here.consultation, [here.invitation(slug) for slug in here.step["organisations"]], actor=here.officer, at=here.at)


# After the opening


def _correct(here: Here) -> None:
    wanted = Wanted(
        texts={Part(name): text for name, text in here.step.get("texts", {}).items()},
        questions={
            int(number): {Part(part): text for part, text in parts.items()} for number, parts in here.step.get("questions", {}).items()
        },
        withdrawn=frozenset(here.step.get("withdrawn", ())),
    )
    announce_correction(here.consultation, wanted, reason=here.step["reason"], actor=here.officer, at=here.at)


def _more_time(here: Here) -> None:
    closes_at = clock.end_of(here.cast.day(here.step["closes"]))
    move_closing(here.consultation, closes_at=closes_at, reason=here.step["reason"], actor=here.officer, at=here.at)


def _council(here: Here) -> None:
    council = db.session.scalars(
        sa.select(Council).where(Council.municipality_id == here.consultation.municipality_id, Council.name == here.step["council"])
    ).one()
    heard_on = here.cast.day(here.step["heard"])
    paragraph, url = here.step.get("paragraph", ""), here.step.get("minutes_url", "")
    add_hearing(here.consultation, council, heard_on=heard_on, paragraph=paragraph, minutes_url=url, actor=here.officer, at=here.at)


# Meeting


def _plan_meeting(here: Here) -> None:
    step, day = here.step, here.cast.day(here.step["on"])
    starts_at = clock.start_of(day) + timedelta(hours=step["from"])
    plan = Plan(
        form=MeetingForm(step["form"]),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=step["hours"]),
        register_until=clock.start_of(here.cast.day(step["register"])),
        seats=step.get("seats"),
        seats_each=step.get("seats_each", 2),
        place=step.get("place", ""),
        link=step.get("link", ""),
    )
    meetings.plan_meeting(
        here.consultation,
        plan,
        title=step["title"],
        place_for_registered=step.get("place_for_registered", False),
        agenda=step.get("agenda", ""),
        access=step.get("access", ""),
        groups=[here.cast.groups[slug] for slug in step.get("groups", ())],
        actor=here.officer,
        at=here.at,
    )


def _register(here: Here) -> None:
    for slug in here.step["organisations"]:
        organisation = here.cast.organisations[slug]
        people = here.step.get("people", 1)
        registering.register(here.meeting, organisation, people=people, digital=here.step.get("digital", False), actor=None, at=here.at)


def _need(here: Here) -> None:
    registering.ask_for_access(here.meeting, here.step["text"], at=here.at)


def _cancel_meeting(here: Here) -> None:
    meetings.cancel_meeting(here.meeting, reason=here.step["reason"], actor=here.officer, at=here.at)


def _attendance(here: Here) -> None:
    people = {here.cast.organisations[slug]: number for slug, number in here.step["people"].items()}
    meetings.note_attendance(here.meeting, people, actor=here.officer, at=here.at)


def _write_notes(here: Here) -> None:
    seen = here.meeting.notes.version if here.meeting.notes else 0
    notes.save_notes(here.meeting, body=here.step["body"], seen_version=seen, actor=here.officer, at=here.at)
    if "corrections_until" in here.step:
        until = clock.end_of(here.cast.day(here.step["corrections_until"]))
        notes.share_notes(here.meeting, until=until, actor=here.officer, at=here.at)


def _correct_notes(here: Here) -> None:
    asked: NotesCorrection = notes.ask_for_correction(here.meeting, here.organisation, text=here.step["text"], actor=None, at=here.at)
    if "accepted" in here.step:
        later = min(here.at + timedelta(days=1), here.cast.at)
        notes.answer_correction(asked, accepted=here.step["accepted"], answer=here.step.get("answer", ""), actor=here.officer, at=later)


def _publish_notes(here: Here) -> None:
    notes.publish_notes(here.meeting, actor=here.officer, at=here.at)


def _views(here: Here) -> None:
    """What was said at the meeting, written down, and reviewed where the story says so."""
    said = [Said(here.question(one["question"]), text=one["text"]) for one in here.step["said"]]
    wish = PublicationWish(here.step.get("wish", "named"))
    version = enter_views(here.meeting, here.organisation, said=said, wish=wish, actor=here.officer, at=here.at)
    positions.tick_registered(version, actor=here.officer, at=here.at)
    if "review" in here.step:
        decision = ReviewDecision(here.step["review"])
        positions.review_position(version, decision=decision, reason="", masks=[], actor=here.officer, at=here.at)


# Commenting


def _comment(here: Here) -> None:
    step, by = here.step, here.organisation
    parent = (
        db.session.scalar(sa.select(Comment.reference).where(Comment.submission_key == _key(step["reply_to"])))
        if "reply_to" in step
        else ""
    )
    target = commented.get_target(
        here.consultation, here.at, number=step.get("question"), key=step.get("answer", ""), reply_to=parent or ""
    )
    made = comments.comment(target, by, text=step["text"], submission_key=_key(step["name"]), actor=None, at=here.at)
    if "ground" in step:
        ground, note = ModerationGround(step["ground"]), step.get("note", "")
        comments.review_comment(made, state=CommentState.hidden, ground=ground, note=note, actor=here.officer, at=here.at)
    elif step.get("published"):
        comments.review_comment(made, state=CommentState.published, actor=here.officer, at=here.at)
    if "reported" in step:
        comments.report_comment(made, ground=ModerationGround(step["reported"]), text=step.get("report", ""), at=here.at)


def _key(name: str) -> str:
    """The submission key of the sample's comment with that name."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def _import(cast: Cast, file: dict[str, Any]) -> None:
    """A föreningsregister: taken in, or still waiting for somebody to look at it."""
    place, at = cast.municipalities[file["municipality"]], cast.moment(file["day"])
    header, *rows = file["rows"]
    officer = cast.officers[file["municipality"]]
    imported = importing.start_import(place, file_name=file["name"], header=header, rows=rows, actor=officer, at=at)
    if file["taken_in"]:
        register.take_in(imported, actor=officer, at=at)
        db.session.execute(sa.update(Organisation).where(Organisation.imported_at.is_not(None)).values(sample=True))


STEPS: dict[str, Callable[[Here], None]] = {
    "tick": _tick,
    "ask_preview": _ask_preview,
    "change": _change,
    "keep_template": _keep_template,
    "ask_to_take_part": _ask_to_take_part,
    "remind": _remind,
    "bounce": _bounce,
    "letters": _letters,
    "correct": _correct,
    "more_time": _more_time,
    "council": _council,
    "plan_meeting": _plan_meeting,
    "register": _register,
    "need": _need,
    "cancel_meeting": _cancel_meeting,
    "attendance": _attendance,
    "write_notes": _write_notes,
    "correct_notes": _correct_notes,
    "publish_notes": _publish_notes,
    "views": _views,
    "comment": _comment,
}
