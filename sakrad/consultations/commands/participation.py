"""An organisation that is not invited asks to take part, and is owed an answer (METHOD.md §1.2, step 3)."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from sakrad.consultations import lifecycle, queries, queries_participation
from sakrad.consultations.commands.invitations import invite
from sakrad.consultations.commands.recording import record
from sakrad.consultations.lifecycle_participation import AskingFacts, blockers_to_answer, blockers_to_ask
from sakrad.consultations.models import Consultation, ParticipationRequest
from sakrad.core.db import db
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.directory.commands_organisations import register_organisation
from sakrad.directory.models import Organisation

AGAIN = timedelta(hours=1)  # asked anew sooner, no second mail is sent to the address


def begin_asking(consultation: Consultation, *, name: str, email: str, message: str, at: datetime) -> None:
    """Somebody without an account asks for an organisation: a link goes to the address, and nothing else happens before it is pressed.

    Whether the organisation is known, invited or has asked is not looked at: that is told to the holder of the address only.
    What was typed last stands until the link is pressed, where the holder reads and changes it: nobody else's words win.

    Raises:
        Blocked: the consultation is open to all, or the time to answer is over.
    """
    facts = AskingFacts(queries.dates_of(consultation), consultation.open_invitation)
    refuse_unless_clear(blockers_to_ask(facts, at))
    request = queries_participation.find_unconfirmed(consultation, email.casefold())
    if request is None:
        request = ParticipationRequest(consultation_id=consultation.id, email=email.casefold(), asked_at=at)
        db.session.add(request)
        mailed = False
    else:
        mailed = request.asked_at > at - AGAIN
    request.name, request.message = name, message
    if mailed:
        return
    request.asked_at = at
    _record(EventName.participation_begun, consultation, request, actor=None, at=at)


def confirm_asking(request: ParticipationRequest, *, name: str, message: str, at: datetime) -> ParticipationRequest:
    """The holder of the address confirms, in the holder's own words: the request is the organisation's, registered unless it is known.

    Returns the request that stands: another one, where the organisation had asked already. Done again, nothing more happens.

    Raises:
        Blocked: the organisation is invited already, or the time to answer is over.
    """
    if request.confirmed_at is not None:
        return request
    consultation = request.consultation
    organisation = queries_participation.find_by_address(request.email, name)
    if organisation is None:
        refuse_unless_clear(blockers_to_ask(AskingFacts(queries.dates_of(consultation), consultation.open_invitation), at))
        organisation = register_organisation(name=name, email=request.email, municipality=consultation.municipality, actor=None, at=at)
    else:
        known = queries_participation.find_request(consultation, organisation)
        if known is not None:
            db.session.delete(request)
            db.session.flush()
            return known
        refuse_unless_clear(blockers_to_ask(queries_participation.asking_facts(consultation, organisation), at))
    request.organisation, request.confirmed_at, request.message, request.name, request.email = organisation, at, message, "", ""
    _record(EventName.participation_asked, consultation, request, actor=None, at=at)
    return request


def ask_to_take_part(
    consultation: Consultation, organisation: Organisation, *, message: str, actor: Actor | None, at: datetime
) -> ParticipationRequest:
    """A member asks for the organisation.

    Raises:
        Blocked: the consultation is open to all, the time to answer is over, or the organisation is invited or has asked already.
    """
    refuse_unless_clear(blockers_to_ask(queries_participation.asking_facts(consultation, organisation), at))
    request = ParticipationRequest(
        consultation_id=consultation.id, organisation_id=organisation.id, message=message, asked_at=at, confirmed_at=at
    )
    db.session.add(request)
    _record(EventName.participation_asked, consultation, request, actor=actor, at=at)
    return request


def answer_request(request: ParticipationRequest, *, accepted: bool, reason: str, actor: Actor | None, at: datetime) -> None:
    """Answer an organisation that has asked: a yes invites it, a no has its reason.

    Raises:
        Blocked: it is answered already, the reason is missing, or nobody may be invited any more.
    """
    consultation, organisation = request.consultation, request.organisation
    if organisation is None:
        raise ValueError("not confirmed")
    blockers = lifecycle.blockers_to_invite(queries.facts_of(consultation), at)
    refuse_unless_clear(blockers_to_answer(answered=request.answered_at is not None, accepted=accepted, reason=reason, to_invite=blockers))
    request.answered_at, request.answered_by_id = at, actor.id if actor else None
    request.accepted, request.reason = accepted, "" if accepted else reason
    _record(EventName.participation_answered, consultation, request, actor=actor, at=at, accepted=accepted)
    if accepted and queries.find_invitation(consultation.id, organisation.id) is None:
        invite(consultation, organisation, actor=actor, at=at)


def forget_unconfirmed(before: datetime) -> None:
    """Erase what was typed and never confirmed: a name and an address that nobody has stood up for."""
    r = ParticipationRequest
    db.session.execute(sa.delete(r).where(r.confirmed_at.is_(None), r.asked_at < before).execution_options(synchronize_session=False))


def _record(
    name: EventName, consultation: Consultation, request: ParticipationRequest, *, actor: Actor | None, at: datetime, **data: object
) -> None:
    db.session.flush()
    organisation = {"organisation_id": request.organisation_id} if request.organisation_id else {}
    record(name, consultation, actor=actor, at=at, subject_id=request.id, **{**organisation, **data})
