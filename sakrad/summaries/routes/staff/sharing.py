"""Sharing the work: giving answers and themes to colleagues, and telling what has been read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from sakrad.accounts.models import User
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Missing
from sakrad.core.i18n import listing
from sakrad.core.text import whole_number
from sakrad.positions.models import Answer
from sakrad.summaries import commands, policy, queries
from sakrad.summaries.models import Theme
from sakrad.summaries.queries_sharing import list_colleagues
from sakrad.summaries.routes.staff import bp
from sakrad.summaries.routes.staff.desk import NOBODY, Desk, Refused, user


@bp.post("/sammanstall/ge")
@requires(policy.may_compile, load=get_consultation)
def assign(consultation: Consultation) -> ResponseReturnValue:
    """Give what is ticked to a colleague; with ?allt=1 every answer of the view."""

    def do(desk: Desk) -> str | None:
        if not desk.form.colleague.data:
            raise Refused(gettext("Välj vem som ska ha hand om svaren."), field=desk.form.colleague)
        answers = desk.answers_of_view() if request.args.get("allt") == "1" else desk.answers()
        return str(_give(consultation, desk.form.colleague.data, answers=answers))

    return Desk(consultation).press(do)


@bp.post("/sammanstall/teman/ge")
@requires(policy.may_compile, load=get_consultation)
def assign_theme(consultation: Consultation) -> ResponseReturnValue:
    """Give a theme to a colleague."""
    number = whole_number(request.form.get("theme", ""))
    if number is None:
        raise Missing("theme")
    theme = queries.get_theme(consultation, number)
    flash(_give(consultation, request.form.get("colleague", ""), themes=[theme]))
    return htmx.go(url_for("summaries_staff.themes", **consultation.address, _anchor=f"tema-{theme.id}"))


@bp.post("/sammanstall/last")
@requires(policy.may_compile, load=get_consultation)
def mark_read(consultation: Consultation) -> ResponseReturnValue:
    """That one has read an answer, or (?allt=1) all those on the page."""

    def do(desk: Desk) -> str | None:
        answers = desk.answers_shown() if request.args.get("allt") == "1" else desk.answers()
        number = commands.mark_read(answers, actor=desk.actor, at=desk.at)
        return str(ngettext("Ett svar är läst.", "%(num)s svar är lästa.", number)) if number else gettext("De var redan lästa.")

    return Desk(consultation).press(do)


def _give(consultation: Consultation, key: str | None, *, answers: Sequence[Answer] = (), themes: Sequence[Theme] = ()) -> Any:
    """Give to the colleague whom the form tells, or to nobody; says what was done, and from whom it was taken over."""
    to = _colleague(consultation, key or "")
    if to is None:
        commands.unassign(consultation, answers=answers, themes=themes, actor=user(), at=clock.now())
        return gettext("Ingen har hand om det nu.")
    may = [answer for answer in answers if policy.may_take_up(to, answer)]
    if len(may) < len(answers):
        return gettext("%(name)s är medlem i en organisation bland dem som har svarat här. Kryssa för de andra svaren.", name=to.name)
    before = commands.assign(consultation, answers=answers, themes=themes, to=to, actor=user(), at=clock.now())
    if before:
        return gettext("%(name)s har nu hand om det, i stället för %(before)s.", name=to.name, before=listing(before))
    return gettext("%(name)s har nu hand om det.", name=to.name)


def _colleague(consultation: Consultation, key: str) -> User | None:
    if key in ("", NOBODY):
        return None
    for colleague in list_colleagues(consultation):
        if str(colleague.id) == key:
            return colleague
    raise Missing("colleague")
