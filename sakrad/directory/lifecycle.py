"""When something may be entered in the directory. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from stdnum.exceptions import ValidationError
from stdnum.se import orgnr

from sakrad.core.errors import Blocker

LENGTH_WITH_CENTURY = 12  # "16" before the ten digits, as authorities write it


def normalised_org_number(text: str) -> str | None:
    """The organisation number as NNNNNN-NNNN; None when it is not one.

    Ten digits with a right check digit, the third at least 2: below that it is a person's number, which nobody may
    leave here (METHOD.md §6.10). A leading 16 is taken off.
    """
    digits = "".join(character for character in text if character not in " -\u2013\u00a0")
    if len(digits) == LENGTH_WITH_CENTURY and digits.startswith("16"):
        digits = digits[2:]
    try:
        digits = orgnr.validate(digits)
    except ValidationError:
        return None
    return str(orgnr.format(digits)) if digits[2] >= "2" else None


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What is asked about an organisation before it is registered or changed."""

    org_number: str  # as it was written; empty when there is none
    number_taken: bool  # another organisation has it
    voice_bearer: bool
    provider: bool


def blockers_to_describe(facts: OrganisationFacts) -> list[Blocker]:
    """Why an organisation may not be registered, or changed, with these facts."""
    blockers = []
    if facts.org_number and normalised_org_number(facts.org_number) is None:
        blockers.append(Blocker("org_number_invalid", field="org_number"))
    if facts.number_taken:
        blockers.append(Blocker("org_number_taken", field="org_number"))
    if not (facts.voice_bearer or facts.provider):
        blockers.append(Blocker("organisation_without_role", field="voice_bearer"))
    return blockers


@dataclass(frozen=True, slots=True)
class NameFacts:
    """Whether what is to be added already stands there."""

    name_taken: bool
    short_taken: bool = False
    field: str = "name"


def blockers_to_add(facts: NameFacts) -> list[Blocker]:
    """Why an authority, unit, function or council may not be added, or renamed."""
    blockers = []
    if facts.name_taken:
        blockers.append(Blocker("name_taken", field=facts.field))
    if facts.short_taken:
        blockers.append(Blocker("short_taken", field="short"))
    return blockers
