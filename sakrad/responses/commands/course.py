"""The way of the answers: to the authority, decided, published together."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from sakrad.consultations import commands as consultations
from sakrad.core import events
from sakrad.core.db import UTCDateTime, db
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.responses import lifecycle, queries
from sakrad.responses.commands.pledging import ask_pledges
from sakrad.responses.commands.recording import ANSWER, facts, line, record, scope
from sakrad.responses.models import Commitment, DecisionForm, FeedbackRelease, Response, ResponseVersion


def send(release: FeedbackRelease, *, meeting_on: date | None, actor: Actor | None, at: datetime, unread: bool = False) -> None:
    """Take the proposed answers to the authority. `meeting_on` is the meeting's day, None when it decides without one.

    Args:
        unread: no colleague can read them first.

    Raises:
        Blocked: something has no answer, no colleague has read them, or they have been sent already.
    """
    refuse_unless_clear(lifecycle.blockers_to_send(facts(release), at, unread=unread))
    release.sent_at, release.meeting_on = at, meeting_on
    _mark_sent(release, actor, at)
    record(EventName.responses_sent, release.consultation, release, actor=actor, at=at)


def _mark_sent(release: FeedbackRelease, actor: Actor | None, at: datetime) -> None:
    """What the answers say now is what the authority gets; a later wording is compared with it. Two statements."""
    own = sa.select(Response.id).where(Response.release_id == release.id)
    kept = sa.exists().where(ResponseVersion.response_id == Response.id, ResponseVersion.number == Response.version)
    said = [getattr(Response, name) for name in ANSWER]
    by = actor.id if actor else None
    missing = sa.select(Response.id, Response.version, sa.literal(at, UTCDateTime()), sa.literal(by, sa.Integer()), sa.false(), *said)
    db.session.execute(  # answers from before versions were kept
        sa.insert(ResponseVersion).from_select(
            ["response_id", "number", "at", "by_id", "sent", *ANSWER], missing.where(Response.release_id == release.id, ~kept)
        )
    )
    present = sa.exists().where(Response.id == ResponseVersion.response_id, Response.version == ResponseVersion.number)
    db.session.execute(
        sa.update(ResponseVersion).where(ResponseVersion.response_id.in_(own)).values(sent=present),
        execution_options={"synchronize_session": False},
    )


def decide(
    release: FeedbackRelease,
    *,
    form: DecisionForm,
    decision_on: date,
    decision_ref: str,
    minutes_url: str = "",
    actor: Actor | None,
    at: datetime,
) -> None:
    """Record who decided on the answers, when, and under which § or number. They are frozen from here.

    Raises:
        Blocked: they have not been sent, are decided already, or the form asks for more (each beside its field).
    """
    refuse_unless_clear(lifecycle.blockers_to_decide(facts(release), at))
    decision_ref, minutes_url = line(decision_ref), minutes_url.strip()
    refuse_unless_clear(lifecycle.faults_of_decision(form, decision_on, decision_ref, minutes_url, at))
    release.decided_at = at
    release.decision_form, release.decision_on = form, decision_on
    release.decision_ref, release.minutes_url = decision_ref, minutes_url
    _mark_changed(release)
    record(EventName.responses_decided, release.consultation, release, actor=actor, at=at, form=form.value)


def _mark_changed(release: FeedbackRelease) -> None:
    """Say of each answer whether the board decided something else than it was sent: another answer, or another promise.

    What was changed since is what the board decided. Delegation and the administration's own word have nobody to differ from.
    """
    sent = sa.select(ResponseVersion.id).where(ResponseVersion.response_id == Response.id, ResponseVersion.sent)
    another = sa.or_(*(getattr(ResponseVersion, name).is_distinct_from(getattr(Response, name)) for name in ANSWER))
    same_wording = sa.and_(ResponseVersion.number == Response.version, Response.changed_at > release.sent_at)  # but another promise
    differs = sa.or_(~sent.exists(), sent.where(sa.or_(another, same_wording)).exists())
    changed = differs if release.decision_form is DecisionForm.board else sa.false()
    db.session.flush()
    db.session.execute(
        sa.update(Response).where(Response.release_id == release.id).values(changed_by_board=changed),
        execution_options={"synchronize_session": False},
    )


def reopen(release: FeedbackRelease, *, actor: Actor | None, at: datetime) -> None:
    """Take back a decision that was recorded wrongly, before it is published; what was recorded stays to be corrected.

    Raises:
        Blocked: nothing is decided, or the answers are published.
    """
    refuse_unless_clear(lifecycle.blockers_to_reopen(facts(release), at))
    release.decided_at = None
    record(EventName.responses_reopened, release.consultation, release, actor=actor, at=at)


def publish(release: FeedbackRelease, *, actor: Actor | None, at: datetime) -> None:
    """Publish all answers and commitments of the part at one moment. The last part makes the consultation answered.

    The number of statements does not depend on how many they are.

    Raises:
        Blocked: with everything that is missing.
    """
    refuse_unless_clear(lifecycle.blockers_to_publish(facts(release), at))
    consultation = release.consultation
    release.published_at = at
    parts = queries.list_releases(consultation)
    if all(part.published_at is not None for part in parts):
        consultations.mark_answered(consultation, at)
    record(EventName.feedback_published, consultation, release, actor=actor, at=at, part=release.number, parts=len(parts))
    made = (
        sa.select(Commitment.id)
        .join(Response, Response.id == Commitment.response_id)
        .where(Response.release_id == release.id)
        .order_by(Commitment.number)
    )
    events.record_many(
        EventName.commitment_made, [{"subject_id": one} for one in db.session.scalars(made)], at=at, actor=actor, **scope(consultation)
    )
    ask_pledges(release, actor=actor, at=at)
