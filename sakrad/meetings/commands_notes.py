"""Notes: written, sent out for corrections, each correction answered, and then final and public."""

from __future__ import annotations

from datetime import datetime

from sakrad.core import events, ids
from sakrad.core.db import db
from sakrad.core.errors import Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.text import Span, normalised
from sakrad.directory.models import Organisation
from sakrad.meetings import lifecycle_notes as lifecycle
from sakrad.meetings import queries_notes as queries
from sakrad.meetings.models import Meeting, Notes, NotesCorrection
from sakrad.records import commands as records
from sakrad.records.models import Mask, MaskGround, TextKind


class AnswerMissing(ValueError):
    """A correction that is refused is owed a reason."""


def save_notes(meeting: Meeting, *, body: str, seen_version: int, actor: Actor | None, at: datetime) -> Notes:
    """Write the notes, or change them. What was sent out for corrections stands beside, unchanged.

    Args:
        seen_version: of the notes that the writer saw; 0 where there were none.

    Raises:
        Blocked: the meeting is cancelled, or the notes are final.
        Stale: somebody else has saved meanwhile; `theirs` are the notes.
    """
    refuse_unless_clear(lifecycle.blockers_to_write(queries.facts_of(meeting)))
    notes, body = meeting.notes, normalised(body)
    if notes is not None and notes.body == body:
        return notes
    if seen_version != (notes.version if notes else 0):
        raise Stale(notes)
    if notes is None:
        notes = Notes(meeting=meeting, version=1, body=body, shared_body="")
        db.session.add(notes)
    else:
        notes.body, notes.version = body, notes.version + 1
    _record(EventName.notes_changed, notes, actor=actor, at=at)
    return notes


def share_notes(meeting: Meeting, *, until: datetime, actor: Actor | None, at: datetime) -> None:
    """Send the notes to the organisations that came or were registered, who may ask for corrections until the instant.

    Raises:
        Blocked: the meeting has not been held, nothing is written, they are sent out already, or `until` has passed
            or is too far ahead.
    """
    refuse_unless_clear(lifecycle.blockers_to_share(queries.facts_of(meeting), at, until))
    notes = _notes_of(meeting)
    notes.shared_body, notes.shared_at, notes.corrections_until = notes.body, at, until
    _record(EventName.notes_shared, notes, actor=actor, at=at)


def move_round(meeting: Meeting, *, until: datetime, actor: Actor | None, at: datetime) -> None:
    """Let corrections be asked for until another instant. It stands on the participants' page; nothing is mailed again.

    Raises:
        Blocked: nothing is sent out, the round is over, or `until` has passed or is too far ahead.
    """
    refuse_unless_clear(lifecycle.blockers_to_move_round(queries.facts_of(meeting), at, until))
    notes = _notes_of(meeting)
    if notes.corrections_until != until:
        notes.corrections_until = until
        _record(EventName.notes_changed, notes, actor=actor, at=at)


def ask_for_correction(meeting: Meeting, organisation: Organisation, *, text: str, actor: Actor | None, at: datetime) -> NotesCorrection:
    """The organisation asks that something be corrected. The same words again give the same row (the double click).

    Raises:
        Blocked: the notes have not been sent out, the round is over, or they are final.
    """
    refuse_unless_clear(lifecycle.blockers_to_ask(queries.facts_of(meeting), at))
    notes, text = _notes_of(meeting), normalised(text)
    for earlier in notes.corrections:
        if (earlier.organisation_id, earlier.text) == (organisation.id, text):
            return earlier
    asked = NotesCorrection(reference=ids.reference(), notes=notes, organisation=organisation, text=text, received_at=at, answer="")
    db.session.add(asked)
    _record(EventName.notes_correction_received, notes, actor=actor, at=at, asked=asked)
    return asked


def answer_correction(correction: NotesCorrection, *, accepted: bool, answer: str, actor: Actor | None, at: datetime) -> None:
    """Say whether the notes are corrected. A refusal is owed a reason; the answer may be changed until the notes are final.

    Raises:
        AnswerMissing: refused without a reason.
        Blocked: the notes are final.
    """
    refuse_unless_clear(lifecycle.blockers_to_answer(queries.facts_of(correction.notes.meeting)))
    answer = normalised(answer)
    if not accepted and not answer:
        raise AnswerMissing
    correction.accepted, correction.answer = accepted, answer
    correction.answered_at, correction.answered_by_id = at, actor.id if actor else None
    _record(EventName.notes_correction_answered, correction.notes, actor=actor, at=at, asked=correction)


def publish_notes(meeting: Meeting, *, actor: Actor | None, at: datetime) -> None:
    """Make the notes final, and public.

    Raises:
        Blocked: the round is open, a correction waits for its answer, or nothing was sent out.
    """
    refuse_unless_clear(lifecycle.blockers_to_publish(queries.facts_of(meeting), at))
    notes = _notes_of(meeting)
    notes.final_at, notes.final_by_id = at, actor.id if actor else None
    _record(EventName.notes_published, notes, actor=actor, at=at)


def mask_notes(
    notes: Notes, *, words: str = "", span: Span | None = None, ground: MaskGround, actor: Actor | None, at: datetime
) -> list[Mask]:
    """Hide the span, or every place where exactly `words` stand, from readers; the original stays.

    Raises:
        WordsMissing: nothing was chosen, or it is not there.
        Blocked: the notes are not final; then the text itself is changed.
    """
    refuse_unless_clear(lifecycle.blockers_to_mask(queries.facts_of(notes.meeting)))
    whose = notes.meeting.consultation.scope
    return records.mask_words(TextKind.notes, [notes.id], notes.body, words=words, span=span, ground=ground, actor=actor, at=at, **whose)


def unmask_notes(notes: Notes, mask: Mask, *, actor: Actor | None, at: datetime) -> None:
    """Show the words again; the mask's row stays as a trace."""
    records.remove_mask(mask, actor=actor, at=at, **notes.meeting.consultation.scope)


def _notes_of(meeting: Meeting) -> Notes:
    assert meeting.notes is not None, "the lifecycle refuses notes that nobody has written"
    return meeting.notes


def _record(name: EventName, notes: Notes, *, actor: Actor | None, at: datetime, asked: NotesCorrection | None = None) -> None:
    """The subject is the notes; the meeting's number stands beside, and a correction with whose it is."""
    db.session.flush()
    more = {"organisation_id": asked.organisation_id, "correction": asked.id} if asked else {}
    events.record(name, at=at, actor=actor, subject_id=notes.id, meeting=notes.meeting.number, **notes.meeting.consultation.scope, **more)
