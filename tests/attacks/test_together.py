"""What an organisation writes together, attacked: by strangers, former members, holders of links, officials, and hostile input."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Membership, Role, User
from sakrad.consultations.links import token_of
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.directory.links import merger_token
from sakrad.directory.models import MergerSide, Organisation
from sakrad.operations import commands_merging
from sakrad.positions import commands, links, queries_parties, queries_survey, queries_transcribed
from sakrad.positions.commands import surveying
from sakrad.positions.models import Approval, PositionVersion, Remark, SurveyTicket
from tests import factories as make
from tests.attacks.test_races import together as at_once
from tests.factories import approving, attachments, surveys, together, transcribing
from tests.factories import positions as desk

DRAFT = (
    "", "/historik", "/historik/fraga-1/1", "/prata", "/godkannande", "/skicka", "/bilagor", "/bilagor/1", "/bilagor/1/kopia", "/instam",
    "/tillsammans", "/medlemsfraga", "/medlemsfraga/lankar.csv", "/aterta", "/bekrafta", "/kvitto", "/fraga/1/tidigare",
)  # fmt: skip


MEMBERS_ONLY = ("/prata", "/prata/klar", "/checklista", "/godkannande", "/godkannande/begar", "/godkannande/godkann",
                "/godkannande/skicka-tillbaka", "/godkannande/ta-tillbaka", "/inbjudan", "/avboj")  # fmt: skip


def opened(browse: Any, of: Consultation, by: Organisation) -> tuple[Any, str]:
    """The holder of the invitation's link, in a browser where the button was pressed."""
    token = token_of(make.invitation(desk.fresh(of), desk.fresh(by)))
    holder = browse()
    assert holder.post(f"/inbjudan/{token}/oppna").status_code == 303
    return holder, f"/inbjudan/{token}/svar"


def count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_draft_and_all_around_it_is_hidden_from_everybody_but_its_members(app: Flask, browse: Any) -> None:
    of = make.consultation()
    by, other = make.organisation(verified_in=of.municipality), make.organisation()
    draft = desk.fill(desk.open_draft(of, by))
    attachments.attached(desk.fresh(draft))
    surveys.opened(draft, 3)
    former, member = desk.member(by), desk.member(by)
    with transaction():
        for held in db.session.scalars(sa.select(Membership).where(Membership.user_id == desk.fresh(former).id)):
            held.ended_at = clock.now()
    of = desk.fresh(of)
    people: list[User | None] = [
        former,
        desk.member(other),
        make.user(Role.operator),
        make.user((Role.officer, of.authority), (Role.registrar, of.authority), (Role.coordinator, of.municipality)),
    ]
    for person in people:
        browser = browse(desk.fresh(person))
        for path in (*DRAFT, "/overlamning"):
            address = f"/forening/{desk.fresh(by).slug}/overlamning" if path == "/overlamning" else desk.desk_url(of, by, path)
            assert browser.get(address).status_code == 404, (address, person)
            assert browser.post(address, data={"text": "x"}).status_code in (404, 405), address
    assert browse(desk.fresh(member)).get(desk.desk_url(of, by, "/prata")).status_code == 200


def test_the_holder_of_a_link_reaches_nothing_that_is_for_members(app: Flask, browse: Any) -> None:
    of = make.consultation()
    by = approving.organisation(of)
    approving.ready(of, by)
    holder, at = opened(browse, of, by)
    for path in MEMBERS_ONLY:
        assert holder.get(at + path).status_code == 404, path
        assert holder.post(at + path, data={"text": "x", "item": "x"}).status_code == 404, path
    assert count(Remark) == count(Approval) == 0


def test_the_holder_of_a_link_sends_nothing_that_is_not_approved(app: Flask, browse: Any) -> None:
    of = make.consultation()
    by = approving.organisation(of)
    draft = approving.ready(of, by)
    one, two = approving.approver(by), approving.approver(by)
    holder, at = opened(browse, of, by)
    assert holder.post(f"{at}/skicka", data=desk.seen(draft)).status_code == 409
    approving.ask(draft, one, two, by=one)
    approving.approve(draft, one)
    approving.approve(draft, two)
    question = desk.fresh(of).questions[0].number
    written = {f"q{question}-version": "1", f"q{question}-text": "Helt andra ord."}
    assert holder.post(at, data=written).status_code in (200, 303, 405)
    holder.post(f"{at}/tillsammans", data={"name": "Ny part", "email": "part@prova.example"})
    assert holder.post(f"{at}/skicka", data=desk.seen(draft)).status_code == 409
    assert count(PositionVersion) == 0


def test_a_partys_link_and_seat_open_for_nobody_else(app: Flask, browse: Any) -> None:
    of = make.consultation()
    lead, one, two = (make.organisation(verified_in=of.municipality) for _ in range(3))
    version = together.joint(of, lead, one, two)
    position = desk.fresh(version).position
    parties = {party.organisation_id: party for party in position.parties}
    first, second = parties[desk.fresh(one).id], parties[desk.fresh(two).id]
    true, other = links.party_token(first), links.party_token(second)
    mixed = f"{true.partition('.')[0]}.{other.partition('.')[2]}"
    stranger, leader = browse(), browse(desk.member(lead))
    for token in (mixed, f"{first.reference}.", first.reference, "a.b", "å.ö", "." * 200):
        assert stranger.get(f"/star-bakom/{token}").status_code == 404, token
        assert stranger.post(f"/star-bakom/{token}", data={"version": "1", "seen": ""}).status_code == 404, token
        assert stranger.post(f"/star-bakom/{token}/nej").status_code == 404, token
    first = desk.fresh(first)
    for slug in (desk.fresh(lead).slug, desk.fresh(two).slug, desk.fresh(one).slug):
        assert leader.get(f"/forening/{slug}/star-bakom/{first.reference}").status_code == 404
        assert leader.post(f"/forening/{slug}/star-bakom/{first.reference}", data={"version": "1"}).status_code == 404
    assert not desk.fresh(first).stands


def test_a_link_does_not_undo_or_make_what_members_decide_together(app: Flask, browse: Any) -> None:
    of = make.consultation()
    lead, board = make.organisation(verified_in=of.municipality), together.several(make.organisation(verified_in=of.municipality))
    version = together.joint(of, lead, board)
    party = desk.fresh(version).position.parties[0]
    path = f"/star-bakom/{links.party_token(party)}"
    assert browse().post(path, data={"version": "1", "seen": ""}).status_code == 409
    writer = browse(desk.member(board, Role.writer))
    seat = f"/forening/{desk.fresh(board).slug}/star-bakom/{desk.fresh(party).reference}"
    assert writer.post(seat, data={"version": "1", "seen": ""}).status_code == 404
    for version_said in ("0", "-1", "9" * 40, "", "²"):
        approver = browse(desk.member(board, Role.approver))
        assert approver.post(seat, data={"version": version_said, "seen": ""}).status_code == 422, version_said
    assert not desk.fresh(party).stands


def test_a_members_link_counts_one_true_choice_once(app: Flask, browse: Any) -> None:
    of = make.consultation()
    draft = desk.open_draft(of, make.organisation(verified_in=of.municipality))
    survey = surveys.opened(draft, 3)
    path, stranger = surveys.link(survey), browse()
    for choice in ("-1", "3", "9" * 30, "²", "", "0.5"):
        assert stranger.post(path, data={"q1": choice, "q2": "0"}).status_code == 422, choice
    assert stranger.post(path, data={"q1": "0"}).status_code == 422
    reference, number, secret = path.rpartition("/")[2].split("-")
    for token in (
        f"{reference}-2-{secret}",
        f"{reference}--{number}-{secret}",
        f"{reference}-{'9' * 40}-{secret}",
        f"{reference}-0-{secret}",
        "²-²-²",
    ):
        assert stranger.get(f"/medlemsfraga/{token}").status_code == 404, token
    assert stranger.post(path, data={"q1": ["0", "1"], "q2": "1"}).status_code == 303
    assert stranger.post(path, data={"q1": "1", "q2": "1"}).status_code == 409
    assert db.session.scalar(sa.select(sa.func.count(SurveyTicket.id)).where(SurveyTicket.used)) == 1
    assert desk.fresh(survey).questions[0].counts == [1, 0, 0]


def test_what_was_written_down_is_confirmed_by_its_own_secret_only(app: Flask, browse: Any) -> None:
    of = make.consultation()
    one, two = (transcribing.entered(of, make.organisation(verified_in=of.municipality)) for _ in range(2))
    first, second = (queries_transcribed.entry_of(desk.fresh(version)) for version in (one, two))
    mixed = f"{first.reference}.{links.read_back_token(second).partition('.')[2]}"
    letters, number, stranger = links.read_back_code(second.reference), first.version.receipt_number, browse()
    for token in (mixed, first.reference, f"{first.reference}.", "å.ö"):
        assert stranger.get(f"/aterlasning/{token}").status_code == 404
        assert stranger.post(f"/aterlasning/{token}/stammer").status_code == 404
        assert stranger.post(f"/aterlasning/{token}/ratta", data={"q1-text": "Kapad"}).status_code == 404
    for data in (
        {"number": number, "letters": letters},
        {"number": number, "letters": ""},
        {"number": "9" * 5000, "letters": "å" * 40},
        {},
    ):
        assert stranger.post("/aterlasning", data=data).status_code == 422
    assert all(queries_transcribed.entry_of(desk.fresh(version)).confirmed_at is None for version in (one, two))


def test_an_official_who_is_a_member_writes_nothing_down_and_sends_no_link(app: Flask, browse: Any) -> None:
    of = make.consultation()
    by = make.organisation(verified_in=of.municipality)
    version = transcribing.entered(of, by)
    of, by = desk.fresh(of), desk.fresh(by)
    partial = browse(make.user((Role.officer, of.authority), (Role.writer, by)))
    of, by, version = desk.fresh(of), desk.fresh(by), desk.fresh(version)
    at, number = f"/handlaggning/{of.municipality.slug}/sakrad/{of.slug}/svar", version.receipt_number
    name = by.name
    assert partial.get(f"{at}/nytt?fran={number}").status_code == 404
    data = {"channel": "phone", "sender": name, "received": "2026-01-01T10:00", "text": "Kapad"}
    assert partial.post(f"{at}/nytt", data=data).status_code == 422
    assert name not in partial.get(f"{at}/nytt").text
    assert count(PositionVersion) == 1


def test_nobody_reads_a_sealed_draft_and_a_mergers_secrets_are_each_sides_own(app: Flask, browse: Any) -> None:
    of = make.consultation()
    one, heir = make.organisation(verified_in=of.municipality), make.organisation(verified_in=of.municipality)
    for by in (one, heir):
        desk.fill(desk.open_draft(of, by), "Hemliga ord")
    people = [desk.member(one), desk.member(heir), make.user(Role.operator)]
    with transaction():
        merger = commands_merging.merge_organisations(desk.fresh(one), desk.fresh(heir), actor=desk.fresh(people[2]), at=clock.now())
    mine, slug, of = desk.fresh(one).slug, desk.fresh(heir).slug, desk.fresh(of)
    pages = [f"/forening/{slug}/utkast-fran/{mine}/{of.municipality.slug}/{of.slug}", f"/forening/{mine}", f"/forening/{mine}/overlamning"]
    pages += [f"/drift/organisationer/{mine}", *(desk.desk_url(of, one, path) for path in DRAFT)]
    for person in people:
        browser = browse(desk.fresh(person))
        assert not [path for path in pages if "Hemliga" in browser.get(path).text]
    reference, token = desk.fresh(merger).reference, merger_token(desk.fresh(merger), MergerSide.heir)
    for false in (reference, f"{reference}.", f"x.{token.partition('.')[2]}", f"{token}0"):
        assert browse().get(f"/sammanslagning/{false}").status_code == browse().post(f"/sammanslagning/{false}").status_code == 404
    assert browse().get(f"/sammanslagning/{token}").status_code == 200 and not desk.fresh(merger).in_force


def test_what_counts_once_counts_once_though_pressed_at_the_same_moment(app: Flask) -> None:
    of = make.consultation()
    survey = surveys.opened(desk.open_draft(of, make.organisation(verified_in=of.municipality)), 3)
    ticket = surveys.link(survey).rpartition("/")[2]
    draft = desk.fill(desk.open_draft(of, make.organisation(verified_in=desk.fresh(of).municipality)))
    together.name(draft, name="Ny", email="ny@part.example")
    token, before = links.party_token(desk.fresh(desk.submit(draft)).position.parties[0]), count(Organisation)

    def answer() -> str:
        link = queries_survey.get_survey_link(ticket)
        assert link.survey and link.ticket
        return str(surveying.answer_survey(link.survey, link.ticket, choices=[0, 0]))

    def confirm() -> str:
        at = clock.now()
        return str(
            commands.confirm_party(queries_parties.get_party(token), reservations={}, organisation_name="Ny", actor=None, at=at).stands
        )

    assert at_once(app, answer) == ["False", "False", "True"] and desk.fresh(survey).questions[0].counts[0] == 1
    assert at_once(app, confirm) == ["True"] * 3 and count(Organisation) == before + 1
