"""What the municipality sees and does of what has come in."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.models import Consultation
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Organisation
from sakrad.positions import commands
from sakrad.positions.models import Position, PositionVersion, PublicationWish
from sakrad.records.models import Mask, MaskGround, Review, ReviewDecision
from tests import factories as make
from tests.factories import positions as desk
from tests.policing import PolicingClient

HTMX = {"HX-Request": "true"}
WORDS = "Anna Svensson ringde jouren. Vägen in är lång."


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation()


@pytest.fixture
def organisation(consultation: Consultation) -> Organisation:
    return make.organisation(verified_in=consultation.municipality)


@pytest.fixture
def version(consultation: Consultation, organisation: Organisation) -> PositionVersion:
    return desk.sent(consultation, organisation, WORDS)


@pytest.fixture
def officer(consultation: Consultation, browse: Any) -> PolicingClient:
    return browse(make.user((Role.officer, desk.fresh(consultation).authority)))


def url(of: Consultation, page: str = "") -> str:
    of = desk.fresh(of)
    return f"/handlaggning/{of.municipality.slug}/sakrad/{of.slug}/svar{page}"


def register_url(of: Consultation, page: str = "") -> str:
    return f"/handlaggning/{desk.fresh(of).municipality.slug}/diarielista{page}"


def review_url(version: PositionVersion, page: str = "") -> str:
    position = desk.fresh(version).position
    return url(position.consultation, f"/{position.organisation.slug}{page}")


def only(kind: type) -> Any:
    db.session.rollback()
    return db.session.scalars(sa.select(kind)).one()


def count(kind: Any, *conditions: Any) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind).where(*conditions)) or 0


def others(consultation: Consultation) -> dict[str, Any]:
    of = desk.fresh(consultation)
    return {
        "an officer of another authority": lambda: make.user((Role.officer, make.authority(of.municipality))),
        "a coordinator of another municipality": lambda: make.user((Role.coordinator, make.municipality())),
        "the operator": lambda: make.user(Role.operator),
        "the organisation itself": lambda: make.user((Role.administrator, make.organisation())),
    }


class TestReceived:
    def test_lists_every_version_with_how_it_begins(
        self, officer: PolicingClient, version: PositionVersion, consultation: Consultation
    ) -> None:
        page = officer.get(url(consultation)).text
        for words in (version.receipt_number, version.organisation_name, "Anna Svensson ringde", "Att granska", "Markera registrerat"):
            assert words in page

    def test_is_empty_without_a_word_about_drafts(
        self, officer: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        desk.fill(desk.open_draft(consultation, organisation), "Utkast")
        page = officer.get(url(consultation)).text
        assert "Inga svar har kommit in än." in page
        assert "Utkast" not in page

    def test_a_disowned_one_says_so(self, officer: PolicingClient, version: PositionVersion, consultation: Consultation) -> None:
        with transaction():
            commands.disown(desk.fresh(version).position, at=version.received_at)
        assert "”Det var inte vi”" in officer.get(url(consultation)).text
        assert "”Det var inte vi”" in officer.get(review_url(version)).text

    def test_statements_do_not_grow_with_the_rows(self, officer: PolicingClient, consultation: Consultation) -> None:
        from tests.positions.routes.test_organisation import statements

        def cost() -> int:
            with statements() as seen:
                officer.get(address)
            return len(seen)

        address = url(consultation)
        make.position(desk.fresh(consultation))
        cost()
        few = cost()
        for _more in range(3):
            make.position(desk.fresh(consultation))
        assert cost() == few

    @pytest.mark.parametrize("who", ["an officer of another authority", "a coordinator of another municipality", "the operator"])
    def test_others_see_nothing(self, consultation: Consultation, version: PositionVersion, browse: Any, who: str) -> None:
        client = browse(others(consultation)[who]())
        for page in (url(consultation), review_url(version), register_url(consultation, f"/{version.receipt_number}.pdf")):
            assert client.get(page).status_code == 404


class TestRegister:
    @pytest.fixture
    def registrar(self, consultation: Consultation, browse: Any) -> PolicingClient:
        return browse(make.user((Role.registrar, desk.fresh(consultation).authority)))

    def test_lists_what_the_diary_needs(self, registrar: PolicingClient, version: PositionVersion, consultation: Consultation) -> None:
        page = registrar.get(register_url(consultation)).text
        of = desk.fresh(consultation)
        for words in (version.receipt_number, version.organisation_name, of.title, of.diary_number):
            assert words in page

    def test_holds_only_the_readers_own_authorities(
        self, registrar: PolicingClient, version: PositionVersion, consultation: Consultation
    ) -> None:
        elsewhere = make.consultation(of=make.authority(desk.fresh(consultation).municipality))
        foreign = desk.sent(elsewhere, make.organisation())
        page = registrar.get(register_url(consultation)).text
        assert version.receipt_number in page
        assert foreign.receipt_number not in page

    def test_a_tick_is_recorded_once_and_leaves_the_waiting_list(
        self, registrar: PolicingClient, version: PositionVersion, consultation: Consultation
    ) -> None:
        tick = register_url(consultation, f"/{version.receipt_number}/registrerad")
        assert registrar.post(tick).status_code == 303
        assert registrar.post(tick).status_code == 303
        assert only(PositionVersion).registered_by_id is not None
        assert count(Event, Event.name == EventName.position_registered) == 1
        assert "Allt är registrerat." in registrar.get(register_url(consultation, "?visa=oregistrerade")).text

    def test_under_htmx_the_tick_alone_comes_back(
        self, registrar: PolicingClient, version: PositionVersion, consultation: Consultation
    ) -> None:
        answer = registrar.post(register_url(consultation, f"/{version.receipt_number}/registrerad"), headers=HTMX)
        assert answer.status_code == 200
        assert "<html" not in answer.text

    def test_the_document_is_the_same_as_in_the_mailbox(
        self, registrar: PolicingClient, version: PositionVersion, consultation: Consultation
    ) -> None:
        assert registrar.get(register_url(consultation, f"/{version.receipt_number}.pdf")).data.startswith(b"%PDF")

    def test_a_registrar_ticks_but_does_not_review(self, registrar: PolicingClient, version: PositionVersion) -> None:
        assert registrar.get(review_url(version)).status_code == 404

    @pytest.mark.parametrize("who", ["an officer of another authority", "a coordinator of another municipality", "the operator"])
    def test_others_do_not_tick(self, version: PositionVersion, consultation: Consultation, browse: Any, who: str) -> None:
        client = browse(others(consultation)[who]())
        assert client.post(register_url(consultation, f"/{version.receipt_number}/registrerad")).status_code == 404
        assert only(PositionVersion).registered_at is None


class TestReview:
    def test_shows_the_whole_text_with_the_wish_beside_it(self, officer: PolicingClient, version: PositionVersion) -> None:
        page = officer.get(review_url(version)).text
        assert WORDS in page
        assert "Ja, med namn" in page
        assert "data-selectable" in page

    def test_publishing_records_it_and_sets_what_readers_see(self, officer: PolicingClient, version: PositionVersion) -> None:
        assert officer.post(review_url(version), data={"decision": "publish"}).status_code == 303
        assert only(Position).published_id == version.id
        assert only(Review).decision is ReviewDecision.publish
        assert count(Event, Event.name == EventName.position_reviewed) == 1

    def test_not_publishing_needs_a_reason(self, officer: PolicingClient, version: PositionVersion) -> None:
        refused = officer.post(review_url(version), data={"decision": "withheld", "reason": "  "})
        assert refused.status_code == 422
        assert "Skriv varför svaret inte publiceras." in refused.text
        groundless = {"decision": "withheld", "reason": "Innehåller hälsouppgifter."}
        refused = officer.post(review_url(version), data=groundless)
        assert refused.status_code == 422 and "Innehåller hälsouppgifter." in refused.text and "Välj grunden" in refused.text
        assert officer.post(review_url(version), data=groundless | {"ground": "sensitive"}).status_code == 303
        assert only(Review).ground is MaskGround.sensitive
        assert only(Position).published_id is None

    def test_a_decision_must_be_made(self, officer: PolicingClient, version: PositionVersion) -> None:
        refused = officer.post(review_url(version), data={"reason": "Mitt skäl"})
        assert refused.status_code == 422
        assert "Mitt skäl" in refused.text
        assert count(Review) == 0

    def test_not_while_the_organisation_is_unverified(self, officer: PolicingClient, consultation: Consultation) -> None:
        unknown = desk.sent(consultation, make.organisation())
        refused = officer.post(review_url(unknown), data={"decision": "publish"})
        assert refused.status_code == 409
        assert "Kommunen har inte kontrollerat organisationen än." in refused.text
        assert count(Review) == 0

    def test_not_against_the_organisations_wish(
        self, officer: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        private = desk.sent(consultation, organisation, WORDS, wish=PublicationWish.municipality_only)
        assert officer.post(review_url(private), data={"decision": "publish"}).status_code == 409
        assert only(Position).published_id is None

    def test_a_member_of_the_organisation_is_barred(
        self, version: PositionVersion, consultation: Consultation, organisation: Organisation, browse: Any
    ) -> None:
        roles = (Role.officer, desk.fresh(consultation).authority), (Role.writer, desk.fresh(organisation))
        client = browse(make.user(*roles))
        assert client.get(review_url(version)).status_code == 404
        assert client.post(review_url(version), data={"decision": "publish"}).status_code == 404
        assert client.post(register_url(consultation, f"/{version.receipt_number}/registrerad")).status_code == 404
        page = client.get(url(consultation)).text
        assert "Jäv" in page
        assert "Anna Svensson" not in page

    @pytest.mark.parametrize("who", ["an officer of another authority", "a coordinator of another municipality", "the organisation itself"])
    def test_others_decide_nothing(self, version: PositionVersion, consultation: Consultation, browse: Any, who: str) -> None:
        client = browse(others(consultation)[who]())
        for page in ("", "/maska", "/avmaska"):
            assert client.post(review_url(version, page), data={"decision": "publish"}).status_code == 404
        assert (count(Review), count(Mask)) == (0, 0)

    def test_the_public_is_sent_to_sign_in(self, version: PositionVersion, client: PolicingClient) -> None:
        assert "/logga-in" in client.post(review_url(version), data={"decision": "publish"}).headers["Location"]
        assert count(Review) == 0

    def test_a_newer_version_waits_and_the_older_stays_published(
        self, officer: PolicingClient, version: PositionVersion, consultation: Consultation, organisation: Organisation
    ) -> None:
        officer.post(review_url(version), data={"decision": "publish"})
        newer = desk.sent(consultation, organisation, "Nyare ord.")
        assert desk.fresh(newer).position.published_id == version.id
        assert "Det finns en nyare version" in officer.get(review_url(version, "?version=1")).text
        officer.post(review_url(newer), data={"decision": "publish", "version": "2"})
        assert only(Position).published_id == newer.id
        officer.post(review_url(newer), data={"decision": "withheld", "reason": "Fel", "ground": "unlawful", "version": "2"})
        assert only(Position).published_id == version.id


class TestMasks:
    def test_words_marked_by_hand(self, officer: PolicingClient, version: PositionVersion) -> None:
        data = {"text": "fraga-1", "start": "0", "end": "13", "ground": "personal_data"}
        assert officer.post(review_url(version, "/maska"), data=data).status_code == 303
        mask = only(Mask)
        assert (mask.start, mask.end, mask.ground) == (0, 13, MaskGround.personal_data)
        assert count(Event, Event.name == EventName.text_masked) == 1
        page = officer.get(review_url(version)).text
        assert "█████████████ ringde jouren." in page
        assert WORDS in page

    def test_whole_sentences_without_a_script(self, officer: PolicingClient, version: PositionVersion) -> None:
        data = {"text": "fraga-1", "start": "", "end": "", "sentences": ["0-28"], "ground": "third_party"}
        assert officer.post(review_url(version, "/maska"), data=data).status_code == 303
        assert (only(Mask).start, only(Mask).end) == (0, 28)

    def test_the_senders_role_can_be_masked_too(self, officer: PolicingClient, version: PositionVersion) -> None:
        data = {"text": "role", "start": "0", "end": "4", "ground": "personal_data"}
        assert officer.post(review_url(version, "/maska"), data=data).status_code == 303

    def test_publishing_something_masked_is_recorded_as_masked(self, officer: PolicingClient, version: PositionVersion) -> None:
        officer.post(review_url(version, "/maska"), data={"text": "fraga-1", "start": "0", "end": "13", "ground": "personal_data"})
        officer.post(review_url(version), data={"decision": "publish"})
        assert (only(Review).decision, only(Review).ground) == (ReviewDecision.masked, MaskGround.personal_data)

    @pytest.mark.parametrize(
        "marked",
        [
            pytest.param({}, id="nothing marked"),
            pytest.param({"start": "0", "end": "9999"}, id="outside the text"),
            pytest.param({"start": "9", "end": "3"}, id="backwards"),
            pytest.param({"start": "a", "end": "b"}, id="no numbers"),
            pytest.param({"start": "0", "end": "3", "ground": "tycke"}, id="no such ground"),
            pytest.param({"sentences": ["5"]}, id="a sentence that is none"),
        ],
    )
    def test_a_marking_that_is_none_is_refused(self, officer: PolicingClient, version: PositionVersion, marked: dict[str, Any]) -> None:
        data = {"text": "fraga-1", "ground": "personal_data"} | marked
        assert officer.post(review_url(version, "/maska"), data=data).status_code == 422
        assert count(Mask) == 0

    def test_a_mask_is_taken_away_with_its_trace_kept(self, officer: PolicingClient, version: PositionVersion) -> None:
        officer.post(review_url(version, "/maska"), data={"text": "fraga-1", "start": "0", "end": "13", "ground": "personal_data"})
        assert officer.post(review_url(version, "/avmaska"), data={"text": "fraga-1", "mask": str(only(Mask).id)}).status_code == 303
        assert only(Mask).removed_at is not None
        assert count(Event, Event.name == EventName.text_unmasked) == 1

    def test_anothers_mask_is_not_reached(
        self, officer: PolicingClient, version: PositionVersion, consultation: Consultation, browse: Any
    ) -> None:
        officer.post(review_url(version, "/maska"), data={"text": "fraga-1", "start": "0", "end": "13", "ground": "personal_data"})
        of = desk.fresh(consultation)
        other = desk.sent(of, make.organisation(verified_in=of.municipality))
        assert officer.post(review_url(other, "/avmaska"), data={"text": "fraga-1", "mask": str(only(Mask).id)}).status_code == 404
        assert only(Mask).removed_at is None
