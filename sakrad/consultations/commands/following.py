"""What comes after a consultation, told in public; and the dialogues that come back every year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from sakrad.consultations import lifecycle_following as lifecycle
from sakrad.consultations.commands.recording import record
from sakrad.consultations.models import Consultation, Continuation, ContinuationKind, RecurringDialogue
from sakrad.consultations.queries import dates_of
from sakrad.consultations.queries_following import is_continued_by
from sakrad.core import events
from sakrad.core.db import db, is_said_again
from sakrad.core.errors import Blocked, Blocker, Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.text import Span, normalised, one_line
from sakrad.directory.models import Authority, Municipality, TargetGroup
from sakrad.records import commands as records
from sakrad.records.masking import MaskableText
from sakrad.records.models import Mask, MaskGround


class NotAContinuation(ValueError):
    """The consultation or the dialogue is another municipality's, the consultation itself, or goes with another kind."""


class AuthorityElsewhere(ValueError):
    """The authority is another municipality's."""


def decide_continuation(
    consultation: Consultation,
    *,
    kind: ContinuationKind,
    text: str,
    next: Consultation | None = None,
    dialogue: RecurringDialogue | None = None,
    actor: Actor | None,
    at: datetime,
) -> Continuation:
    """Tell what comes next. It is appended and never changed; `next` shows once it is announced. Said twice at once, it is told once.

    Raises:
        Blocked: the summary is not published, the consultation is cancelled, or the words ask for mending.
        NotAContinuation: see there.
    """
    refuse_unless_clear(lifecycle.blockers_to_continue(dates_of(consultation), at))
    text = normalised(text)
    said = {"kind": kind, "text": text, "next_id": next.id if next else None, "dialogue_id": dialogue.id if dialogue else None}
    newest = sa.select(Continuation).where(Continuation.consultation_id == consultation.id).order_by(Continuation.id.desc())
    last = db.session.scalar(newest.limit(1))
    if last is not None and is_said_again(last, at, **said):
        return last
    linked = next is not None and is_continued_by(consultation, next)
    refuse_unless_clear(lifecycle.faults_of_continuation(text, is_linked_already=linked))
    if next is not None and (kind is not ContinuationKind.consultation or next.id == consultation.id):
        raise NotAContinuation
    if dialogue is not None and (kind is not ContinuationKind.dialogue or dialogue.ended_at is not None):
        raise NotAContinuation
    if any(one is not None and one.municipality_id != consultation.municipality_id for one in (next, dialogue)):
        raise NotAContinuation
    made = Continuation(consultation_id=consultation.id, **said, at=at, by_id=actor.id if actor else None)
    db.session.add(made)
    db.session.flush()
    record(EventName.continuation_decided, consultation, actor=actor, at=at, subject_id=made.id, kind=kind.value)
    return made


def mask_continuation(
    continuation: Continuation, text: MaskableText, *, words: str, span: Span | None, ground: MaskGround, actor: Actor | None, at: datetime
) -> list[Mask]:
    """Hide words of it: the span, or every place where exactly `words` stand. Raises WordsMissing."""
    scope = continuation.consultation.scope
    return records.mask_words(text.kind, text.ids, text.text, words=words, span=span, ground=ground, actor=actor, at=at, **scope)


def unmask_continuation(continuation: Continuation, masks: Sequence[Mask], *, actor: Actor | None, at: datetime) -> None:
    """Show the words again; the rows of the masks stay as a trace."""
    for mask in masks:
        records.remove_mask(mask, actor=actor, at=at, **continuation.consultation.scope)


def add_dialogue(
    municipality: Municipality,
    *,
    authority: Authority,
    title: str,
    about: str = "",
    months: Iterable[int],
    groups: Sequence[TargetGroup] = (),
    actor: Actor | None,
    at: datetime,
) -> RecurringDialogue:
    """A dialogue that comes back in the same months every year.

    Raises:
        AuthorityElsewhere: see there.
        ValueError: no month, or one that there is not; no title.
    """
    dialogue = RecurringDialogue(municipality_id=municipality.id, created_at=at, version=0)
    _describe(dialogue, municipality, authority, title, about, months, groups)
    db.session.add(dialogue)
    return _record(EventName.dialogue_changed, dialogue, actor=actor, at=at)


def change_dialogue(
    dialogue: RecurringDialogue,
    *,
    version: int,
    authority: Authority,
    title: str,
    about: str = "",
    months: Iterable[int],
    groups: Sequence[TargetGroup] = (),
    actor: Actor | None,
    at: datetime,
) -> RecurringDialogue:
    """Change it. Raises what `add_dialogue` raises, and:

    Raises:
        Blocked: it is ended.
        Stale: somebody else has changed it since `version`.
    """
    _refuse_ended(dialogue)
    if dialogue.version != version:
        raise Stale(dialogue)
    _describe(dialogue, dialogue.municipality, authority, title, about, months, groups)
    return _record(EventName.dialogue_changed, dialogue, actor=actor, at=at)


def end_dialogue(dialogue: RecurringDialogue, *, actor: Actor | None, at: datetime) -> None:
    """It comes back no more; the years in which it did keep it. Raises Blocked where it is ended already."""
    _refuse_ended(dialogue)
    dialogue.ended_at = at
    _record(EventName.dialogue_ended, dialogue, actor=actor, at=at)


def _refuse_ended(dialogue: RecurringDialogue) -> None:
    if dialogue.ended_at is not None:
        raise Blocked([Blocker("dialogue_ended")])


def _describe(
    dialogue: RecurringDialogue,
    municipality: Municipality,
    authority: Authority,
    title: str,
    about: str,
    months: Iterable[int],
    groups: Sequence[TargetGroup],
) -> None:
    if authority.municipality_id != municipality.id:
        raise AuthorityElsewhere
    chosen, title = sorted(set(months)), one_line(title)
    if not title or not chosen or not set(chosen) <= set(range(1, 13)):
        raise ValueError("a title, and months from 1 to 12")
    dialogue.authority_id, dialogue.title, dialogue.about, dialogue.months = authority.id, title, normalised(about), chosen
    dialogue.groups = list(groups)
    dialogue.version += 1


def _record(name: EventName, dialogue: RecurringDialogue, *, actor: Actor | None, at: datetime) -> RecurringDialogue:
    db.session.flush()
    scope = {"municipality_id": dialogue.municipality_id, "authority_id": dialogue.authority_id}
    events.record(name, at=at, actor=actor, subject_id=dialogue.id, **scope)
    return dialogue
