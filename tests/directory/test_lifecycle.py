"""When something may be entered in the directory."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sakrad.directory.lifecycle import (
    NameFacts,
    OrganisationFacts,
    approvals_for,
    blockers_to_add,
    blockers_to_describe,
    blockers_to_set_rule,
    check_since,
    normalised_org_number,
)
from sakrad.directory.models import ApprovalRule


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("802002-8711", "802002-8711", id="as it is printed"),
        pytest.param("8020028711", "802002-8711", id="without the hyphen"),
        pytest.param("168020028711", "802002-8711", id="with 16 before it"),
        pytest.param("16802002-8711", "802002-8711", id="with 16 and a hyphen"),
        pytest.param(" 802002 – 8711 ", "802002-8711", id="with spaces and a dash"),
        pytest.param("212000-0142", "212000-0142", id="a municipality's"),
        pytest.param("899999-0016", "899999-0016", id="the sample data's"),
        pytest.param("802002-8712", None, id="wrong check digit"),
        pytest.param("811228-9874", None, id="a person's number: third digit below 2"),
        pytest.param("19811228-9874", None, id="a person's number with its century"),
        pytest.param("802002-871", None, id="a digit short"),
        pytest.param("802002-87111", None, id="a digit too many"),
        pytest.param("８０２００２８７１１", "802002-8711", id="full-width digits become plain ones"),
        pytest.param("SE802002871101", None, id="a VAT number"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_an_organisation_number_is_checked_and_normalised(written: str, expected: str | None) -> None:
    assert normalised_org_number(written) == expected


FINE = {"org_number": "802002-8711", "number_taken": False, "voice_bearer": True, "provider": False}


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        pytest.param({}, [], id="a right number and a role"),
        pytest.param({"org_number": ""}, [], id="the number is optional"),
        pytest.param({"org_number": "123"}, ["org_number_invalid"], id="a false number"),
        pytest.param({"number_taken": True}, ["org_number_taken"], id="somebody else's number"),
        pytest.param({"voice_bearer": False, "provider": True}, [], id="only a provider"),
        pytest.param({"voice_bearer": False}, ["organisation_without_role"], id="no role"),
        pytest.param({"org_number": "1", "voice_bearer": False}, ["org_number_invalid", "organisation_without_role"], id="all reasons"),
    ],
)
def test_blockers_to_describe_an_organisation(change: dict[str, object], codes: list[str]) -> None:
    assert [blocker.code for blocker in blockers_to_describe(OrganisationFacts(**(FINE | change)))] == codes  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        pytest.param(NameFacts(name_taken=False), [], id="new"),
        pytest.param(NameFacts(name_taken=True), [("name_taken", "name")], id="the name stands there"),
        pytest.param(NameFacts(name_taken=True, field="title"), [("name_taken", "title")], id="beside its own field"),
        pytest.param(NameFacts(name_taken=True, short_taken=True), [("name_taken", "name"), ("short_taken", "short")], id="both"),
    ],
)
def test_blockers_to_add(facts: NameFacts, found: list[tuple[str, str]]) -> None:
    assert [(blocker.code, blocker.field) for blocker in blockers_to_add(facts)] == found


@pytest.mark.parametrize(
    ("rule", "asked", "needed", "refused"),
    [
        pytest.param(ApprovalRule.one, None, 1, False, id="one person does everything"),
        pytest.param(ApprovalRule.one, 9, 1, False, id="one is one whatever was asked"),
        pytest.param(ApprovalRule.two, None, 2, False, id="two are two"),
        pytest.param(ApprovalRule.board, 2, 2, False, id="the smallest board"),
        pytest.param(ApprovalRule.board, 20, 20, False, id="the largest board"),
        pytest.param(ApprovalRule.board, 1, 1, True, id="a board of one is no board"),
        pytest.param(ApprovalRule.board, 21, 21, True, id="a board of too many"),
        pytest.param(ApprovalRule.board, None, 0, True, id="a board of nobody"),
    ],
)
def test_how_many_approvals_a_rule_asks_for(rule: ApprovalRule, asked: int | None, needed: int, refused: bool) -> None:
    assert approvals_for(rule, asked) == needed
    assert [blocker.code for blocker in blockers_to_set_rule(rule, needed)] == (["approvals_out_of_range"] if refused else [])


@pytest.mark.parametrize(
    ("at", "since"),
    [
        pytest.param(datetime(2027, 4, 14, 21, 59, tzinfo=UTC), None, id="the evening before"),
        pytest.param(datetime(2027, 4, 14, 22, 0, tzinfo=UTC), datetime(2027, 4, 14, 22, 0, tzinfo=UTC), id="midnight in Stockholm"),
        pytest.param(datetime(2027, 12, 31, 22, 0, tzinfo=UTC), datetime(2027, 4, 14, 22, 0, tzinfo=UTC), id="the last hour of the year"),
        pytest.param(datetime(2027, 12, 31, 23, 0, tzinfo=UTC), None, id="the new year has begun in Stockholm"),
    ],
)
def test_the_yearly_check_begins_on_the_fifteenth_of_april(at: datetime, since: datetime | None) -> None:
    assert check_since(at) == since
