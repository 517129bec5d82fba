"""What the history of a draft is made of: texts as splices of the ones before them, everything else as values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext

from sakrad.core import i18n
from sakrad.core.differences import ends_in_common
from sakrad.positions.models import AnchoringLevel, Answer, Draft, DraftAnswer, PositionVersion, PublicationWish, Stance

FACTS = ("signed_role", "anchoring", "decided_on", "decision_ref", "asked", "answered", "dissent", "wish", "reuse", "confirm_by_on")
VALUES = ("stance", "options", "own_interest", "left_out", "left_out_reason")  # of an answer, beside its text
SNAPSHOT_EVERY = 20  # so that no text is put together of more pieces
FROM_BEFORE = "from_before"  # marks, among the values, what stood there before any history was kept


@dataclass(frozen=True, slots=True)
class Splice:
    """A text as `words` between the first `head` and the last `tail` code points of the text before it; with neither, whole."""

    head: int
    tail: int
    words: str

    def onto(self, before: str) -> str:
        """The text that it makes of the one before."""
        return before[: self.head] + self.words + before[len(before) - self.tail :]


def splice(before: str, after: str, number: int) -> Splice:
    """What the revision with this number keeps of `after`: the whole where a splice would hardly be shorter, and now and then."""
    head, tail = ends_in_common(before, after)
    words = after[head : len(after) - tail]
    if number % SNAPSHOT_EVERY == 0 or 2 * len(words) > len(after):
        return Splice(0, 0, after)
    return Splice(head, tail, words)


def answer_values(source: DraftAnswer | Answer | None) -> dict[str, Any]:
    """What an answer says beside its text; what it would say if there were none."""
    values = {name: getattr(source, name, None) for name in VALUES}
    return {
        "stance": values["stance"].value if values["stance"] else None,
        "options": list(values["options"] or []),
        "own_interest": bool(values["own_interest"]),
        "left_out": bool(values["left_out"]),
        "left_out_reason": values["left_out_reason"] or "",
    }


def facts_values(source: Draft | PositionVersion) -> dict[str, Any]:
    """Who answers, how it is anchored and what they wish; the dissent is a text and not among them."""
    values = {name: getattr(source, name) for name in FACTS if name != "dissent"}
    return plain_values(values) | {"groups": sorted(group.slug for group in source.groups)}


def plain_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are kept: members of enums as their codes, days as text."""
    return {name: _plain(value) for name, value in values.items()}


def facts_from(values: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as save_facts takes them, but for the dissent and the groups."""
    kinds: dict[str, Any] = {
        "anchoring": AnchoringLevel,
        "wish": PublicationWish,
        "decided_on": date.fromisoformat,
        "confirm_by_on": date.fromisoformat,
    }
    known = {name: values.get(name) for name in FACTS if name != "dissent"}
    return {name: kinds[name](value) if name in kinds and value is not None else value for name, value in known.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return getattr(value, "value", value)


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs, in words; empty where nothing was said."""

    label: str
    before: str
    after: str


def changes(before: Mapping[str, Any], after: Mapping[str, Any], groups: Mapping[str, str] | None = None) -> list[Change]:
    """Which values differ, of two answers or of two sets of facts. `groups`: the target groups' names, by slug."""
    found = []
    for name, label in _labels():
        was, now = before.get(name), after.get(name)
        if (was or None) != (now or None):  # nothing and "no" say the same
            found.append(Change(label, _words(name, was, groups or {}), _words(name, now, groups or {})))
    return found


def _labels() -> list[tuple[str, str]]:
    return [
        ("stance", gettext("Ställningstagande")),
        ("options", gettext("Val")),
        ("own_interest", gettext("Eget intresse")),
        ("left_out", gettext("Hoppar över frågan")),
        ("left_out_reason", gettext("Skäl att inte svara")),
        ("signed_role", gettext("Avsändarens roll")),
        ("anchoring", gettext("Förankring")),
        ("confirm_by_on", gettext("Bekräftas senast")),
        ("decided_on", gettext("Datum för beslutet")),
        ("decision_ref", gettext("Paragraf")),
        ("asked", gettext("Tillfrågade")),
        ("answered", gettext("Svarade")),
        ("groups", gettext("Talar för")),
        ("wish", gettext("Får kommunen publicera?")),
        ("reuse", gettext("Öppna data")),
    ]


def _words(name: str, value: Any, groups: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return str(gettext("Ja") if value else gettext("Nej"))
    if value is None:
        return ""
    match name:
        case "stance":
            return i18n.label(Stance(value))
        case "anchoring":
            return i18n.label(AnchoringLevel(value))
        case "wish":
            return i18n.label(PublicationWish(value))
        case "decided_on" | "confirm_by_on":
            return i18n.day(date.fromisoformat(value), year=True)
        case "options":
            return "; ".join(value)
        case "groups":
            return i18n.listing(sorted(groups.get(slug, slug) for slug in value))
    return str(value)
