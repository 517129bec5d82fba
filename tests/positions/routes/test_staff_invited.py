"""The invited: what is known of each, sending again what came back, letters, and two thousand at once."""

from __future__ import annotations

import io
import re

import sqlalchemy as sa
from pypdf import PdfReader

from sakrad.accounts.models import Role
from sakrad.consultations import links
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Invitation
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.events import Delivery, Event, EventName
from tests import factories as make
from tests.factories import many
from tests.factories.consultations import address, fresh, officer_of, staff_address
from tests.statements import counted


def events() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


def bounced(**values):
    return make.invitation(make.consultation(Phase.open), bounced_at=clock.now(), **values)


def test_what_came_back_is_sent_again_to_a_better_address(browse):
    invitation = bounced()
    of = invitation.consultation
    browser, url = browse(officer_of(of.authority)), staff_address(of, f"inbjudna/{invitation.organisation.slug}/skicka-igen")
    assert "Ändra adressen och skicka igen" in browser.get(staff_address(of, "inbjudna?status=bounced")).text
    assert browser.get(f"/handlaggning/{of.municipality.slug}").text.count("Inbjudningar som studsade") == 1
    refused = browser.post(url, data={"email": "inte en adress"})
    assert refused.status_code == 422 and 'value="inte en adress"' in refused.text
    assert browser.post(url, data={"email": "Nya@Forening.example"}).status_code == 303
    assert fresh(invitation).bounced_at is None and fresh(invitation.organisation).email == "nya@forening.example"
    assert events() == [EventName.organisation_changed, EventName.invitation_resent]
    again = browser.post(url, data={"email": "tredje@forening.example"})
    assert again.status_code == 409 and "har inte kommit tillbaka" in again.text
    assert "Inbjudningar som studsade" not in browser.get(f"/handlaggning/{of.municipality.slug}").text


def test_an_organisation_with_accounts_changes_its_own_address(browse):
    invitation = bounced()
    make.user((Role.administrator, invitation.organisation))
    of, before = invitation.consultation, invitation.organisation.email
    browser, url = browse(officer_of(of.authority)), staff_address(of, f"inbjudna/{invitation.organisation.slug}/skicka-igen")
    response = browser.post(url, data={"email": "annan@adress.example"})
    assert response.status_code == 409 and "ändrar själv sin adress" in response.text and "annan@adress.example" in response.text
    assert fresh(invitation.organisation).email == before and events() == []
    assert browser.post(url, data={"email": before}).status_code == 303


def test_letters_are_for_the_authoritys_own_people_and_not_for_ones_own_organisation(browse, client):
    invitation = make.invitation(make.consultation(Phase.open))
    of = invitation.consultation
    slug = invitation.organisation.slug
    data = {"organisations": slug}
    stranger = browse(officer_of(make.authority()))
    partial = browse(make.user((Role.officer, of.authority), (Role.writer, invitation.organisation)))
    assert stranger.post(staff_address(of, "inbjudna/brev"), data=data).status_code == 404
    assert partial.post(staff_address(of, "inbjudna/brev"), data=data).location.endswith("/inbjudna"), "nothing to print"
    assert partial.post(staff_address(of, f"inbjudna/{slug}/skicka-igen"), data=data).status_code == 404
    assert client.post(staff_address(of, "inbjudna/brev"), data=data).location.startswith("/logga-in")
    assert fresh(invitation).letter_at is None


def test_from_the_printed_letter_to_the_answer(browse, client):
    of = make.consultation(Phase.open)
    first, second, _third = (make.invitation(of) for _ in range(3))
    slugs = [one.organisation.slug for one in (first, second)]
    browser = browse(officer_of(of.authority))
    nothing = browser.post(staff_address(of, "inbjudna/brev"), data={"status": ""})
    assert nothing.status_code == 303 and events() == []
    made = browser.post(staff_address(of, "inbjudna/brev"), data={"organisations": slugs})
    paper = browser.get(made.location)
    assert paper.mimetype == "application/pdf" and len(PdfReader(io.BytesIO(paper.data)).pages) == 2
    for bad in ("skräp", "0001-01-01T00:00:00%2B14:00"):
        assert browser.get(staff_address(of, f"inbjudna/brev.pdf?utskrift={bad}")).status_code == 404
    assert browser.get(staff_address(of, "inbjudna/brev.pdf")).status_code == 303, "which print is not said"
    assert events() == [EventName.letters_printed]
    assert browser.get(staff_address(of, "inbjudna")).text.count("brev utskrivet") == 2
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper.data)).pages)
    codes = re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", text)
    assert set(codes) == {links.letter_code(one).upper() for one in (first, second)}
    wrong = client.post("/brev", data={"code": "aaaa-bbbb-cccc"})
    assert wrong.status_code == 422 and 'value="aaaa-bbbb-cccc"' in wrong.text
    opened = client.post("/brev", data={"code": codes[0]})
    assert opened.status_code == 303
    assert of.title in client.get(opened.location).text


def test_letters_to_all_that_the_list_shows(browse):
    of = make.consultation(Phase.open)
    many.invitations(of, 60)
    bad = make.invitation(of, bounced_at=clock.now())
    make.invitation(of, declined_at=clock.now())
    make.position(of, make.invitation(of).organisation)
    browser = browse(officer_of(of.authority))
    browser.post(staff_address(of, "inbjudna/brev"), data={"alla": "1", "status": "bounced"})
    printed = sa.select(sa.func.count(Invitation.id)).where(Invitation.letter_at.is_not(None))
    assert db.session.scalar(printed) == 1 and fresh(bad).letter_at is not None
    browser.post(staff_address(of, "inbjudna/brev"), data={"alla": "1", "status": ""})
    assert db.session.scalar(printed) == 61, "those who have answered or declined are left in peace"


def test_no_letters_from_a_draft_and_none_after_closing(browse):
    for phase in (Phase.draft, Phase.compiling):
        one = make.invitation(make.consultation(phase))
        of = one.consultation
        response = browse(officer_of(of.authority)).post(staff_address(of, "inbjudna/brev"), data={"organisations": one.organisation.slug})
        assert response.status_code == 409
        assert fresh(one).letter_at is None


def test_two_thousand_are_invited_listed_and_announced_in_as_many_statements_as_two(browse):
    browser, counts = None, []
    for number in (2, 2000):
        of = make.consultation(
            Phase.draft, closes_at=clock.end_of(clock.today()) + many.WEEKS, feedback_due_on=clock.today() + 3 * many.WEEKS
        )
        many.invitations(of, number)
        browser = browse(officer_of(of.authority))
        with counted() as listing:
            assert browser.get(staff_address(of, "inbjudna")).status_code == 200
        with counted() as announcing:
            response = browser.post(staff_address(of, "annonsera"), data={})
        assert response.status_code == 303, response.text
        counts.append((len(listing), len(announcing)))
    (few_listed, few_announced), (many_listed, many_announced) = counts
    assert many_listed == few_listed
    assert many_announced <= few_announced + 8, "a few batches of a thousand rows, not one statement each"
    assert db.session.scalar(sa.select(sa.func.count(Event.id)).where(Event.name == EventName.organisation_invited)) == 2002
    assert db.session.scalar(sa.select(sa.func.count(Delivery.event_id))) == 2004


def test_the_public_page_leads_to_the_method_report(client):
    of = make.consultation(Phase.open)
    assert f"{address(of)}/metodrapport" in client.get(address(of)).text
