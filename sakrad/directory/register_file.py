"""A föreningsregister that somebody has as a file, as the register understands it: columns, rows, duplicates. Pure.

Nothing is guessed in silence: what was made of each row, and what was left out of it, is shown before anything is written.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sakrad.directory.addresses import is_address, is_personal
from sakrad.directory.lifecycle import normalised_org_number
from sakrad.directory.models import OrganisationKind

LEFT_OUT = "[personnummer]"  # stands where there was one; none is ever stored
NO_DIGIT = re.compile(r"[^0-9]+")
DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)  # and the digits of that added: the check digit's rule, which a whole file is asked for
_GAP = r"[\W_]{0,3}"  # whatever stands between the digits: dashes and spaces are of many kinds
# A birthday and four digits more. To the day of a coordination number 60 is added.
_TEN = rf"\d\d{_GAP}(?:0[1-9]|1[0-2]){_GAP}(?:[06][1-9]|[1278]\d|[39][01]){_GAP}" + _GAP.join([r"\d"] * 4) + r"(?!\d)"
# With the century or without; seen, not taken, so that every beginning is tried.
PERSON_NUMBER = re.compile(rf"(?<!\d)(?=((?:18|19|20){_GAP}{_TEN})|)(?=({_TEN})|)(?=\d)")
# What an association that hides people, or helps them to hide, may be called; rather one too many, since a person unticks it.
SHELTER = re.compile(
    r"jour(?!n)|kvinn\w{0,12}\s?(?:hus|frid|cent[er]|hem\b|hemmet|boende|mottagning)|(?:tjej|flick)\w{0,8}\s?(?:hus|boende)"
    r"|skydd\w{0,8}\s?boende|trygga?t?\s?boende|stödboende|skyddshem|kriscent|terrafem|\broks\b|unizon|\bgapf\b|safe\s?house"
    r"|heders|tvångsgift|bortgift|barnäktenskap|(?:mot|utsatta?)\s(?:för\s)?\w{0,20}\s?våld|våldsutsatt|nära\srelation|sexuellt\svåld"
    r"|övergrepp|incest|barnfrid|människohandel|trafficking|prostitution|könsstympning|brottsoffer|women'?s\s(?:shelter|refuge)"
)
PLACED = ".placed"  # after a row's index in what was chosen: whether the organisation's place is taken in
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
    shelter = "shelter"
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
    protected: bool  # its place is not taken in
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
    """The cell without anybody's personal identity number or coordination number, however it is written."""
    if cell.isdecimal() and len(cell) in (8, 9):  # a spreadsheet takes the first zeros away
        return LEFT_OUT if LEFT_OUT in scrubbed(cell.zfill(10)) else cell
    kept, at = [], 0
    plain = cell if cell.isascii() else "".join(str(int(one)) if one.isdecimal() else one for one in cell)
    for found in PERSON_NUMBER.finditer(plain):
        number = next((one for one in found.groups() if one and _is_person(one)), "")
        if number and found.start() >= at:
            kept += [cell[at : found.start()], LEFT_OUT]
            at = found.start() + len(number)
    return "".join([*kept, cell[at:]])


def _is_person(written: str) -> bool:
    """Whether what looks like a birthday and four digits has the right check digit. An organisation number has no birthday in it."""
    digits = [int(character) for character in NO_DIGIT.sub("", written)[-10:]]
    return (sum(digits[1::2]) + sum(DOUBLED[digit] for digit in digits[::2])) % 10 == 0


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


def entries(
    rows: Sequence[Sequence[str]], columns: Mapping[str, int], *, groups: Named, subjects: Named, chosen: Mapping[str, str] | None = None
) -> list[Entry]:
    """The rows as organisations. `chosen`, as in `judged`, says of which the place is taken in; otherwise of all but shelters."""
    group_of, subject_of = _Finder(groups, GROUP_WORDS), _Finder(subjects, SUBJECT_WORDS)
    placed = {index: (chosen or {}).get(f"{index}{PLACED}") for index in range(len(rows))}
    return [_entry(index, row, columns, group_of, subject_of, placed[index]) for index, row in enumerate(rows)]


def is_shelter(words: str) -> bool:
    """Whether an association that says this of itself may have to be protected: its place must not be known."""
    plain = "".join(character for character in words.casefold() if unicodedata.category(character) not in ("Cf", "Pd"))
    return SHELTER.search(" ".join(plain.split())) is not None


def _entry(index: int, row: Sequence[str], columns: Mapping[str, int], group_of: _Finder, subject_of: _Finder, placed: str | None) -> Entry:
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
    shelter = is_shelter(" · ".join(cell(field) for field in (Field.name, Field.kind, Field.groups, Field.subjects)))
    protected = shelter if placed is None else not placed
    if shelter:
        remarks.append(Remark.shelter)
    if protected:
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
    return Entry(index, name, number, email, kind, found_groups, found_subjects, area, address, protected, tuple(remarks))


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
