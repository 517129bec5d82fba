"""What organisations said at meetings, entered in the real way."""

from __future__ import annotations

from sakrad.accounts.models import Role
from sakrad.core import clock, ids
from sakrad.core.db import transaction
from sakrad.core.text import Span
from sakrad.directory.models import Organisation
from sakrad.meetings.models import Meeting
from sakrad.positions import commands
from sakrad.positions.models import Answer, Channel, Position, PositionVersion, PublicationWish, Transcription
from sakrad.records.models import Review, ReviewDecision
from sakrad.summaries import commands as summarising
from sakrad.summaries.models import Point
from tests import factories as make
from tests.factories.positions import fresh


def entered(
    meeting: Meeting, by: Organisation, text: str, *, question: int = 1, wish: PublicationWish | None = PublicationWish.named
) -> PositionVersion:
    of = fresh(meeting).consultation
    officer = make.user((Role.officer, of.authority))
    meeting, by = fresh(meeting), fresh(by)
    said = [commands.Said(one, text) for one in meeting.consultation.questions if one.number == question]
    with transaction():
        return commands.enter_views(meeting, by, said=said, wish=wish, actor=officer, at=clock.now())


def published(meeting: Meeting, by: Organisation, text: str, wish: PublicationWish = PublicationWish.named) -> PositionVersion:
    version = fresh(entered(meeting, by, text, wish=wish))
    with transaction():
        commands.review_position(version, decision=ReviewDecision.publish, actor=None, at=clock.now())
    return version


def point(version: PositionVersion) -> Point:
    """Its first sentence, taken up."""
    answer = fresh(version).answers[0]
    end = answer.text.index(".") + 1
    with transaction():
        return summarising.take_up(answer, spans=[Span(0, end)], actor=None, at=clock.now())[0]


def row(meeting: Meeting, by: Organisation, text: str, *, question: int = 1) -> PositionVersion:
    """A reviewed view without the commands, whatever the phase; the organisation has written nothing."""
    of = fresh(meeting).consultation
    position = make.save(Position(consultation_id=of.id, organisation_id=by.id, reference=ids.reference()))
    version: PositionVersion = make.save(
        PositionVersion(
            position_id=position.id,
            number=1,
            receipt_number=f"M-{position.reference}",
            received_at=meeting.starts_at,
            digest="0" * 64,
            submission_key=ids.reference(32),
            organisation_name=by.name,
            channel=Channel.meeting,
            meeting_id=meeting.id,
            wish=PublicationWish.named,
        )
    )
    asked = next(one for one in fresh(of).questions if one.number == question)
    make.save(
        Answer(version_id=version.id, question_id=asked.id, text=text),
        Transcription(version_id=version.id, entered_at=clock.now(), entered_by_id=make.user().id),
        Review(subject_id=version.id, decision=ReviewDecision.publish, decided_at=clock.now()),
    )
    return version
