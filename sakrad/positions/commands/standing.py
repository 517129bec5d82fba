"""Writes of a party: that it stands behind a joint answer, with its reservations, or that it does not.

Whoever calls holds the party's row (queries_together locks it).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from sakrad.consultations.models import Question
from sakrad.core.db import db
from sakrad.core.errors import Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.text import normalised, one_line
from sakrad.directory import commands as directory
from sakrad.directory.models import Organisation
from sakrad.positions import lifecycle_together as lifecycle
from sakrad.positions import queries_parties as queries
from sakrad.positions.commands.together import record_party
from sakrad.positions.models import PartyApproval, PartyReservation, PositionParty
from sakrad.positions.queries_parties import reservations_digest, reservations_of

Reservations = Mapping[Question, str]


class MembersOnly(Exception):
    """The organisation's own rule wants more than the holder of the link: its members sign in and approve."""


def confirm_party(
    party: PositionParty,
    *,
    reservations: Reservations,
    organisation_name: str = "",
    seen_version: int | None = None,
    actor: Actor | None,
    at: datetime,
) -> PositionParty:
    """ "Vi står bakom svaret": the party stands behind the present version, with its reservations on single answers.

    An organisation that is not in the register is entered, unverified: until the municipality has verified it, readers see
    that it is said to stand behind. Confirming once more takes the place of what was confirmed before. Gives the party that
    was confirmed: another row where the organisation was named twice, by its name and by its address.

    Args:
        reservations: by question; an empty one is none.
        organisation_name: what an organisation that is not in the register calls itself; else what the sender called it.
        seen_version: number of the version that was read; None where nobody reads (the sample data).

    Raises:
        Blocked: the summary is published, the answer names it no more or is taken back, or a reservation is too long.
        Stale: there is a newer version than the one that was read; `theirs` is it.
        MembersOnly: its approval rule is not that one person does everything.
    """
    _refuse(party, reservations, seen_version, at)
    if queries.approvals_needed(party) > 1:
        raise MembersOnly
    party = _standing_for(party, organisation_name=organisation_name, at=at, actor=actor)
    _confirm(party, _worded(reservations), actor=actor, at=at)
    return party


def approve_party(
    party: PositionParty,
    *,
    reservations: Reservations,
    seen_version: int | None = None,
    seen: str | None = None,
    actor: Actor,
    at: datetime,
) -> bool:
    """A member who may approve does so; True when that was enough and the organisation now stands behind the answer.

    Binds the version and the reservations that were read: whoever changes a reservation voids what others have approved.

    Args:
        seen: `reservations_digest` of the reservations that the member had before them.

    Raises:
        Blocked, Stale: as `confirm_party`; also Stale when somebody has changed the reservations; `theirs` is None then.
    """
    _refuse(party, reservations, seen_version, at)
    wanted, stored = _worded(reservations), reservations_of(party)
    if wanted != stored:
        if seen not in (None, reservations_digest(stored)):
            raise Stale
        _write_reservations(party, wanted, at)
        party.confirmed_at = party.confirmed_id = party.passed_at = party.passed_by_id = None
        record_party(EventName.party_reworded, party, actor=actor, at=at)  # readers saw it among those that stand behind
    version, digest = queries.asked_version(party), reservations_digest(wanted)
    a = PartyApproval
    outdated = sa.or_(a.user_id == actor.id, a.digest != digest, a.version_id != version.id)
    db.session.execute(sa.delete(a).where(a.party_id == party.id, outdated).execution_options(synchronize_session=False))
    db.session.add(PartyApproval(party_id=party.id, user_id=actor.id, version_id=version.id, digest=digest, at=at))
    db.session.flush()
    if len(queries.list_party_approvers(party)) < queries.approvals_needed(party):
        return False
    _confirm(party, wanted, actor=actor, at=at)
    return True


def decline_party(party: PositionParty, *, actor: Actor | None, at: datetime) -> None:
    """ "Vi står inte bakom": the organisation is named no more, also when it has confirmed before. Twice changes nothing.

    Raises:
        Blocked: it is not named any more as it is.
    """
    refuse_unless_clear(lifecycle.blockers_to_step_back(queries.joining_facts(party)))
    if party.declined_at is not None:
        return
    party.declined_at = at
    db.session.execute(sa.delete(PartyApproval).where(PartyApproval.party_id == party.id).execution_options(synchronize_session=False))
    db.session.flush()
    record_party(EventName.party_declined, party, actor=actor, at=at)


leave_party = decline_party  # who has confirmed may change its mind: the same words, and the same effect


def pass_party(party: PositionParty, *, seen: str, actor: Actor | None, at: datetime) -> None:
    """The municipality lets the party's reservations through for publication. Masks are laid over them as over an answer.

    Args:
        seen: `reservations_digest` of what was read.

    Raises:
        Stale: the party has changed them since, or stands behind no more.
    """
    if seen != reservations_digest(reservations_of(party)) or not party.stands:
        raise Stale
    if party.passed_at is None:
        party.passed_at, party.passed_by_id = at, actor.id if actor else None
        db.session.flush()
        record_party(EventName.party_reviewed, party, actor=actor, at=at)


def _refuse(party: PositionParty, reservations: Reservations, seen_version: int | None, at: datetime) -> None:
    found = lifecycle.blockers_to_stand_behind(queries.joining_facts(party), at)
    for text in reservations.values():
        found += lifecycle.blockers_to_reserve(len(normalised(text)))
    refuse_unless_clear(found)
    version = queries.asked_version(party)
    if seen_version not in (None, version.number):
        raise Stale(version)


def _worded(reservations: Reservations) -> dict[Question, str]:
    return {question: text for question, words in reservations.items() if (text := normalised(words))}


def _standing_for(party: PositionParty, *, organisation_name: str, at: datetime, actor: Actor | None) -> PositionParty:
    """The party with its organisation: the registered one that has the address, or else one that is entered now.

    Where that organisation is named in the answer already, under its own name, that party is meant.
    """
    if party.organisation is not None:
        return party
    organisation = queries.find_registered(party) or _registered(one_line(organisation_name) or party.name, party.email, actor, at)
    for other in party.position.parties:
        if other.organisation_id == organisation.id and other.dropped_at is None:
            party.dropped_at = at
            return other
    party.organisation = organisation
    db.session.flush()
    return party


def _registered(name: str, email: str, actor: Actor | None, at: datetime) -> Organisation:
    return directory.register_organisation(name=name, email=email, actor=actor, at=at)


def _confirm(party: PositionParty, reservations: dict[Question, str], *, actor: Actor | None, at: datetime) -> None:
    version = queries.asked_version(party)
    same = reservations_of(party) == reservations and party.confirmed_id == version.id
    if party.stands and same:
        return
    assert party.organisation is not None, "who confirms is an organisation"
    if not same:
        party.passed_at = party.passed_by_id = None
    _write_reservations(party, reservations, at)
    party.confirmed_at, party.confirmed_id, party.declined_at = at, version.id, None
    db.session.flush()
    record_party(EventName.party_confirmed, party, actor=actor, at=at)


def _write_reservations(party: PositionParty, reservations: dict[Question, str], at: datetime) -> None:
    """Other words are other rows: nothing is erased, and a mask never lies over what takes the place of masked words."""
    kept = {own.question for own in party.reservations if reservations.get(own.question) == own.text}
    for own in party.reservations:
        if own.question not in kept:
            own.replaced_at = at
    for question, text in reservations.items():
        if question not in kept:
            db.session.add(PartyReservation(party=party, question=question, text=text))
    db.session.flush()
    db.session.expire(party, ["reservations"])
