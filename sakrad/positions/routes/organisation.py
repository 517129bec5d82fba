"""The organisation's own space: the desk where it writes, reads through, sends and keeps its receipts.

The desk's handlers stand under two families of addresses: members come here by the organisation's address, and the
holder of an invitation by the link (routes/link.py). Both are registered by `at_desk` from the same table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm

from sakrad.accounts.models import User
from sakrad.consultations.models import Question
from sakrad.core import clock, files, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, Blocker, Stale
from sakrad.core.text import whole_number
from sakrad.directory.queries import list_groups, list_groups_named
from sakrad.positions import commands, forms, lifecycle, policy, queries_own, receipts
from sakrad.positions.models import Draft, DraftAnswer
from sakrad.positions.queries_own import Desk

bp = Blueprint("positions_organisation", __name__)
Handler = Callable[..., ResponseReturnValue]
DESK = "/forening/<org>/svar/<kommun>/<slug>"
MERGED = "sammanslagen"  # the button that saves one's own text knowing the other's: "q3:7"


def address(desk: Desk, view: str, **more: Any) -> str:
    """The address of one of the desk's pages, in the family by which the desk was reached."""
    if desk.by_link:
        return url_for(f"positions_link.{view}", token=desk.token, **more)
    where: dict[str, Any] = {"org": desk.organisation.slug, "kommun": desk.consultation.municipality.slug, "slug": desk.consultation.slug}
    return url_for(f"positions_organisation.{view}", **where, **more)


def _actor(desk: Desk) -> User | None:
    """Who writes: the signed-in member, or nobody known where the link's holder does."""
    return None if desk.by_link else current_user._get_current_object()


def _page(desk: Desk, template: str, status: int = 200, **context: Any) -> tuple[str, int]:
    frame = "positions/link/frame.html" if desk.by_link else "organisation.html"

    def url(view: str, **more: Any) -> str:
        return address(desk, view, **more)

    page = render_template(
        f"positions/organisation/{template}.html",
        desk=desk,
        organisation=desk.organisation,
        consultation=desk.consultation,
        frame=frame,
        url=url,
        **context,
    )
    return page, status


# --- writing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one page asks: every question and the facts, one question, or the facts."""

    view: str
    questions: Sequence[Question]
    facts: bool

    @property
    def whole(self) -> bool:
        return self.facts and bool(self.questions)


@dataclass(frozen=True, slots=True)
class Saved:
    """The line under a part: what version stands there, since when and by whom; `theirs` after a lost race."""

    part: str
    version: int
    at: datetime | None = None
    by: str = ""
    theirs: DraftAnswer | Draft | None = None


def _whole(desk: Desk) -> Sheet:
    return Sheet("write", desk.consultation.questions, facts=True)


def _one(desk: Desk) -> Sheet:
    return Sheet("write_one", [desk.question], facts=False)


def _facts(_desk: Desk) -> Sheet:
    return Sheet("write_facts", [], facts=True)


def write(desk: Desk) -> ResponseReturnValue:
    """All questions on one page."""
    return _written(desk, _whole(desk))


def write_one(desk: Desk) -> ResponseReturnValue:
    """One question at a time."""
    return _written(desk, _one(desk))


def write_facts(desk: Desk) -> ResponseReturnValue:
    """Who stands behind, and the wishes."""
    return _written(desk, _facts(desk))


def save(desk: Desk) -> ResponseReturnValue:
    """Save the page, or the one field that htmx sends."""
    return _save(desk, _whole(desk))


def save_one(desk: Desk) -> ResponseReturnValue:
    return _save(desk, _one(desk))


def save_facts(desk: Desk) -> ResponseReturnValue:
    return _save(desk, _facts(desk))


def ask_to_write(desk: Desk) -> ResponseReturnValue:
    """Begin the draft."""
    commands.open_draft(desk.organisation, desk.consultation, actor=_actor(desk), at=clock.now())
    return htmx.go(address(desk, "write"))


def _groups() -> list[tuple[str, str]]:
    return [(group.slug, group.name) for group in list_groups()]


def _written(desk: Desk, sheet: Sheet) -> ResponseReturnValue:
    return _draw(desk, sheet, forms.page_form(sheet.questions, _groups() if sheet.facts else None, _stored(desk)))


def _stored(desk: Desk) -> dict[str, Any]:
    """The draft in the shape of the form."""
    groups = desk.draft.groups if desk.draft else desk.organisation.groups
    facts = {name: getattr(desk.draft, name) for name in commands.FACTS} if desk.draft else {}
    answers = {
        forms.part_name(answer.question): {name: getattr(answer, name) for name in ("text", "stance", "options", "own_interest")}
        for answer in (desk.draft.answers if desk.draft else ())
    }
    return {**answers, forms.FACTS: {**facts, "groups": [group.slug for group in groups]}}


def _draw(desk: Desk, sheet: Sheet, form: FlaskForm, *, theirs: dict[str, Any] | None = None, status: int = 200) -> ResponseReturnValue:
    theirs = theirs or {}
    answers = desk.draft.answers if desk.draft else []
    names = {} if desk.by_link else queries_own.names_of(answers)
    saved = {part: Saved(part, version=0) for part in map(forms.part_name, desk.consultation.questions)}
    for answer in answers:
        part = forms.part_name(answer.question)
        saved[part] = Saved(part, answer.version, answer.updated_at, names.get(answer.updated_by_id or 0, ""))
    saved[forms.FACTS] = Saved(forms.FACTS, desk.draft.version if desk.draft else 1)
    for field in form if status != 200 else ():
        if field.type == "FormField" and field.form.came:  # only what has been shown may be taken as read
            saved[field.short_name] = Saved(field.short_name, field.form.seen_version)
    for part, other in theirs.items():
        by = names.get(getattr(other, "updated_by_id", None) or 0, "")
        saved[part] = Saved(part, other.version, other.updated_at, by, theirs=other)
    return _page(
        desk,
        "write",
        status,
        form=form,
        sheet=sheet,
        saved=saved,
        groups={group.slug: group.name for group in list_groups()} if theirs else {},
        filled={answer.question_id for answer in answers if receipts.has_content(answer)},
        sent=queries_own.find_position(desk) if status == 200 else None,
    )


def _save(desk: Desk, sheet: Sheet) -> ResponseReturnValue:
    facts = sheet.facts and f"{forms.FACTS}-version" in request.form  # the autosave of an answer need not know the groups
    form = forms.page_form(sheet.questions, _groups() if facts else [] if sheet.facts else None, {})
    came = [question for question in sheet.questions if form[forms.part_name(question)].form.came]
    theirs: dict[str, Any] = {}
    saved: list[Saved] = []
    if form.validate():
        draft = desk.draft or commands.open_draft(desk.organisation, desk.consultation, actor=_actor(desk), at=clock.now())
        for question in came:
            part = forms.part_name(question)
            try:
                answer = _save_answer(desk, draft, question, form[part].form)
                saved.append(Saved(part, answer.version, answer.updated_at))
            except Stale as stale:
                theirs[part] = stale.theirs
        if facts:
            try:
                draft = _save_facts(desk, draft, form[forms.FACTS].form)
                saved.append(Saved(forms.FACTS, draft.version, draft.updated_at))
            except Stale as stale:
                theirs[forms.FACTS] = stale.theirs
    if form.errors or theirs:
        return _refused(desk, sheet, form, theirs)
    if htmx.asked():
        return render_template("positions/organisation/_saved.html", lines=saved, form=form)
    flash(_("Utkastet är sparat."))
    return htmx.go(_next(desk, sheet))


def _seen(part: str, form: Any) -> int:
    """The version that was before the writer's eyes, or the other's when they have pressed the button beside it."""
    name, _colon, version = request.form.get(MERGED, "").partition(":")
    merged = whole_number(version) if name == part else None
    return int(form.seen_version) if merged is None else merged


def _save_answer(desk: Desk, draft: Draft, question: Question, part: Any) -> DraftAnswer:
    return commands.save_answer(
        draft,
        question,
        text=part.text.data,
        stance=part.stance.data if "stance" in part else None,
        options=part.options.data or [] if "options" in part else [],
        own_interest=part.own_interest.data,
        seen_version=_seen(forms.part_name(question), part),
        actor=_actor(desk),
        at=clock.now(),
    )


def _save_facts(desk: Desk, draft: Draft, part: Any) -> Draft:
    values = {name: part[name].data for name in commands.FACTS}
    return commands.save_facts(
        draft,
        **values,
        groups=list_groups_named(part.groups.data or []),
        seen_version=_seen(forms.FACTS, part),
        actor=_actor(desk),
        at=clock.now(),
    )


def _refused(desk: Desk, sheet: Sheet, form: FlaskForm, theirs: dict[str, Any]) -> ResponseReturnValue:
    """Nothing is written; every word that came is still there, and what somebody else wrote stands beside it."""
    if not htmx.asked():
        return _draw(desk, sheet, form, theirs=theirs, status=422)
    names = queries_own.names_of([other for other in theirs.values() if isinstance(other, DraftAnswer)])
    lines = []
    for field in form:
        if field.type == "FormField" and field.form.came:
            other = theirs.get(field.short_name)
            by = names.get(getattr(other, "updated_by_id", None) or 0, "")
            # The seen version stays: only the button takes the other's as read.
            lines.append(Saved(field.short_name, field.form.seen_version, getattr(other, "updated_at", None), by, theirs=other))
    groups = {group.slug: group.name for group in list_groups()} if forms.FACTS in theirs else {}
    return render_template("positions/organisation/_saved.html", lines=lines, form=form, groups=groups, refused=True), 422


def _next(desk: Desk, sheet: Sheet) -> str:
    """Where the pressed button leads."""
    match request.form.get("sedan"):
        case "skicka":
            return address(desk, "review")
        case "nasta" if sheet.view == "write_one":
            numbers = [question.number for question in desk.consultation.questions if question.number > (desk.number or 0)]
            return address(desk, "write_one", number=numbers[0]) if numbers else address(desk, "write_facts")
    return address(desk, sheet.view, **({"number": desk.number} if sheet.view == "write_one" else {}))


# --- sending -------------------------------------------------------------------------------------------------------


def review(desk: Desk) -> ResponseReturnValue:
    """Everything as it will be sent, and all that stands in the way."""
    return _reviewed(desk)


def _reviewed(desk: Desk, *, found: Sequence[Blocker] | None = None, changed: bool = False, status: int = 200) -> ResponseReturnValue:
    if desk.draft is None:
        return htmx.go(address(desk, "write"))
    sent = queries_own.find_position(desk)
    if found is None:
        found = lifecycle.blockers_to_submit(queries_own.submission_facts(desk.draft, sent), clock.now())
    form = forms.SendForm(formdata=None, submission_key=desk.draft.submission_key, seen=receipts.fingerprint(desk.draft))
    answers = {answer.question_id: answer for answer in desk.draft.answers if receipts.has_content(answer)}
    return _page(
        desk,
        "review",
        status,
        form=form,
        blockers=[(blocker, _where_to_mend(desk, blocker)) for blocker in found],
        answers=[(question, answers.get(question.id)) for question in desk.consultation.questions],
        facts=receipts.facts_of(desk.draft),
        sent=sent,
        changed=changed,
        may_send=desk.by_link or policy.may_submit(current_user._get_current_object(), desk),
    )


def _where_to_mend(desk: Desk, blocker: Blocker) -> str | None:
    """The field that the blocker is about."""
    if number := blocker.args.get("number"):
        return address(desk, "write") + f"#q{number}"
    if blocker.code in ("position_anchoring_missing", "position_wish_missing", "position_dissent_too_long"):
        return address(desk, "write") + f"#{forms.FACTS}"
    return address(desk, "write") if blocker.code in ("position_nothing_written", "position_already_sent") else None


def send(desk: Desk, prepared: datetime) -> ResponseReturnValue:
    """Send what was read through. `prepared` is when the request arrived, before it waited for the lock."""
    form = forms.SendForm()
    if desk.draft is None:
        return htmx.go(address(desk, "write"))
    try:
        commands.submit(
            desk.draft,
            submission_key=form.submission_key.data or "",
            actor=_actor(desk),
            at=clock.now(),
            received_at=prepared,
            seen=form.seen.data or "",
        )
    except Blocked as blocked:
        return _reviewed(desk, found=blocked.blockers, status=409)
    except Stale:
        return _reviewed(desk, changed=True, status=422)
    flash(_("Svaret är inskickat."))
    return htmx.go(address(desk, "receipt"))


def receipt(desk: Desk) -> ResponseReturnValue:
    """The receipt of a sent version, by default the latest, and what was sent."""
    version = queries_own.get_sent_version(desk)
    answers = {answer.question_id: answer for answer in version.answers}
    return _page(
        desk,
        "receipt",
        version=version,
        versions=list(reversed(version.position.versions)),
        nonce=receipts.nonce_of(version),
        answers=[(question, answers.get(question.id)) for question in desk.consultation.questions],
        facts=receipts.facts_of(version),
    )


def receipt_file(desk: Desk) -> ResponseReturnValue:
    """The sent version as a PDF."""
    version = queries_own.get_sent_version(desk)
    return files.attachment(receipts.receipt_pdf(version), receipts.file_name(version), "application/pdf")


# --- addresses -----------------------------------------------------------------------------------------------------

WRITING: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "", write),
    ("POST", "", save),
    ("POST", "/borja", ask_to_write),
    ("GET", "/fraga/<int:number>", write_one),
    ("POST", "/fraga/<int:number>", save_one),
    ("GET", "/forankring", write_facts),
    ("POST", "/forankring", save_facts),
    ("GET", "/skicka", review),
    ("GET", "/kvitto", receipt),
    ("GET", "/kvitto/<int:number>", receipt),
    ("GET", "/kvitto/<int:number>.pdf", receipt_file),
)


def at_desk(blueprint: Blueprint, base: str, *, writes: Callable[[Handler], Handler], sends: Callable[[Handler], Handler]) -> None:
    """Register the desk under `base`: `writes` and `sends` are the access rules of the family."""
    guarded = {handler: writes(handler) for _method, _path, handler in WRITING}
    for method, path, handler in WRITING:
        blueprint.add_url_rule(base + path, handler.__name__, guarded[handler], methods=[method])
    blueprint.add_url_rule(f"{base}/skicka", "send", sends(send), methods=["POST"])


at_desk(
    bp,
    DESK,
    writes=requires(policy.may_write, load=queries_own.get_desk),
    sends=requires(policy.may_submit, load=queries_own.get_desk, prepare=clock.now),
)
