"""The shared calendar: what it shows to whom, where the bars stand, and the feed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from sakrad.meetings.models import Meeting
from sakrad.pages.queries_calendar import list_clashes, month_after, place_of
from tests import factories as make
from tests.factories.consultations import change, fresh, officer_of


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2027, 12, 31), 1, date(2028, 1, 1)),
        (date(2028, 1, 1), -1, date(2027, 12, 1)),
        (date(2028, 2, 29), 12, date(2029, 2, 1)),
        (date(9999, 12, 31), 6, date(2200, 6, 1)),
    ],
)
def test_months_follow_each_other_over_the_year(day, months, found):
    assert month_after(day, months) == found


@pytest.mark.parametrize(
    ("day", "place"),
    [
        (date(2028, 1, 31), 0),
        (date(2028, 2, 1), 0),
        (date(2028, 2, 15), 8.05),
        (date(2028, 3, 1), 16.67),
        (date(2028, 8, 1), 100),
        (date(2029, 8, 1), 100),
    ],
)
def test_each_month_is_as_wide_as_the_others(day, place):
    assert place_of(day, date(2028, 2, 1)) == place


def meeting(consultation, **values):
    starts = clock.now() + timedelta(days=3)
    values = {"number": 1, "title": "Möte i Hemliga huset", "place": "Hemliga huset", "starts_at": starts} | values
    values |= {"ends_at": values["starts_at"] + timedelta(hours=2), "register_until": values["starts_at"], "created_at": clock.now()}
    return make.save(Meeting(consultation_id=consultation.id, **values))


def test_readers_see_what_is_announced_here_and_in_the_county(client):
    county = {"county_code": "77", "county": "Sjölän"}
    home, neighbour = make.municipality(), make.municipality()
    for each in (home, neighbour):
        change(each, **county)
    shown = make.consultation(Phase.open, of=make.authority(home), title="Vårt öppna")
    meeting(shown, title="Kvällsmöte")
    make.consultation(Phase.announced, of=make.authority(neighbour), title="Grannens")
    soon = clock.end_of(clock.today() + timedelta(days=30))
    make.consultation(Phase.draft, of=make.authority(home), title="Vårt utkast", closes_at=soon)
    make.consultation(Phase.cancelled, of=make.authority(home), title="Vårt inställda")
    make.consultation(Phase.open, title="Ett annat läns")
    text = client.get(f"/kommun/{home.slug}/kalender").text
    assert [name in text for name in ("Vårt öppna", "Grannens", "Vårt utkast", "Vårt inställda", "Ett annat läns")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert text.index("Vårt öppna") < text.index("Grannens")
    assert "möte " in text and "Hemliga huset" not in text
    for month in ("1850-01", "9999-99", "x"):
        assert client.get(f"/kommun/{fresh(home).slug}/kalender?manad={month}").status_code == 200
    later = client.get(f"/kommun/{fresh(home).slug}/kalender?manad=2199-01").text
    assert "Vårt öppna" not in later


def test_officials_see_the_drafts_that_they_handle_and_no_others(browse):
    home = make.municipality()
    mine, other = make.authority(home), make.authority(home)
    soon = clock.end_of(clock.today() + timedelta(days=30))
    make.consultation(Phase.draft, of=mine, title="Mitt utkast", closes_at=soon)
    make.consultation(Phase.draft, of=other, title="Andras utkast", closes_at=soon)
    text = browse(officer_of(mine)).get(f"/handlaggning/{home.slug}/kalender").text
    assert "Mitt utkast" in text and "Andras utkast" not in text


def test_two_that_ask_the_same_organisations_in_the_same_weeks_are_named_once(app):
    home = make.municipality()
    one, two = (make.consultation(Phase.open, of=make.authority(home), title=title) for title in ("Ett", "Två"))
    abroad, past = make.consultation(Phase.open, title="Grannens"), make.consultation(Phase.compiling, of=make.authority(home))
    for organisation in (make.organisation(), make.organisation()):
        for consultation in (one, two, past):
            make.invitation(consultation, organisation)
    make.invitation(abroad, organisation)
    found = [(each.title, each.other, each.organisations) for each in list_clashes(fresh(home), clock.now())]
    assert found == [("Ett", "Två", 2), ("Ett", "Grannens", 1), ("Två", "Grannens", 1)]


def test_the_feed_holds_last_days_and_meetings_without_hidden_places(client):
    home = make.municipality(name="Ekhamra")
    consultation = make.consultation(
        Phase.open, of=make.authority(home), title="Ensamhet; bland äldre", closes_at=clock.end_of(clock.today() + timedelta(days=9))
    )
    meeting(consultation, title="Kvällsmöte", place_for_registered=True)
    make.consultation(Phase.draft, of=make.authority(home), closes_at=clock.now() + timedelta(days=9))
    url = f"/kommun/{home.slug}/kalender.ics"
    answer = client.get(url)
    assert answer.content_type == "text/calendar; charset=utf-8"
    last, met = Calendar.from_ical(answer.data).walk("VEVENT")
    assert (str(last["SUMMARY"]), last["DTSTART"].dt) == ("Sista dag att svara: Ensamhet; bland äldre", clock.today() + timedelta(days=9))
    assert str(met["SUMMARY"]) == "Kvällsmöte" and b"Hemliga huset" not in answer.data
    assert client.get(url).data == answer.data
    change(fresh(consultation), cancelled_at=clock.now(), cancel_reason="Frågan har fallit.")
    assert {event["STATUS"] for event in Calendar.from_ical(client.get(url).data).walk("VEVENT")} == {"CANCELLED"}
