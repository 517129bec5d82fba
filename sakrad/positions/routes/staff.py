"""What the municipality does with what has come in: the list, the review for publication with its masks, the diary's list."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import SelectChoice, ValidationError

from sakrad.accounts.policy import is_coordinator
from sakrad.accounts.queries import barred_for
from sakrad.consultations.models import Consultation, Question
from sakrad.consultations.queries import get_consultation
from sakrad.consultations.queries_correcting import histories_of
from sakrad.core import clock, files, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, Blocker, Missing
from sakrad.core.paging import asked_page
from sakrad.core.text import Span, sentences, whole_number
from sakrad.directory.models import Municipality
from sakrad.directory.queries import find_name_when_verified, get_municipality
from sakrad.positions import (
    commands,
    forms,
    forms_together,
    lifecycle,
    lifecycle_received,
    policy,
    queries,
    queries_history,
    queries_parties,
    queries_received,
    queries_together,
    receipts,
)
from sakrad.positions.models import PositionAttachment, PositionVersion
from sakrad.records import queries as record_queries
from sakrad.records.models import ReviewDecision, TextKind

bp = Blueprint("positions_staff", __name__)
RESERVATIONS = (TextKind.reservation, TextKind.party_reservation)  # of which there may be several
SVAR = "/handlaggning/<kommun>/sakrad/<slug>/svar"
LISTA = "/handlaggning/<kommun>/diarielista"


@bp.get(SVAR)
@requires(policy.may_receive, load=get_consultation)
def received(consultation: Consultation) -> ResponseReturnValue:
    """Every version that has come in."""
    return render_template(
        "positions/staff/received.html",
        consultation=consultation,
        municipality=consultation.municipality,
        listed=queries.list_received(consultation, asked_page()),
        barred=barred_for(current_user),
    )


# --- the diary's list ----------------------------------------------------------------------------------------------


@bp.get(LISTA)
@requires(policy.may_keep_register, load=get_municipality)
def register(municipality: Municipality) -> ResponseReturnValue:
    """What has come in to the reader's authorities, for the one who keeps the register."""
    namnd, waiting = request.args.get("namnd", ""), request.args.get("visa") == "oregistrerade"
    listed = queries.list_register(municipality, current_user._get_current_object(), namnd=namnd, waiting_only=waiting, page=asked_page())
    return render_template(
        "positions/staff/register.html",
        municipality=municipality,
        listed=listed,
        namnd=namnd,
        waiting=waiting,
        barred=barred_for(current_user),
    )


@bp.post(f"{LISTA}/<number>/registrerad")
@requires(policy.may_register, load=queries.get_by_receipt)
def tick(version: PositionVersion) -> ResponseReturnValue:
    """The registrar's tick."""
    commands.tick_registered(version, actor=current_user._get_current_object(), at=clock.now())
    consultation = version.position.consultation
    if htmx.asked():
        return render_template("positions/staff/_tick.html", row=version, municipality=consultation.municipality)
    flash(_("%(number)s är markerat som registrerat.", number=version.receipt_number))
    kommun = consultation.municipality.slug
    back = url_for(".received", kommun=kommun, slug=consultation.slug) if "sakrad" in request.form else url_for(".register", kommun=kommun)
    return htmx.go(back)


@bp.get(f"{LISTA}/<number>.pdf")
@requires(policy.may_register, load=queries.get_by_receipt)
def document(version: PositionVersion) -> ResponseReturnValue:
    """The received document, the same as was sent to the authority's mailbox."""
    return files.attachment(receipts.receipt_pdf(version), receipts.file_name(version), "application/pdf")


# --- review for publication ----------------------------------------------------------------------------------------


@bp.get(f"{SVAR}/<org>")
@requires(policy.may_review, load=queries.get_received)
def review(current: PositionVersion) -> ResponseReturnValue:
    """The whole received text with the wish beside it."""
    return _review(_chosen(current, request.args.get("version", "")))


@bp.post(f"{SVAR}/<org>")
@requires(policy.may_review, load=queries.get_received)
def decide(current: PositionVersion) -> ResponseReturnValue:
    """Publish, or not."""
    form = _review_form()
    version = _chosen(current, form.version.data or "")
    if not form.validate():
        return _review(version, form=form), 422
    try:
        commands.review_position(
            version,
            decision=ReviewDecision(form.decision.data),
            reason=form.reason.data,
            actor=current_user._get_current_object(),
            at=clock.now(),
        )
    except commands.ReasonMissing:
        form.reason.errors = [_("Skriv varför svaret inte publiceras.")]
        return _review(version, form=form), 422
    except Blocked as blocked:
        return _review(version, form=form, blockers=blocked.blockers), 409
    flash(_("Beslutet är sparat."))
    return htmx.go(_address(version))


@bp.post(f"{SVAR}/<org>/maska")
@requires(policy.may_review, load=queries.get_received)
def mask(current: PositionVersion) -> ResponseReturnValue:
    """Mask words of one text, before or after it is published: readers see it at once."""
    form = forms.MaskForm()
    version = _chosen(current, form.version.data or "")
    key = _text_key(version, form.text.data or "")
    try:
        if not form.validate():
            raise ValidationError(" ".join(map(str, form.ground.errors)) or _("Välj ett av alternativen."))
        for span in _spans(form):
            commands.mask_text(version, *key, span, ground=form.ground.data, actor=current_user._get_current_object(), at=clock.now())
    except (ValidationError, commands.OutsideText) as error:
        wrong = _("Markeringen stämmer inte med texten. Markera igen.") if isinstance(error, commands.OutsideText) else str(error)
        return _review(version, wrong=(form.text.data or "", wrong)), 422
    flash(_("Orden är maskade i allt som publiceras."))
    return htmx.go(_address(version) + f"#text-{form.text.data}")


@bp.post(f"{SVAR}/<org>/avmaska")
@requires(policy.may_review, load=queries.get_received)
def unmask(current: PositionVersion) -> ResponseReturnValue:
    """Take a mask away; its trace stays."""
    version = _chosen(current, request.form.get("version", ""))
    found = queries.find_mask(whole_number(request.form.get("mask", "")) or 0)
    if found is None:
        raise Missing("mask")
    try:
        commands.unmask_text(version, found, actor=current_user._get_current_object(), at=clock.now())
    except commands.OutsideText:
        raise Missing("mask") from None
    flash(_("Maskningen är borttagen."))
    return htmx.go(_address(version))


def _chosen(current: PositionVersion, number: str) -> PositionVersion:
    """The version that the form or address names, or the current one."""
    if not number:
        return current
    for version in current.position.versions:
        if str(version.number) == number:
            return version
    raise Missing("version")


def _address(version: PositionVersion) -> str:
    position = version.position
    more: dict[str, Any] = {} if position.current_id == version.id else {"version": version.number}
    consultation = position.consultation
    return url_for(".review", **consultation.address, org=position.organisation.slug, **more)


def _texts(version: PositionVersion) -> list[dict[str, Any]]:
    """Each text that can be masked: what it is, its words, its sentences, its masks, and how readers see it."""
    numbers = {answer.id: answer.question for answer in version.answers}
    shown = queries.texts_of(version) | queries.party_texts_of(version)
    masks, about = queries.list_masks_over(shown), _about(version)
    texts: list[dict[str, Any]] = []
    for place, ((kind, text_id), text) in enumerate(shown.items(), start=1):
        own = [mask for mask in masks if (mask.kind, mask.text_id) == (kind, text_id)]
        spans = [Span(mask.start, mask.end) for mask in own]
        question = numbers.get(text_id) if kind is TextKind.answer else None
        texts.append(
            {
                "key": f"fraga-{question.number}" if question else f"{kind.value}-{place}" if kind in RESERVATIONS else kind.value,
                "kind": kind,
                "about": about.get((kind, text_id), ""),
                "id": text_id,
                "question": question,
                "text": text,
                "sentences": [(span, text[span.start : span.end]) for span in sentences(text)],
                "masks": [(mask, text[mask.start : mask.end]) for mask in own],
                "published": record_queries.published(text, spans) if spans else None,
            }
        )
    return texts


def _about(version: PositionVersion) -> dict[tuple[TextKind, int], str]:
    """Whose reservation it is, and on what."""

    def words(name: str, question: Question | None) -> str:
        what = _("fråga %(number)s", number=question.number) if question else _("hela svaret")
        return f"{name}, {what}"

    agreed = {(TextKind.reservation, one.id): words(one.target.organisation_name, one.question) for one in version.concurrences}
    theirs = [(party, own) for party in version.position.parties for own in party.reservations]
    return agreed | {(TextKind.party_reservation, own.id): words(party.name, own.question) for party, own in theirs}


def _text_key(version: PositionVersion, name: str) -> tuple[TextKind, int]:
    for text in _texts(version):
        if text["key"] == name:
            return text["kind"], text["id"]
    raise Missing("text")


def _spans(form: forms.MaskForm) -> list[Span]:
    """What was marked by hand, or the sentences that were chosen."""
    pairs = (
        [(form.start.data or "", form.end.data or "")] if form.end.data else [value.split("-", 1) for value in form.sentences.data or []]
    )
    if not pairs:
        raise ValidationError(_("Markera orden som ska maskas, eller välj meningar."))
    spans = [[whole_number(part) for part in pair] for pair in pairs]
    if not all(len(span) == 2 and None not in span for span in spans):
        raise ValidationError(_("Markeringen stämmer inte med texten. Markera igen."))
    return [Span(start or 0, end or 0) for start, end in spans]


def _review_form(**values: Any) -> forms.ReviewForm:
    form = forms.ReviewForm(**values)
    form.decision.choices = [
        SelectChoice(ReviewDecision.publish.value, _("Publicera")),
        SelectChoice(ReviewDecision.withheld.value, _("Publicera inte")),
    ]
    return form


def _not_public(attachment: PositionAttachment) -> list[Blocker]:
    return lifecycle_received.blockers_to_publish_attachment(queries_received.attached_facts(attachment))


def _review(
    version: PositionVersion,
    *,
    form: forms.ReviewForm | None = None,
    blockers: list[Blocker] | None = None,
    wrong: tuple[str, str] = ("", ""),
) -> str:
    position = version.position
    reviews = record_queries.list_reviews(version.id)
    if form is None:
        form = _review_form(formdata=None, version=str(version.number))
    return render_template(
        "positions/staff/review.html",
        version=version,
        position=position,
        versions=list(reversed(position.versions)),
        organisation=position.organisation,
        consultation=position.consultation,
        municipality=position.consultation.municipality,
        answers={answer.question_id: answer for answer in version.answers},
        texts=_texts(version),
        histories=histories_of(position.consultation),
        facts=receipts.facts_of(version),
        version_changes=queries_history.changes_of(version),
        reviews=reviews,
        blockers=lifecycle.blockers_to_publish(queries.publication_facts(version)) if blockers is None else blockers,
        form=form,
        mask_form=forms.MaskForm(formdata=None, version=str(version.number)),
        wrong=wrong,
        attachments=[(one, place, _not_public(one)) for place, one in enumerate(version.attachments, start=1)],
        agreements=queries_together.list_agreements(version, clock.now()),
        parties=queries_parties.list_sent_parties(position),
        pass_form=forms_together.PassForm(formdata=None),
        digest_of=lambda party: queries_parties.reservations_digest(queries_parties.reservations_of(party)),
        renamed_from=find_name_when_verified(position.organisation_id, position.consultation.municipality_id),
        may_verify=is_coordinator(current_user._get_current_object(), position.consultation.municipality),
    )
