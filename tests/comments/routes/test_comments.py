"""Comments from the organisation's form to the public page, and all that must not pass."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.comments.models import Comment, CommentDecision, CommentReport, CommentState, ModerationGround
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.links import token_of
from sakrad.consultations.models import CommentsRule, Consultation
from sakrad.core import clock, ids
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Organisation
from sakrad.positions.models import PublicationWish
from sakrad.records.models import Mask
from tests import factories as make
from tests.factories.comments import comment
from tests.factories.positions import fresh
from tests.factories.together import party
from tests.policing import PolicingClient

KEY = "a" * 32


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation(Phase.open, comments_rule=CommentsRule.open)


@pytest.fixture
def organisation(consultation: Consultation) -> Organisation:
    return make.organisation(verified_in=consultation.municipality, name="Ekhamra IF")


@pytest.fixture
def member(organisation: Organisation, browse: Any) -> PolicingClient:
    return browse(make.user((Role.administrator, organisation)))


@pytest.fixture
def officer(consultation: Consultation, browse: Any) -> PolicingClient:
    return browse(make.user((Role.officer, fresh(consultation).authority)))


@pytest.fixture
def url(consultation: Consultation, organisation: Organisation) -> str:
    return f"/forening/{fresh(organisation).slug}/kommentera/{fresh(consultation).municipality.slug}/{fresh(consultation).slug}"


@pytest.fixture
def public(consultation: Consultation) -> str:
    return f"/kommun/{fresh(consultation).municipality.slug}/sakrad/{fresh(consultation).slug}/kommentarer"


@pytest.fixture
def staff(consultation: Consultation) -> str:
    return f"/handlaggning/{fresh(consultation).municipality.slug}/sakrad/{fresh(consultation).slug}/kommentarer"


def comments() -> list[Comment]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Comment).order_by(Comment.id)))


def happened(name: EventName) -> int:
    return db.session.scalar(sa.select(sa.func.count(Event.id)).where(Event.name == name.value)) or 0


def test_a_comment_is_seen_when_it_has_been_reviewed_and_replies_stand_under_it(
    member: PolicingClient, officer: PolicingClient, client: PolicingClient, url: str, public: str, staff: str
) -> None:
    page = member.get(f"{url}?fraga=1").text
    assert "blir kommentaren en allmän handling" in page
    key = re.search(r'name="submission_key"[^>]*value="(\w+)"', page)
    assert key
    sent = {"text": "Vi ser samma sak.", "submission_key": key[1]}
    assert member.post(f"{url}?fraga=1", data=sent).status_code == 303
    assert member.post(f"{url}?fraga=1", data=sent).status_code == 303, "a double click"
    [first] = comments()
    assert (first.text, first.state, first.organisation_name) == ("Vi ser samma sak.", CommentState.waiting, "Ekhamra IF")
    assert happened(EventName.comment_received) == 1
    assert "Vi ser samma sak." not in client.get(public).text and "Väntar på granskning" in member.get(url).text

    assert "1 kommentar väntar" in officer.get(staff).text
    assert officer.post(f"{staff}/{first.reference}", data={"state": "published"}).status_code == 303
    assert happened(EventName.comment_reviewed) == 1
    seen = client.get(public).text
    assert "Vi ser samma sak." in seen and "Ekhamra IF" in seen

    reply = {"text": "Det gör vi också.", "submission_key": KEY}
    assert member.post(f"{url}?till={first.reference}", data=reply).status_code == 303
    below = comments()[1]
    assert below.parent_id == first.id
    officer.post(f"{staff}/{below.reference}", data={"state": "published"})
    assert "Det gör vi också." in client.get(public).text
    deeper = member.post(f"{url}?till={below.reference}", data={"text": "Och vi.", "submission_key": "b" * 32})
    assert deeper.status_code == 409 and "Och vi." in deeper.text and "svara på en kommentar, men inte på ett svar" in deeper.text


def test_other_words_with_a_used_key_come_back_with_a_fresh_one(
    consultation: Consultation, organisation: Organisation, member: PolicingClient, browse: Any, url: str
) -> None:
    """The Back button and a changed text; another question; another organisation of the same person."""
    sent = {"text": "Det första.", "submission_key": KEY}
    assert member.post(f"{url}?fraga=1", data=sent).status_code == 303
    other = make.organisation(verified_in=fresh(consultation).municipality)
    theirs = browse(make.user((Role.administrator, other)))
    for who, address, text in (
        (member, f"{url}?fraga=1", "Det andra."),
        (member, f"{url}?fraga=2", "Det första."),
        (theirs, f"{url.replace(fresh(organisation).slug, fresh(other).slug)}?fraga=1", "Det första."),
    ):
        refused = who.post(address, data={"text": text, "submission_key": KEY})
        assert refused.status_code == 409 and text in refused.text and "redan skickad från det här formuläret" in refused.text
        assert [one.text for one in comments()] == ["Det första."]
    key = re.search(r'name="submission_key"[^>]*value="(\w+)"', member.post(f"{url}?fraga=1", data=sent | {"text": "Det andra."}).text)
    assert key and key[1] != KEY
    assert member.post(f"{url}?fraga=1", data={"text": "Det andra.", "submission_key": key[1]}).status_code == 303
    assert [one.text for one in comments()] == ["Det första.", "Det andra."]


def test_a_withdrawn_question_takes_no_comment_and_the_words_stay(member: PolicingClient, url: str, consultation: Consultation) -> None:
    said = comment(fresh(consultation), number=1, state=CommentState.published)
    with transaction():
        fresh(consultation).questions[0].withdrawn_at = clock.now()
    assert "?fraga=1" not in member.get(url).text
    for about in ("?fraga=1", f"?till={fresh(said).reference}"):
        refused = member.post(f"{url}{about}", data={"text": "Sent sagt.", "submission_key": KEY})
        assert refused.status_code == 409 and "Sent sagt." in refused.text and "tagits bort genom en rättelse" in refused.text
        assert "Frågan har tagits bort" in member.get(f"{url}{about}").text
    assert len(comments()) == 1


def test_by_the_invitations_link_once_it_has_been_opened(
    consultation: Consultation, organisation: Organisation, client: PolicingClient
) -> None:
    token = token_of(make.invitation(fresh(consultation), fresh(organisation)))
    address = f"/inbjudan/{token}/kommentera?fraga=1"
    assert client.get(address).status_code == 303, "not before the press of a button"
    client.post(f"/inbjudan/{token}/oppna")
    assert client.post(address, data={"text": "Från länken.", "submission_key": KEY}).status_code == 303
    assert [(one.text, one.submitted_by_id) for one in comments()] == [("Från länken.", None)]


def test_who_has_opened_an_invitation_is_led_from_the_public_pages_to_its_comments_and_reads_the_answers_there(
    consultation: Consultation, organisation: Organisation, client: PolicingClient
) -> None:
    of = fresh(consultation)
    make.position(of, make.organisation(verified_in=of.municipality, name="Norrby IF"), wish=PublicationWish.named, published=True)
    token = token_of(make.invitation(fresh(consultation), fresh(organisation)))
    way = f"/kommentera/{fresh(consultation).municipality.slug}/{fresh(consultation).slug}?fraga=1"
    assert "logga-in" in client.get(way).headers["Location"]
    assert "Läs och kommentera andras svar" in client.get(f"/inbjudan/{token}").text
    assert client.post(f"/inbjudan/{token}/oppna", data={"till": "kommentera"}).headers["Location"].endswith("/kommentera")
    assert client.get(way).headers["Location"] == f"/inbjudan/{token}/kommentera?fraga=1"
    assert "Norrby IF" in client.get(f"/inbjudan/{token}/kommentera").text
    assert "Norrby IF" in client.get(f"/inbjudan/{token}/kommentera?fraga=1").text
    other = make.consultation(Phase.open, comments_rule=CommentsRule.open)
    elsewhere = f"/kommentera/{other.municipality.slug}/{other.slug}"
    assert "logga-in" in client.get(elsewhere).headers["Location"], "the invitation was to another consultation"


def test_words_sent_by_the_link_in_a_browser_that_has_forgotten_the_button_come_back_with_it(
    consultation: Consultation, organisation: Organisation, client: PolicingClient
) -> None:
    invitation = make.invitation(fresh(consultation), fresh(organisation))
    url = f"/inbjudan/{token_of(invitation)}/kommentera?fraga=1"
    words = {"text": "Vi har mer att säga.", "submission_key": KEY}
    back = client.post(url, data=words, headers={"Sec-Fetch-Site": "same-origin"})
    assert back.status_code == 401
    assert "Vi har mer att säga." in back.text
    assert comments() == []
    assert client.post(url, data=words | {"oppna": "1"}).status_code == 303
    assert [each.text for each in comments()] == ["Vi har mer att säga."]


def test_an_answer_is_commented_only_as_readers_see_it(
    member: PolicingClient, client: PolicingClient, url: str, public: str, consultation: Consultation
) -> None:
    """By its name where it has one, by its reference where it has none; not at all before it is published."""
    of = fresh(consultation)
    named, unnamed, hidden = (
        make.position(of, make.organisation(verified_in=of.municipality, name=name), wish=wish, published=published)
        for name, wish, published in (
            ("Norrby IF", PublicationWish.named, True),
            ("Hemliga IF", PublicationWish.unnamed, True),
            ("Väntande IF", PublicationWish.named, False),
        )
    )
    keys = {position: (fresh(position).organisation.slug, fresh(position).reference) for position in (named, unnamed, hidden)}
    assert "Norrby IF" in member.get(f"{url}?fraga=1&svar={keys[named][0]}").text
    assert member.get(f"{url}?fraga=1&svar={keys[unnamed][0]}").status_code == 404
    assert "Hemliga IF" not in member.get(f"{url}?fraga=1&svar={keys[unnamed][1]}").text
    for key in keys[hidden]:
        assert member.get(f"{url}?fraga=1&svar={key}").status_code == 404
    answer = fresh(unnamed).published.answers[0]
    comment(fresh(consultation), number=1, answer_id=answer.id, state=CommentState.published, text="Om det utan namn.")
    page = client.get(public).text
    assert "Om det utan namn." in page and "Hemliga IF" not in page and keys[unnamed][0] not in page


def test_a_merger_and_an_answer_that_is_no_more_leave_the_comments_under_the_name_of_their_day(
    consultation: Consultation, organisation: Organisation, officer: PolicingClient, client: PolicingClient, public: str, staff: str
) -> None:
    of = fresh(consultation)
    disowned, withdrawn = (make.position(of, make.organisation(verified_in=of.municipality)) for _ in range(2))
    heir = make.organisation(verified_in=of.municipality, name="Arvtagarna")
    for position in (disowned, withdrawn):
        answer = fresh(position).published.answers[0].id
        shown = comment(fresh(consultation), fresh(organisation), number=1, answer_id=answer, state=CommentState.published)
        comment(fresh(consultation), fresh(organisation), number=1, answer_id=answer, parent_id=shown.id, state=CommentState.published)
    waiting = comment(fresh(consultation), fresh(organisation), text="Väntade vid sammanslagningen.")
    for row, values in (
        (disowned, {"disowned_at": clock.now()}),
        (withdrawn, {"withdrawn_at": clock.now()}),
        (organisation, {"heir_id": heir.id, "merged_at": clock.now(), "name": "Ekhamra IF (uppgått)"}),
    ):
        with transaction():
            db.session.execute(sa.update(type(row)).where(type(row).id == row.id).values(**values))
    assert officer.post(f"{staff}/{fresh(waiting).reference}", data={"state": "published"}).status_code == 303
    page = client.get(public).text
    assert page.count("Om ett svar som inte längre visas") == 2 and "Väntade vid sammanslagningen." in page
    assert page.count("<b>Ekhamra IF</b>") == 5 and "uppgått" not in page
    assert "Arvtagarna" not in page and officer.get(staff).status_code == 200


@pytest.mark.parametrize("about", ["", "?fraga=99", "?till=finnsinte", "?fraga=1&svar=finnsinte"])
def test_about_nothing_nothing_is_received(member: PolicingClient, url: str, about: str) -> None:
    assert member.post(f"{url}{about}", data={"text": "Ord", "submission_key": KEY}).status_code in (404, 422)
    assert not comments()


def test_an_invalid_comment_keeps_every_word(member: PolicingClient, url: str) -> None:
    refused = member.post(f"{url}?fraga=1", data={"text": "å" * 2001, "submission_key": KEY})
    assert refused.status_code == 422 and "å" * 2001 in refused.text
    assert not comments()


def test_outside_its_time_the_reason_is_told_and_the_words_stay(
    consultation: Consultation, organisation: Organisation, browse: Any
) -> None:
    late = make.consultation(Phase.compiling, of=fresh(consultation).authority, comments_rule=CommentsRule.open)
    by = browse(make.user((Role.administrator, fresh(organisation))))
    address = f"/forening/{fresh(organisation).slug}/kommentera/{fresh(late).municipality.slug}/{fresh(late).slug}?fraga=1"
    refused = by.post(address, data={"text": "För sent.", "submission_key": KEY})
    assert refused.status_code == 409 and "Tiden för kommentarer gick ut" in refused.text and "För sent." in refused.text
    assert not comments()


def test_others_reach_nothing(consultation: Consultation, url: str, staff: str, client: PolicingClient, browse: Any) -> None:
    of = fresh(consultation)
    one = comment(of)
    stranger = browse(make.user((Role.administrator, make.organisation()), (Role.officer, make.authority())))
    writer = browse(make.user((Role.writer, fresh(one).organisation)))
    for who in (stranger, writer):
        assert who.get(url).status_code == 404 and who.get(staff).status_code == 404
    assert stranger.post(f"{staff}/{fresh(one).reference}", data={"state": "published"}).status_code == 404
    assert client.get(url).status_code == 303 and client.get(staff).status_code == 303, "to sign in"
    assert fresh(one).state is CommentState.waiting


def test_a_writer_may_read_but_not_send(organisation: Organisation, browse: Any, url: str) -> None:
    writer = browse(make.user((Role.writer, fresh(organisation))))
    assert "En godkännare i organisationen kan skicka" in writer.get(f"{url}?fraga=1").text
    assert writer.post(f"{url}?fraga=1", data={"text": "Ord", "submission_key": KEY}).status_code == 422
    assert not comments()


class TestReview:
    def test_hiding_needs_a_ground_which_its_sender_is_told(
        self,
        consultation: Consultation,
        organisation: Organisation,
        officer: PolicingClient,
        member: PolicingClient,
        url: str,
        staff: str,
        public: str,
        client: PolicingClient,
    ) -> None:
        one = comment(fresh(consultation), fresh(organisation))
        address = f"{staff}/{fresh(one).reference}"
        refused = officer.post(address, data={"state": "hidden", "note": "Skriv om."})
        assert refused.status_code == 422 and "Skriv om." in refused.text
        assert officer.post(address, data={"state": "hidden", "ground": "off_topic", "note": "Skriv om."}).status_code == 303
        own = member.get(url).text
        assert "Dold: gäller inte frågan. Kommunen skriver: ”Skriv om.”" in own
        officer.post(address, data={"state": "published"})
        assert fresh(one).ground is None
        decisions = [(row.state, row.ground) for row in db.session.scalars(sa.select(CommentDecision).order_by(CommentDecision.id))]
        assert decisions == [(CommentState.hidden, ModerationGround.off_topic), (CommentState.published, None)]
        log = client.get(f"{public}/logg").text
        assert "Skriv om." not in log and fresh(one).text not in log

    def test_an_unverified_organisations_comment_waits(self, consultation: Consultation, officer: PolicingClient, staff: str) -> None:
        one = comment(fresh(consultation), make.organisation())
        refused = officer.post(f"{staff}/{fresh(one).reference}", data={"state": "published"})
        assert refused.status_code == 409 and "inte kontrollerat organisationen" in refused.text

    def test_a_member_of_the_sender_is_barred(
        self, consultation: Consultation, organisation: Organisation, browse: Any, staff: str
    ) -> None:
        one = comment(fresh(consultation), fresh(organisation), text="Hemligt för jäviga.")
        both = browse(make.user((Role.officer, fresh(consultation).authority), (Role.writer, fresh(organisation))))
        assert "Hemligt för jäviga." not in both.get(staff).text
        assert both.get(f"{staff}/{fresh(one).reference}").status_code == 404

    @pytest.mark.parametrize("how", ["answer", "behind", "reply"])
    def test_a_member_of_the_one_it_is_about_is_barred(self, consultation: Consultation, browse: Any, staff: str, how: str) -> None:
        """Nobody hides what others say about one's own answer or comment."""
        of = fresh(consultation)
        own = make.organisation(verified_in=of.municipality)
        if how == "reply":
            about: dict[str, Any] = {"parent_id": comment(of, own, state=CommentState.published).id}
        else:
            position = make.position(of, own if how == "answer" else make.organisation(verified_in=of.municipality))
            if how == "behind":
                party(fresh(position), fresh(own))
            about = {"answer_id": fresh(position).published.answers[0].id}
        one = comment(fresh(consultation), text="Hemligt för jäviga.", **about)
        both = browse(make.user((Role.officer, fresh(consultation).authority), (Role.writer, fresh(own))))
        assert "Hemligt för jäviga." not in both.get(staff).text
        assert both.get(f"{staff}/{fresh(one).reference}").status_code == 404
        assert both.post(f"{staff}/{fresh(one).reference}", data={"state": "hidden", "ground": "off_topic"}).status_code == 404
        officer = browse(make.user((Role.officer, fresh(consultation).authority)))
        officer.post(f"{staff}/{fresh(one).reference}", data={"state": "hidden", "ground": "off_topic"})
        log = f"/handlaggning/{fresh(consultation).municipality.slug}/kommentarslogg.csv"
        assert "Hemligt för jäviga." in officer.get(log).text
        assert "Hemligt för jäviga." not in both.get(log).text and "(jäv)" in both.get(log).text

    def test_masked_words_are_gone_from_the_public_copy_at_once(
        self, consultation: Consultation, officer: PolicingClient, client: PolicingClient, staff: str, public: str
    ) -> None:
        one = comment(fresh(consultation), text="Fråga Anna Persson.", state=CommentState.published)
        address = f"{staff}/{fresh(one).reference}"
        assert officer.post(f"{address}/maska", data={"words": "Kalle", "ground": "personal_data"}).status_code == 422
        assert officer.post(f"{address}/maska", data={"words": "Anna Persson", "ground": "personal_data"}).status_code == 303
        assert "Anna Persson" not in client.get(public).text
        number = db.session.scalars(sa.select(Mask.id)).one()
        assert officer.post(f"{address}/visa-igen", data={"mask": "0"}).status_code == 404
        assert officer.post(f"{address}/visa-igen", data={"mask": number}).status_code == 303
        assert "Anna Persson" in client.get(public).text

    def test_the_log_is_a_table_in_which_nothing_is_a_formula(
        self, consultation: Consultation, officer: PolicingClient, staff: str
    ) -> None:
        one = comment(fresh(consultation), text="=SUM(1+1)")
        officer.post(f"{staff}/{fresh(one).reference}", data={"state": "hidden", "ground": "commercial", "note": "Nej"})
        kommun = fresh(consultation).municipality.slug
        table = officer.get(f"/handlaggning/{kommun}/kommentarslogg.csv")
        assert table.mimetype == "text/csv" and "'=SUM(1+1)" in table.text and "Reklam" in table.text


def test_a_reader_reports_and_the_next_decision_handles_it(
    consultation: Consultation, officer: PolicingClient, client: PolicingClient, staff: str, public: str
) -> None:
    one = comment(fresh(consultation), state=CommentState.published)
    waiting = comment(fresh(consultation))
    assert client.get(f"{public}/{fresh(waiting).reference}/anmal").status_code == 404
    address = f"{public}/{fresh(one).reference}/anmal"
    assert client.post(address, data={"text": "Förklaring"}).status_code == 422
    robot = {"ground": "personal_data", "website": "x"}
    assert client.post(address, data=robot).status_code == 422
    assert client.post(address, data={"ground": "personal_data", "text": "Ett namn."}).status_code == 303
    assert happened(EventName.comment_reported) == 1
    assert "1 anmälan" in officer.get(staff).text and "Ett namn." in officer.get(f"{staff}/{fresh(one).reference}").text
    officer.post(f"{staff}/{fresh(one).reference}", data={"state": "hidden", "ground": "personal_data"})
    assert db.session.scalars(sa.select(CommentReport.handled_at)).one() is not None
    assert client.get(address).status_code == 404


def test_without_comments_the_page_says_so(app: Flask, client: PolicingClient) -> None:
    of = make.consultation(Phase.open)
    assert "går det inte att kommentera" in client.get(f"/kommun/{of.municipality.slug}/sakrad/{of.slug}/kommentarer").text
    assert client.get("/metod/kommentarer").status_code == 200
    assert ids.reference(32) != KEY
