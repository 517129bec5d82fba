"""The desk's history, leaving questions out, earlier answers, and words as they come from anywhere."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.links import token_of
from sakrad.consultations.models import Consultation, QuestionKind
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.text import normalised
from sakrad.directory.models import Organisation
from sakrad.positions import commands, queries_history
from sakrad.positions.models import ANSWER_LIMIT, AnchoringLevel, Draft, DraftAnswer, DraftRevision, Position, PublicationWish, Stance
from tests import factories as make
from tests.factories import positions as desk
from tests.policing import PolicingClient
from tests.statements import counted

HTMX = {"HX-Request": "true"}


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation()


@pytest.fixture
def organisation(consultation: Consultation) -> Organisation:
    return make.organisation(verified_in=consultation.municipality)


@pytest.fixture
def url(consultation: Consultation, organisation: Organisation) -> str:
    return desk.desk_url(consultation, organisation)


@pytest.fixture
def alex(organisation: Organisation, browse: Any) -> PolicingClient:
    return browse(make.user((Role.writer, organisation), name="Alex Skribent"))


@pytest.fixture
def sam(organisation: Organisation, browse: Any) -> PolicingClient:
    return browse(make.user((Role.administrator, desk.fresh(organisation)), name="Sam Ordförande"))


@pytest.fixture
def guest(consultation: Consultation, organisation: Organisation, browse: Any) -> tuple[PolicingClient, str]:
    """Whoever holds the invitation's link, and the desk's address there."""
    token = token_of(make.invitation(desk.fresh(consultation), desk.fresh(organisation)))
    client = browse()
    client.post(f"/inbjudan/{token}/oppna")
    return client, f"/inbjudan/{token}/svar"


def write(client: PolicingClient, url: str, text: str, version: int, part: int = 1, **more: Any) -> Any:
    name = f"q{part}"
    data = {f"{name}-version": str(version), f"{name}-text": text, **{f"{name}-{key}": value for key, value in more.items()}}
    return client.post(url, data=data)


def answers() -> dict[int, DraftAnswer]:
    """The answers by their question's number; of the newest draft, where an earlier consultation has the same."""
    db.session.rollback()
    return {answer.question.number: answer for answer in db.session.scalars(sa.select(DraftAnswer).order_by(DraftAnswer.id))}


class TestHistory:
    def test_says_who_wrote_what_with_the_differences_in_words(
        self, alex: PolicingClient, sam: PolicingClient, guest: tuple[PolicingClient, str], url: str
    ) -> None:
        write(alex, url, "Vägen in är lång.", 0)
        write(sam, url, "Vägen in är kort.", 1)
        write(*guest, "Vägen in är kort och rak.", 2)
        page = alex.get(f"{url}/historik").text
        assert "Alex Skribent" in page and "Sam Ordförande" in page and "Via inbjudans länk" in page
        assert re.search(r"<del><span[^>]*> \[borttaget: </span>lång<", page)
        assert re.search(r"<ins><span[^>]*> \[tillagt: </span>kort<", page)
        assert page.index("Via inbjudans länk") < page.index("Sam Ordförande") < page.index("Alex Skribent")

    def test_the_links_holder_sees_no_member_by_name(self, alex: PolicingClient, guest: tuple[PolicingClient, str], url: str) -> None:
        write(alex, url, "Vägen in är lång.", 0)
        client, mine = guest
        for path in ("/historik", "/historik/fraga-1/1"):
            page = client.get(mine + path).text
            assert "Alex" not in page
            assert "En medlem" in page

    def test_no_address_holds_an_id_of_the_database(self, alex: PolicingClient, url: str) -> None:
        write(alex, url, "Ett", 0)
        page = alex.get(f"{url}/historik").text
        assert sorted(set(re.findall(r"/historik/([^\"?#]+)", page))) == ["fakta/1", "fraga-1/1"]

    def test_a_long_history_is_paged_and_asks_for_no_more_statements(
        self, alex: PolicingClient, url: str, consultation: Consultation, organisation: Organisation
    ) -> None:
        draft = desk.open_draft(consultation, organisation)
        for n in range(45):
            draft = desk.fresh(draft)
            with transaction():
                commands.save_answer(
                    draft,
                    draft.consultation.questions[0],
                    text=f"Text {n}",
                    seen_version=n,
                    actor=None,
                    at=clock.now() + timedelta(minutes=11 * n),
                )
        counts = []
        for path in ("/historik?sida=3", "/historik", "/historik/fraga-1/7", "/historik/fraga-1/44"):
            alex.get(url + path)
            with counted() as statements:
                alex.get(url + path)
            counts.append(len(statements))
        assert counts[0] == counts[1] and counts[2] == counts[3] and max(counts) <= 12
        pages = [alex.get(f"{url}/historik?sida={n}").text for n in (1, 2, 3, 4)]
        assert [page.count("/historik/fraga-1/") for page in pages] == [20, 20, 5, 0]
        assert "44" in pages[0] and "Text" in pages[2]

    def test_without_a_draft_there_is_none(self, alex: PolicingClient, url: str) -> None:
        assert alex.get(f"{url}/historik").location.endswith(url)
        assert alex.get(f"{url}/historik/fraga-1/1").status_code == 404

    def test_a_sitting_shows_every_save_in_it(self, alex: PolicingClient, url: str) -> None:
        for version, words in enumerate(["Ett", "Ett två", "Ett två tre"]):
            write(alex, url, words, version)
        page = alex.get(f"{url}/historik/fraga-1/2").text
        assert all(f"/historik/fraga-1/{number}" in page for number in (1, 2, 3))
        assert '<div class="words" dir="auto">Ett två</div>' in page

    @pytest.mark.parametrize("path", ["fraga-1/9", "fraga-1/0", "fraga-9/1", "fraga-3/1", "fakta/9", "annat/1"])
    def test_what_was_never_saved_is_404(self, alex: PolicingClient, url: str, path: str) -> None:
        write(alex, url, "Ett", 0)
        assert alex.get(f"{url}/historik/{path}").status_code == 404
        assert alex.post(f"{url}/historik/{path}", data={"version": "1"}).status_code == 404


class TestRestoring:
    def test_an_earlier_text_comes_back_as_a_new_save(self, alex: PolicingClient, url: str) -> None:
        write(alex, url, "Bra text", 0, part=2, stance="opposes")
        write(alex, url, "", 1, part=2)
        page = alex.get(f"{url}/historik/fraga-2/1").text
        assert "Återställ den här texten" in page and 'name="version" type="hidden" value="2"' in page
        answer = alex.post(f"{url}/historik/fraga-2/1", data={"version": "2"})
        assert answer.location.endswith("/fraga/2")
        restored = answers()[2]
        assert (restored.text, restored.stance, restored.version) == ("Bra text", Stance.opposes, 3)
        assert "Det är så det står nu." in alex.get(f"{url}/historik/fraga-2/3").text

    def test_by_the_link_too(self, guest: tuple[PolicingClient, str]) -> None:
        write(*guest, "Ett", 0)
        write(*guest, "Två", 1)
        client, mine = guest
        assert client.post(f"{mine}/historik/fraga-1/1", data={"version": "2"}).status_code == 303
        assert answers()[1].text == "Ett"

    def test_over_what_somebody_saved_meanwhile_it_asks_again(self, alex: PolicingClient, url: str) -> None:
        write(alex, url, "Ett", 0)
        write(alex, url, "Två", 1)
        refused = alex.post(f"{url}/historik/fraga-1/1", data={"version": "1"})
        assert refused.status_code == 422
        assert "Inget är återställt än" in refused.text and 'name="version" type="hidden" value="2"' in refused.text
        assert answers()[1].text == "Två"

    def test_the_facts_come_back_whole(self, alex: PolicingClient, url: str, app: Flask) -> None:
        group = make.group()
        first = {
            "signed_role": "Ordförande",
            "anchoring": "board",
            "decided_on": "2024-02-15",
            "dissent": "Kassören var emot.",
            "asked": "4",
        }
        alex.post(
            url, data={"fakta-version": "1", "fakta-groups": [group.slug]} | {f"fakta-{name}": value for name, value in first.items()}
        )
        alex.post(url, data={"fakta-version": "2"})
        assert alex.get(f"{url}/historik/fakta/2").status_code == 200
        assert alex.post(f"{url}/historik/fakta/2", data={"version": "3"}).status_code == 303
        db.session.rollback()
        draft = db.session.scalars(sa.select(Draft)).one()
        assert (draft.signed_role, draft.anchoring, draft.dissent, draft.asked) == (
            "Ordförande",
            AnchoringLevel.board,
            "Kassören var emot.",
            4,
        )
        assert [known.slug for known in draft.groups] == [desk.fresh(group).slug]

    def test_an_option_that_is_no_more_is_left_out(self, browse: Any, organisation: Organisation) -> None:
        consultation = make.consultation(questions=1)
        need = make.question(consultation, number=2, kind=QuestionKind.need, options=["Äldre", "Unga"])
        client, url = browse(desk.member(organisation)), desk.desk_url(consultation, organisation)
        client.post(url, data=desk.posted(desk.fresh(need), "Ord", options=["Äldre", "Unga"]))
        client.post(url, data=desk.posted(desk.fresh(need), "", version=1))
        with transaction():
            db.session.merge(need).options = ["Unga", "Barn"]
        assert client.post(f"{url}/historik/fraga-2/1", data={"version": "2"}).status_code == 303
        assert (answers()[2].text, answers()[2].options) == ("Ord", ["Unga"])


class TestLeavingOut:
    def test_one_tick_leaves_it_out_and_one_takes_it_back(self, alex: PolicingClient, url: str) -> None:
        write(alex, url, "Skrivet", 0)
        line = alex.post(
            url,
            data={"q1-version": "1", "q1-text": "Skrivet", "q1-left_out": "y", "q1-left_out_reason": "Ingen tid"},
            headers=HTMX,
        )
        assert (line.status_code, 'name="q1-version" value="2"' in line.text) == (200, True)
        kept = answers()[1]
        assert (kept.text, kept.left_out, kept.left_out_reason) == ("Skrivet", True, "Ingen tid")
        page = alex.get(url).text
        assert "Skrivet" in page and "(hoppas över)" in page
        write(alex, url, "Skrivet", 2)
        assert not answers()[1].left_out

    def test_the_review_and_the_receipt_say_so(self, alex: PolicingClient, sam: PolicingClient, url: str) -> None:
        self.sent(sam, url)
        for page in (alex.get(f"{url}/skicka").text, alex.get(f"{url}/kvitto").text):
            assert "Frågan besvaras inte. Skäl: Ingen tid" in page
            assert "Hemlig text" not in page

    def test_staff_read_the_reason_and_the_public_does_not(
        self, sam: PolicingClient, client: Any, url: str, consultation: Consultation, organisation: Organisation, browse: Any
    ) -> None:
        self.sent(sam, url)
        of, by = desk.fresh(consultation), desk.fresh(organisation)
        officer = browse(make.user((Role.officer, of.authority)))
        of, by = desk.fresh(consultation), desk.fresh(organisation)
        address = f"/handlaggning/{of.municipality.slug}/sakrad/{of.slug}/svar/{by.slug}"
        review = officer.get(address)
        assert review.status_code == 200, address
        assert "Ingen tid" in review.text and "Hemlig text" not in review.text
        officer.post(address, data={"version": "1", "decision": "publish"})
        of, by = desk.fresh(consultation), desk.fresh(organisation)
        public = client.get(f"/kommun/{of.municipality.slug}/sakrad/{of.slug}/svar/{by.slug}")
        assert public.status_code == 200
        assert "Ingen tid" not in public.text

    def sent(self, client: PolicingClient, url: str) -> None:
        write(client, url, "Hemlig text", 0, left_out="y", left_out_reason="Ingen tid")
        write(client, url, "Ett svar", 0, part=3)
        client.post(url, data={"fakta-version": "1", "fakta-anchoring": "board", "fakta-wish": "named"})
        db.session.rollback()
        draft = db.session.scalars(sa.select(Draft)).one()
        assert client.post(f"{url}/skicka", data=desk.seen(draft)).status_code == 303

    def test_a_required_question_offers_no_such_tick(self, browse: Any, organisation: Organisation) -> None:
        consultation = make.consultation(questions=1)
        make.question(consultation, number=2, required=True)
        client, url = browse(desk.member(organisation)), desk.desk_url(consultation, organisation)
        page = client.get(url).text
        assert 'name="q1-left_out"' in page and 'name="q2-left_out"' not in page
        write(client, url, "Ord", 0, part=2, left_out="y")
        assert not answers()[2].left_out

    def test_a_long_reason_is_refused_with_every_word_kept(self, alex: PolicingClient, url: str) -> None:
        refused = write(alex, url, "Ord", 0, left_out="y", left_out_reason="o" * 201)
        assert refused.status_code == 422
        assert "högst 200 tecken" in refused.text and "o" * 201 in refused.text
        assert answers() == {}

    def test_only_this_one_leaves_out_what_nobody_has_answered(self, alex: PolicingClient, url: str) -> None:
        write(alex, url, "Redan besvarad", 0, part=3)
        assert "Svara bara på den här" in alex.get(f"{url}/fraga/1").text
        data = {"q1-version": "0", "q1-text": "Bara den här", "sedan": "bara"}
        assert alex.post(f"{url}/fraga/1", data=data).location.endswith("/forankring")
        assert {number: (answer.text, answer.left_out) for number, answer in answers().items()} == {
            1: ("Bara den här", False),
            2: ("", True),
            3: ("Redan besvarad", False),
        }

    def test_two_who_disagree_about_leaving_out_are_shown_that_too(self, alex: PolicingClient, sam: PolicingClient, url: str) -> None:
        write(alex, url, "Gemensamma ord", 0, left_out="y", left_out_reason="Ingen tid")
        for headers in ({}, HTMX):
            lost = sam.post(url, data={"q1-version": "0", "q1-text": "Gemensamma viktiga ord"}, headers=headers)
            assert lost.status_code == 422
            assert "Hoppar över frågan" in lost.text and "Ingen tid" in lost.text
            assert re.search(r"\[tillagt: </span>viktiga ", lost.text)


class TestReuse:
    @pytest.fixture
    def earlier(self, organisation: Organisation) -> Consultation:
        earlier = make.consultation(title="Förra årets sakråd")
        desk.sent(earlier, organisation, "Förra årets ord")
        return earlier

    def test_lists_own_answers_the_same_kind_first(self, alex: PolicingClient, url: str, earlier: Consultation, app: Flask) -> None:
        desk.sent(earlier, make.organisation(), "Andras ord")
        assert "Utgå från ett tidigare svar" in alex.get(url).text
        page = alex.get(f"{url}/fraga/2/tidigare").text
        assert "Förra årets sakråd" in page and "Andras ord" not in page
        assert page.index("Förra årets ord (2)") < page.index("Förra årets ord (1)")

    def test_puts_the_words_after_what_stands_there(
        self, alex: PolicingClient, url: str, earlier: Consultation, organisation: Organisation
    ) -> None:
        write(alex, url, "Redan skrivet", 0, left_out="y")
        button = re.search(r'name="earlier" value="([^"]+:1)"', alex.get(f"{url}/fraga/1/tidigare").text)
        assert button
        answer = alex.post(f"{url}/fraga/1/tidigare", data={"version": "1", "earlier": button[1]})
        assert answer.location.endswith("/fraga/1")
        assert (answers()[1].text, answers()[1].left_out) == ("Redan skrivet\n\nFörra årets ord (1)", False)
        again = alex.post(f"{url}/fraga/1/tidigare", data={"version": "1", "earlier": button[1]})
        assert again.status_code == 422
        assert "Inget är hämtat" in again.text

    def test_by_the_link_too_and_begins_the_draft(self, guest: tuple[PolicingClient, str], earlier: Consultation) -> None:
        """A link to one invitation opens of what was sent elsewhere only what everybody may read."""
        client, mine = guest
        assert "Förra årets ord" not in client.get(f"{mine}/fraga/3/tidigare").text
        with transaction():
            for position in db.session.scalars(sa.select(Position)):
                position.published_id = position.current_id
        button = re.search(r'name="earlier" value="([^"]+:3)"', client.get(f"{mine}/fraga/3/tidigare").text)
        assert button
        assert client.post(f"{mine}/fraga/3/tidigare", data={"version": "0", "earlier": button[1]}).status_code == 303
        texts = [[answer.text for answer in draft.answers] for draft in db.session.scalars(sa.select(Draft).order_by(Draft.id))]
        assert texts[-1] == ["Förra årets ord (3)"]

    def test_what_does_not_fit_is_refused(self, alex: PolicingClient, url: str, earlier: Consultation) -> None:
        write(alex, url, "å" * (ANSWER_LIMIT - 3), 0)
        button = re.search(r'name="earlier" value="([^"]+:1)"', alex.get(f"{url}/fraga/1/tidigare").text)
        assert button
        refused = alex.post(f"{url}/fraga/1/tidigare", data={"version": "1", "earlier": button[1]})
        assert refused.status_code == 422
        assert "för långt" in refused.text

    @pytest.mark.parametrize("earlier_name", ["", "x", "N-2027-00001:1", ":", "x:y:z"])
    def test_others_answers_and_no_answers_are_404(
        self, alex: PolicingClient, url: str, earlier: Consultation, earlier_name: str, app: Flask
    ) -> None:
        assert alex.post(f"{url}/fraga/1/tidigare", data={"version": "0", "earlier": earlier_name}).status_code == 404
        theirs = desk.sent(earlier, make.organisation(), "Andras ord")
        name = f"{desk.fresh(theirs).receipt_number}:1"
        assert alex.post(f"{url}/fraga/1/tidigare", data={"version": "0", "earlier": name}).status_code == 404
        assert answers().keys() <= {1, 2, 3}

    def test_without_any_there_is_no_link(self, alex: PolicingClient, url: str) -> None:
        assert "Utgå från ett tidigare svar" not in alex.get(url).text
        assert "Ni har inte skickat in något annat svar än." in alex.get(f"{url}/fraga/1/tidigare").text
        assert alex.get(f"{url}/fraga/1/tidigare?sida=2").status_code == 404

    def test_the_facts_are_filled_in_before_anything_is_written(self, alex: PolicingClient, url: str, earlier: Consultation) -> None:
        page = alex.get(url).text
        assert 'value="Ordförande"' in page
        write(alex, url, "Ord", 0)  # begins the draft; the page's facts are still as they were
        alex.post(url, data={"fakta-version": "1", "fakta-signed_role": "Ordförande", "fakta-wish": "named"})
        db.session.rollback()
        draft = db.session.scalars(sa.select(Draft).order_by(Draft.id.desc())).first()
        assert draft and (draft.signed_role, draft.wish, draft.version) == ("Ordförande", PublicationWish.named, 1)


class TestBeforeStarting:
    def test_says_how_long_it_takes_until_it_is_begun(self, alex: PolicingClient, url: str) -> None:
        assert re.search(r"\d+ minuter att läsa och svara", alex.get(url).text)
        write(alex, url, "Ord", 0)
        assert "minuter att läsa och svara" not in alex.get(url).text


class TestPreliminary:
    @pytest.mark.parametrize(
        ("anchoring", "days", "status"),
        [
            pytest.param("not_yet", 1, 303, id="a day to come"),
            pytest.param("not_yet", None, 303, id="no day is fine"),
            pytest.param("not_yet", 0, 422, id="today is too late"),
            pytest.param("not_yet", -1, 422, id="a day that has been"),
            pytest.param("board", -1, 303, id="asks for none where it is decided"),
        ],
    )
    def test_the_day_must_be_to_come(self, alex: PolicingClient, url: str, anchoring: str, days: int | None, status: int) -> None:
        day = "" if days is None else (clock.today() + timedelta(days=days)).isoformat()
        data = {"fakta-version": "1", "fakta-anchoring": anchoring, "fakta-confirm_by_on": day, "fakta-dissent": "Avvikande"}
        answer = alex.post(url, data=data)
        assert answer.status_code == status
        assert status == 303 or ("Den dagen har redan kommit." in answer.text and "Avvikande" in answer.text)


WORD_TEXT = (
    "”Vi ser”\r\n\r\n•\tDet första…\r\n•\tDet andra – och\u00a0tredje\u2028Ny rad\u2029Nytt stycke\x0bVertikal"
    "\u00adt\u200bmellan\ufeff\x00 e\x00\u0301 \U0001f469\u200d\U0001f467 "
)


class TestWordsFromAnywhere:
    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(WORD_TEXT, id="lists and quotation marks of Word"),
            pytest.param((WORD_TEXT * 400)[: ANSWER_LIMIT - 1] + "x", id="20,000 characters of it"),
            pytest.param("\r\rMac\r", id="line ends of another age"),
            pytest.param(" \u2028 \t\n", id="nothing but space"),
            pytest.param("<script>alert(1)</script> {{ 7 * 7 }} %s", id="code"),
            pytest.param("\U0010ffff\ufffe\u202eBakvänt", id="odd code points"),
        ],
    )
    def test_what_is_acknowledged_is_what_was_sent_normalised(self, alex: PolicingClient, url: str, text: str) -> None:
        assert write(alex, url, text, 0).status_code == 303
        stored = answers().get(1)
        assert (stored.text if stored else "") == normalised(text)
        kept = queries_history.list_revisions(stored.draft, {(stored.question_id, 1)}) if stored else {}
        assert [revision.text for revision in kept.values()] == ([normalised(text)] if stored else [])

    def test_halves_of_characters_do_no_harm(self, alex: PolicingClient, url: str) -> None:
        body = f"csrf_token={quote(alex._token())}&q1-version=0&q1-text=F%C3%B6re+%ED%A0%BD+efter"
        answer = alex.post(url, data=body, content_type="application/x-www-form-urlencoded", csrf=False)
        assert answer.status_code == 303
        assert answers()[1].text.startswith("Före ") and answers()[1].text.endswith(" efter")

    @pytest.mark.parametrize(("over", "status"), [(0, 303), (1, 422)])
    def test_the_limit_counts_as_the_counter_does(self, alex: PolicingClient, url: str, over: int, status: int) -> None:
        """One for each code point, also beyond the first plane; one for each line break however it is sent."""
        text = "👪\r\n" * (ANSWER_LIMIT // 2 - 1) + "å" * (2 + over)
        answer = write(alex, url, text, 0)
        assert answer.status_code == status
        assert status == 303 or "1 tecken för lång" in answer.text

    def test_the_back_button_and_a_second_tab(self, alex: PolicingClient, url: str) -> None:
        write(alex, url, "Ett", 0)
        assert write(alex, url, "Ett", 0).status_code == 303, "the same words from an old page are no conflict"
        write(alex, url, "Ett två", 1)
        second = write(alex, url, "Ett tre", 1)
        assert second.status_code == 422
        assert "Ett två" in second.text and "Ett tre" in second.text
        assert write(alex, url, "Ett två", 0).status_code == 303
        assert (answers()[1].text, answers()[1].version) == ("Ett två", 2)
        assert db.session.scalar(sa.select(sa.func.count(DraftRevision.id)).where(DraftRevision.question_id.is_not(None))) == 2

    def test_what_a_browser_says_about_the_time_matters_nothing(self, alex: PolicingClient, url: str) -> None:
        answer = alex.post(url, data={"q1-version": "0", "q1-text": "Ord"}, headers={"Date": "Thu, 01 Jan 1970 00:00:00 GMT"})
        assert answer.status_code == 303
        assert abs(answers()[1].updated_at - clock.now()) < timedelta(minutes=1)
