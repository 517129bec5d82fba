"""When something may be entered in the directory. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from stdnum.exceptions import ValidationError
from stdnum.se import orgnr

from sakrad.core import clock
from sakrad.core.errors import Blocker
from sakrad.directory.models import ApprovalRule

# How many approvals each rule may ask for. Only the board chooses: as many as must have approved, not as many as it has seats.
APPROVALS = {ApprovalRule.one: range(1, 2), ApprovalRule.two: range(2, 3), ApprovalRule.board: range(2, 21)}
CHECK_FROM = (4, 15)  # the day of the year from which "Stämmer uppgifterna?" is asked: after the annual meetings (PRACTICE.md 16)
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
    protected_with_place: bool = False  # says that it is protected, and where it is


def blockers_to_describe(facts: OrganisationFacts) -> list[Blocker]:
    """Why an organisation may not be registered, or changed, with these facts."""
    blockers = []
    if facts.org_number and normalised_org_number(facts.org_number) is None:
        blockers.append(Blocker("org_number_invalid", field="org_number"))
    if facts.number_taken:
        blockers.append(Blocker("org_number_taken", field="org_number"))
    if not (facts.voice_bearer or facts.provider):
        blockers.append(Blocker("organisation_without_role", field="voice_bearer"))
    if facts.protected_with_place:
        blockers.append(Blocker("protected_with_place", field="protected"))
    return blockers


@dataclass(frozen=True, slots=True)
class BehalfFacts:
    """What is asked before a municipality describes an organisation on its behalf."""

    members: int  # who act for it
    protected: bool
    placed: bool  # an area or an address is given


def blockers_to_describe_on_behalf(facts: BehalfFacts) -> list[Blocker]:
    """Why the municipality may not enter these facts."""
    blockers = []
    if facts.members:
        blockers.append(Blocker("described_by_itself"))
    if facts.protected and facts.placed:
        blockers.append(Blocker("protected_with_place", field="area"))
    return blockers


def blockers_to_import(*, finished: bool) -> list[Blocker]:
    """Why nothing more can be done with the import of a register."""
    return [Blocker("import_finished")] if finished else []


def blockers_to_match(columns: dict[str, int]) -> list[Blocker]:
    """Why the columns of a file cannot be understood like this."""
    blockers = []
    if "name" not in columns:
        blockers.append(Blocker("import_name_missing", field="name"))
    used: set[int] = set()
    for field, column in columns.items():
        if column in used:
            blockers.append(Blocker("import_column_twice", field=field))
        used.add(column)
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


def blockers_to_change(ended_on: date | None) -> list[Blocker]:
    """Why a unit or a function may not be changed, or be added to: it has been reorganised, and stands as history."""
    return [Blocker("reorganised_already")] if ended_on is not None else []


def approvals_for(rule: ApprovalRule, asked: int | None) -> int:
    """How many approvals the rule means; what was `asked` matters for the board only."""
    allowed = APPROVALS[rule]
    return allowed[0] if len(allowed) == 1 else asked or 0


def blockers_to_set_rule(rule: ApprovalRule, approvals_needed: int) -> list[Blocker]:
    """Why the rule cannot ask for so many. More than there are approvers is allowed: they may be on their way."""
    allowed = APPROVALS[rule]
    if approvals_needed in allowed:
        return []
    return [Blocker("approvals_out_of_range", {"least": allowed[0], "most": allowed[-1]}, field="approvals_needed")]


def check_since(at: datetime) -> datetime | None:
    """The instant since when this year's yearly check is asked; None before its day has come."""
    first = clock.start_of(date(clock.day_of(at).year, *CHECK_FROM))
    return first if at >= first else None
