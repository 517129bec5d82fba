"""Former names, verifications to look at again, and the yearly check."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock, jobs
from sakrad.core.db import db, transaction
from sakrad.core.events import Event
from sakrad.directory import commands, queries
from sakrad.directory.models import FormerName, Municipality, Organisation, OrganisationKind, VerificationBasis
from sakrad.pages.queries_register import Wanted, list_register
from tests import factories as make
from tests.factories.directory import fresh

AT = clock.now()


def rename(organisation: Organisation, name: str, at: datetime = AT) -> None:
    with transaction():
        commands.change_organisation(
            fresh(organisation),
            name=name,
            kind=OrganisationKind.association,
            org_number=None,
            email="info@jouren.example",
            municipality=None,
            groups=[],
            voice_bearer=True,
            provider=False,
            description="",
            added_value="",
            protected=False,
            subjects=[],
            area="",
            postal_address="",
            actor=None,
            at=at,
        )


def verify(organisation: Organisation, municipality: Municipality, at: datetime) -> None:
    with transaction():
        commands.verify_organisation(fresh(organisation), municipality, basis=VerificationBasis.statutes, actor=None, at=at)


class TestNames:
    def test_a_former_name_is_kept_with_its_day(self, app: Flask) -> None:
        organisation = make.organisation(name="Jouren")
        rename(organisation, "Jouren")
        assert queries.list_former_names(organisation) == [], "the same name is no former name"
        rename(organisation, "Nya jouren")
        rename(organisation, "Nyaste jouren", AT + timedelta(days=1))
        assert [(former.name, former.until) for former in queries.list_former_names(organisation)] == [
            ("Nya jouren", AT + timedelta(days=1)),
            ("Jouren", AT),
        ]

    @pytest.mark.parametrize(
        ("steps", "expected"),
        [
            pytest.param([("B", -2)], None, id="renamed before it was verified"),
            pytest.param([("B", 1)], "A", id="renamed after"),
            pytest.param([("B", 1), ("C", 2)], "A", id="twice: what was looked at is the first"),
            pytest.param([("B", 1), ("A", 2)], None, id="and back again"),
            pytest.param([("B", -2), ("C", 1)], "B", id="before and after"),
        ],
    )
    def test_a_verification_is_looked_at_again_after_a_rename(self, app: Flask, steps: list[tuple[str, int]], expected: str | None) -> None:
        municipality, organisation = make.municipality(), make.organisation(name="A")
        for name, days in steps:
            if days < 0:
                rename(organisation, name, AT + timedelta(days=days))
        verify(organisation, municipality, AT)
        for name, days in steps:
            if days > 0:
                rename(organisation, name, AT + timedelta(days=days))
        assert queries.find_name_when_verified(organisation.id, municipality.id) == expected
        assert queries.get_case(municipality.slug, organisation.slug).renamed_from == expected
        (row,) = list_register(municipality, Wanted())[0]
        assert row.renamed is (expected is not None)
        assert queries.is_verified(organisation.id, municipality.id), "publication is not stopped"
        verify(organisation, municipality, AT + timedelta(days=3))
        assert queries.find_name_when_verified(organisation.id, municipality.id) is None
        assert queries.find_name_when_verified(organisation.id, make.municipality().id) is None

    def test_renamed_ones_stand_after_those_that_wait_and_before_the_rest(self, app: Flask) -> None:
        here = make.municipality()
        make.organisation(name="A", verified_in=here)
        renamed = make.organisation(name="B", verified_in=here)
        make.organisation(name="C", municipality_id=here.id)
        rename(renamed, "Ö")
        assert [row.name for row in list_register(here, Wanted())[0]] == ["C", "Ö", "A"]

    def test_members_read_the_former_names_and_staff_see_what_changed(self, app: Flask, browse: Any) -> None:
        municipality = make.municipality()
        consultation = make.consultation(Phase.open, of=make.authority(municipality))
        organisation = make.organisation(name="Gamla jouren", verified_in=municipality)
        make.position(consultation, organisation, published=False)
        rename(organisation, "Nya jouren")
        member = browse(make.user((Role.writer, organisation)))
        page = member.get(f"/forening/{organisation.slug}/profil").text
        assert "Tidigare namn" in page and "Gamla jouren" in page
        coordinator = browse(make.user((Role.coordinator, municipality)))
        base = f"/handlaggning/{municipality.slug}"
        case, review = f"{base}/organisationer/{organisation.slug}", f"{base}/sakrad/{consultation.slug}/svar/{organisation.slug}"
        assert "Bytte namn efter kontrollen" in coordinator.get(f"{base}/organisationer").text
        for path in (case, review):
            page = coordinator.get(path).text
            assert "Bytte namn efter kontrollen" in page and "Gamla jouren" in page
        assert case in page, "the way from the review to verifying again"
        assert coordinator.post(case, data={"basis": "org_number"}).status_code == 303
        for path in (f"{base}/organisationer", case, review):
            assert "Bytte namn efter kontrollen" not in coordinator.get(path).text
        assert db.session.scalar(sa.select(sa.func.count(FormerName.id))) == 1


SPRING = datetime(2027, 4, 20, 8, tzinfo=UTC)


class TestTheYearlyCheck:
    @pytest.mark.parametrize(
        ("values", "asked"),
        [
            pytest.param({"asked_right_at": None}, True, id="never asked"),
            pytest.param({"asked_right_at": datetime(2026, 4, 20, tzinfo=UTC)}, True, id="asked last year"),
            pytest.param({"asked_right_at": datetime(2027, 4, 16, tzinfo=UTC)}, False, id="asked this year"),
            pytest.param({"asked_right_at": None, "created_at": datetime(2027, 1, 2, tzinfo=UTC)}, False, id="registered this year"),
            pytest.param(
                {"asked_right_at": None, "created_at": datetime(2027, 1, 2, tzinfo=UTC), "imported_at": datetime(2027, 1, 2, tzinfo=UTC)},
                True,
                id="imported this year, before its day",
            ),
            pytest.param(
                {"asked_right_at": None, "created_at": datetime(2027, 4, 18, tzinfo=UTC), "imported_at": datetime(2027, 4, 18, tzinfo=UTC)},
                False,
                id="imported after it",
            ),
            pytest.param({"asked_right_at": None, "email": ""}, False, id="without an address"),
        ],
    )
    def test_whom_it_asks(self, app: Flask, values: dict[str, Any], asked: bool) -> None:
        organisation = make.organisation(**values)
        with transaction():
            assert commands.ask_if_right(at=SPRING) == asked
        assert (fresh(organisation).asked_right_at == SPRING) is asked
        events = db.session.execute(sa.select(Event.name, Event.organisation_id)).all()
        assert events == ([("organisation_check_due", organisation.id)] if asked else [])

    def test_a_merged_one_is_not_asked(self, app: Flask) -> None:
        heir = make.organisation()
        make.organisation(asked_right_at=None, heir_id=heir.id, merged_at=AT)
        with transaction():
            assert commands.ask_if_right(at=datetime(heir.asked_right_at.year, 12, 1, tzinfo=UTC)) == 0

    def test_nobody_is_asked_before_the_annual_meetings(self, app: Flask) -> None:
        make.organisation(asked_right_at=None)
        with transaction():
            assert commands.ask_if_right(at=SPRING - timedelta(days=20)) == 0

    def test_each_once_in_batches(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sakrad.directory.commands_organisations.CHECK_BATCH", 2)
        for _each in range(3):
            make.organisation(asked_right_at=None)
        counts = []
        for _round in range(3):
            with transaction():
                counts.append(commands.ask_if_right(at=SPRING))
        assert counts == [2, 1, 0]

    def test_the_worker_asks_by_the_clock(self, app: Flask) -> None:
        organisation = make.organisation(asked_right_at=None)
        jobs.schedule_due(SPRING)
        jobs.run_due(SPRING)
        assert fresh(organisation).asked_right_at == SPRING

    def test_the_answer_holds_until_next_years_question(self, app: Flask) -> None:
        organisation = make.organisation(asked_right_at=SPRING)
        for days, right in ((1, 1), (2, 1)):
            with transaction():
                commands.check_organisation(fresh(organisation), actor=None, at=SPRING + timedelta(days=days))
            assert fresh(organisation).right_at == SPRING + timedelta(days=right)
        with transaction():
            fresh(organisation).asked_right_at = SPRING + timedelta(days=365)
        with transaction():
            commands.check_organisation(fresh(organisation), actor=None, at=SPRING + timedelta(days=366))
        assert list(db.session.scalars(sa.select(Event.name))) == ["organisation_checked"] * 2
