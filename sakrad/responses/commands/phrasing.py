"""Wordings that an authority uses again and again."""

from __future__ import annotations

from datetime import datetime

from sakrad.core import events
from sakrad.core.db import db
from sakrad.core.events import Actor, EventName
from sakrad.core.text import normalised
from sakrad.directory.models import Authority
from sakrad.responses.commands.recording import line
from sakrad.responses.models import Outcome, Phrase


def keep_phrase(authority: Authority, *, title: str, text: str, outcome: Outcome | None, actor: Actor | None, at: datetime) -> Phrase:
    """Keep a wording under a title that its writers will know it by."""
    phrase = Phrase(authority=authority, kept_at=at, kept_by_id=actor.id if actor else None)
    db.session.add(phrase)
    change_phrase(phrase, title=title, text=text, outcome=outcome, actor=actor, at=at)
    return phrase


def change_phrase(phrase: Phrase, *, title: str, text: str, outcome: Outcome | None, actor: Actor | None, at: datetime) -> None:
    """Word it otherwise. Answers that have begun from it stay as they are."""
    phrase.title, phrase.text, phrase.outcome = line(title), normalised(text), outcome
    _record(EventName.phrase_kept, phrase, actor, at)


def remove_phrase(phrase: Phrase, *, actor: Actor | None, at: datetime) -> None:
    """Offer it no more."""
    phrase.removed_at = at
    _record(EventName.phrase_removed, phrase, actor, at)


def _record(name: EventName, phrase: Phrase, actor: Actor | None, at: datetime) -> None:
    db.session.flush()
    authority = phrase.authority
    events.record(name, at=at, actor=actor, subject_id=phrase.id, authority_id=authority.id, municipality_id=authority.municipality_id)
