"""The workbench: what has been said, and where it goes."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core.access import requires
from sakrad.positions.models import Answer
from sakrad.summaries import commands, policy
from sakrad.summaries.routes.staff import bp
from sakrad.summaries.routes.staff.desk import Desk, Nothing, numbers


@bp.get("/sammanstall")
@requires(policy.may_compile, load=get_consultation)
def workbench(consultation: Consultation) -> ResponseReturnValue:
    return Desk(consultation).page()


@bp.post("/sammanstall")
@requires(policy.may_compile, load=get_consultation)
def save_open(consultation: Consultation) -> ResponseReturnValue:
    """Save the open finding."""
    return Desk(consultation).press(lambda desk: gettext("Texten är sparad."))


@bp.post("/sammanstall/citera")
@requires(policy.may_compile, load=get_consultation)
def cite(consultation: Consultation) -> ResponseReturnValue:
    """Cite in the finding ?i=; an answer that has no point is taken up whole first. Once more takes the citation away."""

    def do(desk: Desk) -> str | None:
        points = desk.points()
        finding = desk.finding(request.args.get("i", ""))
        cited = {citation.point_id for citation in finding.citations}
        if "enhet" in request.args and all(point.id in cited for point in points):
            for point in points:
                commands.uncite(finding, point, actor=desk.actor, at=desk.at)
            return str(gettext("%(which)s citeras inte längre i samlad synpunkt %(n)s.", which=numbers(points), n=finding.number))
        for point in points:
            commands.cite(finding, point, actor=desk.actor, at=desk.at)
        # Said each time: the mark stands after words that others may have said.
        return str(
            ngettext(
                "%(which)s citeras sist i samlad synpunkt %(n)s. Flytta märket till den mening som orden stöder.",
                "%(which)s citeras sist i samlad synpunkt %(n)s. Flytta märkena till de meningar som orden stöder.",
                len(points),
                which=numbers(points),
                n=finding.number,
            )
        )

    return Desk(consultation).press(do)


@bp.post("/sammanstall/ta-upp")
@requires(policy.may_compile, load=get_consultation)
def take_up(consultation: Consultation) -> ResponseReturnValue:
    """Take up whole answers as points."""

    def do(desk: Desk) -> str | None:
        points = desk.points()
        return str(ngettext("Svaret är synpunkt %(which)s.", "Svaren är synpunkt %(which)s.", len(points), which=numbers(points)))

    return Desk(consultation).press(do)


@bp.post("/sammanstall/lagg-at-sidan")
@requires(policy.may_compile, load=get_consultation)
def set_aside(consultation: Consultation) -> ResponseReturnValue:
    """Set aside, one or many, with one shared reason."""

    def do(desk: Desk) -> str | None:
        points = desk.points()
        reason = desk.form.reason.data or desk.form.earlier_reason.data
        commands.set_aside(points, reason=reason or "", actor=desk.actor, at=desk.at)
        return str(ngettext("En synpunkt är lagd åt sidan.", "%(num)s synpunkter är lagda åt sidan.", len(points)))

    return Desk(consultation).press(do)


@bp.post("/sammanstall/inget")
@requires(policy.may_compile, load=get_consultation)
def nothing(consultation: Consultation) -> ResponseReturnValue:
    """Say why nothing is taken up from the answers."""

    def do(desk: Desk) -> str | None:
        answers = desk.answers()
        reason = desk.form.reason.data or desk.form.earlier_reason.data or ""
        for answer in answers:
            commands.nothing_to_take_up(answer, reason=reason, actor=desk.actor, at=desk.at)
        return str(ngettext("Ur ett svar tas inget upp.", "Ur %(num)s svar tas inget upp.", len(answers)))

    return Desk(consultation).press(do)


@bp.post("/sammanstall/ta-tillbaka")
@requires(policy.may_compile, load=get_consultation)
def take_back(consultation: Consultation) -> ResponseReturnValue:
    """What was set aside, or had nothing to take up, is open again."""

    def do(desk: Desk) -> str | None:
        for unit in desk.units():
            if isinstance(unit, Answer):
                commands.reopen_answer(unit, actor=desk.actor, at=desk.at)
            else:
                commands.take_back(unit, actor=desk.actor, at=desk.at)
        return str(gettext("Det väntar igen på att få en plats."))

    return Desk(consultation).press(do)


@bp.post("/sammanstall/ta-bort")
@requires(policy.may_compile, load=get_consultation)
def remove(consultation: Consultation) -> ResponseReturnValue:
    """Remove points that no finding cites; their answers are then not taken up."""

    def do(desk: Desk) -> str | None:
        for unit in desk.units():
            if isinstance(unit, Answer):
                raise Nothing
            commands.remove_point(unit, actor=desk.actor, at=desk.at)
        return str(gettext("Synpunkten är borttagen. Svaret står kvar."))

    return Desk(consultation).press(do)


@bp.post("/sammanstall/tema")
@requires(policy.may_compile, load=get_consultation)
def sort(consultation: Consultation) -> ResponseReturnValue:
    """Put what is ticked under a theme; a new name makes the theme."""

    def do(desk: Desk) -> str | None:
        points, theme = desk.points(), desk.theme()
        for point in points:
            commands.sort_point(point, theme=theme, groups=point.groups, actor=desk.actor, at=desk.at)
        if theme is None:
            return str(gettext("%(which)s hör inte till något tema.", which=numbers(points)))
        return str(gettext("%(which)s hör till temat ”%(theme)s”.", which=numbers(points), theme=theme.name))

    return Desk(consultation).press(do)
