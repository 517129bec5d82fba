"""Masking words in what is published: the same hour, everywhere, with the original kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import dates_of, get_consultation
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.db import abandon
from sakrad.core.errors import Missing, refuse_unless_clear
from sakrad.core.text import Span
from sakrad.records.models import Mask, MaskGround, TextKind
from sakrad.records.queries import list_masks
from sakrad.summaries import commands, lifecycle, policy, queries
from sakrad.summaries.forms import MaskForm
from sakrad.summaries.routes.staff import bp
from sakrad.summaries.routes.staff.desk import here, user


@dataclass(frozen=True, slots=True)
class Text:
    """A published text that may be masked. A reason that many points share is one text to its readers."""

    key: str  # how the address names it
    kind: TextKind
    ids: list[int]
    where: str
    text: str


def list_texts(consultation: Consultation) -> list[Text]:
    """Every published text of the summary, in the order of the page."""
    summary = queries.find_summary(consultation)
    if summary is None:
        return []
    texts = [Text("kort", TextKind.in_short, [summary.id], gettext("Kort om sakrådet"), summary.in_short)]
    for finding in summary.findings:
        number = finding.number
        heading, body = gettext("Rubrik %(n)s", n=number), gettext("Samlad synpunkt %(n)s", n=number)
        texts.append(Text(f"rubrik-{number}", TextKind.finding_heading, [finding.id], heading, finding.heading))
        texts.append(Text(f"text-{number}", TextKind.finding, [finding.id], body, finding.body))
    reasons: dict[str, list[Any]] = {}
    for number, point_id, reason in queries.list_set_aside(consultation):
        reasons.setdefault(reason, []).append((number, point_id))
    for reason, points in reasons.items():
        where = gettext("Skäl att lägga åt sidan (%(n)s)", n=", ".join(f"[{number}]" for number, _ in points))
        texts.append(Text(f"skal-{points[0][0]}", TextKind.set_aside, [point_id for _, point_id in points], where, reason))
    return texts


@bp.get("/sammanstallning/maska")
@requires(policy.may_compile, load=get_consultation)
def masks(consultation: Consultation) -> ResponseReturnValue:
    refuse_unless_clear(lifecycle.blockers_to_mask(dates_of(consultation)))
    return _page(consultation, MaskForm())


@bp.post("/sammanstallning/maska")
@requires(policy.may_compile, load=get_consultation)
def mask(consultation: Consultation) -> ResponseReturnValue:
    """Hide the marked words of ?text=, or every place where the written words stand."""
    form = MaskForm()
    chosen = _chosen(list_texts(consultation))
    if not form.validate_on_submit():
        return _page(consultation, form, 422)
    span = Span(form.start.data or 0, form.end.data) if form.end.data else None
    try:
        commands.mask_words(
            consultation,
            chosen.kind,
            chosen.ids,
            source=chosen.text,
            words=form.words.data or "",
            span=span,
            ground=MaskGround(form.ground.data),
            actor=user(),
            at=clock.now(),
        )
    except commands.WordsMissing:
        abandon()
        form.words.errors = [gettext("Orden finns inte i texten. Markera dem, eller skriv dem exakt som de står.")]
        return _page(consultation, form, 422)
    flash(gettext("Orden är dolda överallt där texten visas."))
    return htmx.go(_address(consultation, chosen.key))


@bp.post("/sammanstallning/maska/visa-igen")
@requires(policy.may_compile, load=get_consultation)
def unmask(consultation: Consultation) -> ResponseReturnValue:
    """Show the words of ?text= between ?fran= and ?till= again."""
    chosen = _chosen(list_texts(consultation))
    start, end = request.args.get("fran", type=int), request.args.get("till", type=int)
    found = [mask for mask in list_masks(chosen.kind, chosen.ids) if (mask.start, mask.end) == (start, end)]
    if not found:
        raise Missing("mask")
    commands.unmask_words(consultation, found, actor=user(), at=clock.now())
    return htmx.go(_address(consultation, chosen.key))


def _chosen(texts: list[Text]) -> Text:
    for text in texts:
        if text.key == request.args.get("text", "kort"):
            return text
    raise Missing("text")


def _address(consultation: Consultation, key: str) -> str:
    return url_for("summaries_staff.masks", **here(consultation), text=key)


def _page(consultation: Consultation, form: MaskForm, status: int = 200) -> ResponseReturnValue:
    texts = list_texts(consultation)
    chosen = _chosen(texts)
    standing: dict[tuple[int, int], Mask] = {(mask.start, mask.end): mask for mask in list_masks(chosen.kind, chosen.ids)}
    html = render_template(
        "summaries/staff/masks.html",
        consultation=consultation,
        municipality=consultation.municipality,
        here=here(consultation),
        texts=texts,
        chosen=chosen,
        masks=[(mask, chosen.text[mask.start : mask.end]) for mask in standing.values()],
        form=form,
    )
    return html, status
