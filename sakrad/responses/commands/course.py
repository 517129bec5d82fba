"""The way of the answers: to the authority, decided, published together."""

from __future__ import annotations

from datetime import date, datetime

from sakrad.consultations import commands as consultations
from sakrad.core.errors import refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.responses import lifecycle
from sakrad.responses.commands.recording import facts, line, record
from sakrad.responses.models import DecisionForm, FeedbackRelease


def send(release: FeedbackRelease, *, meeting_on: date | None, actor: Actor | None, at: datetime) -> None:
    """Take the proposed answers to the authority. `meeting_on` is the meeting's day, None when it decides without one.

    Raises:
        Blocked: a finding has no answer, or they have been sent already.
    """
    refuse_unless_clear(lifecycle.blockers_to_send(facts(release), at))
    release.sent_at, release.meeting_on = at, meeting_on
    record(EventName.responses_sent, release.consultation, release, actor=actor, at=at)


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
    record(EventName.responses_decided, release.consultation, release, actor=actor, at=at, form=form.value)


def reopen(release: FeedbackRelease, *, actor: Actor | None, at: datetime) -> None:
    """Take back a decision that was recorded wrongly, before it is published; what was recorded stays to be corrected.

    Raises:
        Blocked: nothing is decided, or the answers are published.
    """
    refuse_unless_clear(lifecycle.blockers_to_reopen(facts(release), at))
    release.decided_at = None
    record(EventName.responses_reopened, release.consultation, release, actor=actor, at=at)


def publish(release: FeedbackRelease, *, actor: Actor | None, at: datetime) -> None:
    """Publish all answers and commitments at one moment.

    Raises:
        Blocked: with everything that is missing.
    """
    refuse_unless_clear(lifecycle.blockers_to_publish(facts(release), at))
    consultation = release.consultation
    release.published_at = at
    consultations.mark_answered(consultation, at)
    record(EventName.feedback_published, consultation, release, actor=actor, at=at)
    for commitment in sorted((c for response in release.responses for c in response.commitments), key=lambda c: c.number):
        record(EventName.commitment_made, consultation, commitment, actor=actor, at=at, number=commitment.number)
