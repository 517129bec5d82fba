"""The members page's larger acts: the rule of approval, removing, handing over; and the yearly check."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from sakrad.accounts import links
from sakrad.accounts.models import Membership, Role, User
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event
from sakrad.directory.models import ApprovalRule, Organisation
from tests import factories as make
from tests.factories.directory import fresh


def events() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


def reference(user: User, organisation: Organisation) -> str:
    m = Membership
    return db.session.scalars(sa.select(m.reference).where(m.user_id == user.id, m.organisation_id == organisation.id)).first() or ""


@pytest.fixture
def organisation(app: Any) -> Organisation:
    return make.organisation()


@pytest.fixture
def administrator(organisation: Organisation) -> User:
    return make.user((Role.administrator, organisation), name="Adma Administratör")


@pytest.fixture
def writer(organisation: Organisation) -> User:
    return make.user((Role.writer, organisation), name="Skrolle Skribent")


def members(organisation: Organisation) -> str:
    return f"/forening/{organisation.slug}/medlemmar"


class TestTheRule:
    def url(self, organisation: Organisation) -> str:
        return f"/forening/{organisation.slug}/godkannande"

    @pytest.mark.parametrize(
        ("data", "rule", "needed"),
        [
            pytest.param({"rule": "two", "approvals_needed": ""}, ApprovalRule.two, 2, id="two together"),
            pytest.param({"rule": "two", "approvals_needed": "7"}, ApprovalRule.two, 2, id="the number matters for the board only"),
            pytest.param({"rule": "board", "approvals_needed": "5"}, ApprovalRule.board, 5, id="five of the board"),
        ],
    )
    def test_the_administrator_sets_it_and_it_leaves_its_event(
        self, organisation: Organisation, administrator: User, browse: Any, data: dict[str, str], rule: ApprovalRule, needed: int
    ) -> None:
        browser = browse(administrator)
        answer = browser.post(self.url(organisation), data=data)
        assert answer.location == f"{members(organisation)}#godkannande"
        organisation = fresh(organisation)
        assert (organisation.approval_rule, organisation.approvals_needed) == (rule, needed)
        event = db.session.scalars(sa.select(Event)).one()
        assert (event.name, event.organisation_id, event.municipality_id) == ("approval_rule_changed", organisation.id, None)
        assert event.data == {"rule": rule.value, "approvals": needed}
        page = browser.get(members(organisation)).text
        assert "Ni är för få som får godkänna" in page, "allowed, but said"

    def test_the_same_rule_again_tells_nobody(self, organisation: Organisation, administrator: User, browse: Any) -> None:
        assert browse(administrator).post(self.url(organisation), data={"rule": "one"}).status_code == 303
        assert events() == []

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            pytest.param({}, "Välj ett av alternativen", id="no rule"),
            pytest.param({"rule": "ingen"}, "Så godkänner ni svar", id="no such rule"),
            pytest.param({"rule": "board"}, "minst 2 och högst 20", id="a board of nobody"),
            pytest.param({"rule": "board", "approvals_needed": "1"}, "minst 2 och högst 20", id="a board of one"),
            pytest.param({"rule": "board", "approvals_needed": "21"}, "minst 2 och högst 20", id="a board of too many"),
            pytest.param({"rule": "board", "approvals_needed": "9" * 40}, "Skriv ett tal med siffror.", id="more than a database counts"),
            pytest.param({"rule": "board", "approvals_needed": "alla"}, 'value="alla"', id="no number"),
        ],
    )
    def test_a_faulty_rule_changes_nothing(
        self, organisation: Organisation, administrator: User, browse: Any, data: dict[str, str], said: str
    ) -> None:
        answer = browse(administrator).post(self.url(organisation), data=data)
        assert answer.status_code == 422 and said in answer.text
        assert fresh(organisation).approval_rule is ApprovalRule.one and events() == []

    def test_others_are_refused_and_members_read_it(
        self, organisation: Organisation, administrator: User, writer: User, browse: Any
    ) -> None:
        page = browse(writer).get(members(organisation)).text
        assert "Så godkänner ni svar" in page and "Ändra regeln" not in page
        strangers = (
            make.user((Role.administrator, make.organisation())),
            make.user((Role.coordinator, make.municipality())),
            make.user(Role.operator),
        )
        for person in (writer, make.user((Role.approver, organisation)), *strangers):
            assert browse(person).post(self.url(organisation), data={"rule": "two"}).status_code == 404
        assert "/logga-in" in browse().post(self.url(organisation), data={"rule": "two"}).location
        assert browse(administrator).get(self.url(organisation)).status_code == 405
        assert events() == []


class TestPeople:
    @pytest.mark.parametrize("act", ["ta-bort", "lamna-over"])
    def test_others_are_refused(self, organisation: Organisation, administrator: User, writer: User, browse: Any, act: str) -> None:
        other = make.organisation()
        path = f"{members(organisation)}/{reference(administrator, organisation)}/{act}"
        for person in (writer, make.user((Role.administrator, other)), make.user((Role.coordinator, make.municipality()))):
            assert browse(person).post(path).status_code == 404
        assert browse(make.user((Role.administrator, other))).post(path.replace(organisation.slug, other.slug)).status_code == 404
        assert "/logga-in" in browse().post(path).location and events() == []

    def test_a_person_is_removed_in_one_press_and_reaches_nothing_from_then_on(
        self, organisation: Organisation, administrator: User, browse: Any
    ) -> None:
        elsewhere = make.organisation()
        person = make.user((Role.writer, organisation), (Role.approver, organisation), (Role.writer, elsewhere), name="Gun")
        consultation = make.consultation()
        make.draft(consultation, organisation)
        desk = f"/svar/{consultation.municipality.slug}/{consultation.slug}"
        theirs, browser = browse(person), browse(administrator)
        assert theirs.get(f"/forening/{organisation.slug}{desk}").status_code == 200
        assert theirs.get(f"/forening/{organisation.slug}").status_code == 200
        assert browser.post(f"{members(organisation)}/{reference(person, organisation)}/ta-bort").location == members(organisation)
        page = browser.get(members(organisation)).text
        assert "Tidigare roller" in page and page.count("Gun") >= 2
        for path in ("", "/medlemmar", "/profil", "/overlamning", desk, f"{desk}/skicka"):
            assert theirs.get(f"/forening/{organisation.slug}{path}").status_code == 404
        assert theirs.post(f"/forening/{organisation.slug}{desk}", data={"q1-version": "0", "q1-text": "Kvar?"}).status_code == 404
        assert theirs.get(f"/forening/{elsewhere.slug}").status_code == 200, "the device stays for other hats"
        assert events() == ["member_left", "member_left"]

    def test_the_last_administrator_is_told_why(self, organisation: Organisation, administrator: User, browse: Any) -> None:
        answer = browse(administrator).post(f"{members(organisation)}/{reference(administrator, organisation)}/ta-bort")
        assert answer.status_code == 409 and "Gör en annan till administratör" in answer.text and events() == []

    def test_the_administration_is_handed_over_in_one_act(
        self, organisation: Organisation, administrator: User, writer: User, browse: Any
    ) -> None:
        browser = browse(administrator)
        assert "Lämna över administrationen till Skrolle Skribent" in browser.get(members(organisation)).text
        answer = browser.post(f"{members(organisation)}/{reference(writer, organisation)}/lamna-over")
        assert answer.location == members(organisation)
        page = browser.get(members(organisation)).text
        assert "Ändra regeln" not in page, "not an administrator any more, but a member"
        assert "Ändra regeln" in browse(fresh(writer)).get(members(organisation)).text

    def test_nobody_hands_over_to_themselves(self, organisation: Organisation, administrator: User, browse: Any) -> None:
        path = f"{members(organisation)}/{reference(administrator, organisation)}/lamna-over"
        assert browse(administrator).post(path).status_code == 404 and events() == []

    @pytest.mark.parametrize("page", ["", "/medlemmar"])
    def test_one_person_alone_is_warned_with_the_next_step(
        self, organisation: Organisation, administrator: User, writer: User, browse: Any, page: str
    ) -> None:
        url = f"/forening/{organisation.slug}{page}"
        browser = browse(administrator)
        assert "En enda person håller i organisationen" in browser.get(url).text
        make.user((Role.administrator, organisation))
        assert "En enda person håller i organisationen" not in browser.get(url).text

    def test_a_person_in_several_organisations_sees_and_reaches_all(self, organisation: Organisation, browse: Any) -> None:
        other = make.organisation()
        browser = browse(make.user((Role.writer, organisation), (Role.administrator, other)))
        page = browser.get("/konto").text
        for each in (organisation, other):
            assert each.name in page and f'href="/forening/{each.slug}"' in page
            assert browser.get(f"/forening/{each.slug}").status_code == 200
        assert browser.post(f"/forening/{organisation.slug}/godkannande", data={"rule": "two"}).status_code == 404


class TestTheYearlyCheck:
    def test_the_page_shows_the_facts_and_writes_nothing(self, client: Any) -> None:
        organisation = make.organisation(municipality_id=make.municipality(name="Ekhamra").id, email="info@jouren.example")
        make.user((Role.administrator, organisation), name="Hemliga Namnet")
        page = client.get(f"/stammer/{links.check_token(organisation)}").text
        for words in (organisation.name, "info@jouren.example", "Ekhamra kommun", "En person har konto", "En enda person håller"):
            assert words in page
        assert "Hemliga Namnet" not in page
        assert events() == [] and fresh(organisation).right_at is None

    def test_one_press_says_that_all_is_right_and_twice_says_it_once(self, client: Any) -> None:
        organisation = make.organisation()
        path = f"/stammer/{links.check_token(organisation)}"
        assert client.post(path).location == path
        assert "Tack! Vi frågar igen om ett år." in client.get(path).text
        first = fresh(organisation).right_at
        assert client.post(path).status_code == 303 and fresh(organisation).right_at == first
        assert events() == ["organisation_checked"]

    def test_a_protected_organisation_shows_no_place(self, client: Any) -> None:
        municipality = make.municipality(name="Ekhamra")
        organisation = make.organisation(protected=True, municipality_id=None)
        make.invitation(make.consultation(of=make.authority(municipality)), organisation)
        assert "Ekhamra" not in client.get(f"/stammer/{links.check_token(organisation)}").text

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_a_false_or_old_link_opens_nothing(self, client: Any, method: str) -> None:
        organisation = make.organisation(asked_right_at=clock.now() - timedelta(days=400))
        old = links.check_token(organisation)
        with transaction():
            fresh(organisation).asked_right_at = clock.now()
        for token in (old, "finns-inte.0", organisation.slug):
            answer = getattr(client, method)(f"/stammer/{token}")
            assert answer.status_code == 404 and "Länken gäller inte längre" in answer.text
        assert events() == []
