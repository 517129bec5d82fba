"""A party's own word: the link that its mail carries, and the page where its members approve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations.models import Question
from sakrad.consultations.queries_correcting import histories_of
from sakrad.core import clock, htmx
from sakrad.core.access import bearer
from sakrad.core.errors import Blocked, Blocker, Stale
from sakrad.positions import commands, forms_together, lifecycle_together, queries_parties, queries_together
from sakrad.positions.forms import part_name
from sakrad.positions.links import party_token
from sakrad.positions.models import PositionParty

bp = Blueprint("positions_party", __name__)


@bp.get("/star-bakom/<token>")
@bearer(load=queries_parties.get_party)
def show(party: PositionParty) -> ResponseReturnValue:
    """The received answer in full, and whether the party stands behind it. Writes nothing."""
    return _page(party, form_of(party))


@bp.post("/star-bakom/<token>")
@bearer(load=queries_parties.get_party)
def confirm(party: PositionParty) -> ResponseReturnValue:
    """Vi står bakom svaret."""
    form = posted_form(party)
    if not form.validate():
        return _page(party, form, status=422)
    try:
        confirmed = commands.confirm_party(
            party,
            reservations=reservations_in(form, party),
            organisation_name=form.name.data if "name" in form else "",
            seen_version=form.seen_version,
            actor=None,
            at=clock.now(),
        )
    except commands.MembersOnly:
        return _page(party, form, status=409)
    except Blocked as blocked:
        return _page(party, form, blockers=blocked.blockers, status=409)
    except Stale:
        return _page(party, changed(party, form), status=422)
    flash(_("Tack! Ni står nu bakom svaret."))
    return htmx.go(url_for(".show", token=party_token(confirmed)))


@bp.post("/star-bakom/<token>/nej")
@bearer(load=queries_parties.get_party)
def decline(party: PositionParty) -> ResponseReturnValue:
    """Vi står inte bakom. What the members have approved together is not undone by the holder of a link."""
    try:
        if party.stands and queries_parties.approvals_needed(party) > 1:
            return _page(party, form_of(party), status=409)
        commands.decline_party(party, actor=None, at=clock.now())
    except Blocked as blocked:
        return _page(party, form_of(party), blockers=blocked.blockers, status=409)
    flash(_("Tack för beskedet. Er organisation visas inte längre vid svaret."))
    return htmx.go(url_for(".show", token=party_token(party)))


def _page(party: PositionParty, form: Any, *, blockers: list[Blocker] | None = None, status: int = 200) -> ResponseReturnValue:
    needed = queries_parties.approvals_needed(party)
    registered = queries_parties.find_registered(party)
    return render_template(
        "positions/link/party.html",
        **asked(party, form, blockers),
        token=party_token(party),
        registered=registered,
        members_only=registered.slug if registered and needed > 1 else "",
    ), status


# --- shared with the members' page (organisation_joint) ------------------------------------------------------------


def questions_of(party: PositionParty) -> list[Question]:
    """The questions that the answer answers: on each of them one may have a reservation."""
    answered = queries_together.answered_in(queries_parties.asked_version(party))
    return [question for question in party.position.consultation.questions if question.number in answered]


def form_of(party: PositionParty) -> Any:
    """The form with the reservations as they stand."""
    own = queries_parties.reservations_of(party)
    stored: dict[str, Any] = {part_name(question): {"text": text} for question, text in own.items()}
    stored["version"] = str(queries_parties.asked_version(party).number)
    stored["seen"] = queries_parties.reservations_digest(own)
    stored["name"] = party.name
    return _form(party, stored)


def posted_form(party: PositionParty) -> Any:
    """The form as it came."""
    return _form(party, {})


def _form(party: PositionParty, data: dict[str, Any]) -> Any:
    return forms_together.stand_form(questions_of(party), named=queries_parties.find_registered(party) is None, data=data)


def changed(party: PositionParty, form: Any) -> Any:
    """The form after somebody else was faster: every word stays, and what stands there now is taken as read the next time."""
    form.form_errors.append(_("Svaret eller förbehållen har ändrats sedan ni läste dem. Läs igenom igen innan ni bekräftar."))
    form.version.data = str(queries_parties.asked_version(party).number)
    form.seen.data = queries_parties.reservations_digest(queries_parties.reservations_of(party))
    return form


def reservations_in(form: Any, party: PositionParty) -> dict[Question, str]:
    """What the form says, by question."""
    return {question: form[part_name(question)].form.text.data for question in questions_of(party)}


def asked(party: PositionParty, form: Any, blockers: list[Blocker] | None) -> dict[str, Any]:
    """What both pages are given."""
    version, consultation = queries_parties.asked_version(party), party.position.consultation
    answers = {answer.question_id: answer for answer in version.answers}
    if blockers is None:
        blockers = lifecycle_together.blockers_to_stand_behind(queries_parties.joining_facts(party), clock.now())
    reservation: Callable[[Question], Any] = lambda question: form[part_name(question)].form.text  # noqa: E731
    return {
        "party": party,
        "consultation": consultation,
        "version": version,
        "answers": [(question, answers.get(question.id)) for question in consultation.questions],
        "questions": questions_of(party),
        "histories": histories_of(consultation),
        "agreements": queries_together.list_agreements(version, clock.now()),
        "reservation": reservation,
        "form": form,
        "blockers": blockers,
    }


__all__ = ["asked", "bp", "changed", "form_of", "posted_form", "reservations_in"]
