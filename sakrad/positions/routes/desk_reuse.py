"""Begin an answer from one that the organisation has sent before."""

from __future__ import annotations

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.core import clock, htmx
from sakrad.core.errors import Missing, Stale
from sakrad.core.paging import asked_page, page_count
from sakrad.core.text import whole_number
from sakrad.positions import commands, forms, queries_reuse
from sakrad.positions.queries_own import Desk
from sakrad.positions.revisions import VALUES
from sakrad.positions.routes.desk import actor_at, address, at_desk, bp, page

__all__ = ["bp"]  # whose routes these are


@at_desk("/fraga/<int:number>/tidigare")
def reuse(desk: Desk) -> ResponseReturnValue:
    """What the organisation has said before, on questions of the same kind first."""
    return _reuse(desk)


@at_desk("/fraga/<int:number>/tidigare", methods=("POST",))
def take_earlier(desk: Desk) -> ResponseReturnValue:
    """Put the earlier words into this answer, after what stands there."""
    form = forms.ReuseForm()
    receipt_number, _colon, number = (form.earlier.data or "").rpartition(":")
    earlier = queries_reuse.get_earlier(desk.organisation, desk.question, receipt_number, whole_number(number) or 0, published=desk.by_link)
    draft = desk.draft or commands.open_draft(desk.organisation, desk.consultation, actor=actor_at(desk), at=clock.now())
    answer = next((answer for answer in draft.answers if answer.question_id == desk.question.id), None)
    standing = {name: getattr(answer, name) for name in VALUES} if answer else {}
    try:
        commands.save_answer(
            draft,
            desk.question,
            text=f"{answer.text}\n\n{earlier.text}" if answer and answer.text else earlier.text,
            **standing | {"left_out": False},
            seen_version=form.seen_version,
            actor=actor_at(desk),
            at=clock.now(),
        )
    except commands.TooLong:
        return _reuse(desk, _("Tillsammans med det som redan står där blir svaret för långt. Korta först det som står där."), 422)
    except Stale:
        return _reuse(desk, _("Någon har ändrat svaret nyss, och inget är hämtat. Titta på det som står där nu och försök igen."), 422)
    flash(_("Texten är hämtad. Läs igenom och ändra den så att den passar den här frågan."))
    return htmx.go(address(desk, "write_one", number=desk.question.number))


def _reuse(desk: Desk, refused: str = "", status: int = 200) -> ResponseReturnValue:
    question, at = desk.question, asked_page()
    answer = next((answer for answer in (desk.draft.answers if desk.draft else ()) if answer.question_id == question.id), None)
    found = queries_reuse.list_earlier(desk.organisation, question, at, published=desk.by_link)
    if at > 1 and not found:
        raise Missing("page")
    return page(
        desk,
        "reuse",
        status,
        question=question,
        answer=answer,
        found=found,
        form=forms.ReuseForm(formdata=None, version=str(answer.version if answer else 0)),
        refused=refused,
        page=at,
        pages=page_count(queries_reuse.count_earlier(desk.organisation, question, published=desk.by_link)),
    )
