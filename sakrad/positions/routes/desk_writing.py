"""The desk's pages where one writes: every question on one page, one at a time, and the facts about the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from sakrad.consultations.models import Question
from sakrad.core import clock, htmx
from sakrad.core.errors import Stale
from sakrad.core.text import whole_number
from sakrad.directory.queries import list_groups, list_groups_named
from sakrad.positions import commands, forms, lifecycle, queries_approving, queries_own, queries_remarks, queries_reuse, receipts
from sakrad.positions.models import Draft, DraftAnswer
from sakrad.positions.queries_own import Desk
from sakrad.positions.revisions import FACTS, VALUES, Change, answer_values, changes, facts_values, plain_values
from sakrad.positions.routes.desk import actor_at, address, at_desk, bp, keeping, page

__all__ = ["bp"]  # whose routes these are
MERGED = "sammanslagen"  # the button that saves one's own text knowing the other's: "q3:7"
THEN = "sedan"  # what the pressed button does after saving
HOLDS = "galler"  # the button that says that the answer holds for the corrected question too: its number


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
    """The line under a part: what version stands there, since when and by whom.

    After a lost race: `theirs`, and how one's own differs from it, in its text and in its other values.
    """

    part: str
    version: int
    at: datetime | None = None
    by: str = ""
    theirs: DraftAnswer | Draft | None = None
    mine: str = ""
    changes: Sequence[Change] = ()


def _whole(desk: Desk) -> Sheet:
    return Sheet("write", desk.consultation.questions, facts=True)


def _one(desk: Desk) -> Sheet:
    return Sheet("write_one", [desk.question], facts=False)


def _facts(_desk: Desk) -> Sheet:
    return Sheet("write_facts", [], facts=True)


@at_desk("")
def write(desk: Desk) -> ResponseReturnValue:
    """All questions on one page."""
    return _written(desk, _whole(desk))


@at_desk("/fraga/<int:number>")
def write_one(desk: Desk) -> ResponseReturnValue:
    """One question at a time."""
    return _written(desk, _one(desk))


@at_desk("/forankring")
def write_facts(desk: Desk) -> ResponseReturnValue:
    """Who stands behind, and the wishes."""
    return _written(desk, _facts(desk))


@at_desk("", methods=("POST",))
def save(desk: Desk) -> ResponseReturnValue:
    """Save the page, or the one field that htmx sends."""
    return _save(desk, _whole(desk))


@at_desk("/fraga/<int:number>", methods=("POST",))
def save_one(desk: Desk) -> ResponseReturnValue:
    return _save(desk, _one(desk))


@at_desk("/forankring", methods=("POST",))
def save_facts(desk: Desk) -> ResponseReturnValue:
    return _save(desk, _facts(desk))


@at_desk("/borja", methods=("POST",))
def ask_to_write(desk: Desk) -> ResponseReturnValue:
    """Begin the draft."""
    commands.open_draft(desk.organisation, desk.consultation, actor=actor_at(desk), at=clock.now())
    return htmx.go(address(desk, "write"))


def _groups() -> list[tuple[str, str]]:
    return [(group.slug, group.name) for group in list_groups()]


def _written(desk: Desk, sheet: Sheet) -> ResponseReturnValue:
    return _draw(desk, sheet, forms.page_form(sheet.questions, _groups() if sheet.facts else None, _stored(desk)))


def _stored(desk: Desk) -> dict[str, Any]:
    """The draft in the shape of the form."""
    known = queries_own.known_facts(desk.organisation) if desk.draft is None else _facts_of(desk.draft)
    answers = {
        forms.part_name(answer.question): {name: getattr(answer, name) for name in ("text", *VALUES)}
        for answer in (desk.draft.answers if desk.draft else ())
    }
    return {**answers, forms.FACTS: {**known, "groups": [group.slug for group in known["groups"]]}}


def _facts_of(draft: Draft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in (*FACTS, "groups")}


def _draw(desk: Desk, sheet: Sheet, form: FlaskForm, *, theirs: dict[str, Any] | None = None, status: int = 200) -> ResponseReturnValue:
    theirs = theirs or {}
    reader = actor_at(desk)
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
        saved[part] = _lost(part, other.version, by, other, form)
    filled = {answer.question_id for answer in answers if receipts.has_content(answer)}
    questions = [question for question in desk.consultation.questions if question.withdrawn_at is None]
    if sheet.whole:  # one that has been withdrawn stands there only where something is written
        came = {question.id for question in sheet.questions if status != 200 and form[forms.part_name(question)].form.came}
        sheet = replace(sheet, questions=[one for one in sheet.questions if one in questions or one.id in filled | came])
    minutes = lifecycle.minutes_to_answer([question.kind for question in questions], desk.consultation.background)
    return page(
        desk,
        "write",
        status,
        form=form,
        sheet=sheet,
        saved=saved,
        keeping=keeping(desk, refused=status != 200),
        filled=filled,
        left_out={answer.question_id for answer in answers if answer.left_out},
        minutes=None if desk.draft else minutes,
        reusable=bool(sheet.questions) and queries_reuse.has_earlier(desk.organisation, desk.consultation, published=desk.by_link),
        sent=queries_own.find_position(desk) if status == 200 else None,
        state=queries_approving.approval_state(desk.draft, reader) if desk.draft and reader else None,
        discussion=queries_remarks.find_discussion(desk.draft) if reader else None,
    )


def _lost(part: str, version: int, by: str, other: Any, form: FlaskForm) -> Saved:
    """The line of a part that somebody else saved first."""
    given = _given(form[part].form)
    if isinstance(other, Draft):
        groups = {group.slug: group.name for group in list_groups()}
        values = changes(facts_values(other), plain_values(given), groups)
        return Saved(part, version, other.updated_at, by, other, given["dissent"] or "", values)
    text = given.pop("text")
    return Saved(part, version, other.updated_at, by, other, text or "", changes(answer_values(other), plain_values(given)))


def _save(desk: Desk, sheet: Sheet) -> ResponseReturnValue:
    began = clock.now()
    facts = sheet.facts and f"{forms.FACTS}-version" in request.form  # the autosave of an answer need not know the groups
    form = forms.page_form(sheet.questions, _groups() if facts else [] if sheet.facts else None, {})
    came = [question for question in sheet.questions if form[forms.part_name(question)].form.came]
    theirs: dict[str, Any] = {}
    saved: list[Saved] = []
    if form.validate():
        draft = desk.draft or commands.open_draft(desk.organisation, desk.consultation, actor=actor_at(desk), at=clock.now())
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
    if request.form.get(THEN) == "bara":
        _leave_out_the_rest(desk, draft)
    if held := next((one for one in came if str(one.number) == request.form.get(HOLDS)), None):
        commands.keep_answer(draft, held, actor=actor_at(desk), at=clock.now())
    if htmx.asked():
        voided = not desk.by_link and draft.approval_asked_at is not None and any(line.at and line.at >= began for line in saved)
        return render_template("positions/organisation/_saved.html", lines=saved, form=form, voided=voided)
    flash(_("Utkastet är sparat."))
    return htmx.go(_next(desk, sheet))


def _seen(part: str, form: Any) -> int:
    """The version that was before the writer's eyes, or the other's when they have pressed the button beside it."""
    name, _colon, version = request.form.get(MERGED, "").partition(":")
    merged = whole_number(version) if name == part else None
    return int(form.seen_version) if merged is None else merged


def _given(part: Any) -> dict[str, Any]:
    """What came with the part's fields, as its command takes it but for the groups, which are slugs."""
    if isinstance(part, forms.FactsPart):
        return {name: part[name].data for name in FACTS} | {"groups": sorted(part.groups.data or [])}
    given = {name: part[name].data for name in ("text", *VALUES) if name in part}
    return given | {"options": given.get("options") or []}


def _save_answer(desk: Desk, draft: Draft, question: Question, part: Any) -> DraftAnswer:
    seen = _seen(forms.part_name(question), part)
    return commands.save_answer(
        draft, question, **_given(part), seen_version=seen, mark=part.mark.data, actor=actor_at(desk), at=clock.now()
    )


def _save_facts(desk: Desk, draft: Draft, part: Any) -> Draft:
    given = _given(part) | {"groups": list_groups_named(part.groups.data or [])}
    seen = _seen(forms.FACTS, part)
    return commands.save_facts(draft, **given, seen_version=seen, mark=part.mark.data, actor=actor_at(desk), at=clock.now())


def _leave_out_the_rest(desk: Desk, draft: Draft) -> None:
    """Answer only this question: the others are left out, but for those that need an answer or have one."""
    answers = {answer.question_id: answer for answer in draft.answers}
    for question in desk.consultation.questions:
        answer = answers.get(question.id)
        if question.number == desk.number or question.required or question.withdrawn_at:
            continue
        if answer and (answer.left_out or receipts.has_content(answer)):
            continue
        commands.save_answer(
            draft,
            question,
            text=answer.text if answer else "",
            own_interest=answer.own_interest if answer else False,
            left_out=True,
            seen_version=answer.version if answer else 0,
            actor=actor_at(desk),
            at=clock.now(),
        )


def _refused(desk: Desk, sheet: Sheet, form: FlaskForm, theirs: dict[str, Any]) -> ResponseReturnValue:
    """Nothing is written; every word that came is still there, and what somebody else wrote stands beside it."""
    if not htmx.asked():
        return _draw(desk, sheet, form, theirs=theirs, status=422)
    names = {} if desk.by_link else queries_own.names_of([other for other in theirs.values() if isinstance(other, DraftAnswer)])
    lines = []
    for field in form:
        if field.type == "FormField" and field.form.came:
            other = theirs.get(field.short_name)
            by = names.get(getattr(other, "updated_by_id", None) or 0, "")
            # The seen version stays: only the button takes the other's as read.
            seen = field.form.seen_version
            lines.append(_lost(field.short_name, seen, by, other, form) if other else Saved(field.short_name, seen))
    return render_template("positions/organisation/_saved.html", lines=lines, form=form, refused=True), 422


def _next(desk: Desk, sheet: Sheet) -> str:
    """Where the pressed button leads."""
    match request.form.get(THEN):
        case "skicka":
            return address(desk, "review")
        case "bara":
            return address(desk, "write_facts")
        case "nasta" if sheet.view == "write_one":
            asked = [question.number for question in desk.consultation.questions if question.withdrawn_at is None]
            numbers = [number for number in asked if number > (desk.number or 0)]
            return address(desk, "write_one", number=numbers[0]) if numbers else address(desk, "write_facts")
    return address(desk, sheet.view, **({"number": desk.number} if sheet.view == "write_one" else {}))
