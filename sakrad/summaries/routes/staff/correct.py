"""Correcting what is published: the words are changed, the differences are looked at, and then the next edition is published."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import dates_of, get_consultation
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.db import abandon
from sakrad.core.errors import Blocked, Blocker, Missing, Stale, refuse_unless_clear, show_beside
from sakrad.summaries import commands, policy, queries
from sakrad.summaries.commands.correcting import Proposed
from sakrad.summaries.forms_text import CorrectedFindingForm, CorrectionForm, digest
from sakrad.summaries.models import Summary
from sakrad.summaries.routes.staff import bp
from sakrad.summaries.routes.staff.desk import given, refuse_partial, user, why

Parts = dict[int, CorrectedFindingForm]


@bp.get("/sammanstallning/ratta")
@requires(policy.may_compile, load=get_consultation)
def correct(consultation: Consultation) -> ResponseReturnValue:
    summary = _published(consultation)
    return _page(consultation, summary, *_forms(summary))


@bp.post("/sammanstallning/ratta")
@requires(policy.may_compile, load=get_consultation)
def publish_correction(consultation: Consultation) -> ResponseReturnValue:
    """Show what the correction would change; when those differences have been looked at, publish it."""
    summary = _published(consultation)
    form, parts = _forms(summary)
    if not all([form.validate_on_submit(), *(part.validate() for part in parts.values())]):
        return _page(consultation, summary, form, parts, 422)
    values = _values(summary, form, parts)
    try:
        proposed = commands.propose_correction(summary, **values)
        for finding, (_heading, body) in proposed.changes.items():
            refuse_partial(finding, finding.body, body)
        seen = _digest(proposed)
        if request.form.get("gor") == "publicera" and form.seen.data == seen:
            commands.correct_summary(summary, **values, seen_edition=form.seen_edition.data, actor=user(), at=clock.now())
            flash(gettext("Rättelsen är publicerad."))
            return htmx.go(url_for("summaries_staff.write", **consultation.address))
    except commands.UnknownPoints as unknown:
        parts[unknown.finding.id].body.errors = [why(unknown)]
        return _page(consultation, summary, form, parts, 422)
    except Blocked as blocked:
        show_beside(form, blocked)
        return _page(consultation, summary, form, parts, 422, proposed)
    except Stale:
        abandon()
        summary = _published(consultation)
        form.form_errors.append(gettext("Någon annan har rättat sammanställningen under tiden. Ändringarna visas mot den nya lydelsen."))
        form.seen_edition.raw_data, form.seen_edition.data = None, summary.current_edition
        return _page(consultation, summary, form, parts, 422, commands.propose_correction(summary, **_values(summary, form, parts)))
    form.seen.raw_data, form.seen.data = None, seen
    show_beside(form, Blocked(proposed.blockers))
    return _page(consultation, summary, form, parts, 422 if proposed.blockers else 200, proposed)


def _published(consultation: Consultation) -> Summary:
    summary = queries.find_summary(consultation)
    refuse_unless_clear([] if dates_of(consultation).summary_published_at else [Blocker("correction_unpublished")])
    if summary is None:
        raise Missing("summary")
    return summary


def _forms(summary: Summary) -> tuple[CorrectionForm, Parts]:
    """As they were sent, or else as the text stands."""
    form = CorrectionForm()
    parts = {finding.id: CorrectedFindingForm(prefix=f"f{finding.id}-") for finding in summary.findings}
    if not form.is_submitted():
        form.in_short.data, form.seen_edition.data = summary.in_short, summary.current_edition
    for finding in summary.findings:
        part = parts[finding.id]
        if part.heading.raw_data is None or not part.heading.raw_data:
            part.heading.data = finding.heading
        if part.body.raw_data is None or not part.body.raw_data:
            part.body.data = finding.body
    return form, parts


def _values(summary: Summary, form: CorrectionForm, parts: Parts) -> dict[str, Any]:
    words = {finding: parts[finding.id] for finding in summary.findings}
    return {
        "changes": {finding: (part.heading.data or "", part.body.data or "") for finding, part in words.items()},
        "in_short": form.in_short.data or "",
        "reason": form.reason.data or "",
        "set_aside_reason": form.set_aside_reason.data or "",
    }


def _digest(proposed: Proposed) -> str:
    """Tells one set of differences from another: what was looked at is what is published."""
    words = [str((finding.id, *new)) for finding, new in proposed.changes.items()]
    return digest(proposed.in_short, *words)


def _page(
    consultation: Consultation, summary: Summary, form: CorrectionForm, parts: Parts, status: int = 200, proposed: Proposed | None = None
) -> ResponseReturnValue:
    html = render_template(
        "summaries/staff/correct.html",
        **given(consultation),
        summary=summary,
        form=form,
        findings=[(finding, parts[finding.id]) for finding in summary.findings],
        proposed=proposed,
    )
    return html, status
