"""The officers' pages: whom to ask, announcing, more time, breaking off, ending."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation, Invitation
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Municipality, Organisation
from tests import factories as make
from tests.factories.consultations import change, fresh, officer_of, staff_address


def events() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


def ready(**values: object) -> Consultation:
    """A draft that nothing stands in the way of announcing."""
    today = clock.today()
    return make.consultation(
        Phase.draft,
        **{
            "closes_at": clock.end_of(today + timedelta(days=42)),
            "summary_due_on": today + timedelta(days=77),
            "feedback_due_on": today + timedelta(days=140),
        }
        | values,
    )


def at_home(municipality: Municipality, **values: object) -> Organisation:
    return make.organisation(municipality_id=municipality.id, **values)


# Inviting


def test_organisations_are_chosen_from_the_register(browse):
    consultation = make.consultation(Phase.draft)
    group = make.group()
    mine = at_home(consultation.municipality, name="Östra jouren", slug="ostra-jouren", groups=[group])
    other = at_home(consultation.municipality, name="Norra laget", slug="norra-laget")
    elsewhere = make.organisation(name="Långt borta", slug="langt-borta")
    browser, url = browse(officer_of(consultation.authority)), staff_address(consultation, "inbjudna/valj")
    names = {mine.name, other.name, elsewhere.name}
    for query, shown in (
        ("", {"Östra jouren", "Norra laget"}),
        ("?q=östra", {"Östra jouren"}),
        ("?q=JOUR", {"Östra jouren"}),
        (f"?grupp={group.slug}", {"Östra jouren"}),
        ("?var=alla", names),
        ("?q=finns+inte", set()),
    ):
        text = browser.get(url + query).text
        assert {name for name in names if name in text} == shown, query
    assert browser.post(url, data={"organisations": ["ostra-jouren", "norra-laget"]}).status_code == 303
    assert db.session.scalar(sa.select(sa.func.count(Invitation.id))) == 2
    assert events() == []  # nothing is sent from a draft
    assert "Östra jouren" not in browser.get(url).text  # invited already


def test_choosing_the_same_twice_invites_once(browse):
    consultation = make.consultation(Phase.open)
    at_home(consultation.municipality, slug="jouren")
    browser, url = browse(officer_of(consultation.authority)), staff_address(consultation, "inbjudna/valj")
    for _ in range(2):
        assert browser.post(url, data={"organisations": "jouren"}).status_code == 303
    assert events() == [EventName.organisation_invited]


def test_choosing_nobody_is_refused(browse):
    consultation = make.consultation(Phase.draft)
    at_home(consultation.municipality)
    response = browse(officer_of(consultation.authority)).post(staff_address(consultation, "inbjudna/valj"))
    assert response.status_code == 422
    assert "Välj minst en organisation." in response.text


def test_nobody_is_invited_after_closing(browse):
    consultation = make.consultation(Phase.compiling)
    at_home(consultation.municipality, slug="jouren")
    browser, url = browse(officer_of(consultation.authority)), staff_address(consultation, "inbjudna/valj")
    response = browser.post(url, data={"organisations": "jouren"})
    assert response.status_code == 409
    assert "Det går inte längre att bjuda in." in response.text
    assert db.session.scalar(sa.select(sa.func.count(Invitation.id))) == 0


def test_an_official_does_not_invite_an_organisation_of_their_own(browse):
    consultation = make.consultation(Phase.open)
    own = at_home(consultation.municipality, name="Egna laget", slug="egna-laget")
    browser = browse(make.user((Role.officer, consultation.authority), (Role.writer, own)))
    url = staff_address(consultation, "inbjudna/valj")
    assert "Egna laget" not in browser.get(url).text
    assert browser.post(url, data={"organisations": "egna-laget"}).status_code == 404
    assert db.session.scalar(sa.select(sa.func.count(Invitation.id))) == 0


def test_one_is_taken_off_the_list_until_the_announcement(browse):
    for phase, status, left in ((Phase.draft, 303, 0), (Phase.open, 409, 1)):
        invitation = make.invitation(make.consultation(phase))
        consultation = invitation.consultation
        url = staff_address(consultation, f"inbjudna/{invitation.organisation.slug}/ta-bort")
        assert browse(officer_of(consultation.authority)).post(url).status_code == status
        assert db.session.scalar(sa.select(sa.func.count(Invitation.id))) == left


# Announcing


def test_announcing_opens_it_and_sends_the_invitations(browse):
    consultation = ready()
    invitation = make.invitation(consultation)
    browser, url = browse(officer_of(consultation.authority)), staff_address(consultation, "annonsera")
    assert "Inget hindrar" in browser.get(url).text
    assert browser.post(url).status_code == 303
    consultation = fresh(consultation)
    assert consultation.announced_at == consultation.opens_at
    assert events() == [EventName.consultation_announced, EventName.organisation_invited]
    assert db.session.scalar(sa.select(Event.subject_id).where(Event.name == EventName.organisation_invited)) == fresh(invitation).id


def test_the_button_is_disabled_while_a_hard_gate_stands_and_each_blocker_links_to_its_field(browse):
    consultation = ready(purpose="", background="")
    browser, url = browse(officer_of(consultation.authority)), staff_address(consultation, "annonsera")
    page = browser.get(url).text
    assert "disabled" in page
    assert "#purpose" in page
    assert "#background" in page
    response = browser.post(url)
    assert response.status_code == 422
    assert "vad ska svaren användas till" in response.text
    assert fresh(consultation).announced_at is None
    assert events() == []


def test_a_soft_gate_asks_for_a_public_reason_and_keeps_it(browse):
    consultation = ready(closes_at=clock.end_of(clock.today() + timedelta(days=10)), summary_due_on=None)
    browser, url = browse(officer_of(consultation.authority)), staff_address(consultation, "annonsera")
    page = browser.get(url).text
    assert 'name="short_time_reason"' in page
    assert 'name="early_decision_reason"' not in page
    assert browser.post(url, data={"short_time_reason": " "}).status_code == 422
    too_long = browser.post(url, data={"short_time_reason": "x" * 5001})
    assert too_long.status_code == 422
    assert "x" * 5001 in too_long.text
    assert browser.post(url, data={"short_time_reason": "Lagen träder i kraft i mars."}).status_code == 303
    assert fresh(consultation).short_time_reason == "Lagen träder i kraft i mars."


def test_a_group_with_nobody_invited_is_named(browse):
    consultation = ready()
    group = make.group(name="Äldre kvinnor")
    change(consultation, groups=[group])
    page = browse(officer_of(consultation.authority)).get(staff_address(consultation, "annonsera")).text
    assert "Ingen inbjuden organisation talar för: Äldre kvinnor." in page
    assert 'name="group_not_invited_reason"' in page


def test_it_is_announced_once(browse):
    consultation = make.consultation(Phase.open)
    response = browse(officer_of(consultation.authority)).post(staff_address(consultation, "annonsera"))
    assert response.status_code == 409
    assert "redan annonserat" in response.text
    assert events() == []


# More time


def test_more_time_is_given(browse):
    consultation = make.consultation(Phase.open)
    later = clock.last_day(consultation.closes_at) + timedelta(days=7)
    browser, url = browse(officer_of(consultation.authority)), staff_address(consultation, "forlang")
    assert browser.get(url).status_code == 200
    assert browser.post(url, data={"closes_on": later.isoformat(), "reason": "Fler vill svara."}).status_code == 303
    assert fresh(consultation).closes_at == clock.end_of(later)
    assert events() == [EventName.closing_moved]


def test_more_time_that_leaves_no_time_to_check_is_told_and_the_days_that_follow_are_offered(browse):
    consultation = make.consultation(Phase.open)
    later = clock.last_day(consultation.closes_at) + timedelta(days=7)
    change(consultation, summary_due_on=later + timedelta(days=1), decision_on=later + timedelta(days=40))
    browser, url = browse(officer_of(consultation.authority)), staff_address(consultation, "forlang")
    data = {"closes_on": later.isoformat(), "summary_due_on": str(later + timedelta(days=1)), "reason": "Fler vill svara."}
    told = browser.post(url, data=data)
    assert told.status_code == 200
    assert "Faktakontrollen börjar innan svarstiden är slut" in told.text
    filled = browser.post(url, data=data | {"foresla": "1"}).text
    summary = filled.split('name="summary_due_on"')[1].split('value="')[1][:10]
    assert summary > str(later + timedelta(days=13))
    assert not events()
    seen = told.text.split('name="seen"')[1].split('value="')[1].split('"')[0]
    assert browser.post(url, data=data | {"seen": seen}).status_code == 303  # it is a hint, and never in the way


@pytest.mark.parametrize(
    ("phase", "days", "status", "message"),
    [
        (Phase.open, -1, 422, "Svarstiden kan bara förlängas."),
        (Phase.open, 60, 422, "förrän svarstiden har gått ut"),
        (Phase.compiling, 7, 409, "Svarstiden har gått ut."),
    ],
    ids=["less time", "past the dates that follow", "after closing"],
)
def test_a_wrong_last_day_is_refused_with_the_reason(browse, phase, days, status, message):
    consultation = make.consultation(phase)
    before = consultation.closes_at
    day = clock.last_day(before) + timedelta(days=days)
    wanted = {"closes_on": day.isoformat(), "reason": "Fler vill svara."}
    response = browse(officer_of(consultation.authority)).post(staff_address(consultation, "forlang"), data=wanted)
    assert response.status_code == status
    assert message in response.text
    assert day.isoformat() in response.text
    assert fresh(consultation).closes_at == before


def test_more_time_without_a_day_is_refused(browse):
    consultation = make.consultation(Phase.open)
    response = browse(officer_of(consultation.authority)).post(staff_address(consultation, "forlang"), data={"closes_on": ""})
    assert response.status_code == 422
    assert "Ange en dag." in response.text
    assert "Skriv varför svarstiden förlängs." in response.text


# Breaking off and ending


def test_it_is_broken_off_with_a_reason(browse):
    consultation = make.consultation(Phase.open)
    browser, url = browse(officer_of(consultation.authority)), staff_address(consultation, "avbryt")
    assert browser.post(url, data={"reason": " "}).status_code == 422
    assert events() == []
    assert browser.post(url, data={"reason": "Lagen kom inte."}).status_code == 303
    assert "Lagen kom inte." in browser.get(staff_address(consultation)).text
    assert events() == [EventName.consultation_cancelled]


def test_after_the_summary_the_answer_is_owed(browse):
    consultation = make.consultation(Phase.summarised)
    browser, url = browse(officer_of(consultation.authority)), staff_address(consultation, "avbryt")
    assert "rätt till nämndens svar" in browser.get(url).text
    assert browser.post(url, data={"reason": "Vi hinner inte."}).status_code == 409
    assert events() == []


@pytest.mark.parametrize("phase", Phase)
def test_it_is_ended_when_the_answer_is_published(browse, phase):
    consultation = make.consultation(phase)
    status = 303 if phase in (Phase.answered, Phase.following_up) else 409
    assert browse(officer_of(consultation.authority)).post(staff_address(consultation, "avsluta")).status_code == status
    assert events() == ([EventName.consultation_ended] if status == 303 else [])
