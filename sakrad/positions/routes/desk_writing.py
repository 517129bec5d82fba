"""The desk's pages where one writes: every question on one page, one at a time, and the facts about the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from sakrad.positions import commands, forms, queries_own, receipts
from sakrad.positions.models import Draft, DraftAnswer
from sakrad.positions.queries_own import Desk
from sakrad.positions.routes.desk import actor_at, address, at_desk, bp, page

__all__ = ["bp"]  # whose routes these are
MERGED = "sammanslagen"  # the button that saves one's own text knowing the other's: "q3:7"


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
    return page(
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
        actor=actor_at(desk),
        at=clock.now(),
    )


def _save_facts(desk: Desk, draft: Draft, part: Any) -> Draft:
    values = {name: part[name].data for name in commands.FACTS}
    return commands.save_facts(
        draft,
        **values,
        groups=list_groups_named(part.groups.data or []),
        seen_version=_seen(forms.FACTS, part),
        actor=actor_at(desk),
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
