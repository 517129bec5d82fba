"""Writes of the draft about others: concurrences ("Vi instämmer") and who stands behind a joint answer.

Whoever calls holds the draft's row (queries_own.get_desk locks it). All of it is part of what is approved and sent.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from sakrad.consultations.models import Question
from sakrad.consultations.queries import dates_of
from sakrad.core import events, ids
from sakrad.core.db import db
from sakrad.core.errors import Missing, Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.text import normalised, one_line
from sakrad.directory.models import Organisation
from sakrad.positions import lifecycle_together as lifecycle
from sakrad.positions import queries_together as queries
from sakrad.positions.commands.approving import void_approvals
from sakrad.positions.commands.receiving import Received
from sakrad.positions.models import Draft, DraftConcurrence, DraftParty, Position, PositionParty
from sakrad.positions.models.together import mark_of


def concur(
    draft: Draft,
    position: Position,
    *,
    question: Question | None = None,
    reservation: str = "",
    seen_version: int | None = None,
    actor: Actor | None,
    at: datetime,
) -> DraftConcurrence:
    """Agree with another's published answer, whole or to one question. Bound to the version that readers see now.

    Agreeing again binds it to the version that is seen now, and takes the reservation that came with it.

    Args:
        seen_version: number of the version that was read; None where nobody reads (the sample data).

    Raises:
        Missing: readers may not see the answer.
        Blocked: the consultation is not open, the answer is the organisation's own or says nothing on the question, or the
            reservation is too long.
        Stale: the other has published another version since; `theirs` is it.
    """
    target = queries.find_readable(position, at)
    if target is None or position.consultation_id != draft.consultation_id:
        raise Missing("answer")
    reservation = normalised(reservation)
    facts = lifecycle.Target(
        dates=dates_of(draft.consultation),
        own=position.organisation_id == draft.organisation_id,
        answered=queries.answered_in(target),
    )
    refuse_unless_clear(lifecycle.blockers_to_concur(facts, question.number if question else None, len(reservation), at))
    if seen_version not in (None, target.number):
        raise Stale(target)
    found = queries.find_concurrence(draft, position, question)
    if found is None:
        found = DraftConcurrence(position=position, question=question, added_at=at, added_by_id=actor.id if actor else None)
        draft.concurrences.append(found)
    elif (found.target_id, found.reservation) == (target.id, reservation):
        return found
    found.target, found.reservation = target, reservation
    _changed(draft, at)
    return found


def change_reservation(
    concurrence: DraftConcurrence, *, reservation: str, seen: str | None = None, actor: Actor | None, at: datetime
) -> None:
    """Change what the organisation does not agree with, in its own words. Stays bound to the version that was read.

    Args:
        seen: `reservation_seen` of the words that the writer had before them; None where nobody reads.

    Raises:
        Blocked: it is too long.
        Stale: somebody saved other words in between; `theirs` are they.
    """
    del actor  # the history of a draft holds answers and facts; a reservation is one line beside them
    reservation = normalised(reservation)
    refuse_unless_clear(lifecycle.blockers_to_reserve(len(reservation)))
    if concurrence.reservation == reservation:
        return
    if seen not in (None, reservation_seen(concurrence.reservation)):
        raise Stale(concurrence.reservation)
    concurrence.reservation = reservation
    _changed(concurrence.draft, at)


def reservation_seen(reservation: str) -> str:
    """Tells two wordings apart, in a form's hidden field."""
    return ids.digest(reservation)[:16]


def remove_concurrence(concurrence: DraftConcurrence, *, actor: Actor | None, at: datetime) -> None:
    """Take the concurrence out of the draft. What has been sent stays as it was sent."""
    del actor
    draft = concurrence.draft
    draft.concurrences.remove(concurrence)
    db.session.delete(concurrence)
    _changed(draft, at)


def add_party(
    draft: Draft, *, organisation: Organisation | None = None, name: str = "", email: str = "", actor: Actor | None, at: datetime
) -> DraftParty:
    """Name an organisation that stands behind the answer: a registered one, or one by its name and address.

    Nobody is asked before the answer is sent.

    Raises:
        Blocked: it is the organisation itself, is named already, or there are too many.
    """
    del actor
    if organisation is not None:
        name, email = organisation.name, mark_of(organisation)
    name, email = one_line(name), email.strip().casefold()
    is_lead = organisation is not None and organisation.id == draft.organisation_id
    facts = lifecycle.Naming(
        is_lead=is_lead or email == draft.organisation.email,
        already=any(party.email == email for party in draft.parties),
        named=len(draft.parties),
    )
    refuse_unless_clear(lifecycle.blockers_to_name(facts))
    party = DraftParty(organisation=organisation, name=name, email=email)
    draft.parties.append(party)
    _changed(draft, at)
    return party


def remove_party(party: DraftParty, *, actor: Actor | None, at: datetime) -> None:
    """Name it no more in the next version; what has been sent stays until then."""
    del actor
    draft = party.draft
    draft.parties.remove(party)
    db.session.delete(party)
    _changed(draft, at)


def _changed(draft: Draft, at: datetime) -> None:
    draft.updated_at = at
    void_approvals(draft, at=at)
    db.session.flush()


def state_parties(draft: Draft, received: Received, *, at: datetime) -> None:
    """The version has been received: whom it names is asked by mail, and whom it names no more is told of no more.

    A confirmation stays bound to the version that was confirmed, so each new version asks anew. Who has said that it does
    not stand behind stays unnamed until it says something else itself.
    """
    if received.number == 1 and not draft.parties:
        return  # nobody was named before, and nobody is
    position, since = db.session.get_one(Position, received.position_id), received.received_at
    known = {party.email: party for party in db.session.scalars(sa.select(PositionParty).where(PositionParty.position_id == position.id))}
    for named in draft.parties:
        party = known.pop(named.email, None)
        if party is None:
            party = PositionParty(position=position, name=named.name, email=named.email, stated_at=since)
            db.session.add(party)
        elif party.dropped_at is not None:
            party.dropped_at, party.stated_at, party.confirmed_at, party.confirmed_id = None, since, None, None
        party.organisation = named.organisation or party.organisation
        party.name = named.name
        db.session.flush()
        record_party(EventName.party_stated, party, actor=None, at=at)
    for party in known.values():
        party.dropped_at = party.dropped_at or at
    db.session.flush()


def record_party(name: EventName, party: PositionParty, *, actor: Actor | None, at: datetime) -> None:
    """What has happened with a party, in the scope of the answer that it stands behind."""
    position = party.position
    consultation = position.consultation
    events.record(
        name,
        at=at,
        actor=actor,
        subject_id=party.id,
        organisation_id=position.organisation_id,
        **consultation.scope,
    )
