"""One review for everything from outside, the register of what was decided, and requests to read what is not published."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.comments.models import CommentState
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from sakrad.core.text import Span
from sakrad.pages.commands import forget_addresses
from sakrad.positions import commands as positions
from sakrad.positions.models import PositionVersion, PublicationWish
from sakrad.records.models import DisclosureOutcome, DisclosureRequest, MaskGround, ReviewDecision, TextKind
from tests import factories as make
from tests.factories import comments, together
from tests.factories.consultations import fresh, officer_of
from tests.statements import keep_to


def home(consultation: Consultation, page: str) -> str:
    return f"/handlaggning/{fresh(consultation).municipality.slug}/{page}"


def public(consultation: Consultation, om: str) -> str:
    now = fresh(consultation)
    return f"/kommun/{now.municipality.slug}/sakrad/{now.slug}/begar-ut?om={om}"


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation(Phase.compiling)


def decide(version: PositionVersion, **values: Any) -> None:
    with transaction():
        version = db.session.get_one(PositionVersion, version.id)
        positions.review_position(version, **values, actor=None, at=clock.now())


class TestWhatWaits:
    def test_every_kind_stands_in_one_list_with_the_wish_beside_it(self, consultation: Consultation, browse: Any) -> None:
        answer = make.position(consultation, published=False)
        other = make.position(consultation)
        party = together.party(other, passed=False, reservations={1: "Inte punkt två."})
        said = comments.comment(consultation, text="HEMLIGT", state=CommentState.waiting)
        names = [answer.organisation.name, party.name, said.organisation_name]
        page = browse(officer_of(fresh(consultation).authority)).get(home(consultation, "granskning")).text
        assert all(name in page for name in names) and "Ja, med namn" in page
        assert "HEMLIGT" not in page
        only = browse(officer_of(fresh(consultation).authority)).get(home(consultation, "granskning?slag=kommentar")).text
        assert said.organisation_name in only and names[0] not in only

    def test_what_its_sender_keeps_from_readers_waits_for_nobody(self, consultation: Consultation, browse: Any) -> None:
        make.position(consultation, published=False, wish=PublicationWish.municipality_only)
        assert "Inget väntar på granskning." in browse(officer_of(fresh(consultation).authority)).get(home(consultation, "granskning")).text

    def test_the_own_organisations_matters_are_others(self, consultation: Consultation, browse: Any) -> None:
        answer = make.position(consultation, published=False)
        both = make.user((Role.officer, fresh(consultation).authority), (Role.writer, answer.organisation))
        slug = answer.organisation.slug
        page = browse(both).get(home(consultation, "granskning")).text
        assert "Jäv" in page and f"/svar/{slug}" not in page


def test_more_rows_take_no_more_statements(consultation: Consultation, browse: Any) -> None:
    def add() -> None:
        for _ in range(3):
            make.position(fresh(consultation), published=False)
            decide(make.position(fresh(consultation)).current, decision=ReviewDecision.publish)

    urls = [home(consultation, page) for page in ("granskning", "publiceringsbeslut")]
    keep_to(20, browse(officer_of(fresh(consultation).authority)), urls, add)


class TestRegister:
    def test_every_decision_stands_there_with_ground_reason_and_who(self, consultation: Consultation, browse: Any) -> None:
        version = make.position(consultation).current
        officer = officer_of(fresh(consultation).authority)
        with transaction():
            version = db.session.get_one(PositionVersion, version.id)
            span = Span(0, 3)
            values = {"ground": MaskGround.personal_data, "actor": officer, "at": clock.now()}
            mask = positions.mask_text(version, TextKind.answer, version.answers[0].id, span, **values)
            positions.unmask_words(version, [mask], actor=officer, at=clock.now())
        decide(version, decision=ReviewDecision.withheld, ground=MaskGround.secrecy, reason="=Berör en enskild.")
        client = browse(officer)
        page = client.get(home(consultation, "publiceringsbeslut")).text
        for words in (
            "Ord maskade",
            "<td>Maskas</td>",
            "Maskning borttagen",
            "Svar granskat",
            "Publiceras inte",
            "Berör en enskild.",
            "artikel 6",
            officer.name,
        ):
            assert words in page
        only = client.get(home(consultation, "publiceringsbeslut?slag=maskningar")).text
        assert "Ord maskade" in only and "Berör en enskild." not in only
        table = client.get(home(consultation, "publiceringsbeslut.csv"))
        assert table.mimetype == "text/csv" and "'=Berör en enskild." in table.text and "sekretess" in table.text

    def test_reasons_about_ones_own_organisation_are_not_read(self, consultation: Consultation, browse: Any) -> None:
        position = make.position(consultation)
        decide(position.current, decision=ReviewDecision.withheld, ground=MaskGround.secrecy, reason="Hemligt för jäviga.")
        both = make.user((Role.officer, fresh(consultation).authority), (Role.writer, position.organisation))
        for page in ("publiceringsbeslut", "publiceringsbeslut.csv"):
            answer = browse(both).get(home(consultation, page)).text
            assert "äv" in answer and "Hemligt för jäviga." not in answer

    def test_other_authorities_decisions_are_not_listed(self, consultation: Consultation, browse: Any) -> None:
        decide(make.position(consultation).current, decision=ReviewDecision.withheld, ground=MaskGround.secrecy, reason="Andras skäl.")
        elsewhere = officer_of(make.authority(fresh(consultation).municipality))
        assert "Andras skäl." not in browse(elsewhere).get(home(consultation, "publiceringsbeslut")).text


class TestRequests:
    def test_anybody_asks_and_the_authority_notes_how_it_answered(self, consultation: Consultation, browse: Any) -> None:
        version = make.position(consultation).current
        receipt, path = version.receipt_number, public(consultation, version.receipt_number)
        reader, officer = browse(), browse(officer_of(fresh(consultation).authority))
        page = reader.get(path)
        assert page.status_code == 200 and receipt in page.text and "behöver inte säga vem du är" in page.text
        refused = reader.post(path, data={"message": "Mina ord", "email": "ingen"})
        assert refused.status_code == 422 and "Mina ord" in refused.text
        assert reader.post(path, data={"message": "Mina ord", "website": "x"}).status_code == 422
        assert db.session.scalar(sa.select(sa.func.count(DisclosureRequest.id))) == 0
        assert reader.post(path, data={"message": "Mina ord", "email": "a@b.example"}).status_code == 303
        asked = db.session.scalars(sa.select(DisclosureRequest)).one()
        assert asked.about.startswith("/kommun/") and "/svar/" in asked.about
        address = home(consultation, "utlamnanden")
        assert "Mina ord" in officer.get(address).text
        assert officer.post(f"{address}/{asked.reference}", data={"outcome": "x"}).status_code == 422
        assert officer.post(f"{address}/{asked.reference}", data={"outcome": "partly"}).status_code == 303
        assert officer.post(f"{address}/{asked.reference}", data={"outcome": "refused"}).status_code == 409, "noted once"
        db.session.expire_all()
        assert db.session.scalars(sa.select(DisclosureRequest.outcome)).one() is DisclosureOutcome.partly
        names = [EventName.disclosure_asked.value, EventName.disclosure_handled.value]
        assert list(db.session.scalars(sa.select(Event.name).where(Event.name.in_(names)).order_by(Event.id))) == names

    def test_nobody_else_reads_them(self, consultation: Consultation, browse: Any) -> None:
        version = make.position(consultation).current
        browse().post(public(consultation, version.receipt_number), data={"message": "Mina ord"})
        reference = db.session.scalars(sa.select(DisclosureRequest.reference)).one()
        elsewhere = browse(officer_of(make.authority(fresh(consultation).municipality)))
        address = home(consultation, "utlamnanden")
        assert "Mina ord" not in elsewhere.get(address).text
        assert elsewhere.post(f"{address}/{reference}", data={"outcome": "refused"}).status_code == 404

    def test_only_what_readers_know_of_can_be_asked_for(self, consultation: Consultation, browse: Any) -> None:
        reader, unknown = browse(), make.position(consultation, published=False).current.receipt_number
        for om in ("", "x", "sammanstallning", "aterkoppling", "moten/1", "SN-2020-0001-9901", "../../drift", unknown):
            assert reader.get(public(consultation, om)).status_code == 404, om

    def test_the_address_is_forgotten_thirty_days_after_the_answer(self, consultation: Consultation, app: Flask) -> None:
        at = clock.now()
        for days in (29, 30):
            values = {"handled_at": at - timedelta(days=days), "outcome": DisclosureOutcome.disclosed}
            make.save(DisclosureRequest(consultation_id=consultation.id, about="/", email="a@b.example", asked_at=at, **values))
        with transaction():
            forget_addresses(at)
        assert list(db.session.scalars(sa.select(DisclosureRequest.email).order_by(DisclosureRequest.id))) == ["a@b.example", ""]
