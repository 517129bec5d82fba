"""When what a consultation asks and found may be written and shown in other languages. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from sakrad.consultations.lifecycle import Dates
from sakrad.consultations.models import ContentAbout
from sakrad.core.errors import Blocker


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """What the rules ask of a version."""

    about: ContentAbout
    dates: Dates
    text: str = ""
    is_published: bool = False


def blockers_to_write_version(facts: VersionFacts) -> list[Blocker]:
    """Before the announcement too, so that all languages can be announced together; but of a summary what is decided, and no draft."""
    if facts.about is ContentAbout.summary and facts.dates.summary_published_at is None:
        return [Blocker("version_before_summary")]
    return []


def blockers_to_publish_version(facts: VersionFacts) -> list[Blocker]:
    """Nothing is published before its original."""
    found = blockers_to_write_version(facts)
    if not found and facts.dates.announced_at is None:
        found = [Blocker("version_before_announcing")]
    return [*found, *([] if facts.text.strip() else [Blocker("version_empty", field="text")])]


def blockers_to_withdraw_version(facts: VersionFacts) -> list[Blocker]:
    """Why it cannot be taken back."""
    return [] if facts.is_published else [Blocker("version_not_published")]
