"""Whom to ask: proposals with their reasons, the coverage panel with its one press, and the load on associations."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Invitation
from sakrad.consultations.queries import facts_of
from sakrad.consultations.queries_whom import list_proposals
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName, record
from sakrad.pages.queries_whom import list_coverage
from tests import factories as make
from tests.factories.consultations import address, change, fresh, officer_of, staff_address
from tests.factories.reading import voice
from tests.statements import counted


def asked(phase=Phase.open, groups=2, **values):
    """A consultation that concerns so many groups, and the groups."""
    consultation = make.consultation(phase, **values)
    found = [make.group(name=f"Grupp {letter}") for letter in "ABCD"[:groups]]
    change(consultation, groups=found)
    return consultation, found


def at_home(consultation, **values):
    return make.organisation(municipality_id=consultation.municipality_id, **values)


def test_each_proposal_says_why_and_stands_once(app):
    consultation, (a, b) = asked(title="Vägen till Norrby")
    subject = make.subject(name="Trygghet")
    change(consultation, subjects=[subject])
    both = at_home(consultation, name="Båda", groups=[a, b], subjects=[subject])
    near = at_home(consultation, name="Nära", area="Norrby")
    at_home(consultation, name="Utan skäl", area="Söderby")
    make.invitation(consultation, at_home(consultation, name="Inbjuden", groups=[a]))
    barred = at_home(consultation, name="Egen", groups=[b])
    make.organisation(name="Annan kommun", groups=[b])
    with transaction():
        for name in (EventName.position_received, EventName.position_received, EventName.position_disowned):
            record(name, at=clock.now(), municipality_id=consultation.municipality_id, organisation_id=near.id, consultation_id=7)
        record(
            EventName.position_received,
            at=clock.now(),
            municipality_id=consultation.municipality_id,
            organisation_id=both.id,
            consultation_id=8,
        )
    sections = list_proposals(fresh(consultation), barred=[barred.id], at=clock.now())
    assert [(section.group and section.group.name, section.lacks_invited) for section in sections] == [("Grupp B", True), (None, False)]
    (first,), (second,) = sections[0].proposals, sections[1].proposals
    assert (first.name, [group.name for group in first.groups], [each.name for each in first.subjects]) == (
        "Båda",
        ["Grupp A", "Grupp B"],
        ["Trygghet"],
    )
    assert first.answered == 1
    assert (second.name, second.area, second.answered) == ("Nära", "Norrby", 0)  # what it says it did not send is not its own


def test_proposals_and_coverage_take_as_many_statements_for_many(app):
    def measure(number):
        consultation, groups = asked(groups=4)
        for _ in range(number):
            at_home(consultation, groups=groups)
        consultation = fresh(consultation)
        with counted() as statements:
            list_proposals(consultation, barred=[], at=clock.now())
            list_coverage(consultation, barred=[], mendable=True)
        return len(statements)

    assert measure(2) == measure(9) <= 13


def test_the_panel_shows_the_silent_first_and_counts_only_what_was_received(app):
    consultation, (heard, silent) = asked()
    voice(consultation, heard)
    change(consultation, groups=[heard, silent])
    drafting = at_home(consultation, name="Skriver på ett utkast", groups=[silent])
    make.invitation(consultation, drafting, declined_at=clock.now())
    make.invitation(consultation, at_home(consultation, groups=[heard]))
    make.draft(consultation, drafting)
    at_home(consultation, name="Kan frågas", groups=[silent])
    first, second = list_coverage(fresh(consultation), barred=[], mendable=True)
    assert (first.name, first.invited, first.answered, first.declined, first.is_silent) == (silent.name, 1, 0, 1, True)
    assert [(each.name, each.first_timer) for each in first.to_ask] == [("Kan frågas", True)]
    assert (second.name, second.invited, second.answered, second.declined, second.to_ask) == (heard.name, 1, 1, 0, ())


def test_an_unverified_answer_is_a_voice_to_the_officers_and_none_to_readers_yet(app):
    consultation, (group,) = asked(groups=1)
    position = make.position(consultation, make.organisation())
    with transaction():
        position.current.groups.append(group)
    (covered,) = list_coverage(fresh(consultation), barred=[], mendable=True)
    assert (covered.answered, covered.unverified, covered.is_silent) == (0, 1, False)


def test_one_press_invites_and_the_panel_comes_back(browse):
    consultation, (group,) = asked(groups=1)
    at_home(consultation, slug="kan-fragas", groups=[group])
    browser, url = browse(officer_of(consultation.authority)), staff_address(consultation, "inbjudna/bjud-in")
    panel = staff_address(consultation, "rosterna")
    assert "kan-fragas" in browser.get(panel).text
    answer = browser.post(url, data={"organisation": "kan-fragas"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{panel}?inbjuden=kan-fragas")
    assert db.session.scalars(sa.select(Event.name)).all() == [EventName.organisation_invited]
    there = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{staff_address(consultation, 'inbjudna')}?sida=1"}
    told = browser.get(f"{panel}?inbjuden=kan-fragas&grupp={group.slug}&plats=0", headers=there).text
    assert "är inbjuden." in told and 'id="inbjudna-listan" hx-swap-oob="true"' in told and "Ta bort" not in told  # it is open: sent
    assert "hx-swap-oob" not in browser.get(f"{panel}?inbjuden=kan-fragas", headers={"HX-Request": "true"}).text
    part = browser.get(panel, headers={"HX-Request": "true"}).text
    assert "kan-fragas" not in part and "<html" not in part and "En inbjuden" in part
    assert browser.post(url, data={"organisation": "kan-fragas"}).status_code == 303  # a colleague was first: nothing more happens
    assert browser.post(url, data={"organisation": "finns-inte"}).status_code == 404
    assert db.session.scalar(sa.select(sa.func.count(Invitation.id))) == 1


def test_one_press_refuses_ones_own_organisation_and_closed_time(browse):
    consultation, (group,) = asked(groups=1)
    own = at_home(consultation, slug="egna", name="Egna laget", groups=[group])
    url, panel = staff_address(consultation, "inbjudna/bjud-in"), staff_address(consultation, "rosterna")
    browser = browse(make.user((Role.officer, consultation.authority), (Role.writer, own)))
    assert "Egna laget" not in browser.get(panel).text
    assert browser.post(url, data={"organisation": "egna"}).status_code == 404
    over, (later,) = asked(Phase.compiling, groups=1)
    at_home(over, slug="sen", groups=[later])
    browser, url, panel = browse(officer_of(over.authority)), staff_address(over, "inbjudna/bjud-in"), staff_address(over, "rosterna")
    assert "Bjud in" not in browser.get(panel).text
    assert browser.post(url, data={"organisation": "sen"}).status_code == 409


def test_readers_see_which_groups_lack_a_voice_while_it_is_open(browse):
    consultation, (heard, _silent) = asked()
    voice(consultation, heard)
    text = browse().get(address(fresh(consultation))).text
    assert "Grupper som ännu saknar röst:" in text
    assert "grupp B" in text.split("Grupper som ännu saknar röst:")[1][:80]


def test_whoever_is_asked_elsewhere_in_the_same_weeks_is_seen_where_one_chooses_and_announces(browse):
    other, organisation = make.consultation(Phase.open, title="Kvällarna"), make.organisation(slug="jouren")
    make.invitation(other, organisation)
    gone = make.consultation(Phase.cancelled)
    make.invitation(gone, organisation)
    soon = clock.end_of(clock.today() + timedelta(days=40))
    consultation = make.consultation(Phase.draft, closes_at=soon, created_at=clock.now() - timedelta(days=3))
    url, official = staff_address(consultation, "inbjudna/valj"), officer_of(consultation.authority)
    hidden = make.consultation(Phase.draft, closes_at=soon)
    make.invitation(hidden, organisation)  # others' drafts are nobody's business
    text = browse(official).get(f"{url}?var=alla").text
    assert "Tillfrågas redan samma veckor:" in text and "Kvällarna" in text
    make.invitation(fresh(consultation), fresh(organisation))
    assert [each.title for each in facts_of(fresh(consultation)).asked_elsewhere] == ["Kvällarna"]
