"""What a consultation asks and found, in other languages: written, published, taken back, and words of it hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sakrad.consultations import lifecycle_versions as lifecycle
from sakrad.consultations import queries_versions as queries
from sakrad.consultations.commands.recording import record
from sakrad.consultations.lifecycle_versions import VersionFacts
from sakrad.consultations.models import Consultation, ContentAbout, ContentLanguage, ContentVersion
from sakrad.consultations.queries import dates_of
from sakrad.core.db import db
from sakrad.core.differences import kept
from sakrad.core.errors import Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.text import Span, normalised, one_line, places
from sakrad.records import commands as records
from sakrad.records.masking import MaskableText
from sakrad.records.models import Mask, MaskGround, TextKind
from sakrad.records.queries import list_masks


@dataclass(frozen=True, slots=True)
class VersionWords:
    """What stands in a version."""

    title: str
    lead: str = ""
    text: str = ""  # Markdown
    questions: tuple[tuple[int, str], ...] = ()  # number and words; those without words are left out
    made_by: str = ""


def write_version(
    consultation: Consultation,
    about: ContentAbout,
    language: ContentLanguage,
    *,
    words: VersionWords,
    seen_version: int,
    publish: bool = False,
    actor: Actor | None,
    at: datetime,
) -> ContentVersion:
    """Save a version. What is written in one that is published is seen at once.

    Args:
        seen_version: the number of the version that was changed; 0 where there was none.
        publish: show it, as following the original as it stands now.

    Raises:
        Blocked: there is no original to show it beside, or no text to publish.
        Stale: somebody saved after `seen_version`; `theirs` is the version as it stands.
    """
    version = queries.find_version(consultation, about, language)
    if (version.version if version else 0) != seen_version:
        raise Stale(theirs=version)
    shown = publish or (version is not None and version.published_at is not None)
    facts = VersionFacts(about, dates_of(consultation), words.text, shown)
    refuse_unless_clear(lifecycle.blockers_to_publish_version(facts) if shown else lifecycle.blockers_to_write_version(facts))
    if version is None:
        version = ContentVersion(consultation=consultation, about=about, language=language, version=0, title="", created_at=at)
        db.session.add(version)
    before = queries.words_of(version) if version.version else {}
    version.title, version.lead, version.text = one_line(words.title), normalised(words.lead), normalised(words.text)
    version.questions = [[number, text] for number, said in words.questions if (text := normalised(said))]
    version.made_by, version.changed_at = one_line(words.made_by), at
    version.version += 1
    is_new = publish and not queries.was_published(version)
    if publish:
        version.published_at, version.original = at, queries.original_of(consultation, about).digest
    db.session.flush()
    for kind, text in queries.words_of(version).items():
        _carry_masks(version, kind, before.get(kind, text), text, actor=actor, at=at)
    _record(EventName.content_version_published if shown else EventName.content_version_changed, version, is_new=is_new, actor=actor, at=at)
    return version


def withdraw_version(version: ContentVersion, *, actor: Actor | None, at: datetime) -> None:
    """Show it no more. Its words stay, to be mended and published again.

    Raises:
        Blocked: it is not published.
    """
    facts = VersionFacts(version.about, dates_of(version.consultation), version.text, version.published_at is not None)
    refuse_unless_clear(lifecycle.blockers_to_withdraw_version(facts))
    version.published_at, version.changed_at = None, at
    version.version += 1
    _record(EventName.content_version_withdrawn, version, actor=actor, at=at)


def mask_version(
    version: ContentVersion, text: MaskableText, *, words: str, span: Span | None, ground: MaskGround, actor: Actor | None, at: datetime
) -> list[Mask]:
    """Hide words of it: the span, or every place where exactly `words` stand. Raises WordsMissing."""
    scope = version.consultation.scope
    return records.mask_words(text.kind, text.ids, text.text, words=words, span=span, ground=ground, actor=actor, at=at, **scope)


def unmask_version(version: ContentVersion, masks: Sequence[Mask], *, actor: Actor | None, at: datetime) -> None:
    """Show the words again; the rows of the masks stay as a trace."""
    for mask in masks:
        records.remove_mask(mask, actor=actor, at=at, **version.consultation.scope)


def _carry_masks(version: ContentVersion, kind: TextKind, before: str, after: str, *, actor: Actor | None, at: datetime) -> None:
    """What is hidden stays hidden where the text is written anew: where it stood, and wherever else those words stand now."""
    if before == after:
        return
    scope, laid = version.consultation.scope, set[Span]()
    for mask in list_masks(kind, [version.id]):
        wanted = [*kept(before, after, Span(mask.start, mask.end)), *places(after, before[mask.start : mask.end])]
        records.remove_mask(mask, actor=actor, at=at, **scope)
        for span in wanted:
            if span not in laid:
                laid.add(span)
                records.add_mask(kind, version.id, span, ground=mask.ground, actor=actor, at=at, **scope)


def _record(name: EventName, version: ContentVersion, *, is_new: bool = False, actor: Actor | None, at: datetime) -> None:
    """`is_new`: it was never published before. Only that is told to readers."""
    codes = {"about": version.about.value, "language": version.language.value, "version": version.version, "new": is_new}
    record(name, version.consultation, actor=actor, at=at, subject_id=version.id, **codes)
