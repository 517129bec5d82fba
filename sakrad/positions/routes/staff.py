"""What the municipality does with what has come in: the list, the review for publication with its masks, the diary's list."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import SelectChoice

from sakrad.accounts.policy import is_coordinator
from sakrad.accounts.queries import barred_for
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.consultations.queries_correcting import histories_of
from sakrad.core import clock, files, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, Blocker, Missing
from sakrad.core.paging import asked_page
from sakrad.directory.models import Municipality
from sakrad.directory.queries import find_name_when_verified, get_municipality
from sakrad.positions import (
    commands,
    forms,
    forms_received,
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
from sakrad.positions.queries_masking import get_text, list_texts
from sakrad.records import queries as record_queries
from sakrad.records.masking import MaskForm, get_masks, list_hidden, shown
from sakrad.records.models import MaskGround, ReviewDecision, ReviewKind

bp = Blueprint("positions_staff", __name__)
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
    return review_page(_chosen(current, request.args.get("version", "")))


@bp.post(f"{SVAR}/<org>")
@requires(policy.may_review, load=queries.get_received)
def decide(current: PositionVersion) -> ResponseReturnValue:
    """Publish, or not."""
    form = _review_form()
    version = _chosen(current, form.version.data or "")
    if not form.validate():
        return review_page(version, form=form), 422
    try:
        commands.review_position(
            version,
            decision=ReviewDecision(form.decision.data),
            ground=MaskGround(form.ground.data) if form.ground.data else None,
            reason=form.reason.data,
            actor=current_user._get_current_object(),
            at=clock.now(),
        )
    except commands.ReasonMissing:
        form.reason.errors = [_("Skriv varför svaret inte publiceras.")]
        return review_page(version, form=form), 422
    except commands.GroundMissing:
        form.ground.errors = [_("Välj grunden för att svaret inte publiceras.")]
        return review_page(version, form=form), 422
    except Blocked as blocked:
        return review_page(version, form=form, blockers=blocked.blockers), 409
    flash(_("Beslutet är sparat."))
    return htmx.go(_address(version))


@bp.post(f"{SVAR}/<org>/maska")
@requires(policy.may_review, load=queries.get_received)
def mask(current: PositionVersion) -> ResponseReturnValue:
    """Mask words of one text, before or after it is published: readers see it at once."""
    key = request.form.get("text", "")
    version = _chosen(current, request.form.get("version", ""))
    text = get_text(version, key)
    form = MaskForm(key=f"text-{key}")
    if not form.hides(partial(commands.mask_words, version, text, actor=current_user._get_current_object(), at=clock.now())):
        return review_page(version, masking=(key, form)), 422
    flash(_("Orden är maskade i allt som publiceras."))
    return htmx.go(_address(version) + f"#text-{key}")


@bp.post(f"{SVAR}/<org>/avmaska")
@requires(policy.may_review, load=queries.get_received)
def unmask(current: PositionVersion) -> ResponseReturnValue:
    """Take a mask away; its trace stays."""
    version = _chosen(current, request.form.get("version", ""))
    masks = get_masks(get_text(version, request.form.get("text", "")), request.form.get("mask", ""))
    commands.unmask_words(version, masks, actor=current_user._get_current_object(), at=clock.now())
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


def _review_form(**values: Any) -> forms.ReviewForm:
    form = forms.ReviewForm(**values)
    form.decision.choices = [
        SelectChoice(ReviewDecision.publish.value, _("Publicera")),
        SelectChoice(ReviewDecision.withheld.value, _("Publicera inte")),
    ]
    return form


def _mask_form(key: str, sent: tuple[str, MaskForm] | None) -> MaskForm:
    """Of the text with the key: the one that was just sent keeps what was chosen."""
    return sent[1] if sent and sent[0] == key else MaskForm(formdata=None, key=f"text-{key}")


def _form_for(sent: tuple[str, Any] | None) -> Any:
    """Gives the form of a kind for an attachment, with ids of its own: the one that was just sent, or an empty one."""

    def form_for(kind: str, reference: str) -> Any:
        made = forms_received.ReplaceForm if kind == "replace" else forms_received.WithholdForm
        form = sent[1] if sent and sent[0] == reference and type(sent[1]) is made else made(formdata=None)
        for one in form:
            one.id = one.label.field_id = f"{kind}-{reference}-{one.name}"
        return form

    return form_for


def _not_public(attachment: PositionAttachment) -> list[Blocker]:
    return lifecycle_received.blockers_to_publish_attachment(queries_received.attached_facts(attachment))


def review_page(
    version: PositionVersion,
    *,
    form: forms.ReviewForm | None = None,
    blockers: list[Blocker] | None = None,
    masking: tuple[str, MaskForm] | None = None,
    file_form: tuple[str, Any] | None = None,
) -> str:
    """The whole review; `masking` and `file_form` are the form that was just refused, with what it was about."""
    position = version.position
    reviews = record_queries.list_reviews(ReviewKind.position, version.id)
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
        texts=[(one, list_hidden(one.text), _mask_form(one.text.key, masking)) for one in list_texts(version)],
        shown=shown,
        histories=histories_of(position.consultation),
        facts=receipts.facts_of(version),
        version_changes=queries_history.changes_of(version),
        reviews=reviews,
        blockers=lifecycle.blockers_to_publish(queries.publication_facts(version)) if blockers is None else blockers,
        form=form,
        attachments=[(one, place, _not_public(one)) for place, one in enumerate(version.attachments, start=1)],
        decided=record_queries.latest_reviews(ReviewKind.attachment, [one.id for one in version.attachments]),
        file_form=file_form[1] if file_form else None,
        form_for=_form_for(file_form),
        agreements=queries_together.list_agreements(version, clock.now()),
        parties=queries_parties.list_sent_parties(position),
        pass_form=forms_together.PassForm(formdata=None),
        digest_of=lambda party: queries_parties.reservations_digest(queries_parties.reservations_of(party)),
        renamed_from=find_name_when_verified(position.organisation_id, position.consultation.municipality_id),
        may_verify=is_coordinator(current_user._get_current_object(), position.consultation.municipality),
    )
