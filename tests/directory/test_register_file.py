"""What a föreningsregister's file is understood to say: columns, addresses, rows, duplicates. No database."""

from __future__ import annotations

import enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from sakrad.core import i18n
from sakrad.directory import labels as _labels  # noqa: F401 - gives the enums their words
from sakrad.directory.addresses import is_address, is_personal
from sakrad.directory.lifecycle import BehalfFacts, blockers_to_describe_on_behalf, blockers_to_match
from sakrad.directory.models import OrganisationKind, VerificationBasis
from sakrad.directory.register_file import (
    FILLABLE,
    LEFT_OUT,
    Choice,
    Entry,
    Field,
    Known,
    Match,
    Remark,
    counts,
    entries,
    is_shelter,
    judged,
    proposed_columns,
    scrubbed,
)

GMAIL, HOTMAIL = "@gmail.com", "@hotmail.com"  # services where people have their own mail

GROUPS = [("aldre", "Äldre"), ("barn-och-unga", "Barn och unga"), ("asylsokande", "Asylsökande och skyddsbehövande")]
SUBJECTS = [("idrott", "Idrott och friluftsliv"), ("kultur", "Kultur")]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["Föreningsnamn", "Org.nr", "E-post"], {"name": 0, "org_number": 1, "email": 2}),
        (
            ["Organisationsnummer", "Organisation", "Postnr", "Ort", "Postadress"],
            {"org_number": 0, "name": 1, "postal_code": 2, "city": 3, "address": 4},
        ),
        (["Kontaktperson", "Telefon", "Namn", "Kategori", "Kommundel"], {"name": 2, "subjects": 3, "area": 4}),
        (["Ordförandens e-post", "Föreningens e-post", "Förening"], {"email": 1, "email_other": 0, "name": 2}),
        (["NAMN PÅ FÖRENINGEN", "Målgrupp", "Föreningstyp"], {"name": 0, "groups": 1, "kind": 2}),
        (["a", "b"], {}),
    ],
)
def test_columns_are_proposed_by_their_headings(header: list[str], expected: dict[str, int]) -> None:
    assert proposed_columns(header, []) == expected


def test_a_column_of_addresses_is_found_without_a_heading_and_functions_go_first() -> None:
    rows = [
        [f"anna.berg{GMAIL}", "Pensionärer", "info@pensionarer.example"],
        [f"bo.ek{GMAIL}", "Seniorer", "styrelsen@seniorer.example"],
    ]
    assert proposed_columns(["Kontakt 1", "Namn", "Kontakt 2"], rows) == {"email": 2, "email_other": 0, "name": 1}


@pytest.mark.parametrize(
    ("columns", "codes"),
    [
        ({"name": 0, "email": 1}, []),
        ({"email": 1}, ["import_name_missing"]),
        ({"name": 0, "email": 0}, ["import_column_twice"]),
    ],
)
def test_columns_that_cannot_be_are_refused(columns: dict[str, int], codes: list[str]) -> None:
    assert [blocker.code for blocker in blockers_to_match(columns)] == codes


@pytest.mark.parametrize(
    ("address", "organisation", "personal"),
    [
        ("info@pensionarer.example", "Pensionärer", False),
        (f"styrelsen.brf{GMAIL}", "Brf", False),
        ("ordforande@pensionarer.example", "Pensionärer", False),
        ("anna.berg@pensionarer.example", "Pensionärer", True),
        (f"annaberg77{GMAIL}", "Pensionärer", True),
        (f"ekhamrapensionarer{HOTMAIL}", "Ekhamra pensionärer", False),
        (f"hemgården{GMAIL}", "Hemgården", False),
        ("kansliet@seniorer.example", "Seniorer", False),
        ("sakrad@jouren.example", "Jouren", False),
    ],
)
def test_whose_an_address_seems_to_be(address: str, organisation: str, personal: bool) -> None:
    assert is_personal(address, organisation) is personal


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("a@b.example", True),
        ("A.B+c@x-y.example", True),
        ("a@b", False),
        ("a b@c.example", False),
        ("a@b.example\nBcc: x@y.example", False),
        ("<a@b.example>", False),
        ("a@" + "b" * 64 + ".se", False),
        ("a@-b.example", False),
        (f"{'a' * 64}@{'b.' * 100}se", False),
    ],
)
def test_what_an_address_is(text: str, right: bool) -> None:
    assert is_address(text) is right


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("Anna 640823-3234", f"Anna {LEFT_OUT}"),
        ("196408233234", LEFT_OUT),
        ("6408233234 och 6408233234", f"{LEFT_OUT} och {LEFT_OUT}"),
        ("640823-3235", "640823-3235"),  # the check digit is wrong
        ("899999-0016", "899999-0016"),
        ("16899999-0016", "16899999-0016"),
        ("802002-8711 08 123 45", "802002-8711 08 123 45"),
        ("070-123 45 67", "070-123 45 67"),
        ("101 010 101", "101 010 101"),
        *((written, LEFT_OUT) for written in ("121212 1212", "19121212 1212", "121212\u00a01212", "121212–1212", "121212\u20111212")),
        *((written, LEFT_OUT) for written in ("12 12 12-1212", "19 12 12 12 - 1212", "12.12.12/1212", "121212\u00ad1212")),
        *((written, LEFT_OUT) for written in ("701063-2391", "19701063-2391", "121212+1212", "１２１２１２-１２１２", "\u0661\u0662" * 5)),
        ("Box 12, 12345 Åby 121212 1212, 1212121212", f"Box 12, 12345 Åby {LEFT_OUT}, {LEFT_OUT}"),
        ("a121212-1212@b.example", f"a{LEFT_OUT}@b.example"),
        ("102030402", "102030402"),
        ("101010007", LEFT_OUT),  # 010101-0007 without its first zero
    ],
)
def test_personal_identity_numbers_are_never_kept(cell: str, kept: str) -> None:
    assert scrubbed(cell) == kept


GAPS = st.text(" \t\u00a0\u202f\u2009.-–—\u2010\u2011\u2212\u00ad\u200b/+", max_size=3)
FOUR_GAPS = st.lists(GAPS, min_size=4, max_size=4)


@given(st.integers(0, 99), st.integers(1, 12), st.integers(1, 31), st.integers(0, 999), st.booleans(), FOUR_GAPS)
def test_however_it_is_written_no_personal_number_is_kept(
    year: int, month: int, day: int, serial: int, coordinated: bool, gaps: list[str]
) -> None:
    nine = f"{year:02}{month:02}{day + 60 * coordinated:02}{serial:03}"
    ten = nine + luhn.calc_check_digit(nine)
    cell = gaps[0].join(("19", gaps[1].join((ten[:2], ten[2:4], ten[4:6])) + gaps[2] + ten[6:8] + gaps[3] + ten[8:]))
    assert scrubbed(f"Kassör {cell}.") == f"Kassör {LEFT_OUT}."


@given(st.integers(0, 99), st.integers(20, 99), st.integers(0, 99_999), st.sampled_from(["", "-", " ", "–", "\u00a0"]))
def test_no_organisation_number_is_left_out(first: int, month: int, rest: int, gap: str) -> None:
    number = f"{first:02}{month}{rest:05}"
    number += luhn.calc_check_digit(number)
    for cell in (f"{number[:6]}{gap}{number[6:]}", f"16{number[:6]}{gap}{number[6:]}"):
        assert scrubbed(cell) == cell


SHELTERS = """Kvinnohuset Ekhamra|Alla Kvinnors Hus|Kvinnofrid|Stiftelsen Tryggt boende|Jourboende|Nätverket mot hedersvåld
Ekhamra kvinnojour|Kvinno- och tjejjouren|KVINNOJOUREN|Kvinno\u00adjour|Kvinno-jour|Brottsofferjouren|Skyddat boende Norr
Skyddade boenden i väst
Ungdomsjouren|Mansjour|Tjejhuset|Kvinnocentrum|Kriscentrum för män|Terrafem|Kvinnofridsnätverket
Riksföreningen mot våld i nära relationer
GAPF
Transjouren|Jourhem i Åby|Kvinnors\u00a0hus|Hedersrelaterat våld och förtryck, nej|Stödboende för flickor|Women's Shelter
Alla  kvinnors\u200b hus|Trygga boenden"""
OTHERS = """PRO Ekhamra|Journalistföreningen|Husmodersförbundet|Hembygdsföreningen|Hyresgästföreningen boende
Trygghetsboendets vänner|Kvinnokören|Villaägarna|Brf Skyddsängeln|Hedens idrottsklubb|Folkets hus|Centerkvinnorna|Flickscouterna
Ekhamra kvinnoklubb|Församlingshemmet"""


@pytest.mark.parametrize(
    ("name", "shelter"),
    [
        *((name, True) for name in SHELTERS.replace("\n", "|").split("|")),
        *((name, False) for name in OTHERS.replace("\n", "|").split("|")),
    ],
)
def test_who_may_have_to_be_protected(name: str, shelter: bool) -> None:
    assert is_shelter(name) is shelter


@pytest.mark.parametrize(
    ("name", "chosen", "protected"),
    [
        ("Kvinnohuset", {}, True),
        ("Kvinnohuset", {"0.placed": "1"}, False),
        ("Föreningen Linnea", {}, False),
        ("Föreningen Linnea", {"0.placed": ""}, True),
    ],
)
def test_a_protected_one_has_no_place_and_a_person_decides(name: str, chosen: dict[str, str], protected: bool) -> None:
    columns = {"name": 0, "address": 1, "area": 2}
    (entry,) = entries([[name, "Gatan 1", "Norr"]], columns, groups=GROUPS, subjects=SUBJECTS, chosen=chosen)
    assert (entry.protected, entry.postal_address, entry.area) == ((True, "", "") if protected else (False, "Gatan 1", "Norr"))
    assert (Remark.shelter in entry.remarks) is name.startswith("Kvinno"), "it is to be looked at whatever was chosen"


@pytest.mark.parametrize("kind", [Field, Remark, Match, Choice, VerificationBasis])
def test_every_code_has_words_of_its_own(kind: type[enum.StrEnum]) -> None:
    words = [i18n._labels[kind, member.value] for member in kind]
    assert len({str(word._args) for word in words}) == len(words), "equal codes of two enums in one dictionary take each other's words"
    assert "Organisationsnumret är kontrollerat" in str(i18n._labels[VerificationBasis, "org_number"]._args)


def read(**cells: str) -> Entry:
    cells = {"name": "Förening", "email": "info@a.example"} | cells
    (entry,) = entries([list(cells.values())], {name: n for n, name in enumerate(cells)}, groups=GROUPS, subjects=SUBJECTS)
    return entry


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"name": ""}, {"remarks": (Remark.name_missing,)}, id="no name"),
        pytest.param({"org_number": "16899999-0016"}, {"org_number": "899999-0016", "remarks": ()}, id="number"),
        pytest.param({"org_number": "123"}, {"org_number": None, "remarks": (Remark.number_wrong,)}, id="no number"),
        pytest.param({"org_number": LEFT_OUT}, {"org_number": None, "remarks": (Remark.number_personal,)}, id="a person's number"),
        pytest.param({"email": "x"}, {"email": "", "remarks": (Remark.email_wrong, Remark.unreachable)}, id="no address"),
        pytest.param({"email": ""}, {"email": "", "remarks": (Remark.unreachable,)}, id="nothing"),
        pytest.param({"email": "anna.berg@a.example"}, {"remarks": (Remark.email_personal,)}, id="a person's"),
        pytest.param({"email": f"a.berg{GMAIL}; info@a.example"}, {"email": "info@a.example", "remarks": ()}, id="the function's of two"),
        pytest.param({"email": f"bo.ek{GMAIL}", "email_other": "Info@A.example"}, {"email": "info@a.example"}, id="the second column"),
        pytest.param(
            {"email": "", "address": "Box 1", "postal_code": "123 45", "city": "Åby"},
            {"postal_address": "Box 1\n123 45 Åby", "remarks": ()},
            id="by letter",
        ),
        pytest.param({"postal_code": "123 45", "city": "Åby"}, {"postal_address": ""}, id="a place is no address"),
        pytest.param({"address": "c/o Berg, Gatan 1"}, {"remarks": (Remark.care_of,)}, id="somebody's home"),
        pytest.param(
            {"name": "Åby kvinnojour", "address": "Gatan 1", "area": "Norr"},
            {"postal_address": "", "area": "", "protected": True, "remarks": (Remark.shelter,)},
            id="a shelter's place is not held",
        ),
        pytest.param({"subjects": "Kvinnojour", "area": "Norr"}, {"area": "", "protected": True}, id="what it does tells that it is one"),
        pytest.param({"groups": "Äldre, barn och unga"}, {"groups": ("aldre", "barn-och-unga"), "remarks": ()}, id="groups"),
        pytest.param({"groups": "Pensionärer; Marsianer"}, {"groups": ("aldre",), "remarks": (Remark.group_unknown,)}, id="unknown"),
        pytest.param({"subjects": "Idrottsförening"}, {"subjects": ("idrott",)}, id="by the beginning of the word"),
        pytest.param(
            {"subjects": "Pensionärer, Kultur"}, {"groups": ("aldre",), "subjects": ("kultur",), "remarks": ()}, id="whom in a category"
        ),
        pytest.param({"kind": "Trossamfund"}, {"kind": OrganisationKind.faith_community}, id="kind"),
        pytest.param({"kind": "Ideell förening"}, {"kind": OrganisationKind.association}, id="usual kind"),
        pytest.param({"name": "x" * 500, "area": "y" * 500}, {"name": "x" * 160, "area": "y" * 80}, id="too long"),
    ],
)
def test_what_a_row_says(cells: dict[str, str], expected: dict[str, Any]) -> None:
    entry = read(**cells)
    assert {name: getattr(entry, name) for name in expected} == expected


NUMBER = "899999-0016"


def known(**values: Any) -> Known:
    values = {"id": 1, "slug": "a", "name": "Annan", "org_number": None, "email": "", "lacks": frozenset(FILLABLE), "open": True} | values
    return Known(**values)


@pytest.mark.parametrize(
    ("organisation", "match", "choices"),
    [
        pytest.param(known(), None, [Choice.add, Choice.skip], id="new"),
        pytest.param(known(org_number=NUMBER), Match.number, [Choice.update, Choice.skip], id="a number is somebody's only"),
        pytest.param(known(org_number=NUMBER, lacks=frozenset()), Match.number, [Choice.skip], id="nothing to fill"),
        pytest.param(known(org_number=NUMBER, open=False), Match.number, [Choice.skip], id="it has members, or is another's"),
        pytest.param(known(name="FÖRENING!"), Match.name, [Choice.update, Choice.skip, Choice.add], id="the same name"),
        pytest.param(known(name="Förening", open=False), Match.name, [Choice.skip, Choice.add], id="the same name, not ours"),
    ],
)
def test_what_may_become_of_a_row(organisation: Known, match: Match | None, choices: list[Choice]) -> None:
    (row,) = judged([read(org_number=NUMBER, area="Norr")], [organisation], {})
    assert (row.match, list(row.choices), row.choice) == (match, choices, choices[0])


def test_an_address_alone_is_left_until_somebody_chooses() -> None:
    shared = known(email="INFO@a.example", lacks=frozenset({"area"}))
    assert [judged([read(area="Norr")], [shared], chosen)[0].choice for chosen in ({}, {"0": "add"}, {"0": "update"}, {"0": "x"})] == [
        Choice.skip,
        Choice.add,
        Choice.update,
        Choice.skip,
    ]


def test_two_in_the_file_may_share_an_address() -> None:
    found = entries([["A", "x@y.example"], ["B", "x@y.example"]], {"name": 0, "email": 1}, groups=[], subjects=[])
    assert [(row.match, row.line, row.choice) for row in judged(found, [], {})] == [(None, None, Choice.add), (Match.email, 2, Choice.add)]


def test_duplicates_in_the_file_are_found_among_those_that_will_be_added() -> None:
    rows = [["A", NUMBER], ["B", NUMBER], ["a", ""], ["C", ""], ["", NUMBER]]
    found = entries(rows, {"name": 0, "org_number": 1}, groups=[], subjects=[])
    result = judged(found, [], {})
    assert [(row.match, row.line, row.choice) for row in result] == [
        (None, None, Choice.add),
        (Match.number, 2, Choice.skip),
        (Match.name, 2, Choice.skip),
        (None, None, Choice.add),
        (Match.number, 2, Choice.skip),
    ]
    assert counts(result) == {Choice.add: 2, Choice.update: 0, Choice.skip: 3}
    again = judged(found, [], {"0": "skip", "2": "add"})
    assert [row.choice for row in again] == [Choice.skip, Choice.add, Choice.add, Choice.add, Choice.skip], "the first of the two was left"


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        (BehalfFacts(members=0, protected=False, placed=True), []),
        (BehalfFacts(members=1, protected=False, placed=False), ["described_by_itself"]),
        (BehalfFacts(members=0, protected=True, placed=True), ["protected_with_place"]),
        (BehalfFacts(members=0, protected=True, placed=False), []),
    ],
)
def test_what_a_municipality_may_say_on_behalf(facts: BehalfFacts, codes: list[str]) -> None:
    assert [blocker.code for blocker in blockers_to_describe_on_behalf(facts)] == codes
