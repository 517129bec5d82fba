"""The summary as text: everything in one form, so that each button saves every word."""

from __future__ import annotations

import zlib
from datetime import datetime
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.consultations.queries_public import get_head
from sakrad.core import clock, htmx, text
from sakrad.core.access import requires
from sakrad.core.db import abandon
from sakrad.core.errors import Blocked, Missing, Stale, sentence
from sakrad.core.paging import asked_page
from sakrad.directory.queries import list_groups
from sakrad.summaries import citations, commands, lifecycle, policy, queries, queries_writing
from sakrad.summaries.forms_text import FindingForm, SummaryForm, digest
from sakrad.summaries.models import Finding, Point, Summary
from sakrad.summaries.queries_preview import get_preview
from sakrad.summaries.routes.staff import bp
from sakrad.summaries.routes.staff.desk import NEW, given, refuse_partial, user, why

Theirs = dict[str, Any]
Parts = dict[int, FindingForm]
AROUND = 0  # instead of a finding's id: what stands around them


def stamp(paragraph: str) -> str:
    """How a button names a paragraph: by its words, since its place may change under it."""
    return f"{zlib.crc32(paragraph.encode()):08x}"


@bp.get("/sammanstallning")
@requires(policy.may_compile, load=get_consultation)
def write(consultation: Consultation) -> ResponseReturnValue:
    summary = queries.find_summary(consultation)
    return _page(consultation, summary, _summary_form(consultation, summary), _finding_forms(summary))


@bp.post("/sammanstallning")
@requires(policy.may_compile, load=get_consultation)
def save(consultation: Consultation) -> ResponseReturnValue:
    """Save the whole text, then do what the button says: `gor` is empty, a verb, or "<verb>:<finding>[:<what>]"."""
    at, pressed = clock.now(), request.form.get("gor", "")
    summary = commands.start_summary(consultation, actor=user(), at=at)
    form, parts = _summary_form(consultation, summary), _finding_forms(summary)
    if not all([form.validate_on_submit(), *(part.validate() for part in parts.values())]):
        return _page(consultation, summary, form, parts, 422)
    try:
        if pressed.startswith("ta-over:"):
            commands.take_over_finding(_finding(summary, pressed.partition(":")[2], at), actor=user(), at=at)
        theirs = _save(summary, form, parts, at)
        anchor = None if theirs else _do(summary, form, pressed, at)
    except commands.UnknownPoints as unknown:
        finding_id = unknown.finding.id
        abandon()
        parts[finding_id].body.errors = [why(unknown)]
        return _page(consultation, queries.find_summary(consultation), form, parts, 422)
    except Stale as stale:  # a button that wanted to change what somebody else writes in
        theirs = {stale.theirs.id: _words(stale.theirs)}
    except (Blocked, commands.ReasonMissing, Unticked) as refused:
        abandon()
        _explain(form, refused)
        return _page(consultation, queries.find_summary(consultation), form, parts, 422)
    if theirs:
        abandon()
        return _page(consultation, queries.find_summary(consultation), form, parts, 422, theirs=theirs)
    if htmx.asked():
        saved = queries.find_summary(consultation)
        return _page(consultation, saved, _summary_form(consultation, saved, fresh=True), _finding_forms(saved, shown=parts))
    flash(gettext("Texten är sparad."))
    return htmx.go(url_for("summaries_staff.write", **consultation.address, _anchor=anchor))


class Unticked(ValueError):
    """Nothing was ticked."""


def _save(summary: Summary, form: SummaryForm, parts: Parts, at: datetime) -> dict[int, Theirs]:
    """Save every word that has been touched. Gives what somebody else has saved instead, by the finding's id."""
    theirs: dict[int, Theirs] = {}
    for finding in list(summary.findings):
        part = parts[finding.id]
        if part.seen_version.data is None or part.untouched:  # added by somebody else meanwhile, or as it was shown
            continue
        before = finding.body
        try:
            commands.save_finding(
                finding,
                heading=part.heading.data or "",
                body=part.body.data or "",
                section=part.section.data if part.section.raw_data else None,
                minority=part.minority.data if part.loaded.data else None,
                seen_version=part.seen_version.data,
                actor=user(),
                at=at,
            )
        except Stale:
            theirs[finding.id] = _words(finding)
        refuse_partial(finding, before, finding.body)
    groups = [group for group in list_groups() if group.id in form.not_heard.data]
    try:
        seen = form.seen_version.data or 0
        commands.save_summary(summary, in_short=form.in_short.data or "", not_heard=groups, seen_version=seen, actor=user(), at=at)
    except Stale:
        theirs[AROUND] = {"heading": "", "text": summary.in_short, "version": summary.version}
    return theirs


def _words(finding: Finding) -> Theirs:
    return {"heading": finding.heading, "text": finding.body, "version": finding.version}


def _explain(form: SummaryForm, refused: Exception) -> None:
    if isinstance(refused, Blocked):
        form.form_errors.extend(sentence(blocker) for blocker in refused.blockers)
    elif isinstance(refused, Unticked):
        form.form_errors.append(gettext("Kryssa för minst en synpunkt."))
    else:
        form.reason.errors = [gettext("Skriv ett skäl, eller välj ett tidigare.")]


def _do(summary: Summary, form: SummaryForm, pressed: str, at: datetime) -> str | None:
    """What the button asks for beyond saving. Gives the anchor to come back to."""
    actor = user()
    verb, _, rest = pressed.partition(":")
    key, _, what = rest.partition(":")
    if verb == NEW:
        return f"stycke-{commands.add_finding(summary, actor=actor, at=at).number}"
    if verb == "lagg-at-sidan":
        _set_aside(summary, form, at)
        return "oanvanda"
    if verb not in ("upp", "ner", "ta-bort", "ta-over", "ram", "citera", "citat"):
        return None
    finding = _finding(summary, key, at)
    match verb:
        case "upp" | "ner":
            commands.move_finding(finding, up=verb == "upp", actor=actor, at=at)
        case "ta-bort":
            refuse_partial(finding, finding.body, "")
            commands.remove_finding(finding, actor=actor, at=at)
            return None
        case "ram":
            for paragraph in citations.parse(finding.body):
                if paragraph.orphan and stamp(paragraph.text) == what:
                    commands.mark_framing(finding, paragraph.text, actor=actor, at=at)
        case "citera" | "citat":
            number = text.whole_number(what)
            point = _points(summary, [] if number is None else [number])[0]
            (commands.cite if verb == "citera" else commands.quote)(finding, point, actor=actor, at=at)
    return f"stycke-{finding.number}"


def _set_aside(summary: Summary, form: SummaryForm, at: datetime) -> None:
    """Set aside what is ticked among the points that are not used, with one shared reason."""
    numbers = [number for key in request.form.getlist("valda") if (number := text.whole_number(key)) is not None]
    if not numbers:
        raise Unticked
    points = _points(summary, numbers)
    commands.set_aside(points, reason=form.reason.data or form.earlier_reason.data or "", actor=user(), at=at)
    form.reason.data = None
    flash(ngettext("En synpunkt är lagd åt sidan.", "%(num)s synpunkter är lagda åt sidan.", len(points)))


def _points(summary: Summary, numbers: list[int]) -> list[Point]:
    points = queries.list_points(summary.consultation, numbers)
    if not points or len(points) != len(set(numbers)) or not all(policy.may_sort(user(), point) for point in points):
        raise Missing("point")
    return points


def _finding(summary: Summary, key: str, at: datetime) -> Finding:
    if key == NEW:
        return commands.add_finding(summary, actor=user(), at=at)
    number = text.whole_number(key)
    if number is None:
        raise Missing("finding")
    return queries.get_finding(summary.consultation, number)


@bp.post("/sammanstallning/publicera")
@requires(policy.may_compile, load=get_consultation)
def publish(consultation: Consultation) -> ResponseReturnValue:
    """Publish what is saved, unless something is left: then all of it is told."""
    at = clock.now()
    commands.publish(commands.start_summary(consultation, actor=user(), at=at), actor=user(), at=at)
    flash(gettext("Sammanställningen är publicerad."))
    return htmx.go(url_for("summaries_staff.write", **consultation.address))


@bp.get("/sammanstallning/forhandsgranska")
@requires(policy.may_compile, load=get_consultation)
def preview(consultation: Consultation) -> ResponseReturnValue:
    """The text as a reader will meet it, with the words that it rests on. Published, it is what readers meet, masks and all."""
    if consultation.summary_published_at is not None:
        return htmx.go(url_for("summaries.show", **consultation.address))
    summary, at = queries.find_summary(consultation), clock.now()
    head, _ = get_head(consultation.municipality.slug, consultation.slug, at)
    return render_template(
        "summaries/staff/preview.html",
        **given(consultation),
        summary=summary,
        c=head,
        view=get_preview(consultation, summary, asked_page(), at),
    )


def _summary_form(consultation: Consultation, summary: Summary | None, *, fresh: bool = False) -> SummaryForm:
    form = SummaryForm(formdata=None) if fresh else SummaryForm()
    chosen = summary.not_heard if summary else []
    offered = {group.id: group.name for group in [*queries.list_groups_not_heard(consultation), *chosen]}
    form.not_heard.choices = list(offered.items())
    form.earlier_reason.choices = [("", gettext("Nytt skäl")), *((reason, reason) for reason in queries.list_reasons(consultation))]
    if fresh or not form.is_submitted():
        form.in_short.data = summary.in_short if summary else ""
        form.not_heard.data = [group.id for group in chosen]
        form.seen_version.data = summary.version if summary else 1
    if fresh:  # saved while a reason is being written
        form.reason.data, form.earlier_reason.data = request.form.get("reason", ""), request.form.get("earlier_reason", "")
    return form


def _finding_forms(summary: Summary | None, *, shown: Parts | None = None) -> Parts:
    """The findings' forms: as they were sent, or else as the findings are.

    Args:
        shown: what stands on the page that stays when the text has been saved: a wording that somebody else has replaced since
            keeps its version there, so that whoever changes it is told.
    """
    forms = {}
    for finding in summary.findings if summary else []:
        prefix = f"f{finding.id}-"
        form = FindingForm(formdata=None, prefix=prefix) if shown is not None else FindingForm(prefix=prefix)
        on_page = shown.get(finding.id) if shown else None
        if on_page is not None and on_page.untouched and on_page.seen_version.data != finding.version:
            form = on_page
        elif shown is not None or not form.is_submitted() or form.seen_version.data is None:
            form.heading.data, form.body.data = finding.heading, finding.body
            form.section.data, form.minority.data = finding.section, finding.minority
            if shown is not None or not form.is_submitted():
                form.seen_version.data = finding.version
                words = (text.one_line(finding.heading), text.normalised(finding.body), text.one_line(finding.section))
                form.loaded.data = digest(*words, finding.minority)
        forms[finding.id] = form
    return forms


def _page(
    consultation: Consultation,
    summary: Summary | None,
    form: SummaryForm,
    parts: Parts,
    status: int = 200,
    *,
    theirs: dict[int, Theirs] | None = None,
) -> ResponseReturnValue:
    at = clock.now()
    for finding_id, words in (theirs or {}).items():
        seen = (parts[finding_id] if finding_id else form).seen_version
        seen.raw_data, seen.data = None, words["version"]  # saving once more is then meant
    findings = summary.findings if summary else []
    facts = queries.publish_facts(consultation, summary)
    return htmx.render(
        "summaries/staff/write.html",
        "summaries/staff/_write.html",
        status,
        **given(consultation),
        summary=summary,
        findings=[(finding, parts[finding.id], citations.parse(finding.body)) for finding in findings if finding.id in parts],
        writers=queries_writing.writers_of(summary, own_id=user().id, at=at) if summary else {},
        cited=queries_writing.list_cited(summary) if summary else {},
        form=form,
        theirs=theirs or {},
        stamp=stamp,
        ticked=request.form.getlist("valda"),
        left=queries_writing.left_out(consultation),
        blockers=lifecycle.blockers_to_publish(facts, at),
        outdated=facts.check.outdated,
    )
