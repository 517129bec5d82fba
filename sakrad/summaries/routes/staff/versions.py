"""What a finding said before: its versions with their differences, and taking one back."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.db import abandon
from sakrad.core.errors import Missing, Stale
from sakrad.core.text import whole_number
from sakrad.summaries import commands, policy, queries, queries_writing
from sakrad.summaries.models import Finding
from sakrad.summaries.routes.staff import bp
from sakrad.summaries.routes.staff.desk import given, refuse_partial, user, why


@bp.get("/sammanstallning/lydelser")
@requires(policy.may_compile, load=get_consultation)
def versions(consultation: Consultation) -> ResponseReturnValue:
    """The versions of the finding ?stycke=; without it one is sent to the text, where they are chosen."""
    if "stycke" not in request.args:
        return htmx.go(url_for("summaries_staff.write", **consultation.address))
    return _page(consultation, _finding(consultation))


@bp.post("/sammanstallning/lydelser")
@requires(policy.may_compile, load=get_consultation)
def restore(consultation: Consultation) -> ResponseReturnValue:
    """Take back the version ?nummer= of the finding ?stycke=."""
    finding = _finding(consultation)
    number = whole_number(request.args.get("nummer", ""))
    version = queries_writing.get_version(finding, number if number is not None else 0)
    place, before = finding.number, finding.body
    try:
        commands.restore_version(version, finding, actor=user(), at=clock.now())
        refuse_partial(finding, before, finding.body)
    except commands.UnknownPoints as unknown:
        abandon()
        return _page(consultation, _finding(consultation), why(unknown))
    except Stale:
        abandon()
        return _page(consultation, _finding(consultation), gettext("En kollega skriver i texten just nu. Ta över den först."))
    flash(gettext("Lydelse %(n)s gäller igen.", n=number))
    return htmx.go(url_for("summaries_staff.write", **consultation.address, _anchor=f"stycke-{place}"))


def _finding(consultation: Consultation) -> Finding:
    number = whole_number(request.args.get("stycke", ""))
    if number is None:
        raise Missing("finding")
    return queries.get_finding(consultation, number)


def _page(consultation: Consultation, finding: Finding, refused: str = "") -> ResponseReturnValue:
    found = queries_writing.list_versions(finding)
    befores = [None, *(version for version, _name in found)]
    html = render_template(
        "summaries/staff/versions.html",
        **given(consultation),
        finding=finding,
        versions=[(version, name, before) for (version, name), before in zip(found, befores, strict=False)][::-1],
        refused=refused,
    )
    return html, 422 if refused else 200
