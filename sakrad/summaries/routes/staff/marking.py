"""Marking exact words directly on the workbench, and moving points to newer versions."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Missing
from sakrad.core.paging import asked_page, page_count
from sakrad.core.text import Span
from sakrad.directory.queries import list_groups
from sakrad.positions.models import Answer
from sakrad.summaries import commands, policy, queries, queries_carrying
from sakrad.summaries.routes.staff import bp
from sakrad.summaries.routes.staff.desk import Desk, Refused, given, offer, theme_of, user

PAIRS = 10  # on a page


@bp.post("/sammanstall/markera")
@requires(policy.may_compile, load=get_consultation)
def mark(consultation: Consultation) -> ResponseReturnValue:
    """Take up the words that are marked in the answer ?enhet=, with theme, groups and note, and cite them where the form says."""

    def do(desk: Desk) -> str | None:
        (answer,) = desk.units()
        if not isinstance(answer, Answer):
            raise Missing("answer")
        form = desk.marking
        summary = queries.find_summary(consultation)
        offer(form, consultation, desk.form.theme.choices, answer.version.groups, summary.findings if summary else [])
        if not form.validate():
            raise Refused(*(error for errors in form.errors.values() for error in errors))
        if not form.end.data:
            raise Refused(gettext("Markera orden som ska tas upp."))
        chosen = [group for group in list_groups() if group.id in (form.groups.data or [])]
        theme = theme_of(consultation, form.new_theme.data, form.theme.data, desk.actor, desk.at)
        try:
            (point,) = commands.take_up(
                answer,
                spans=[Span(form.start.data or 0, form.end.data)],
                theme=theme,
                groups=chosen or None,
                note=form.note.data or "",
                actor=desk.actor,
                at=desk.at,
            )
        except commands.BadSpan:
            raise Refused(gettext("De markerade orden finns inte i svaret. Markera dem igen.")) from None
        if form.finding.data:
            finding = desk.finding(form.finding.data)
            commands.cite(finding, point, actor=desk.actor, at=desk.at)
            return str(gettext("Orden är synpunkt [%(n)s], och citeras sist i samlad synpunkt %(to)s.", n=point.number, to=finding.number))
        return str(gettext("Orden är synpunkt [%(n)s].", n=point.number))

    return Desk(consultation).press(do)


@bp.get("/sammanstall/nya-versioner")
@requires(policy.may_compile, load=get_consultation)
def new_versions(consultation: Consultation) -> ResponseReturnValue:
    """Which points rest on answers that have been replaced: what moving them would do, and what it has done."""
    to_carry, carried = queries_carrying.list_to_carry(consultation), queries_carrying.list_carried(consultation)
    pages = page_count(max(len(to_carry), len(carried)), PAIRS)
    page = min(asked_page(), pages)
    shown = slice((page - 1) * PAIRS, page * PAIRS)
    return render_template(
        "summaries/staff/new_versions.html",
        **given(consultation),
        to_carry=to_carry[shown],
        carried=carried[shown],
        movable=sum(point.fate is not queries_carrying.Fate.vanishes for pair in to_carry for point in pair.points),
        lost=sum(point.fate is queries_carrying.Fate.vanishes for pair in to_carry for point in pair.points),
        page=page,
        pages=pages,
        page_url=lambda page: url_for("summaries_staff.new_versions", **consultation.address, sida=page),
    )


@bp.post("/sammanstall/flytta")
@requires(policy.may_compile, load=get_consultation)
def carry(consultation: Consultation) -> ResponseReturnValue:
    """Move points of replaced answers to the same words of the new ones."""
    carried = commands.carry_points(consultation, actor=user(), at=clock.now())
    moved, lost = len(carried.moved), len(carried.vanished)
    said = []
    if moved:
        said.append(ngettext("En synpunkt är flyttad till det nya svaret.", "%(num)s synpunkter är flyttade till de nya svaren.", moved))
    if lost:
        said.append(ngettext("En synpunkts ord finns inte kvar.", "%(num)s synpunkters ord finns inte kvar.", lost))
    flash(" ".join(said) or gettext("Det fanns inget att flytta."))
    return htmx.go(url_for("summaries_staff.new_versions", **consultation.address))
