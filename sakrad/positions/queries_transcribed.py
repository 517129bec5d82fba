"""Reads about answers that came in by other ways than the web: their senders, and reading back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from sakrad.consultations.models import Consultation, Invitation, Question
from sakrad.consultations.queries import WITH_PARTS, dates_of, is_at_home
from sakrad.core import ids
from sakrad.core.db import db, locked, writing
from sakrad.core.errors import Missing
from sakrad.directory.models import Municipality, Organisation
from sakrad.directory.queries_names import told_apart
from sakrad.positions import links
from sakrad.positions.lifecycle import Written
from sakrad.positions.lifecycle_transcribing import Entry, ReadBack
from sakrad.positions.models import Answer, Channel, Position, PositionVersion, Stance, Transcription

MOST_SENDERS = 500  # names offered in the list; any other of the register may be written too


class SaidAboutOne(Protocol):
    """What was said about one question (commands.transcribing.Said)."""

    @property
    def question(self) -> Question: ...
    @property
    def text(self) -> str: ...
    @property
    def stance(self) -> Stance | None: ...
    @property
    def options(self) -> Sequence[str]: ...


def written(said: Sequence[SaidAboutOne]) -> tuple[Written, ...]:
    """What the lifecycle judges words by."""
    return tuple(
        Written(one.question.number, one.question.kind, one.question.required, len(one.text), one.stance, len(one.options)) for one in said
    )


def entry_facts(
    consultation: Consultation, position: Position | None, received_at: datetime, said: Sequence[SaidAboutOne], dissent: str
) -> Entry:
    """What the lifecycle judges an entry by."""
    return Entry(dates_of(consultation), received_at, written(said), len(dissent), _theirs_at(position))


def _theirs_at(position: Position | None) -> datetime | None:
    """When the organisation itself last sent, confirmed or took back what stands."""
    if position is None:
        return None
    sent = [version.received_at for version in position.versions if version.channel is Channel.web and version.disowned_at is None]
    confirmed = [version.transcription.confirmed_at for version in position.versions if version.transcription and not version.is_view]
    return max([at for at in (*sent, *confirmed, position.withdrawn_at) if at is not None], default=None)


def read_back_facts(version: PositionVersion) -> ReadBack:
    """What the lifecycle judges a reading back by."""
    position = version.position
    stands = not version.is_disowned and not version.is_withdrawn
    return ReadBack(dates_of(position.consultation), current=version.is_newest, stands=stands)


def entry_of(version: PositionVersion) -> Transcription:
    """How the version was entered.

    Raises:
        Missing: it came by the web.
    """
    if version.transcription is None:
        raise Missing("transcription")
    return version.transcription


# -- senders


@dataclass(frozen=True, slots=True)
class Sender:
    """An organisation as it is offered: what is written to choose it."""

    organisation: Organisation
    written: str


def list_senders(consultation: Consultation, barred: Collection[int]) -> list[Sender]:
    """The organisations most likely to have written: invited, at home in the municipality or verified there.

    Args:
        barred: ids of organisations that the reader is a member of (jäv).
    """
    invited = sa.select(Invitation.organisation_id).where(Invitation.consultation_id == consultation.id)
    likely = sa.or_(Organisation.id.in_(invited), is_at_home(consultation.municipality_id))
    found = db.session.scalars(
        sa.select(Organisation)
        .where(likely, Organisation.merged_at.is_(None), Organisation.id.not_in(barred))
        .order_by(Organisation.id.not_in(invited), Organisation.name, Organisation.id)
        .limit(MOST_SENDERS)
    ).all()
    return [Sender(one, written) for one, written in zip(found, told_apart(found), strict=True)]


# -- reading back


def get_read_back(token: str) -> Transcription:
    """What the link for reading back opens, with all that it shows; consultation and position are held when writing.

    Raises:
        Missing: the token is false.
    """
    entry = db.session.scalar(
        sa.select(Transcription)
        .join(Transcription.version)
        .join(PositionVersion.position)
        .join(Position.consultation)
        .join(Consultation.municipality)
        .where(Transcription.reference == ids.reference_in(token), Municipality.active)
        .options(
            joinedload(Transcription.version).options(
                joinedload(PositionVersion.position).options(
                    joinedload(Position.organisation),
                    joinedload(Position.consultation).options(*WITH_PARTS, selectinload(Consultation.questions)),
                ),
                selectinload(PositionVersion.answers).joinedload(Answer.question),
                selectinload(PositionVersion.groups),
            )
        )
    )
    if entry is None or not links.is_read_back_token(token, entry):
        raise Missing("transcription")
    if writing():  # in the order in which every writer takes them: first the consultation, then the position
        position = entry.version.position
        db.session.scalar(locked(sa.select(Consultation).where(Consultation.id == position.consultation_id), Consultation))
        db.session.scalar(locked(sa.select(Position).where(Position.id == position.id), Position))
        db.session.refresh(entry)
    return entry


def find_by_code(number: str, letters: str) -> Transcription | None:
    """What receipt number and letter code open together; None for every failure alike."""
    entry = db.session.scalar(
        sa.select(Transcription).join(Transcription.version).where(PositionVersion.receipt_number == number.strip().upper())
    )
    true = links.is_read_back_code(letters, entry.reference if entry else "")
    return entry if true else None


def find_correction(entry: Transcription) -> Transcription | None:
    """What the sender made of it, when it has been corrected."""
    made = sa.select(Transcription).where(Transcription.corrects_id == entry.version_id).order_by(Transcription.id.desc())
    return db.session.scalars(made).first()
