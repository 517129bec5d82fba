"""Who stands behind published answers, as readers may see it, and how each organisation is counted once.

All of it comes as columns of the page's head (core.db.json_rows), so that the pages need no statement more for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from sakrad.consultations.models import Consultation, Question
from sakrad.core.db import json_rows
from sakrad.core.statements import among
from sakrad.core.text import Span
from sakrad.directory.models import Organisation, Verification
from sakrad.directory.queries_public import Named, groups_of, unpacked
from sakrad.positions.lifecycle_together import Agreed, Counted, How, Joined, Own, each_once
from sakrad.positions.models import Answer, Concurrence, PartyReservation, Position, PositionParty, PositionVersion, version_group
from sakrad.positions.queries_public import READABLE, Current, Published, Visibility, Voice, visibility_sql
from sakrad.records.models import TextKind
from sakrad.records.queries import published

V = TypeVar("V")
Masks = Mapping[tuple[TextKind, int], list[Span]]
Rows = Iterable[Sequence[Any]] | None


# -- one answer


@dataclass(frozen=True, slots=True)
class Other:
    """Another's answer, as much of it as readers may know: what macros/public.html asks of a Voice to name and link it."""

    visibility: Visibility
    key: str
    slug: str | None
    name: str | None
    groups: tuple[Named, ...]

    @property
    def readable(self) -> bool:
        return self.visibility in READABLE


@dataclass(frozen=True, slots=True)
class Agreement:
    """A concurrence: with whom, or whose."""

    other: Other
    question: int | None  # None: the whole answer
    reservation: str  # masked
    read: int  # the version that was read
    earlier: bool  # readers see another version than the one that was read


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation that has confirmed a joint answer."""

    name: str | None  # None: the answer has no name, and neither have those behind it
    slug: str | None
    reservations: tuple[tuple[int, str], ...]  # by question number; masked, and let through by the municipality


@dataclass(frozen=True, slots=True)
class Behind:
    """Who stands behind an answer, who concurs with it, and with whom it concurs."""

    confirmed: tuple[Party, ...] = ()
    stated: tuple[str, ...] = ()  # names; none where the answer has none
    received: tuple[Agreement, ...] = ()
    given: tuple[Agreement, ...] = ()


def behind_columns(*, key: str, at: datetime) -> dict[str, sa.ScalarSelect[Any]]:
    """Columns of the head for the answer with the key in its address; `behind` reads them. Need Consultation outside."""
    return {"parties": _parties(key), "received": _received(key, at), "given": _given(key, at)}


def _addressed(key: str) -> tuple[Any, Any, sa.ColumnElement[bool]]:
    """The position at the address, its organisation, and what says so. The page itself asks whether it may be seen there."""
    mine, its = aliased(Position, name="mine"), aliased(Organisation, name="its")
    return mine, its, sa.and_(mine.consultation_id == Consultation.id, sa.or_(its.slug == key, mine.reference == key))


def _yes(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.case((condition, 1), else_=0)


def is_verified_here(organisation_id: Any) -> sa.ColumnElement[bool]:
    """By the consultation's municipality."""
    found = sa.select(Verification.id).where(
        Verification.organisation_id == organisation_id, Verification.municipality_id == Consultation.municipality_id
    )
    return found.correlate_except(Verification).exists()


def _parties(key: str) -> sa.ScalarSelect[Any]:
    mine, its, here = _addressed(key)
    party, who, shown, own = PositionParty, aliased(Organisation), aliased(PositionVersion), PartyReservation
    stands = sa.and_(party.stands, party.confirmed_id == shown.id, is_verified_here(party.organisation_id))
    return (
        sa.select(
            json_rows(
                party.id,
                party.name,
                who.name,
                who.slug,
                _yes(stands),
                _yes(party.stated_at <= shown.received_at),
                _yes(party.passed_at.is_not(None)),
                own.id,
                Question.number,
                own.text,
            )
        )
        .select_from(mine)
        .join(its, its.id == mine.organisation_id)
        .join(shown, shown.id == sa.func.coalesce(mine.published_id, mine.current_id))
        .join(party, party.position_id == mine.id)
        .outerjoin(who, who.id == party.organisation_id)
        .outerjoin(own, sa.and_(own.party_id == party.id, own.replaced_at.is_(None)))
        .outerjoin(Question, Question.id == own.question_id)
        .where(here, party.dropped_at.is_(None), party.declined_at.is_(None))
        .correlate(Consultation)
        .scalar_subquery()
    )


def _agreements(at: datetime, number: Any) -> sa.Select[*tuple[Any, ...]]:
    target = aliased(PositionVersion)
    return (
        sa.select(
            json_rows(
                Concurrence.id,
                Question.number,
                Concurrence.reservation,
                target.number,
                number,
                sa.cast(visibility_sql(at), sa.String),
                Organisation.slug,
                Published.organisation_name,
                Position.reference,
                groups_of(version_group, version_group.c.version_id, Published.id),
            )
        )
        .select_from(Concurrence)
        .join(target, target.id == Concurrence.target_id)
        .outerjoin(Question, Question.id == Concurrence.question_id)
    )


def _received(key: str, at: datetime) -> sa.ScalarSelect[Any]:
    """Others who concur with the answer, in answers that readers may read."""
    mine, its, here = _addressed(key)
    return (
        _agreements(at, sa.literal(0, sa.Integer))
        .join(mine, mine.id == Concurrence.position_id)
        .join(its, its.id == mine.organisation_id)
        .join(Position, Position.published_id == Concurrence.version_id)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .join(Published, Published.id == Position.published_id)
        .join(Current, Current.id == Position.current_id)
        .where(here, among(visibility_sql(at), READABLE))
        .correlate(Consultation)
        .scalar_subquery()
    )


def _given(key: str, at: datetime) -> sa.ScalarSelect[Any]:
    """Those with whom the published answer concurs; also those that may not be read any more, of which that is said."""
    mine, its, here = _addressed(key)
    return (
        _agreements(at, Published.number)
        .join(mine, mine.published_id == Concurrence.version_id)
        .join(its, its.id == mine.organisation_id)
        .join(Position, Position.id == Concurrence.position_id)
        .join(Organisation, Organisation.id == Position.organisation_id)
        .outerjoin(Published, Published.id == Position.published_id)
        .join(Current, Current.id == Position.current_id)
        .where(here)
        .correlate(Consultation)
        .scalar_subquery()
    )


def texts_behind(more: Mapping[str, Rows]) -> dict[TextKind, Collection[int]]:
    """The texts whose masks `behind` wants."""
    return {
        TextKind.reservation: [row[0] for name in ("received", "given") for row in more[name] or () if row[2]],
        TextKind.party_reservation: [row[7] for row in more["parties"] or () if row[7] is not None],
    }


def behind(more: Mapping[str, Rows], sender: Voice, masks: Masks) -> Behind:
    """Who stands behind the sender's answer. An answer without name names nobody who stands behind it."""
    received = [_agreement(row, masks, shown=sender.version) for row in more["received"] or ()]
    given = [_agreement(row, masks, shown=None) for row in more["given"] or ()]
    confirmed: dict[int, Party] = {}
    stated: dict[int, str] = {}
    for party_id, named, registered, slug, stands, in_shown, passed, reservation_id, question, words in more["parties"] or ():
        if not stands:
            if in_shown and sender.name:
                stated[party_id] = named
            continue
        seen = confirmed.get(party_id) or Party(registered if sender.name else None, slug if sender.name else None, ())
        if passed and reservation_id is not None:
            text = published(words, masks.get((TextKind.party_reservation, reservation_id), ()))
            seen = replace(seen, reservations=tuple(sorted([*seen.reservations, (question, text)])))
        confirmed[party_id] = seen
    return Behind(
        confirmed=tuple(sorted(confirmed.values(), key=lambda party: party.name or "")),
        stated=tuple(sorted(stated.values())),
        received=tuple(sorted(received, key=_by_name)),
        given=tuple(sorted(given, key=_by_name)),
    )


def _by_name(one: Agreement) -> tuple[bool, str, int]:
    return one.other.name is None, one.other.name or one.other.key, one.question or 0


def _agreement(row: Sequence[Any], masks: Masks, *, shown: int | None) -> Agreement:
    concurrence_id, question, words, read, number, visibility, slug, name, reference, groups = row
    seen = Visibility(visibility)
    named, readable = seen is Visibility.named, seen in READABLE
    other = Other(
        visibility=seen,
        key=slug if named else reference,
        slug=slug if named else None,
        name=name if named else None,
        groups=unpacked(groups) if readable else (),
    )
    reservation = published(words, masks.get((TextKind.reservation, concurrence_id), ()))
    return Agreement(other, question, reservation, read, earlier=readable and read != (number if shown is None else shown))


# -- counting


def joined_column(*, standing: bool = False) -> sa.ScalarSelect[Any]:
    """The confirmed parties of the consultation's published answers, or of all that stand. Needs Consultation outside."""
    party, who = PositionParty, aliased(Organisation)
    shown = Position.current_id if standing else Position.published_id
    return (
        sa.select(json_rows(party.position_id, party.organisation_id, party.confirmed_id, who.name, who.slug))
        .select_from(party)
        .join(Position, Position.id == party.position_id)
        .join(who, who.id == party.organisation_id)
        .where(
            Position.consultation_id == Consultation.id,
            party.stands,
            party.confirmed_id == shown,
            is_verified_here(party.organisation_id),
        )
        .correlate(Consultation)
        .scalar_subquery()
    )


def agreed_column(*, standing: bool = False) -> sa.ScalarSelect[Any]:
    """What the consultation's published answers, or all that stand, concur with on each question. Needs Consultation outside.

    A concurrence counts as long as the answer that was read stands word for word in the version that readers see.
    """
    whose, with_whom = aliased(Position), aliased(Position)
    read, now = aliased(Answer), aliased(Answer)
    shown = "current_id" if standing else "published_id"
    unchanged = sa.and_(
        read.text == now.text,
        read.stance.is_not_distinct_from(now.stance),
        sa.cast(read.options, sa.Text) == sa.cast(now.options, sa.Text),
    )
    return (
        sa.select(json_rows(whose.id, with_whom.id, Question.number))
        .select_from(Concurrence)
        .join(whose, getattr(whose, shown) == Concurrence.version_id)
        .join(with_whom, with_whom.id == Concurrence.position_id)
        .join(now, now.version_id == getattr(with_whom, shown))
        .join(read, sa.and_(read.version_id == Concurrence.target_id, read.question_id == now.question_id, unchanged))
        .join(Question, Question.id == now.question_id)
        .where(
            whose.consultation_id == Consultation.id,
            sa.or_(Concurrence.question_id.is_(None), Concurrence.question_id == now.question_id),
        )
        .correlate(Consultation)
        .scalar_subquery()
    )


class Together:
    """Counts organisations on the questions of one consultation, from the columns above and the readable answers.

    Args:
        voices: the readable positions of the consultation, with the ids of their organisations.
    """

    def __init__(self, joined: Rows, agreed: Rows, voices: Mapping[int, tuple[int, Voice]]) -> None:
        rows = list(joined or ())
        self.voices = voices
        self.joined = [Joined(position, organisation, order) for position, organisation, order, _name, _slug in rows]
        self.names = {(position, organisation): (name, slug) for position, organisation, _order, name, slug in rows}
        self.agreed: dict[int, list[Agreed]] = {}
        for position, target, question in agreed or ():
            self.agreed.setdefault(question, []).append(Agreed(position, target))

    def count(self, question: int, values: Mapping[int, V | None]) -> list[tuple[V, Voice]]:
        """What each organisation says on the question, once, and the voice to show for it.

        Args:
            values: what each answer says there, by position; None or nothing where it says nothing.
        """
        return [(one.value, seen) for one, seen in self.counted(question, values)]

    def counted(self, question: int, values: Mapping[int, V | None]) -> list[tuple[Counted[V], Voice]]:
        """The same, with which organisation it is and in which way it counts."""
        own = {position: Own(organisation, values.get(position)) for position, (organisation, _voice) in self.voices.items()}
        return [(one, self._voice(one)) for one in each_once(own, self.joined, self.agreed.get(question, ()))]

    def _voice(self, one: Counted[Any]) -> Voice:
        """Its own answer's, or the joint one's under its own name: unless that has none, then neither has it."""
        _organisation, seen = self.voices[one.position]
        if one.how is not How.joint:
            return seen
        name, slug = self.names[one.position, one.organisation]
        return replace(seen, name=name if seen.name else None, slug=slug if seen.name else None, groups=())


def beside_column(at: datetime) -> sa.ScalarSelect[Any]:
    """How many stand behind, and concur with, each published answer of the consultation. Needs Consultation outside."""
    party, concurring, answer = PositionParty, aliased(Concurrence), aliased(Position)
    standing = sa.select(sa.func.count()).where(
        party.position_id == answer.id,
        party.stands,
        party.confirmed_id == answer.published_id,
        is_verified_here(party.organisation_id),
    )
    agreeing = (
        sa.select(sa.func.count(sa.distinct(Position.id)))
        .select_from(concurring)
        .join(Position, Position.published_id == concurring.version_id)
        .join(Published, Published.id == Position.published_id)
        .join(Current, Current.id == Position.current_id)
        .where(concurring.position_id == answer.id, among(visibility_sql(at), READABLE))
    )
    return (
        sa.select(
            json_rows(
                answer.published_id,
                standing.correlate(answer, Consultation).scalar_subquery(),
                agreeing.correlate(answer, Consultation).scalar_subquery(),
            )
        )
        .where(answer.consultation_id == Consultation.id, answer.published_id.is_not(None))
        .correlate(Consultation)
        .scalar_subquery()
    )


def besides(rows: Rows) -> defaultdict[int, tuple[int, int]]:
    """What `beside_column` tells, by version."""
    return defaultdict(lambda: (0, 0), {version: (standing, agreeing) for version, standing, agreeing in rows or ()})


def count_standing(at: datetime) -> sa.ScalarSelect[int]:
    """How many organisations stand behind readable joint answers, without having sent one of their own that counts.

    Needs Consultation outside.
    """
    party, own = PositionParty, aliased(Position)
    has_own = (
        sa.select(own.id)
        .where(own.consultation_id == Consultation.id, own.organisation_id == party.organisation_id, own.stands)
        .correlate(Consultation, party)
        .exists()
    )
    return (
        sa.select(sa.func.count(sa.distinct(party.organisation_id)))
        .select_from(party)
        .join(Position, Position.id == party.position_id)
        .join(Published, Published.id == Position.published_id)
        .join(Current, Current.id == Position.current_id)
        .where(
            Position.consultation_id == Consultation.id,
            party.stands,
            party.confirmed_id == Published.id,
            is_verified_here(party.organisation_id),
            among(visibility_sql(at), READABLE),
            sa.not_(has_own),
        )
        .correlate(Consultation)
        .scalar_subquery()
    )
