"""Answers that came in by e-mail, on paper, by phone or at a meeting: entered by staff, read back by their senders.

Never a draft, so own space is not touched and nobody's approval is asked for: that rule holds for the web (DESIGN.md §8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime

import sqlalchemy as sa

from sakrad.consultations.models import Consultation, Question, QuestionKind
from sakrad.consultations.queries_correcting import histories_of
from sakrad.core import events, ids
from sakrad.core.db import db, locked
from sakrad.core.errors import Blocked, Blocker, Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.files import StoredFile, Upload
from sakrad.core.text import normalised
from sakrad.directory.commands import register_organisation
from sakrad.directory.models import Organisation, TargetGroup
from sakrad.meetings.models import Meeting
from sakrad.positions import lifecycle_transcribing as lifecycle
from sakrad.positions import lifecycle_views, queries_transcribed, queries_views, receipts
from sakrad.positions.commands.writing import WrongAnswer
from sakrad.positions.models import (
    AnchoringLevel,
    Answer,
    Channel,
    Position,
    PositionVersion,
    PublicationWish,
    Stance,
    Transcription,
)
from sakrad.records.commands import take_receipt_number


@dataclass(frozen=True, slots=True)
class Said:
    """What was said about one question."""

    question: Question
    text: str = ""
    stance: Stance | None = None
    options: Sequence[str] = ()
    own_interest: bool = False

    @property
    def empty(self) -> bool:
        return not (self.text or self.stance or self.options)


@dataclass(frozen=True, slots=True)
class Stated:
    """What the sender has said about who stands behind, and wishes. All else is unknown and stays so."""

    signed_role: str = ""
    anchoring: AnchoringLevel | None = None
    decided_on: date | None = None
    decision_ref: str = ""
    asked: int | None = None
    answered: int | None = None
    dissent: str = ""
    wish: PublicationWish | None = None
    reuse: bool = False
    confirm_by_on: date | None = None
    groups: Sequence[TargetGroup] = field(default=())


STATED = tuple(fact.name for fact in fields(Stated) if fact.name != "groups")


def register_sender(consultation: Consultation, *, name: str, email: str = "", actor: Actor | None, at: datetime) -> Organisation:
    """Enter an organisation that is not known yet; without an address nothing is mailed to it.

    It is not verified by this: the municipality looks at it before its answer is published.
    """
    return register_organisation(
        name=name,
        email=email,
        municipality=consultation.municipality,
        actor=actor,
        at=at,
    )


def transcribe(
    consultation: Consultation,
    organisation: Organisation,
    *,
    channel: Channel,
    received_at: datetime,
    whole: str = "",
    answers: Sequence[Said] = (),
    stated: Stated | None = None,
    scan: Upload | StoredFile | None = None,
    submission_key: str = "",
    actor: Actor,
    at: datetime,
) -> PositionVersion:
    """Enter what came in as the organisation's answer, or as a new version of it. The same again with the same key gives the same version.

    A letter entered whole is an answer without a question. It is kept as the answer to the last, open one, so that
    every list that walks the questions shows it; `Transcription.whole` says that it is the whole letter.

    Whoever calls holds the consultation's row (consultations.queries.get_consultation).

    Args:
        received_at: when it came in, as stated by whoever enters it.
        whole: the whole letter; then `answers` are none.
        submission_key: of the form, stops the double click; a new one where nobody clicks (the sample data).

    Raises:
        Blocked: with every reason; nothing is written.
        Stale: the key belongs to something else, or to other words.
        WrongAnswer: a stance on something that is no proposal, an option that the question does not have, or by web.
    """
    if channel is Channel.web:
        raise WrongAnswer
    stated = _tidied_facts(stated or Stated())
    said = [Said(_open_question(consultation), whole)] if whole else answers
    said = [_tidied(one, consultation) for one in said]
    if (earlier := _entered_with(submission_key, consultation, organisation)) is not None:
        came = (earlier.channel, earlier.received_at, earlier.meeting_id) == (channel, received_at, None)
        return _unless_other(earlier, came and _same(earlier, said, stated) and _same_scan(earlier, scan))
    position = db.session.scalar(locked(_own(consultation, organisation), Position))
    facts = queries_transcribed.entry_facts(consultation, position, received_at, said, stated.dissent)
    refuse_unless_clear(lifecycle.blockers_to_transcribe(facts, at))
    position = position or _begun(consultation, organisation)
    entry = Transcription(whole=bool(whole), scan=scan.row(at) if isinstance(scan, Upload) else scan, entered_at=at, entered_by_id=actor.id)
    version = _received(position, entry, channel, received_at, said, stated, submission_key or ids.reference(32), at)
    _record(EventName.position_received, version, actor=actor, at=at, position=position.id)
    return version


def enter_views(
    meeting: Meeting,
    organisation: Organisation,
    *,
    said: Sequence[Said],
    wish: PublicationWish | None = None,
    submission_key: str = "",
    actor: Actor,
    at: datetime,
) -> PositionVersion:
    """Enter what the organisation said at the meeting, beside its written answer. The same again with the same key gives the same version.

    Several answers to one question become one text. It gets a receipt number and goes to registrar and speaker as what is
    entered otherwise, and counts as no answer.

    Raises:
        Blocked: with every reason; nothing is written.
        Stale: the key belongs to something else, or to other words.
        WrongAnswer: the question is another consultation's.
    """
    consultation = meeting.consultation
    by_question: dict[int, Said] = {}
    for one in (_tidied(one, consultation) for one in said if not one.empty):
        before = by_question.get(one.question.id)
        by_question[one.question.id] = replace(one, text=f"{before.text}\n\n{one.text}") if before else one
    words = list(by_question.values())
    if (earlier := _entered_with(submission_key, consultation, organisation)) is not None:
        same = earlier.meeting_id == meeting.id and earlier.wish == wish and _same_words(earlier, words)
        return _unless_other(earlier, same)
    refuse_unless_clear(lifecycle_views.blockers_to_enter_views(queries_views.view_facts(meeting, words), at))
    position = db.session.scalar(locked(_own(consultation, organisation), Position)) or _begun(consultation, organisation)
    entry = Transcription(whole=False, entered_at=at, entered_by_id=actor.id)
    stated = Stated(wish=wish, groups=organisation.groups)
    key = submission_key or ids.reference(32)
    version = _received(position, entry, Channel.meeting, meeting.starts_at, words, stated, key, at, meeting)
    _record(EventName.position_received, version, actor=actor, at=at, position=position.id)
    return version


def send_read_back(version: PositionVersion, *, actor: Actor | None, at: datetime) -> None:
    """Mail the sender a link for reading what was written down (it goes by itself when something spoken is entered).

    Raises:
        Blocked: there is no address, it is confirmed already, or it is too late.
    """
    entry = queries_transcribed.entry_of(version)
    facts = queries_transcribed.read_back_facts(version)
    has_address = bool(version.position.organisation.email)
    refuse_unless_clear(lifecycle.blockers_to_send_read_back(facts, has_address=has_address, confirmed=entry.confirmed_at is not None))
    _record(EventName.transcription_sent, version, actor=actor, at=at)


def confirm_transcription(entry: Transcription, *, at: datetime) -> None:
    """The sender says that it is written down right. Said twice, the first holds.

    Raises:
        Blocked: something newer has come in, or it is too late.
    """
    if entry.confirmed_at is not None:
        return
    refuse_unless_clear(lifecycle.blockers_to_confirm(queries_transcribed.read_back_facts(entry.version)))
    entry.confirmed_at = at
    db.session.flush()
    _record(EventName.transcription_confirmed, entry.version, at=at)


def correct_transcription(entry: Transcription, *, answers: Sequence[Said], stated: Stated, at: datetime) -> PositionVersion:
    """The sender corrects what was written down: a new version, confirmed as it is made; the first stays as the earlier one.

    It counts from the time at which the first came in, since it is what was said then, rightly written down. Correcting
    nothing confirms.

    Raises:
        Blocked: nothing is left of it, something newer has come in, or it is too late.
        WrongAnswer: as in `transcribe`.
    """
    version = entry.version
    said, stated = [_tidied(one, version.position.consultation) for one in answers], _tidied_facts(stated)
    facts = queries_transcribed.read_back_facts(version)
    refuse_unless_clear(lifecycle.blockers_to_correct(facts, queries_transcribed.written(said), len(stated.dissent)))
    if _same(version, said, stated):
        confirm_transcription(entry, at=at)
        return version
    corrected = Transcription(
        whole=entry.whole,
        scan=entry.scan,
        entered_at=entry.entered_at,
        entered_by_id=entry.entered_by_id,
        confirmed_at=at,
        corrects_id=version.id,
    )
    made = _received(
        version.position, corrected, version.channel, version.received_at, said, stated, ids.reference(32), at, version.meeting
    )
    _record(EventName.position_received, made, at=at, position=version.position_id)
    _record(EventName.transcription_confirmed, made, at=at)
    return made


def _begun(consultation: Consultation, organisation: Organisation) -> Position:
    position = Position(consultation=consultation, organisation=organisation, reference=ids.reference())
    db.session.add(position)
    db.session.flush()
    return position


def _own(consultation: Consultation, organisation: Organisation) -> sa.Select[Position]:
    return sa.select(Position).where(Position.consultation_id == consultation.id, Position.organisation_id == organisation.id)


def _entered_with(key: str, consultation: Consultation, organisation: Organisation) -> PositionVersion | None:
    version = db.session.scalar(sa.select(PositionVersion).where(PositionVersion.submission_key == key)) if key else None
    if version is None:
        return None
    position = version.position
    theirs = (position.consultation_id, position.organisation_id) == (consultation.id, organisation.id)
    if version.channel is Channel.web or not theirs:
        raise Stale
    return version


def _unless_other(earlier: PositionVersion, same: bool) -> PositionVersion:
    """What was entered with the key; other words with it are not thrown away unseen."""
    if not same:
        raise Stale(earlier)
    return earlier


def _same_scan(version: PositionVersion, scan: Upload | StoredFile | None) -> bool:
    """Whether nothing is lost with the scan: there is none now, or it is the one that is kept already, as far as its facts tell."""
    kept = version.transcription.scan if version.transcription else None
    return scan is None or (kept is not None and (kept.name, kept.kind, kept.size) == (scan.name, scan.kind, scan.size))


def _open_question(consultation: Consultation) -> Question:
    """The last open question; the last of all where there is none."""
    if not consultation.questions:
        raise Blocked([Blocker("position_not_announced")])
    return next((one for one in reversed(consultation.questions) if one.kind is QuestionKind.open), consultation.questions[-1])


def _tidied(said: Said, consultation: Consultation) -> Said:
    question = said.question
    if question.consultation_id != consultation.id or (said.stance and question.kind is not QuestionKind.proposal):
        raise WrongAnswer
    if len(set(said.options)) != len(said.options) or not set(said.options) <= set(question.options):
        raise WrongAnswer
    return Said(question, normalised(said.text), said.stance, list(said.options), said.own_interest)


def _same(version: PositionVersion, said: Sequence[Said], stated: Stated) -> bool:
    """Whether nothing has been changed."""
    facts = all(getattr(stated, name) == getattr(version, name) for name in STATED)
    return _same_words(version, said) and facts and {group.id for group in version.groups} == {group.id for group in stated.groups}


def _same_words(version: PositionVersion, said: Sequence[Said]) -> bool:
    stands = {answer.question_id: (answer.text, answer.stance, list(answer.options), answer.own_interest) for answer in version.answers}
    return stands == {one.question.id: (one.text, one.stance, list(one.options), one.own_interest) for one in said if not one.empty}


def _tidied_facts(stated: Stated) -> Stated:
    return replace(
        stated,
        signed_role=normalised(stated.signed_role),
        decision_ref=normalised(stated.decision_ref),
        dissent=normalised(stated.dissent),
    )


def _received(
    position: Position,
    entry: Transcription,
    channel: Channel,
    received_at: datetime,
    said: Sequence[Said],
    stated: Stated,
    key: str,
    at: datetime,
    meeting: Meeting | None = None,
) -> PositionVersion:
    """The new, current version; beside the current one where it was said at `meeting`. Its number is of the year in which it is given."""
    histories = histories_of(position.consultation)
    version = PositionVersion(
        position=position,
        number=(position.versions[-1].number if position.versions else 0) + 1,
        received_at=received_at,
        submission_key=key,
        channel=channel,
        meeting=meeting,
        organisation_name=position.organisation.name,
        groups=list(stated.groups),
        answers=[
            Answer(
                question=one.question,
                question_version=histories[one.question.id].version_at(received_at) if one.question.id in histories else 1,
                text=one.text,
                stance=one.stance,
                options=list(one.options),
                own_interest=one.own_interest,
            )
            for one in sorted(said, key=lambda one: one.question.number)
            if not one.empty
        ],
        left_out={},
        party_names=[],
        member_counts=[],
        transcription=entry,
        **{name: getattr(stated, name) for name in STATED},
    )
    with db.session.no_autoflush:  # the number is taken last, so that others wait for the counter as short as possible
        version.receipt_number = take_receipt_number(position.consultation.authority, at)
        version.digest = receipts.digest_of(version, receipts.nonce_of(version))
    db.session.add(version)
    if meeting is None:
        position.current = version
        position.disowned_at = position.withdrawn_at = None
    db.session.flush()
    return version


def _record(name: EventName, version: PositionVersion, *, at: datetime, actor: Actor | None = None, **more: int) -> None:
    position = version.position
    consultation = position.consultation
    events.record(
        name,
        at=at,
        actor=actor,
        subject_id=version.id,
        organisation_id=position.organisation_id,
        **consultation.scope,
        **more,
    )
