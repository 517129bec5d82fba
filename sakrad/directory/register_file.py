"""A föreningsregister that somebody has as a file, as the register understands it: columns, rows, duplicates. Pure.

Nothing is guessed in silence: what was made of each row, and what was left out of it, is shown before anything is written.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from stdnum.exceptions import ValidationError
from stdnum.se import personnummer

from sakrad.directory.addresses import is_address, is_personal
from sakrad.directory.lifecycle import normalised_org_number
from sakrad.directory.models import OrganisationKind

LEFT_OUT = "[personnummer]"  # stands where there was one; none is ever stored
PERSON_NUMBER = re.compile(r"(?<!\d)(?:19|20)?\d{6}[-+]?\d{4}(?!\d)")
SHELTER = re.compile(r"(kvinno|tjej|kill|mans|trans|ungdoms|brottsoffer)\w*jour|\bjouren\b|skydda[td]e? boende", re.IGNORECASE)
CARE_OF = re.compile(r"\bc\s?/\s?o\b", re.IGNORECASE)
BETWEEN = re.compile(r"[;,/|]")


class Field(enum.StrEnum):
    """What a column of the file may hold. The rest of the file is never taken in."""

    name = "name"
    org_number = "org_number"
    email = "email"
    email_other = "email_other"
    kind = "kind"
    groups = "groups"
    subjects = "subjects"
    area = "area"
    address = "address"
    postal_code = "postal_code"
    city = "city"


class Remark(enum.StrEnum):
    """What the official should know about a row."""

    name_missing = "name_missing"
    number_personal = "number_personal"
    number_wrong = "number_wrong"
    email_wrong = "email_wrong"
    email_personal = "email_personal"
    unreachable = "unreachable"
    care_of = "care_of"
    place_left_out = "place_left_out"
    group_unknown = "group_unknown"


class Match(enum.StrEnum):
    """By what a row is found to be there already."""

    number = "number"
    name = "name"
    email = "email"


class Choice(enum.StrEnum):
    """What becomes of a row."""

    add = "add"
    update = "update"
    skip = "skip"


# How registers of associations name their columns, without spaces, hyphens and so on; the best first.
HEADINGS: dict[Field, tuple[str, ...]] = {
    Field.org_number: ("organisationsnummer", "orgnummer", "orgnr", "organisationsnr"),
    Field.postal_code: ("postnummer", "postnr", "zip"),
    Field.city: ("postort", "ort", "stad"),
    Field.address: ("postadress", "utdelningsadress", "gatuadress", "besöksadress", "adress", "gata"),
    Field.kind: ("organisationstyp", "föreningstyp", "organisationsform", "typ", "slag", "form"),
    Field.groups: ("målgrupp", "målgrupper", "talarför", "grupp", "grupper"),
    Field.subjects: ("ämne", "ämnen", "kategori", "kategorier", "verksamhetsområde", "inriktning", "verksamhet", "bransch"),
    Field.area: ("kommundel", "stadsdel", "område", "distrikt", "upptagningsområde"),
    Field.name: (
        "föreningsnamn",
        "föreningensnamn",
        "organisationsnamn",
        "organisationensnamn",
        "namn",
        "förening",
        "organisation",
        "name",
    ),
}
PERSONS = ("kontakt", "person", "ordförande", "kassör", "sekreterare", "firmatecknare", "förnamn", "efternamn", "mobil", "telefon")
EMAIL = ("epost", "email", "mail", "mejl")

# The beginnings of words in registers that name a group or a subject otherwise than we do.
GROUP_WORDS = {
    "pension": "aldre",
    "senior": "aldre",
    "barn": "barn-och-unga",
    "ungdom": "barn-och-unga",
    "funktionsh": "personer-med-funktionsnedsattning",
    "funktionsr": "personer-med-funktionsnedsattning",
    "handikapp": "personer-med-funktionsnedsattning",
    "invandr": "utrikes-fodda",
    "kvinno": "kvinnor",
    "tros": "troende",
    "religi": "troende",
    "finsk": "sverigefinnar",
    "samisk": "samer",
    "romsk": "romer",
}
SUBJECT_WORDS = {
    "idrott": "idrott",
    "sport": "idrott",
    "friluft": "idrott",
    "kultur": "kultur",
    "hembygd": "kultur",
    "musik": "kultur",
    "teater": "kultur",
    "miljö": "miljo",
    "natur": "miljo",
    "by": "landsbygd",
    "landsbygd": "landsbygd",
    "utbildning": "skola",
    "bostad": "boende",
    "hyresgäst": "boende",
    "ungdom": "barn-och-ungas-fritid",
    "scout": "barn-och-ungas-fritid",
}
KIND_WORDS = {
    "tros": OrganisationKind.faith_community,
    "församling": OrganisationKind.faith_community,
    "kyrk": OrganisationKind.faith_community,
    "religi": OrganisationKind.faith_community,
    "studief": OrganisationKind.study_association,
    "stiftelse": OrganisationKind.foundation,
    "ekonomisk": OrganisationKind.cooperative,
    "kooperativ": OrganisationKind.cooperative,
    "nätverk": OrganisationKind.network,
    "paraply": OrganisationKind.umbrella,
    "samorganisation": OrganisationKind.umbrella,
}
Named = Sequence[tuple[str, str]]  # slug and name, of groups or subjects


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row of the file says."""

    index: int  # from 0, without the headings
    name: str
    org_number: str | None
    email: str
    kind: OrganisationKind
    groups: tuple[str, ...]  # slugs
    subjects: tuple[str, ...]
    area: str
    postal_address: str
    remarks: tuple[Remark, ...]

    @property
    def line(self) -> int:
        """As a spreadsheet counts."""
        return self.index + 2


@dataclass(frozen=True, slots=True)
class Known:
    """An organisation that is in the register already."""

    id: int
    slug: str
    name: str
    org_number: str | None
    email: str
    lacks: frozenset[str]  # which of FILLABLE it has nothing in
    open: bool  # the municipality has to do with it, and nobody acts for it: what is empty may be filled


FILLABLE = ("org_number", "email", "groups", "subjects", "area", "postal_address")


@dataclass(frozen=True, slots=True)
class Judged:
    """A row, whether it is there already, and what becomes of it."""

    entry: Entry
    match: Match | None
    known: Known | None  # in the register
    line: int | None  # earlier in the file
    fills: tuple[str, ...]  # which of FILLABLE an update would fill
    choices: tuple[Choice, ...]
    choice: Choice


def scrubbed(cell: str) -> str:
    """The cell without anybody's personal identity number."""
    return PERSON_NUMBER.sub(lambda found: LEFT_OUT if _is_person(found[0]) else found[0], cell)


def _is_person(digits: str) -> bool:
    try:
        personnummer.validate(digits)
    except ValidationError:
        return False
    return True


def proposed_columns(header: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """Which column seems to hold what, each column once; columns about persons are proposed for nothing but a second address."""
    keys = [key_of(heading) for heading in header]
    found: dict[str, int] = {}
    addresses = [n for n, key in enumerate(keys) if any(word in key for word in EMAIL)] or [
        n for n in range(len(keys)) if sum("@" in row[n] for row in rows[:200]) * 2 > max(1, len(rows[:200]))
    ]
    addresses.sort(key=lambda n: (_of_person(keys[n]), _personal_share(rows, n)))
    found.update(zip((Field.email.value, Field.email_other.value), addresses, strict=False))
    left = [n for n, key in enumerate(keys) if key and n not in addresses and not _of_person(key)]
    for field, headings in HEADINGS.items():
        for exact in (True, False):
            column = next((n for word in headings for n in left if (keys[n] == word if exact else len(word) > 3 and word in keys[n])), None)
            if column is not None:
                found[field.value] = column
                left.remove(column)
                break
    return found


def _of_person(key: str) -> bool:
    return any(word in key for word in PERSONS)


def _personal_share(rows: Sequence[Sequence[str]], column: int) -> float:
    written = [row[column] for row in rows[:200] if "@" in row[column]]
    return sum(is_personal(address, "") for address in written) / len(written) if written else 1.0


def entries(rows: Sequence[Sequence[str]], columns: Mapping[str, int], *, groups: Named, subjects: Named) -> list[Entry]:
    """The rows as organisations."""
    group_of, subject_of = _Finder(groups, GROUP_WORDS), _Finder(subjects, SUBJECT_WORDS)
    return [_entry(index, row, columns, group_of, subject_of) for index, row in enumerate(rows)]


def _entry(index: int, row: Sequence[str], columns: Mapping[str, int], group_of: _Finder, subject_of: _Finder) -> Entry:
    def cell(field: Field) -> str:
        column = columns.get(field.value)
        return row[column] if column is not None and column < len(row) else ""

    remarks: list[Remark] = []
    name, number = cell(Field.name)[:160], normalised_org_number(cell(Field.org_number))
    if not name:
        remarks.append(Remark.name_missing)
    if cell(Field.org_number) and number is None:
        remarks.append(Remark.number_personal if LEFT_OUT in cell(Field.org_number) else Remark.number_wrong)
    email = _address(cell(Field.email), cell(Field.email_other), name)
    if not email and (cell(Field.email) or cell(Field.email_other)):
        remarks.append(Remark.email_wrong)
    if email and is_personal(email, name):
        remarks.append(Remark.email_personal)
    place = f"{cell(Field.postal_code)} {cell(Field.city)}".strip()
    address = "\n".join(line for line in (cell(Field.address), place) if line)[:300] if cell(Field.address) else ""
    area = cell(Field.area)[:80]
    if SHELTER.search(name) and (address or area):
        remarks.append(Remark.place_left_out)
        address = area = ""
    if CARE_OF.search(address):
        remarks.append(Remark.care_of)
    if name and not email and not address:
        remarks.append(Remark.unreachable)
    words = [key for key in map(key_of, BETWEEN.split(f"{cell(Field.groups)};{cell(Field.subjects)}")) if key]
    known = [(group_of(word), subject_of(word)) for word in words]  # a category may say whom as well as what
    if not all(any(found) for found in known):
        remarks.append(Remark.group_unknown)
    found_groups = tuple(dict.fromkeys(group for group, _subject in known if group))
    found_subjects = tuple(dict.fromkeys(subject for _group, subject in known if subject))
    kind = next((kind for word, kind in KIND_WORDS.items() if cell(Field.kind).casefold().startswith(word)), OrganisationKind.association)
    return Entry(index, name, number, email, kind, found_groups, found_subjects, area, address, tuple(remarks))


def _address(first: str, second: str, name: str) -> str:
    """The first address that is one; the function's before a person's."""
    written = [part.strip().casefold() for cell in (first, second) for part in re.split(r"[;,\s]+", cell)]
    possible = [address for address in written if is_address(address)]
    return min(possible, key=lambda address: is_personal(address, name), default="")


class _Finder:
    """Finds groups (or subjects) by what registers call them."""

    def __init__(self, named: Named, words: Mapping[str, str]) -> None:
        self._slugs = {key_of(text): slug for slug, name in named for text in (slug, name)}
        self._words = {word: slug for word, slug in words.items() if slug in {slug for slug, _name in named}}

    def __call__(self, key: str) -> str | None:
        """The slug of what is written; None where it is not understood."""
        return self._slugs.get(key) or next((slug for word, slug in self._words.items() if key.startswith(word)), None)


def key_of(text: str) -> str:
    """Letters and digits only, in lower case: what names and headings are compared by."""
    return "".join(character for character in text.casefold() if character.isalnum())


def judged(found: Sequence[Entry], known: Sequence[Known], chosen: Mapping[str, str]) -> list[Judged]:
    """Each row with what it matches, in the register before the file, and what was chosen for it (by index) or seems best."""
    register = _Index()
    for organisation in known:
        register.add(organisation.org_number, organisation.name, organisation.email, organisation)
    earlier = _Index()  # of the rows that will be added
    result = []
    for entry in found:
        match, there = register.find(entry)
        if there is None:
            match, there = earlier.find(entry)
        row = _judge(entry, match, there, chosen.get(str(entry.index), ""))
        if row.choice is Choice.add:
            earlier.add(entry.org_number, entry.name, entry.email, entry)
        result.append(row)
    return result


def _judge(entry: Entry, match: Match | None, there: Known | Entry | None, chosen: str) -> Judged:
    known, line = (there, None) if isinstance(there, Known) else (None, there.line if there else None)
    fills = tuple(name for name in FILLABLE if known and known.open and name in known.lacks and getattr(entry, name))
    if not entry.name:
        choices = [Choice.skip]
    elif match is None:
        choices = [Choice.add, Choice.skip]
    else:  # a number is somebody's only
        choices = ([Choice.update] if fills else []) + [Choice.skip] + ([Choice.add] if match is not Match.number else [])
    # Several associations may share an office's, or a person's, address.
    best = (Choice.skip if known else Choice.add) if match is Match.email and entry.name else choices[0]
    choice = next((choice for choice in choices if choice == chosen), best)
    return Judged(entry, match, known, line, fills, tuple(choices), choice)


class _Index:
    """Finds what is there by number, name or address."""

    def __init__(self) -> None:
        self._by: dict[Match, dict[str, Known | Entry]] = {kind: {} for kind in Match}

    def add(self, number: str | None, name: str, email: str, thing: Known | Entry) -> None:
        for kind, key in _keys(number, name, email):
            self._by[kind].setdefault(key, thing)

    def find(self, entry: Entry) -> tuple[Match | None, Known | Entry | None]:
        for kind, key in _keys(entry.org_number, entry.name, entry.email):
            if key in self._by[kind]:
                return kind, self._by[kind][key]
        return None, None


def _keys(number: str | None, name: str, email: str) -> list[tuple[Match, str]]:
    keys = ((Match.number, number or ""), (Match.name, key_of(name)), (Match.email, email.casefold()))
    return [(kind, key) for kind, key in keys if key]


def counts(rows: Collection[Judged]) -> dict[Choice, int]:
    """How many rows will be added, update something and be left."""
    return {choice: sum(row.choice is choice for row in rows) for choice in Choice}
