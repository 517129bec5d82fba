"""Where officials write the authority's answers and what they promise. Their way to the authority is in staff_course."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, Blocker, Stale, refuse_unless_clear, show_beside
from sakrad.core.i18n import listing
from sakrad.directory.models import Function
from sakrad.responses import commands, forms, lifecycle, policy, queries, queries_answers, queries_desk, queries_paper
from sakrad.responses.lifecycle import ReleaseState
from sakrad.responses.lifecycle_answers import blockers_to_draft
from sakrad.responses.models import Commitment, CommitmentParty, Pledge
from sakrad.responses.naming import given_away
from sakrad.responses.targets import Target
from sakrad.summaries import citations

bp = Blueprint("responses_staff", __name__)
ONE = "/handlaggning/<kommun>/sakrad/<slug>/namndens-svar"
TARGET = f"{ONE}/<any(samlad, synpunkt):kind>/<int:number>"
PROMISE = f"{ONE}/atagande/<int:number>"
handles = requires(policy.may_send, load=get_consultation)
drafts = requires(policy.may_draft, load=queries.get_target)
changes_answer = requires(policy.may_answer, load=queries.get_answered)
changes_promise = requires(policy.may_follow_up, load=queries.get_commitment)


def user() -> Any:
    return current_user._get_current_object()


def to_desk(consultation: Consultation, anchor: str = "") -> ResponseReturnValue:
    return htmx.go(url_for(".show", **consultation.address, _anchor=anchor or None))


def refused(form: FlaskForm, blocked: Blocked) -> int:
    """Show why beside the fields. 422 when what was typed can be mended, 409 when it may not happen now."""
    show_beside(form, blocked)
    return 422 if all(blocker.field in form for blocker in blocked.blockers) else 409


def desk(
    consultation: Consultation,
    *,
    send: forms.SendForm | None = None,
    decision: forms.DecisionRecordForm | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """The page of all answers, with the form of the step that they have come to."""
    at = clock.now()
    found = queries_desk.get_desk(consultation)
    release = found.release
    steps: dict[ReleaseState, Callable[[lifecycle.ReleaseFacts, datetime], list[Blocker]]] = {
        ReleaseState.proposed: partial(lifecycle.blockers_to_send, unread=True),  # the form says what nobody has read
        ReleaseState.sent: lifecycle.blockers_to_decide,
        ReleaseState.decided: lifecycle.blockers_to_publish,
        ReleaseState.published: lifecycle.blockers_to_add_progress,
    }
    blockers = steps[found.state](found.facts, at)
    recorded = release if release is not None and release.decision_form is not None else None
    return render_template(
        "responses/staff/show.html",
        consultation=consultation,
        municipality=consultation.municipality,
        desk=found,
        proposed=queries_paper.list_proposed(found, at) if found.facts.responses else [],
        release=release,
        frozen=lifecycle.blockers_to_change(found.facts, at),
        blockers=blockers,
        send=send or forms.SendForm(formdata=None, data={"meeting_on": consultation.decision_on}),
        decision=decision or forms.DecisionRecordForm(formdata=None, data=_decided(recorded, found)),
        may_answer=lambda target: policy.may_answer(user(), target),
    ), status


def _decided(recorded: Any, found: queries_desk.Desk) -> dict[str, Any]:
    """What was recorded before it was taken back, or the day of the meeting."""
    if recorded is not None:
        return {name: getattr(recorded, f"decision_{name}" if name == "form" else name) for name in _DECISION}
    meeting = found.release.meeting_on if found.release else None
    return {"form": "board" if meeting else None, "decision_on": meeting}


_DECISION = ("form", "decision_on", "decision_ref", "minutes_url")


@bp.get(ONE)
@handles
def show(consultation: Consultation) -> ResponseReturnValue:
    """Everything that is to be answered, and how far the answers have come."""
    return desk(consultation)


@bp.route(TARGET, methods=["GET", "POST"])
@drafts
def answer(target: Target) -> ResponseReturnValue:
    """Propose an answer, or change it. A lost race shows both texts and keeps every word."""
    response, at = target.response, clock.now()
    handles_it = policy.may_answer(user(), target)
    form = forms.ResponseForm(data=forms.answer_of(response) if response else _begun(target))
    phrases = {phrase.reference: phrase for phrase in queries_answers.list_phrases(target.consultation.authority_id)}
    form.offer_phrases(phrases.values())
    facts = queries.release_facts(target.consultation, target.release)
    blockers = lifecycle.blockers_to_change(facts, at) if handles_it else blockers_to_draft(facts, at)
    overtaken: list[forms.Difference] = []
    status = 200
    if "insert" in request.form:
        if form.phrase.data in phrases:
            form.insert(phrases[form.phrase.data])
    elif form.is_submitted():
        status = 422
        if form.validate():
            try:
                refuse_unless_clear(blockers)
                _save(target, form)
            except Blocked as blocked:
                status = refused(form, blocked)
            except Stale as stale:
                status, overtaken = 409, form.overtaken(forms.answer_of(stale.theirs))
            else:
                flash(_("Sparat."))
                if handles_it:
                    hint_of_names(target, [form.reason.data or "", form.basis.data or ""])
                return _onward(target) if handles_it else htmx.go(url_for(".duties", kommun=target.consultation.municipality.slug))
    return render_template(
        "responses/staff/answer.html",
        target=target,
        consultation=target.consultation,
        municipality=target.consultation.municipality,
        form=form,
        phrases=phrases,
        overtaken=overtaken,
        handles=handles_it,
        body=body_of(target) if handles_it else "",
        concealed=queries_answers.concealed_senders(target, at) if handles_it else {},
        heading=target.finding.heading if handles_it and target.finding else queries_answers.heading_of(target),
        said=None if handles_it else queries_answers.said_behind(target, at),
        blockers=blockers,
    ), status


def hint_of_names(target: Target, texts: list[str], pledges: Iterable[Pledge] = ()) -> None:
    """Say it to the writer where the words give away whom readers are not told of: only a hint, for colleagues."""
    consultation = target.consultation
    names = [name for _seen, name in queries_answers.concealed_senders(target, clock.now()).values()]
    names += [pledge.organisation_name for pledge in pledges if pledge.confirmed_at is None]
    around = [consultation.municipality.name, consultation.authority.name, consultation.title, consultation.lead]
    if words := given_away(texts, names, around):
        hint = _("Läs igenom en gång till: %(words)s finns i namnet på en organisation som inte syns med namn.", words=listing(words))
        flash(hint, "warning")


def _begun(target: Target) -> dict[str, Any] | None:
    """The reason for which a point was left out is what its answer begins from."""
    if target.point is None or target.point.set_aside_at is None:
        return None
    return {"reason": queries_answers.reason_of([target.point])}


def _save(target: Target, form: forms.ResponseForm) -> None:
    at, actor = clock.now(), user()
    if target.response is None:
        release = commands.open_release(target.consultation, at=at)
        commands.propose(release, finding=target.finding, point=target.point, actor=actor, at=at, **form.values())
    else:
        commands.change_response(target.response, seen_version=form.version.data or 0, actor=actor, at=at, **form.values())


def _onward(target: Target) -> ResponseReturnValue:
    """To the next finding without an answer when that was asked for, otherwise back to the page of all."""
    consultation = target.consultation
    if "next" in request.form:
        left = queries.release_facts(consultation, target.release).unanswered
        number = next((each for each in left if each > target.number), left[0] if left else None)
        if number is not None:
            return htmx.go(url_for(".answer", **consultation.address, kind="samlad", number=number))
    return to_desk(consultation, f"{target.kind}-{target.number}")


def body_of(target: Target) -> Any:
    """The finding as readers see it, with the points' own numbers; the originals' words, for officials."""
    if target.finding is None:
        return ""
    return citations.render(target.finding.body, {citation.point.number: citation.point.number for citation in target.finding.citations})


@bp.post(f"{TARGET}/ta-bort")
@changes_answer
def withdraw(target: Target) -> ResponseReturnValue:
    """Take back a proposed answer."""
    if target.response is not None:
        commands.withdraw_response(target.response, actor=user(), at=clock.now())
    flash(_("Svaret är borttaget."))
    return to_desk(target.consultation, f"{target.kind}-{target.number}")


@bp.route(f"{TARGET}/atagande", methods=["GET", "POST"])
@changes_answer
def commit(target: Target) -> ResponseReturnValue:
    """Promise something as part of the answer."""
    form = forms.CommitmentForm()
    functions = _offer(form, target.consultation)
    status = 200
    if form.is_submitted() and target.response is not None:
        status = 422
        if form.validate():
            try:
                commitment = commands.commit_to(target.response, actor=user(), at=clock.now(), **_promised(form, functions))
            except Blocked as blocked:
                status = refused(form, blocked)
            else:
                flash(_("Åtagandet är tillagt."))
                hint_of_names(target, [commitment.what, commitment.how_seen])
                return to_desk(target.consultation, f"{target.kind}-{target.number}")
    return _promise_page(target.consultation, form, target, None, []), status


@bp.route(PROMISE, methods=["GET", "POST"])
@changes_promise
def change_commitment(commitment: Commitment) -> ResponseReturnValue:
    """Change a promise that is not decided yet."""
    form = forms.CommitmentForm(data=forms.promise_of(commitment))
    functions = _offer(form, commitment.consultation)
    target = target_of(commitment)
    overtaken: list[forms.Difference] = []
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                commands.change_commitment(
                    commitment, seen_version=form.version.data or 0, actor=user(), at=clock.now(), **_promised(form, functions)
                )
            except Blocked as blocked:
                status = refused(form, blocked)
            except Stale:
                status, overtaken = 409, form.overtaken(forms.promise_of(commitment))
            else:
                flash(_("Sparat."))
                hint_of_names(target, [commitment.what, commitment.how_seen], commitment.pledges)
                return to_desk(commitment.consultation, f"atagande-{commitment.number}")
    return _promise_page(commitment.consultation, form, target, commitment, overtaken), status


def target_of(commitment: Commitment) -> Target:
    """What the answer that the promise is part of is given to."""
    response = commitment.response
    return Target(commitment.consultation, response.finding, response.point, response.release, response)


@bp.post(f"{PROMISE}/ta-bort")
@changes_promise
def drop_commitment(commitment: Commitment) -> ResponseReturnValue:
    """Take a promise out of an answer that is not decided yet."""
    consultation = commitment.consultation
    commands.drop_commitment(commitment, actor=user(), at=clock.now())
    flash(_("Åtagandet är borttaget."))
    return to_desk(consultation)


def _offer(form: forms.CommitmentForm, consultation: Consultation) -> dict[str, Function]:
    """Give the form its choices; returns the functions by reference."""
    functions = queries.list_functions(consultation.municipality_id)
    form.offer(functions)
    return {function.reference: function for function in functions}


def _promised(form: forms.CommitmentForm, functions: dict[str, Function]) -> dict[str, Any]:
    """What the form says, as the commands take it."""
    values = {name: form[name].data for name in ("what", "due_on", "how_seen")}
    party = {"party": CommitmentParty(form.party.data)} if form.party.data else {}
    return values | party | {"function": functions[form.function.data]}


def _promise_page(
    consultation: Consultation,
    form: forms.CommitmentForm,
    target: Target,
    commitment: Commitment | None,
    overtaken: list[forms.Difference],
) -> str:
    facts = queries.release_facts(consultation, target.release)
    return render_template(
        "responses/staff/commit.html",
        consultation=consultation,
        municipality=consultation.municipality,
        target=target,
        commitment=commitment,
        form=form,
        overtaken=overtaken,
        blockers=lifecycle.blockers_to_commit(facts, clock.now()),
    )
