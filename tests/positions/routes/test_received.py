"""The desk's pages about what was sent: taking it back, confirming it, and the receipt that is worth keeping."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdf import PdfReader

from sakrad.accounts.models import Role, User
from sakrad.consultations import links
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from sakrad.directory.models import ApprovalRule, Organisation
from sakrad.notifications import recipients
from sakrad.positions import commands, receipts
from sakrad.positions.models import AnchoringLevel, PositionVersion, Ratification
from sakrad.records.models import ReviewDecision
from tests import factories as make
from tests.factories import positions as desk
from tests.policing import PolicingClient

Browse = Callable[..., PolicingClient]
DECIDED = {"anchoring": "board", "decided_on": "2026-03-15", "decision_ref": "§ 7", "asked": "120", "answered": "40"}


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation()


@pytest.fixture
def organisation(consultation: Consultation) -> Organisation:
    return make.organisation(verified_in=consultation.municipality, slug="prova-kvinnojour", name="Prova kvinnojour")


def preliminary(of: Consultation, by: Organisation, confirm_by_on: date | None = None) -> PositionVersion:
    draft = desk.fill(desk.open_draft(of, by))
    with transaction():
        draft = desk.fresh(draft)
        draft.anchoring, draft.confirm_by_on = AnchoringLevel.not_yet, confirm_by_on
    return desk.submit(draft)


def events(name: EventName) -> list[Event]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Event).where(Event.name == name.value)))


def ratifications() -> list[Ratification]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Ratification)))


class TestWithdraw:
    def test_a_page_says_what_happens_and_writes_nothing(
        self, consultation: Consultation, organisation: Organisation, browse: Browse
    ) -> None:
        version = desk.sent(consultation, organisation)
        page = browse(desk.member(organisation)).get(desk.desk_url(consultation, organisation, "/aterta"))
        assert page.status_code == 200 and "Ja, återta svaret" in page.get_data(as_text=True)
        assert desk.fresh(version).withdrawn_at is None

    def test_it_works_and_records_its_event(self, consultation: Consultation, organisation: Organisation, browse: Browse) -> None:
        version = desk.sent(consultation, organisation)
        approver = desk.member(organisation, Role.approver)
        browser = browse(approver)
        answer = browser.post(desk.desk_url(consultation, organisation, "/aterta"))
        assert answer.status_code == 303
        assert desk.fresh(version).position.withdrawn_at
        assert [event.actor_id for event in events(EventName.position_withdrawn)] == [desk.fresh(approver).id]
        receipt = browser.get(answer.location).get_data(as_text=True)
        assert "Återtaget svar" in receipt and "Återta svaret</a>" not in receipt

    def test_in_the_wrong_state_it_says_why(self, consultation: Consultation, organisation: Organisation, browse: Browse) -> None:
        desk.sent(consultation, organisation)
        browser, url = browse(desk.member(organisation)), desk.desk_url(consultation, organisation, "/aterta")
        browser.post(url)
        answer = browser.post(url)
        assert answer.status_code == 409 and "Organisationen har återtagit svaret." in answer.get_data(as_text=True)
        assert len(events(EventName.position_withdrawn)) == 1

    def test_only_those_who_send_take_back(self, consultation: Consultation, organisation: Organisation, browse: Browse) -> None:
        version = desk.sent(consultation, organisation)
        url = desk.desk_url(consultation, organisation, "/aterta")
        officer = make.user((Role.officer, desk.fresh(consultation).authority))
        other = desk.member(make.organisation(verified_in=desk.fresh(consultation).municipality))
        for user in (desk.member(organisation, Role.writer), officer, other):
            assert browse(user).post(url).status_code == 404
        assert browse().post(url).status_code == 303, "the public is asked to sign in"
        assert desk.fresh(version).withdrawn_at is None
        page = browse(desk.member(organisation, Role.writer)).get(url).get_data(as_text=True)
        assert "En godkännare i organisationen kan återta svaret." in page and "Ja, återta" not in page

    def test_nothing_sent_is_nothing_to_take_back(self, consultation: Consultation, organisation: Organisation, browse: Browse) -> None:
        browser = browse(desk.member(organisation))
        assert browser.get(desk.desk_url(consultation, organisation, "/aterta")).status_code == 404
        assert browser.post(desk.desk_url(consultation, organisation, "/aterta")).status_code == 404

    def test_by_the_link(self, consultation: Consultation, organisation: Organisation, client: PolicingClient) -> None:
        token = links.token_of(make.invitation(consultation, organisation))
        version = desk.sent(consultation, organisation)
        assert client.get(f"/inbjudan/{token}/svar/aterta").status_code == 303
        client.post(f"/inbjudan/{token}/svar/aterta")
        assert desk.fresh(version).withdrawn_at is None, "not before the button of the invitation has been pressed"
        client.post(f"/inbjudan/{token}/oppna")
        assert client.get(f"/inbjudan/{token}/svar/aterta").status_code == 200
        assert client.post(f"/inbjudan/{token}/svar/aterta").status_code == 303
        assert desk.fresh(version).withdrawn_at
        assert events(EventName.position_withdrawn)[0].actor_id is None

    def test_by_the_link_where_the_rule_wants_an_approver(
        self, consultation: Consultation, organisation: Organisation, client: PolicingClient
    ) -> None:
        token = links.token_of(make.invitation(consultation, organisation))
        version = desk.sent(consultation, organisation)
        with transaction():
            found = desk.fresh(organisation)
            found.approval_rule, found.approvals_needed = ApprovalRule.board, 2
        client.post(f"/inbjudan/{token}/oppna")
        answer = client.post(f"/inbjudan/{token}/svar/aterta")
        assert answer.status_code == 409 and "En godkännare behöver logga in" in answer.get_data(as_text=True)
        assert desk.fresh(version).withdrawn_at is None

    def test_staff_read_the_text_still_and_see_that_it_was_taken_back(
        self, consultation: Consultation, organisation: Organisation, browse: Browse
    ) -> None:
        version = desk.sent(consultation, organisation, "Vägen in är lång.")
        with transaction():
            commands.withdraw_position(desk.fresh(version).position, actor=None, at=clock.now())
        consultation = desk.fresh(consultation)
        officer = browse(make.user((Role.officer, consultation.authority)))
        base = f"/handlaggning/{consultation.municipality.slug}/sakrad/{consultation.slug}/svar"
        assert "Återtaget" in officer.get(base).get_data(as_text=True)
        page = officer.get(f"{base}/prova-kvinnojour").get_data(as_text=True)
        assert "Vägen in är lång." in page and "Återtaget svar" in page and "Organisationen har återtagit svaret." in page


class TestRatify:
    def test_it_works_and_records_its_event(self, consultation: Consultation, organisation: Organisation, browse: Browse) -> None:
        version = preliminary(consultation, organisation)
        browser = browse(desk.member(organisation, Role.approver))
        assert "Bekräfta svaret" in browser.get(desk.desk_url(consultation, organisation, "/bekrafta")).get_data(as_text=True)
        answer = browser.post(desk.desk_url(consultation, organisation, "/bekrafta"), data=DECIDED)
        assert answer.status_code == 303
        [made] = ratifications()
        assert (made.anchoring, made.decided_on, made.decision_ref) == (AnchoringLevel.board, date(2026, 3, 15), "§ 7")
        assert (made.asked, made.answered, made.version_id) == (120, 40, desk.fresh(version).id)
        [event] = events(EventName.position_ratified)
        assert {kind for kind, _to in recipients.recipients_of(event)} == {"position_ratified"}
        assert {to for _kind, to in recipients.recipients_of(event)} == {desk.fresh(consultation).authority.mailbox}
        page = browser.get(answer.location).get_data(as_text=True)
        assert "Bekräftat av styrelsen 15\u00a0mars\u00a02026, §\u00a07" in page
        assert receipts.is_intact(desk.fresh(version), receipts.nonce_of(desk.fresh(version))), "the answer itself is not changed"

    def test_after_closing_by_the_link(self, consultation: Consultation, organisation: Organisation, client: PolicingClient) -> None:
        token = links.token_of(make.invitation(consultation, organisation))
        preliminary(consultation, organisation)
        with transaction():
            desk.fresh(consultation).closes_at = clock.now() - timedelta(days=1)
        client.post(f"/inbjudan/{token}/oppna")
        assert client.post(f"/inbjudan/{token}/svar/bekrafta", data=DECIDED).status_code == 303
        assert len(ratifications()) == 1

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            pytest.param({"anchoring": ""}, "Välj vem som har beslutat svaret.", id="by nobody"),
            pytest.param({"anchoring": "not_yet"}, "Välj", id="not yet is no decision"),
            pytest.param({"decided_on": "2099-01-01"}, "Den dagen har inte varit än", id="on a day to come"),
            pytest.param({"decided_on": "i våras"}, "Skriv datumet som år, månad och dag", id="on no day"),
            pytest.param({"asked": "1", "answered": "2"}, "Fler kan inte ha svarat", id="more than were asked"),
        ],
    )
    def test_what_is_wrong_changes_nothing_and_keeps_every_word(
        self, consultation: Consultation, organisation: Organisation, browse: Browse, wrong: dict[str, str], sentence: str
    ) -> None:
        preliminary(consultation, organisation)
        answer = browse(desk.member(organisation)).post(desk.desk_url(consultation, organisation, "/bekrafta"), data=DECIDED | wrong)
        html = answer.get_data(as_text=True)
        assert answer.status_code == 422 and sentence in html and 'value="§ 7"' in html
        assert ratifications() == []

    def test_in_the_wrong_state_it_says_why(self, consultation: Consultation, organisation: Organisation, browse: Browse) -> None:
        desk.sent(consultation, organisation)
        answer = browse(desk.member(organisation)).post(desk.desk_url(consultation, organisation, "/bekrafta"), data=DECIDED)
        assert answer.status_code == 409 and "redan beslutat" in answer.get_data(as_text=True)
        assert ratifications() == []

    def test_only_those_who_send_confirm(self, consultation: Consultation, organisation: Organisation, browse: Browse) -> None:
        preliminary(consultation, organisation)
        url = desk.desk_url(consultation, organisation, "/bekrafta")
        officer = make.user((Role.officer, desk.fresh(consultation).authority))
        other = desk.member(make.organisation(verified_in=desk.fresh(consultation).municipality))
        for user in (desk.member(organisation, Role.writer), officer, other):
            assert browse(user).post(url, data=DECIDED).status_code == 404
        assert browse().post(url, data=DECIDED).status_code == 303
        assert ratifications() == []

    @pytest.mark.parametrize(
        "values",
        [
            pytest.param({"anchoring": AnchoringLevel.not_yet, "decided_on": date(2026, 1, 1)}, id="by nobody"),
            pytest.param({"anchoring": AnchoringLevel.board, "decided_on": date(2099, 1, 1)}, id="on a day to come"),
        ],
    )
    def test_the_command_refuses_what_nobody_has_decided(
        self, consultation: Consultation, organisation: Organisation, values: dict[str, Any]
    ) -> None:
        version = preliminary(consultation, organisation)
        with pytest.raises(commands.NotDecided), transaction():
            commands.ratify_position(desk.fresh(version), **values, actor=None, at=clock.now())

    @pytest.mark.parametrize(
        ("days", "told", "to_staff"),
        [
            pytest.param(None, "Preliminärt svar", "Preliminärt svar", id="without a day"),
            pytest.param(20, "Preliminärt svar, bekräftas senast", "Bekräftas senast", id="before its day"),
            pytest.param(-2, "Preliminärt svar", "Bekräftelsen har inte kommit in.", id="after its day nothing shames it in public"),
        ],
    )
    def test_a_preliminary_answer_is_marked_everywhere(
        self,
        consultation: Consultation,
        organisation: Organisation,
        browse: Browse,
        days: int | None,
        told: str,
        to_staff: str,
    ) -> None:
        version = desk.fresh(preliminary(consultation, organisation))
        with transaction():
            version.confirm_by_on = clock.today() + timedelta(days=days) if days is not None else None
            commands.review_position(version, decision=ReviewDecision.publish, actor=None, at=clock.now())
        consultation = desk.fresh(consultation)
        public = f"/kommun/{consultation.municipality.slug}/sakrad/{consultation.slug}/svar"
        staff = f"/handlaggning/{consultation.municipality.slug}/sakrad/{consultation.slug}/svar"
        receipt = desk.desk_url(consultation, organisation, "/kvitto")
        officer = make.user((Role.officer, desk.fresh(consultation).authority))
        for path in (public, f"{public}/prova-kvinnojour"):
            html = browse().get(path).get_data(as_text=True)
            assert told in html and "Bekräftelsen har inte kommit in" not in html
            assert days is None or days > 0 or "bekräftas senast" not in html
        assert to_staff in browse(officer).get(f"{staff}/prova-kvinnojour").get_data(as_text=True)
        assert "Preliminärt" in browse(officer).get(staff).get_data(as_text=True)
        own = browse(desk.member(organisation)).get(receipt).get_data(as_text=True)
        assert "Preliminärt svar" in own and "Bekräftelsen har inte kommit in" not in own

    def test_a_confirmed_answer_is_told_with_its_day_only_by_name(
        self, client: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        version = desk.fresh(preliminary(consultation, organisation))
        with transaction():
            commands.review_position(version, decision=ReviewDecision.publish, actor=None, at=clock.now())
            commands.ratify_position(
                version, anchoring=AnchoringLevel.board, decided_on=date(2026, 3, 15), decision_ref="§ 7", actor=None, at=clock.now()
            )
        consultation = desk.fresh(consultation)
        public = f"/kommun/{consultation.municipality.slug}/sakrad/{consultation.slug}/svar"
        html = client.get(public).get_data(as_text=True)
        assert "Bekräftat av styrelsen 15\u00a0mars\u00a02026" in html and "§\u00a07" in html
        with transaction():
            found = desk.fresh(version)
            found.wish = "unnamed"
        html = client.get(public).get_data(as_text=True)
        assert "Bekräftat av styrelsen" in html and "mars" not in html and "§\u00a07" not in html


class TestReceipt:
    def test_the_page_and_the_own_pdf_prove_it_and_the_registrars_does_not(
        self, consultation: Consultation, organisation: Organisation, browse: Browse
    ) -> None:
        version = desk.fresh(desk.sent(consultation, organisation))
        nonce, digest, number = receipts.nonce_of(version), version.digest, version.receipt_number
        browser = browse(desk.member(organisation))
        page = browser.get(desk.desk_url(consultation, organisation, "/kvitto")).get_data(as_text=True)
        assert nonce in page and receipts.in_groups(digest) in page and "Det som händer nu" in page
        pdf = browser.get(desk.desk_url(consultation, organisation, "/kvitto/1.pdf"))
        own = words(pdf.data)
        assert nonce in own and receipts.in_groups(digest) in own and f"/kvitto/{number}" in own.replace(" ", "")
        registrars = words(receipts.receipt_pdf(desk.fresh(version)))
        assert nonce not in registrars and digest[:8] not in registrars and "Kontrollkod" not in registrars
        assert number in registrars

    def test_the_digest_stands_nowhere_else(self, consultation: Consultation, organisation: Organisation, browse: Browse) -> None:
        version = desk.fresh(desk.sent(consultation, organisation))
        with transaction():
            commands.review_position(desk.fresh(version), decision=ReviewDecision.publish, actor=None, at=clock.now())
        consultation = desk.fresh(consultation)
        where = f"{consultation.municipality.slug}/sakrad/{consultation.slug}/svar"
        officer, registrar = (make.user((role, desk.fresh(consultation).authority)) for role in (Role.officer, Role.registrar))
        pages = [
            (browse(), f"/kommun/{where}"),
            (browse(), f"/kommun/{where}/prova-kvinnojour"),
            (browse(), f"/kvitto/{version.receipt_number}"),
            (browse(officer), f"/handlaggning/{where}"),
            (browse(officer), f"/handlaggning/{where}/prova-kvinnojour"),
            (browse(registrar), f"/handlaggning/{desk.fresh(consultation).municipality.slug}/diarielista"),
        ]
        for browser, path in pages:
            html = browser.get(path).get_data(as_text=True)
            assert version.digest[:8] not in html and receipts.nonce_of(version) not in html, path

    def test_a_protected_organisation_shows_neither_place_nor_person(self, app: Flask, consultation: Consultation, browse: Browse) -> None:
        protected = make.organisation(
            verified_in=consultation.municipality, municipality_id=consultation.municipality_id, protected=True, slug="skyddad"
        )
        member: User = desk.member(protected)
        version = desk.fresh(desk.sent(consultation, protected))
        for text in (words(receipts.receipt_pdf(version)), words(receipts.own_pdf(version))):
            assert member.name not in text and member.email not in text and desk.fresh(protected).email not in text


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
