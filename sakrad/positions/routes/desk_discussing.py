"""The desk's page where members talk about the draft, and tick off what is to be done before it is sent. Members only."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectChoice

from sakrad.core import clock, htmx
from sakrad.core.text import whole_number
from sakrad.positions import forms_approving as forms
from sakrad.positions import queries_remarks
from sakrad.positions.commands import open_draft
from sakrad.positions.commands import remarks as commands
from sakrad.positions.models import Draft
from sakrad.positions.queries_own import Desk
from sakrad.positions.routes.desk import address, at_desk, bp, member_here, page

__all__ = ["bp"]  # whose routes these are
REMARK, ITEM = "kommentar", "punkt"  # which one the pressed button is about


@at_desk("/prata", link=False)
def discussion(desk: Desk) -> ResponseReturnValue:
    """All comments, and the checklist. `?fraga=3` begins a comment on question 3."""
    asked = whole_number(request.args.get("fraga", "")) or 0
    known = asked in {question.number for question in desk.consultation.questions}
    return _drawn(desk, remark_form=_remark_form(desk, asked if known else 0))


@at_desk("/prata", methods=("POST",), link=False)
def add_remark(desk: Desk) -> ResponseReturnValue:
    """Comment."""
    form = _remark_form(desk)
    if not form.validate():
        return _drawn(desk, remark_form=form, status=422)
    colleagues = queries_remarks.list_mentionable(desk.organisation, member_here())
    remark = commands.add_remark(
        _draft(desk),
        question=next((question for question in desk.consultation.questions if question.number == form.about.data), None),
        text=form.text.data,
        mentioned=[user for user in colleagues if user.id in (form.mentioned.data or [])],
        actor=member_here(),
        at=clock.now(),
    )
    flash(_("Kommentaren är sparad."))
    return htmx.go(address(desk, "discussion") + f"#kommentar-{remark.reference}")


@at_desk("/prata/klar", methods=("POST",), link=False)
def resolve_remark(desk: Desk) -> ResponseReturnValue:
    """It has been dealt with."""
    commands.resolve_remark(queries_remarks.get_remark(desk.draft, request.form.get(REMARK, "")), actor=member_here(), at=clock.now())
    return htmx.go(address(desk, "discussion"))


@at_desk("/prata/oppna", methods=("POST",), link=False)
def reopen_remark(desk: Desk) -> ResponseReturnValue:
    """It has not been dealt with after all."""
    remark = queries_remarks.get_remark(desk.draft, request.form.get(REMARK, ""))
    commands.reopen_remark(remark)
    return htmx.go(address(desk, "discussion") + f"#kommentar-{remark.reference}")


@at_desk("/checklista", methods=("POST",), link=False)
def add_item(desk: Desk) -> ResponseReturnValue:
    """Something to do before the answer is sent."""
    form = forms.ItemForm()
    if not form.validate():
        return _drawn(desk, item_form=form, status=422)
    try:
        commands.add_item(_draft(desk), text=form.item.data)
    except commands.WrongItem:
        form.item.errors = [*form.item.errors, _("Listan är full. Ta bort en punkt först.")]
        return _drawn(desk, item_form=form, status=422)
    return _back_to_list(desk)


@at_desk("/checklista/vanliga", methods=("POST",), link=False)
def add_usual_items(desk: Desk) -> ResponseReturnValue:
    """What most look through."""
    commands.add_usual_items(_draft(desk))
    return _back_to_list(desk)


@at_desk("/checklista/bocka", methods=("POST",), link=False)
def tick_item(desk: Desk) -> ResponseReturnValue:
    """It is done."""
    commands.tick_item(queries_remarks.get_item(desk.draft, request.form.get(ITEM, "")), actor=member_here(), at=clock.now())
    return _back_to_list(desk)


@at_desk("/checklista/bocka-av", methods=("POST",), link=False)
def untick_item(desk: Desk) -> ResponseReturnValue:
    """It is not done after all."""
    commands.untick_item(queries_remarks.get_item(desk.draft, request.form.get(ITEM, "")))
    return _back_to_list(desk)


@at_desk("/checklista/ta-bort", methods=("POST",), link=False)
def remove_item(desk: Desk) -> ResponseReturnValue:
    """Take it off the list."""
    commands.remove_item(queries_remarks.get_item(desk.draft, request.form.get(ITEM, "")))
    return _back_to_list(desk)


def _back_to_list(desk: Desk) -> ResponseReturnValue:
    return htmx.go(address(desk, "discussion") + "#checklista")


def _draft(desk: Desk) -> Draft:
    """One may talk before anybody has written."""
    return desk.draft or open_draft(desk.organisation, desk.consultation, actor=member_here(), at=clock.now())


def _remark_form(desk: Desk, about: int | None = None) -> forms.RemarkForm:
    form = forms.RemarkForm(data={"about": about})
    form.about.choices = [
        SelectChoice(0, _("Hela svaret")),
        *(
            SelectChoice(question.number, _("Fråga %(number)s", number=question.number) + f": {question.text}")
            for question in desk.consultation.questions
            if question.withdrawn_at is None or question.number == about
        ),
    ]
    colleagues = queries_remarks.list_mentionable(desk.organisation, member_here())
    form.mentioned.choices = [SelectChoice(user.id, user.name) for user in colleagues]
    return form


def _drawn(
    desk: Desk, *, remark_form: forms.RemarkForm | None = None, item_form: forms.ItemForm | None = None, status: int = 200
) -> tuple[str, int]:
    found = queries_remarks.find_discussion(desk.draft)
    return page(
        desk,
        "discussion",
        status,
        discussion=found,
        remark_form=remark_form or _remark_form(desk, 0),
        item_form=item_form or forms.ItemForm(formdata=None),
        usual=not {item.text for item in found.items} >= set(commands.USUAL),
    )
