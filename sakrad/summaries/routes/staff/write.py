"""The summary as text: everything in one form, so that each button saves every word."""

from __future__ import annotations

import zlib
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import dates_of, get_consultation
from sakrad.consultations.queries_public import get_head
from sakrad.core import clock, htmx, text
from sakrad.core.access import requires
from sakrad.core.db import abandon
from sakrad.core.errors import Blocker, Missing, Stale, sentence
from sakrad.directory.queries import list_groups
from sakrad.summaries import citations, commands, lifecycle, policy, queries, queries_staff
from sakrad.summaries.forms import FindingForm, SummaryForm
from sakrad.summaries.models import Finding, Summary
from sakrad.summaries.routes.staff import bp
from sakrad.summaries.routes.staff.desk import NEW, here, user

Theirs = dict[str, Any]


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
    """Save the whole text, then do what the button says: `gor` is empty, "ny", or "<verb>:<finding>[:<what>]"."""
    at, actor = clock.now(), user()
    summary = commands.start_summary(consultation, actor=actor, at=at)
    form, parts = _summary_form(consultation, summary), _finding_forms(summary)
    if not all([form.validate_on_submit(), *(part.validate() for part in parts.values())]):
        return _page(consultation, summary, form, parts, 422)
    theirs: dict[int, Theirs] = {}  # by the finding's id; 0 for what stands around them
    finding_id = 0
    try:
        for finding in list(summary.findings):
            finding_id, part = finding.id, parts[finding.id]
            if part.seen_version.data is None:  # added by somebody else meanwhile: not in this form
                continue
            words = {"heading": part.heading.data or "", "body": part.body.data or ""}
            try:
                commands.save_finding(finding, **words, seen_version=part.seen_version.data, actor=actor, at=at)
            except Stale:
                theirs[finding.id] = {"heading": finding.heading, "text": finding.body, "version": finding.version}
        groups = [group for group in list_groups() if group.id in form.not_heard.data]
        try:
            seen = form.seen_version.data or 0
            commands.save_summary(summary, in_short=form.in_short.data or "", not_heard=groups, seen_version=seen, actor=actor, at=at)
        except Stale:
            theirs[0] = {"heading": "", "text": summary.in_short, "version": summary.version}
    except commands.UnknownPoints as unknown:
        abandon()
        parts[finding_id].body.errors = [sentence(Blocker("point_unknown", {"numbers": unknown.numbers}))]
        return _page(consultation, queries.find_summary(consultation), form, parts, 422)
    if theirs:
        abandon()
        return _page(consultation, queries.find_summary(consultation), form, parts, 422, theirs=theirs)
    anchor = _do(summary, request.form.get("gor", ""), at)
    if htmx.asked():
        saved = queries.find_summary(consultation)
        return _page(consultation, saved, _summary_form(consultation, saved, fresh=True), _finding_forms(saved, fresh=True))
    flash(gettext("Texten är sparad."))
    return htmx.go(url_for("summaries_staff.write", **here(consultation), _anchor=anchor))


def _do(summary: Summary, pressed: str, at: Any) -> str | None:
    """What the button asks for beyond saving. Gives the anchor to come back to."""
    actor = user()
    verb, _, rest = pressed.partition(":")
    key, _, what = rest.partition(":")
    if verb == NEW:
        return f"stycke-{commands.add_finding(summary, actor=actor, at=at).number}"
    if verb not in ("upp", "ner", "ta-bort", "ram", "citera"):
        return None
    finding = _finding(summary, key, at)
    match verb:
        case "upp" | "ner":
            commands.move_finding(finding, up=verb == "upp", actor=actor, at=at)
        case "ta-bort":
            commands.remove_finding(finding, actor=actor, at=at)
            return None
        case "ram":
            for paragraph in citations.parse(finding.body):
                if paragraph.orphan and stamp(paragraph.text) == what:
                    commands.mark_framing(finding, paragraph.text, actor=actor, at=at)
        case _:
            number = text.whole_number(what)
            points = queries.list_points(summary.consultation, [] if number is None else [number])
            if not points or not policy.may_sort(actor, points[0]):
                raise Missing("point")
            commands.cite(finding, points[0], actor=actor, at=at)
    return f"stycke-{finding.number}"


def _finding(summary: Summary, key: str, at: Any) -> Finding:
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
    return htmx.go(url_for("summaries_staff.write", **here(consultation)))


@bp.get("/sammanstallning/forhandsgranska")
@requires(policy.may_compile, load=get_consultation)
def preview(consultation: Consultation) -> ResponseReturnValue:
    """The text as a reader will meet it, with the words that it rests on."""
    summary, at = queries.find_summary(consultation), clock.now()
    head, _ = get_head(consultation.municipality.slug, consultation.slug, at)
    return render_template(
        "summaries/staff/preview.html",
        consultation=consultation,
        municipality=consultation.municipality,
        here=here(consultation),
        summary=summary,
        c=head,
        shown=queries_staff.list_previews(summary, at) if summary else [],
    )


def _summary_form(consultation: Consultation, summary: Summary | None, *, fresh: bool = False) -> SummaryForm:
    form = SummaryForm(formdata=None) if fresh else SummaryForm()
    chosen = summary.not_heard if summary else []
    offered = {group.id: group.name for group in [*consultation.groups, *chosen]}
    form.not_heard.choices = list(offered.items())
    if fresh or not form.is_submitted():
        form.in_short.data = summary.in_short if summary else ""
        form.not_heard.data = [group.id for group in chosen]
        form.seen_version.data = summary.version if summary else 1
    return form


def _finding_forms(summary: Summary | None, *, fresh: bool = False) -> dict[int, FindingForm]:
    forms = {}
    for finding in summary.findings if summary else []:
        form = FindingForm(formdata=None, prefix=f"f{finding.id}-") if fresh else FindingForm(prefix=f"f{finding.id}-")
        if fresh or not form.is_submitted() or form.seen_version.data is None:
            form.heading.data, form.body.data = finding.heading, finding.body
        if fresh or not form.is_submitted():
            form.seen_version.data = finding.version
        forms[finding.id] = form
    return forms


def _page(
    consultation: Consultation,
    summary: Summary | None,
    form: SummaryForm,
    parts: dict[int, FindingForm],
    status: int = 200,
    *,
    theirs: dict[int, Theirs] | None = None,
) -> ResponseReturnValue:
    at = clock.now()
    for finding_id, words in (theirs or {}).items():
        seen = (parts[finding_id] if finding_id else form).seen_version
        seen.raw_data, seen.data = None, words["version"]  # saving once more is then meant
    unused, unused_count = queries_staff.list_unused(consultation)
    facts = queries.publish_facts(consultation, summary)
    return htmx.render(
        "summaries/staff/write.html",
        "summaries/staff/_write.html",
        status,
        consultation=consultation,
        municipality=consultation.municipality,
        here=here(consultation),
        summary=summary,
        findings=[(finding, parts[finding.id], citations.parse(finding.body)) for finding in (summary.findings if summary else [])],
        form=form,
        theirs=theirs or {},
        stamp=stamp,
        unused=unused,
        unused_count=unused_count,
        suggested=queries.list_groups_not_heard(consultation),
        blockers=lifecycle.blockers_to_publish(facts, at),
        frozen=[sentence(blocker) for blocker in lifecycle.blockers_to_compile(dates_of(consultation), at)],
    )
