"""Following up what was promised: what has happened, decisions that bear on it, and words that are hidden in all of it."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.accounts.queries import barred_for
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core import clock, files, htmx, stripping
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, Missing, refuse_unless_clear
from sakrad.core.paging import asked_page
from sakrad.directory.models import Municipality
from sakrad.directory.queries import get_municipality
from sakrad.positions.forms_received import refusal
from sakrad.records.masking import MaskableText, MaskForm, get_masks, list_hidden, shown
from sakrad.responses import commands, forms_ledger, lifecycle, lifecycle_pledging, policy, queries, queries_ledger, queries_pledges
from sakrad.responses.models import Commitment, ProgressStatus
from sakrad.responses.queries_texts import list_texts
from sakrad.responses.routes.staff import ONE, bp, refused, user

__all__ = ["bp"]  # whose routes these are
FOLLOW_UP = "/handlaggning/<kommun>/ataganden"
ONE_COMMITMENT = f"{FOLLOW_UP}/<slug>/<int:number>"


def _receive_proof() -> files.Upload | files.RefusedFile | None:
    """Check, strip and store the proof before the lock is taken."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return None
    content = upload.stream.read(forms_ledger.LARGEST_PROOF + 1)
    try:
        kind = files.check(content, forms_ledger.LARGEST_PROOF)
        return files.put(stripping.strip(content, kind), upload.filename, kind)
    except files.RefusedFile as refused_file:
        return refused_file


@bp.get(FOLLOW_UP)
@requires(policy.may_see_commitments, load=get_municipality)
def commitments(municipality: Municipality) -> ResponseReturnValue:
    """What the municipality has promised and how it goes: overdue first."""
    pile = request.args.get("lage", "")
    page = asked_page()
    found = queries.list_commitments(municipality.id, pile=pile, today=clock.today(), page=page)
    return render_template(
        "responses/staff/commitments.html",
        municipality=municipality,
        found=found,
        pile=pile,
        page=page,
        may_follow_up=lambda commitment: policy.may_follow_up(user(), commitment),
    )


@bp.route(ONE_COMMITMENT, methods=["GET", "POST"])
@requires(policy.may_follow_up, load=queries.get_commitment, prepare=_receive_proof)
def follow_up(commitment: Commitment, prepared: files.Upload | files.RefusedFile | None) -> ResponseReturnValue:
    """One commitment: what has been told so far, and what has happened since."""
    form, status = forms_ledger.ProgressForm(), 200
    if form.is_submitted():
        status = 422
        valid = form.validate()
        if isinstance(prepared, files.RefusedFile):
            form.file.errors = [refusal(prepared)]
        elif valid:
            try:
                commands.add_progress(
                    commitment,
                    status=ProgressStatus(form.status.data),
                    text=form.text.data or "",
                    link=form.link.data or "",
                    due_on=form.due_on.data,
                    proof=prepared,
                    file_says=form.file_says.data or "",
                    actor=user(),
                    at=clock.now(),
                )
            except Blocked as blocked:
                status = refused(form, blocked)
            else:
                flash(_("Det är tillagt och syns offentligt."))
                return to_commitment(commitment)
        if prepared is not None and not form.file.errors:
            form.file.errors = [_("Välj filen en gång till.")]
    return commitment_page(commitment, progress=form, status=status)


def to_commitment(commitment: Commitment, anchor: str = "") -> ResponseReturnValue:
    return htmx.go(url_for(".follow_up", **commitment.consultation.address, number=commitment.number, _anchor=anchor or None))


def commitment_page(
    commitment: Commitment,
    *,
    progress: forms_ledger.ProgressForm | None = None,
    pledge: forms_ledger.PledgeForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """The page of one commitment, with what was typed in the form that was sent."""
    at, consultation = clock.now(), commitment.consultation
    release = commitment.response.release
    pledges = queries_pledges.list_pledges(commitment)
    facts = lifecycle_pledging.PledgeFacts(release.published_at is not None, consultation.ended_at is not None)
    closed = lifecycle_pledging.blockers_to_propose(commitment.party, facts, at)
    if not facts.published:
        closed += lifecycle.blockers_to_change(queries.release_facts(consultation, release), at)
    if pledge is None and not closed:
        pledge = forms_ledger.PledgeForm(formdata=None)
        pledge.offer(proposable(commitment))
    return render_template(
        "responses/staff/follow_up.html",
        commitment=commitment,
        consultation=consultation,
        municipality=consultation.municipality,
        standing=queries.standing_of(commitment, clock.day_of(at)),
        steps=queries_ledger.list_steps(commitment),
        decisions=queries_ledger.list_decisions(consultation.id, commitment),
        form=progress or forms_ledger.ProgressForm(formdata=None),
        blockers=lifecycle.blockers_to_add_progress(queries.release_facts(consultation, release), at),
        pledges=[(one, queries_pledges.state_of(one), policy.may_handle_pledge(user(), one)) for one in pledges],
        pledge=pledge,
        closed=closed,
    ), status


def proposable(commitment: Commitment) -> list[Any]:
    """The organisations that a part may be proposed to: those without one, unless the official is a member (jäv)."""
    taken = {one.organisation_id for one in commitment.pledges} | {one.organisation.heir_id for one in commitment.pledges}
    asked = queries_pledges.list_askable(commitment.consultation)
    barred = barred_for(user())
    return [one for one in asked if one.id not in taken and one.id not in barred]


# --- decisions ------------------------------------------------------------------------------------------------------


@bp.route(f"{ONE}/beslut-som-ror", methods=["GET", "POST"])
@requires(policy.may_send, load=get_consultation)
def decisions(consultation: Consultation) -> ResponseReturnValue:
    """Decisions of a nämnd or of the council that bear on what was answered: what is linked, and one more."""
    form, status = forms_ledger.DecisionForm(), 200
    listed = queries_ledger.list_published(consultation)
    form.offer(listed)
    if not form.is_submitted() and (asked := request.args.get("om", "")) in {str(one.number) for one in listed}:
        form.about.data = asked
    if form.is_submitted():
        status = 422
        if form.validate():
            about = next((one for one in listed if str(one.number) == form.about.data), None)
            values = {name: form[name].data or "" for name in ("body", "ref", "what", "minutes_url")}
            try:
                commands.link_decision(
                    consultation, commitment=about, decided_on=form.decided_on.data, **values, actor=user(), at=clock.now()
                )
            except Blocked as blocked:
                status = refused(form, blocked)
            else:
                flash(_("Beslutet är länkat och syns offentligt."))
                return htmx.go(url_for(".decisions", **consultation.address))
    return render_template(
        "responses/staff/decisions.html",
        consultation=consultation,
        municipality=consultation.municipality,
        decisions=queries_ledger.list_decisions(consultation.id),
        form=form,
        blockers=lifecycle_pledging.blockers_to_link(bool(listed) or consultation.feedback_published_at is not None),
    ), status


# --- masking --------------------------------------------------------------------------------------------------------


@bp.route(f"{ONE}/maska", methods=["GET", "POST"])
@requires(policy.may_mask, load=get_consultation)
def masks(consultation: Consultation) -> ResponseReturnValue:
    """Hide words in the text of ?text=, with links to the others: answers, commitments, what was told, parts, decisions, verdicts."""
    texts = list_texts(consultation, user())
    refuse_unless_clear(lifecycle.blockers_to_mask(bool(texts)))
    text, at = _chosen(texts), clock.now()
    here = url_for(".masks", **consultation.address, text=text.key)
    if number := request.form.get("mask"):
        commands.unmask_words(consultation, get_masks(text, number), actor=user(), at=at)
        return htmx.go(here)
    form = MaskForm()
    if form.is_submitted() and form.hides(partial(commands.mask_words, consultation, text, actor=user(), at=at)):
        flash(_("Orden är dolda på alla sidor."))
        return htmx.go(here)
    return render_template(
        "responses/staff/masks.html",
        consultation=consultation,
        municipality=consultation.municipality,
        texts=texts,
        text=text,
        action=here,
        form=form,
        hidden=list_hidden(text),
        shown=shown(text),
    ), 422 if form.is_submitted() else 200


def _chosen(texts: list[MaskableText]) -> MaskableText:
    wanted = request.args.get("text")
    for text in texts:
        if wanted in (None, text.key):
            return text
    raise Missing("text")
