"""Who is told what came of their words when the answers are published, whole or in parts."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Organisation
from sakrad.notifications.recipients import recipients_of
from sakrad.responses.models import FeedbackRelease
from tests import factories as make
from tests.factories import responses, summaries, together, verdicts


def told(release: FeedbackRelease) -> set[str]:
    event = Event(
        name=EventName.feedback_published.value, at=clock.now(), subject_id=release.id, consultation_id=release.consultation_id, data={}
    )
    return {address for _kind, address in recipients_of(event)}


def test_everybody_who_has_a_voice_is_told_and_of_parts_those_whom_they_concern(app: Flask) -> None:
    matter = responses.matter()
    of, (first, second, aside) = matter.consultation, [make.again(one.answer.version.position) for one in matter.points]
    place = of.municipality

    def newcomer() -> Organisation:
        return make.organisation(verified_in=place)

    party, friend, speaker, silent, unheard = (newcomer() for _ in range(5))
    together.party(first, party)
    together.party(first, silent, confirmed=False)
    together.concurrence(make.position(of, friend), first)
    summaries.cite(matter.findings[1], verdicts.spoken(of, speaker, "Vi sa det."))
    make.position(of, unheard)

    def addresses(*those: Organisation) -> set[str]:
        return {one.email for one in those}

    whole = responses.release(of, **responses.decided(published_at=clock.now()))
    responses.response(whole, finding=matter.findings[0])
    everybody = addresses(make.again(matter.organisation), second.organisation, aside.organisation, party, friend, speaker, unheard)
    assert told(whole) == everybody
    rest = responses.release(of, number=2)
    responses.response(rest, finding=matter.findings[1])
    assert told(whole) == addresses(make.again(matter.organisation), second.organisation, party, friend)
    with transaction():
        db.session.execute(
            sa.update(FeedbackRelease).where(FeedbackRelease.id == rest.id).values(**responses.decided(published_at=clock.now()))
        )
    # The last part tells those of whose words nothing was answered as well.
    assert told(rest) == addresses(second.organisation, aside.organisation, speaker, unheard, friend)
