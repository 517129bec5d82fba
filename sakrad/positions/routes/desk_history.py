"""The desk's history: who wrote what and when, what it changed, and any earlier text back again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations.models import Question
from sakrad.core import clock, htmx
from sakrad.core.errors import Missing, Stale
from sakrad.core.paging import PAGE, asked_page, page_count
from sakrad.directory.queries import list_groups, list_groups_named
from sakrad.positions import commands, forms, queries_history
from sakrad.positions.models import Draft, Stance
from sakrad.positions.queries_history import NOTHING, Key, Revision, Save, Sitting
from sakrad.positions.queries_own import Desk
from sakrad.positions.revisions import Change, changes, facts_from
from sakrad.positions.routes.desk import actor_at, address, at_desk, bp, page

__all__ = ["bp"]  # whose routes these are
REVISION = ("/historik/fraga-<int:number>/<int:revision>", "/historik/fakta/<int:revision>")


@dataclass(frozen=True, slots=True)
class Line:
    """One save or one sitting, as it is read: what it made of what stood before."""

    question: Question | None
    save: Save
    before: Revision
    after: Revision
    changes: Sequence[Change]
    sitting: Sitting | None = None

    @property
    def where(self) -> dict[str, int]:
        """The parts of its address."""
        return {"revision": self.save.number, **({"number": self.question.number} if self.question else {})}


@at_desk("/historik")
def history(desk: Desk) -> ResponseReturnValue:
    """Every sitting, newest first."""
    if desk.draft is None:
        return htmx.go(address(desk, "write"))
    sittings = queries_history.list_sittings(desk.draft)
    at = asked_page()
    shown = sittings[(at - 1) * PAGE : at * PAGE]
    keys = {key for sitting in shown for key in (sitting.before, _key(sitting.last))}
    found = queries_history.list_revisions(desk.draft, keys)
    return page(
        desk,
        "history",
        lines=[_line(desk, sitting.last, found, sitting.before, sitting) for sitting in shown],
        authors=queries_history.authors_of(desk.draft, [sitting.last for sitting in shown], named=not desk.by_link),
        page=at,
        pages=page_count(len(sittings)),
    )


@at_desk(*REVISION)
def revision(desk: Desk) -> ResponseReturnValue:
    """One save: the text as it stood then, what was changed, and all that was saved in the same sitting."""
    return _revision(desk)


@at_desk(*REVISION, methods=("POST",))
def restore(desk: Desk) -> ResponseReturnValue:
    """Save it again as it stood then. What stands there now remains in the history."""
    draft, question = _part_of(desk)
    form = forms.RestoreForm()
    key = (question.id if question else None, desk.revision or 0)
    kept = queries_history.list_revisions(draft, {key}).get(key)
    if kept is None:
        raise Missing("revision")
    more: dict[str, Any] = {"seen_version": form.seen_version, "actor": actor_at(desk), "at": clock.now()}
    try:
        if question is None:
            values = dict(kept.values)
            commands.save_facts(draft, dissent=kept.text, groups=list_groups_named(values.get("groups", [])), **facts_from(values), **more)
        else:
            commands.save_answer(draft, question, text=kept.text, **_as_it_fits(question, kept), **more)
    except Stale:
        return _revision(desk, changed=True, status=422)
    flash(_("Texten är återställd. Det som stod här innan finns kvar i historiken."))
    return htmx.go(address(desk, "write_one", number=question.number) if question else address(desk, "write_facts"))


def _as_it_fits(question: Question, kept: Revision) -> dict[str, Any]:
    """The values of an answer; what the question does not ask for any more is left out."""
    values = kept.values
    return {
        "stance": Stance(values["stance"]) if values.get("stance") else None,
        "options": [option for option in values.get("options", []) if option in question.options],
        "own_interest": bool(values.get("own_interest")),
        "left_out": bool(values.get("left_out")) and not question.required,
        "left_out_reason": values.get("left_out_reason", ""),
    }


def _part_of(desk: Desk) -> tuple[Draft, Question | None]:
    if desk.draft is None:
        raise Missing("draft")
    return desk.draft, desk.question if desk.number is not None else None


def _revision(desk: Desk, *, changed: bool = False, status: int = 200) -> ResponseReturnValue:
    draft, question = _part_of(desk)
    sitting = queries_history.get_sitting(draft, question, desk.revision or 0)
    chosen = next(save for save in sitting.saves if save.number == desk.revision)
    newest_first = sitting.saves[::-1]
    at = asked_page()
    shown = newest_first[(at - 1) * PAGE : at * PAGE]
    keys = {key for save in (chosen, *shown) for key in (_key(save), _before(save))}
    found = queries_history.list_revisions(draft, keys)
    present = draft.version if question is None else next(a.version for a in draft.answers if a.question_id == question.id)
    return page(
        desk,
        "revision",
        status,
        line=_line(desk, chosen, found, _before(chosen)),
        lines=[_line(desk, save, found, _before(save)) for save in shown],
        author=queries_history.authors_of(draft, [chosen], named=not desk.by_link)[chosen.by_id],
        present=present,
        form=forms.RestoreForm(formdata=None, version=str(present)),
        changed=changed,
        page=at,
        pages=page_count(len(sitting.saves)),
    )


def _key(save: Save) -> Key:
    return save.question_id, save.number


def _before(save: Save) -> Key:
    return save.question_id, save.number - 1


def _line(desk: Desk, save: Save, found: dict[Key, Revision], before: Key, sitting: Sitting | None = None) -> Line:
    question = next((question for question in desk.consultation.questions if question.id == save.question_id), None)
    was, now = found.get(before, NOTHING), found[_key(save)]
    return Line(question, save, was, now, changes(was.values, now.values, _group_names(was, now)), sitting)


def _group_names(*revisions: Revision) -> dict[str, str]:
    """The names that the groups have now, where any are among the values."""
    slugs: Collection[str] = {slug for revision in revisions for slug in revision.values.get("groups", [])}
    return {group.slug: group.name for group in list_groups()} if slugs else {}
