"""Merging as the operator, the two organisations and readers meet it; and what none of them may reach."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app

from sakrad.accounts.models import Role, User
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.links import token_of
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event
from sakrad.directory.links import merger_token
from sakrad.directory.models import Merger, MergerSide, Organisation
from sakrad.notifications import fanout
from sakrad.notifications.content import Content, Told
from sakrad.notifications.contents import CONTENTS
from sakrad.notifications.models import Mail, MailKind
from tests import factories as make
from tests.factories import positions as desk
from tests.factories.positions import fresh
from tests.operations.test_merging import BOTH, accept, merge
from tests.policing import CSRF, PolicingClient
from tests.statements import LIMIT, counted

SEALED = "Utkastet är förseglat tills båda sidor har godkänt sammanslagningen."


@pytest.fixture
def operator(app: Any) -> User:
    return make.user(Role.operator)


@pytest.fixture
def one(app: Any) -> Organisation:
    return make.organisation(name="Ekhamra kvinnojour")


@pytest.fixture
def heir(app: Any) -> Organisation:
    return make.organisation(name="Kvinnojouren Ekhamra")


def plan_url(one: Organisation, heir: Organisation) -> str:
    return f"/drift/organisationer/{one.slug}/in-i/{heir.slug}"


def links_of(merger: Merger) -> dict[MergerSide, str]:
    merger = fresh(merger)
    return {side: f"/sammanslagning/{merger_token(merger, side)}" for side in MergerSide}


def names() -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).order_by(Event.id)))


# -- the operator


def test_the_operator_searches_compares_and_merges(operator: User, one: Organisation, heir: Organisation, browse: Any) -> None:
    browser = browse(operator)
    assert "Ekhamra kvinnojour" in browser.get("/drift/organisationer?q=kvinnojour").text
    assert "Kvinnojouren Ekhamra" in browser.get(f"/drift/organisationer/{one.slug}").text, "it is alike"
    page = browser.get(plan_url(one, heir))
    assert page.status_code == 200 and "Slå samman" in page.text
    answer = browser.post(plan_url(one, heir))
    assert answer.status_code == 303 and answer.location.endswith(f"/drift/organisationer/{one.slug}")
    assert fresh(one).heir_id == heir.id and names() == ["organisations_merged", "organisations_merged"]
    assert "Ångra sammanslagningen" in browser.get(answer.location).text


def test_an_organisation_is_found_by_its_number(operator: User, browse: Any) -> None:
    make.organisation(name="Den sökta", org_number="802002-8711")
    make.organisation(name="En annan")
    page = browse(operator).get("/drift/organisationer?q=8020028711").text
    assert "Den sökta" in page and "En annan" not in page


def test_those_of_the_same_name_or_address_are_pointed_out(operator: User, browse: Any) -> None:
    make.organisation(name="Syföreningen")
    make.organisation(name="SYFÖRENINGEN")
    page = browse(operator).get("/drift/organisationer").text
    assert "Troliga dubbletter" in page and "Liknar Syföreningen" in page


def test_the_operator_takes_a_mistake_back(operator: User, one: Organisation, heir: Organisation, browse: Any) -> None:
    merge(one, heir)
    assert browse(operator).post(f"/drift/organisationer/{one.slug}/angra").status_code == 303
    assert fresh(one).heir_id is None
    assert names()[2:] == ["organisations_unmerged", "organisations_unmerged"]


def test_what_a_side_has_accepted_is_refused_with_the_reason(operator: User, one: Organisation, heir: Organisation, browse: Any) -> None:
    accept(merge(one, heir), MergerSide.heir)
    answer = browse(operator).post(f"/drift/organisationer/{one.slug}/angra")
    assert answer.status_code == 409 and "har godkänt sammanslagningen" in answer.text
    assert fresh(one).heir_id == heir.id


def test_a_chain_is_refused_with_the_reason(operator: User, one: Organisation, heir: Organisation, browse: Any) -> None:
    merge(one, heir)
    answer = browse(operator).post(plan_url(heir, one))
    assert answer.status_code == 409 and "själv sammanslagen" in answer.text
    assert fresh(heir).heir_id is None


def test_nothing_that_the_operator_sees_tells_whether_there_is_a_draft(
    operator: User, one: Organisation, heir: Organisation, browse: Any
) -> None:
    """Word for word the same pages with drafts as without."""

    def pages() -> list[str]:
        urls = (plan_url(one, heir), plan_url(heir, one), f"/drift/organisationer/{one.slug}", "/drift/organisationer", "/drift")
        return [CSRF.sub("", browse(operator).get(url).text.split("<main")[1]) for url in urls]

    first, second = make.consultation(), make.consultation()
    before = pages()
    desk.fill(desk.open_draft(first, one))
    desk.fill(desk.open_draft(second, heir))
    assert pages() == before


@pytest.mark.parametrize("path", ["", "/x", "/x/in-i/y"])
def test_nobody_but_the_operator_gets_there(
    app: Any, browse: Any, client: PolicingClient, path: str, one: Organisation, heir: Organisation
) -> None:
    url = "/drift/organisationer" + path.replace("x", one.slug).replace("y", heir.slug)
    assert "/logga-in" in client.get(url).location
    for person in (make.user((Role.coordinator, make.municipality())), make.user((Role.administrator, heir))):
        assert browse(person).get(url).status_code == 404
        for post in (plan_url(one, heir), f"/drift/organisationer/{one.slug}/angra"):
            assert browse(person).post(post).status_code == 404
    assert not names()


@pytest.mark.parametrize("side", BOTH)
def test_an_operator_who_is_a_member_of_either_is_barred(side: MergerSide, one: Organisation, heir: Organisation, browse: Any) -> None:
    person = make.user(Role.operator, (Role.writer, one if side is MergerSide.merged else heir))
    assert browse(person).get(plan_url(one, heir)).status_code == 404
    assert browse(person).post(plan_url(one, heir)).status_code == 404
    assert not names()


def test_the_list_needs_as_many_statements_however_long(operator: User, browse: Any) -> None:
    browser = browse(operator)
    made = []
    for _ in range(2):
        for _ in range(4):
            make.organisation(name="Samma namn", municipality_id=make.municipality().id)
        db.session.remove()
        with counted() as statements:
            browser.get("/drift/organisationer")
        made.append(statements)
    assert len(made[0]) == len(made[1])


# -- the two sides


def test_both_are_told_each_with_its_own_link_though_they_share_an_address(one: Organisation, heir: Organisation) -> None:
    with transaction():
        db.session.execute(sa.update(Organisation).values(email="info@jouren.example"))
    merger = merge(one, heir)
    fanout.fan_out(clock.now())
    fanout.gather(clock.now())
    mails = db.session.scalars(sa.select(Mail).order_by(Mail.id)).all()
    texts = [contents_of(mail) for mail in mails]
    assert [mail.recipient for mail in mails] == ["info@jouren.example"] * 2
    assert sorted(text.values["url"].split("/", 3)[3] for text in texts) == sorted(url[1:] for url in links_of(merger).values())


def contents_of(mail: Mail) -> Content:
    (told,) = mail.notifications
    with current_app.test_request_context():
        return CONTENTS[MailKind(told.kind)](Told([db.session.get_one(Event, told.event_id)], mail.recipient))


@pytest.mark.parametrize("side", BOTH)
def test_a_look_at_the_link_writes_nothing_and_the_button_accepts(
    side: MergerSide, one: Organisation, heir: Organisation, client: PolicingClient
) -> None:
    merger = merge(one, heir)
    url = links_of(merger)[side]
    page = client.get(url)
    assert page.status_code == 200 and "Vi godkänner sammanslagningen" in page.text
    assert names() == ["organisations_merged"] * 2
    assert client.post(url).status_code == 303
    assert "Ni har godkänt" in client.get(url).text
    merger = fresh(merger)
    assert [merger.accepted_at is not None, merger.heir_accepted_at is not None] == [side is MergerSide.merged, side is MergerSide.heir]
    assert names() == ["organisations_merged"] * 2 + ["merger_accepted"]


def test_one_sides_link_never_accepts_for_the_other(one: Organisation, heir: Organisation, client: PolicingClient) -> None:
    merger = merge(one, heir)
    mine = links_of(merger)[MergerSide.heir]
    for _ in range(3):
        client.post(mine)
    assert fresh(merger).accepted_at is None


@pytest.mark.parametrize("wrong", ["{reference}.{zeros}", "{reference}", "x.y", "{reference}.", "{secret}"])
def test_a_false_link_is_404_and_accepts_nothing(wrong: str, one: Organisation, heir: Organisation, client: PolicingClient) -> None:
    merger = merge(one, heir)
    reference, secret = links_of(merger)[MergerSide.heir].removeprefix("/sammanslagning/").split(".")
    url = "/sammanslagning/" + wrong.format(reference=reference, secret=secret, zeros="0" * 40)
    assert client.get(url).status_code == client.post(url).status_code == 404
    assert fresh(merger).heir_accepted_at is None


def test_the_link_of_an_undone_merger_says_so_and_refuses(
    one: Organisation, heir: Organisation, client: PolicingClient, operator: User, browse: Any
) -> None:
    url = links_of(merge(one, heir))[MergerSide.merged]
    browse(operator).post(f"/drift/organisationer/{one.slug}/angra")
    assert "är ångrad" in client.get(url).text
    answer = client.post(url)
    assert answer.status_code == 409 and "är ångrad" in answer.text
    merge(one, heir)
    assert client.get(url).status_code == 404, "merged anew, the old link is dead"


# -- the sealed space


def test_until_both_accept_the_draft_is_reached_by_nobody_also_not_by_its_link(
    one: Organisation, heir: Organisation, client: PolicingClient, browse: Any
) -> None:
    of = make.consultation()
    invitation = make.invitation(of, one)
    desk.fill(desk.open_draft(of, one), "Hemliga ord.")
    ours, theirs = desk.member(one), desk.member(heir)
    link = f"/inbjudan/{token_of(fresh(invitation))}"
    client.post(f"{link}/oppna")
    merger = merge(one, heir)
    for page in ("", "/skicka", "/fraga/1", "/forankring"):
        mine = browse(ours).get(desk.desk_url(of, one, page))
        assert mine.status_code == 409 and SEALED in mine.text and "Hemliga" not in mine.text
        assert browse(theirs).get(desk.desk_url(of, one, page)).status_code == 404
        assert "Hemliga" not in browse(theirs).get(desk.desk_url(of, heir, page)).text
        by_link = client.get(f"{link}/svar{page}")
        assert by_link.status_code == 409 and SEALED in by_link.text
    assert client.get(link).status_code == 409
    assert browse(ours).post(desk.desk_url(of, one, "/skicka")).status_code == 409
    home = browse(ours).get(f"/forening/{one.slug}")
    assert "väntar på godkännande" in home.text and of.title not in home.text
    accept(merger, MergerSide.heir)
    assert browse(ours).get(desk.desk_url(of, one)).status_code == 409
    assert browse(ours).get(f"/forening/{heir.slug}").status_code == 404, "the heir's space is not theirs yet"
    assert browse(make.user(Role.operator)).get(desk.desk_url(of, one)).status_code == 404


def test_when_both_have_accepted_old_addresses_and_links_lead_to_the_heirs_space(
    one: Organisation, heir: Organisation, client: PolicingClient, browse: Any
) -> None:
    of = make.consultation()
    invitation = make.invitation(of, one)
    desk.fill(desk.open_draft(of, one), "Hemliga ord.")
    ours, theirs = desk.member(one), desk.member(heir)
    link = f"/inbjudan/{token_of(fresh(invitation))}"
    client.post(f"{link}/oppna")
    accept(merge(one, heir), *BOTH)
    moved = browse(ours).get(desk.desk_url(of, one))
    assert moved.status_code == 301 and moved.location.endswith(desk.desk_url(of, heir))
    assert browse(ours).get(f"/forening/{one.slug}").location.endswith(f"/forening/{heir.slug}")
    for person in (ours, theirs):
        assert "Hemliga ord." in browse(person).get(desk.desk_url(of, heir)).text
    assert "Hemliga ord." in client.get(f"{link}/svar").text
    assert browse(make.user()).get(f"/forening/{one.slug}", follow_redirects=True).status_code == 404
    assert browse(ours).post(desk.desk_url(of, one, "/skicka")).status_code == 404


def test_a_kept_invitations_link_opens_the_heirs_desk_too(one: Organisation, heir: Organisation, client: PolicingClient) -> None:
    of = make.consultation()
    theirs, own = make.invitation(of, one), make.invitation(of, heir)
    desk.fill(desk.open_draft(of, heir), "Våra ord.")
    accept(merge(one, heir), *BOTH)
    link = f"/inbjudan/{token_of(fresh(theirs))}"
    client.post(f"{link}/oppna")
    assert "Våra ord." in client.get(f"{link}/svar").text
    assert fresh(own).organisation_id == heir.id


def test_the_other_draft_is_read_in_the_heirs_space_by_its_members_only(one: Organisation, heir: Organisation, browse: Any) -> None:
    of = make.consultation()
    desk.fill(desk.open_draft(of, one), "Deras ord.")
    desk.fill(desk.open_draft(of, heir), "Våra ord.")
    member = desk.member(heir)
    merger = merge(one, heir)
    url = f"/forening/{heir.slug}/utkast-fran/{one.slug}/{fresh(of).municipality.slug}/{of.slug}"
    assert browse(member).get(url).status_code == 404, "sealed"
    accept(merger, *BOTH)
    assert f"Utkast från {one.name}" in browse(member).get(f"/forening/{heir.slug}").text
    assert "Deras ord." in browse(member).get(url).text
    for stranger in (make.user((Role.administrator, make.organisation())), make.user(Role.operator)):
        assert browse(stranger).get(url).status_code == 404


def test_the_receipt_of_what_the_merged_one_sent_is_kept_in_the_heirs_space(one: Organisation, heir: Organisation, browse: Any) -> None:
    of = make.consultation()
    version = desk.sent(of, one)
    member = desk.member(heir)
    merger = merge(one, heir)
    assert version.receipt_number not in browse(member).get(f"/forening/{heir.slug}").text
    assert browse(member).get(desk.desk_url(of, heir, "/kvitto")).status_code == 404
    accept(merger, *BOTH)
    assert version.receipt_number in browse(member).get(f"/forening/{heir.slug}").text
    assert version.receipt_number in browse(member).get(desk.desk_url(of, heir, "/kvitto")).text


def test_an_official_in_the_heir_is_barred_from_what_the_merged_one_sent(one: Organisation, heir: Organisation, browse: Any) -> None:
    of = make.consultation()
    desk.sent(of, one)
    official = make.user((Role.officer, fresh(of).authority), (Role.writer, heir))
    url = f"/handlaggning/{fresh(of).municipality.slug}/sakrad/{of.slug}/svar"
    assert browse(official).get(f"{url}/{one.slug}").status_code == 200
    merge(one, heir)
    assert browse(official).get(f"{url}/{one.slug}").status_code == 404


def test_a_merged_organisation_can_be_neither_invited_nor_claimed(one: Organisation, heir: Organisation, browse: Any) -> None:
    of = make.consultation()
    official = make.user((Role.officer, of.authority))
    claimer = make.user(email=one.email)
    url = f"/handlaggning/{fresh(of).municipality.slug}/sakrad/{of.slug}/inbjudna/valj?var=alla&q=ekhamra"
    assert one.name in browse(official).get(url).text
    merge(one, heir)
    page = browse(official).get(url).text
    assert one.name not in page and heir.name in page
    assert browse(claimer).post(f"/forening/ny/{one.slug}").status_code == 404


# -- readers


def test_the_profile_leads_to_the_heir_with_the_answers_under_the_names_of_their_day(browse: Any, client: PolicingClient) -> None:
    of = make.consultation(Phase.compiling)
    one, heir = (make.organisation(verified_in=of.municipality, name=name) for name in ("Ekhamra kvinnojour", "Kvinnojouren Ekhamra"))
    make.position(of, one)
    make.position(of, heir)
    merge(one, heir)
    moved = client.get(f"/organisationer/{one.slug}")
    assert moved.status_code == 301 and moved.location.endswith(f"/organisationer/{heir.slug}")
    assert "no-store" in moved.headers["Cache-Control"], "a mistaken merger can be taken back"
    with counted() as statements:
        page = client.get(f"/organisationer/{heir.slug}").text
    assert len(statements) <= LIMIT
    assert "som Ekhamra kvinnojour" in page and f"/svar/{one.slug}" in page and f"/svar/{heir.slug}" in page
    listed = client.get("/organisationer").text
    assert f"/organisationer/{heir.slug}" in listed and f"/organisationer/{one.slug}" not in listed


def test_where_the_heir_has_no_profile_the_merged_one_keeps_its_own(client: PolicingClient) -> None:
    one, heir = make.organisation(verified_in=make.municipality()), make.organisation()
    merge(one, heir)
    assert client.get(f"/organisationer/{one.slug}").status_code == 200
    assert client.get(f"/organisationer/{heir.slug}").status_code == 404


def test_the_profile_needs_as_many_statements_however_many_have_been_merged(client: PolicingClient) -> None:
    of = make.consultation(Phase.compiling)
    heir = make.organisation(verified_in=of.municipality)
    url, made = f"/organisationer/{heir.slug}", []
    for _ in range(2):
        for _ in range(2):
            one = make.organisation(verified_in=fresh(of).municipality)
            make.position(fresh(of), fresh(one))
            merge(one, heir)
        db.session.remove()
        with counted() as statements:
            client.get(url)
        made.append(len(statements))
    assert made[0] == made[1] <= LIMIT
