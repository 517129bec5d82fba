"""The organisation's own space by its own address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation, QuestionKind
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Organisation
from sakrad.positions.models import ANSWER_LIMIT, AnchoringLevel, Draft, DraftAnswer, PositionVersion, PublicationWish, Stance
from tests import factories as make
from tests.factories import positions as desk
from tests.policing import PolicingClient

HTMX = {"HX-Request": "true"}


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation()


@pytest.fixture
def organisation(consultation: Consultation) -> Organisation:
    return make.organisation(verified_in=consultation.municipality, municipality_id=consultation.municipality_id)


@pytest.fixture
def writer(organisation: Organisation, browse: Any) -> PolicingClient:
    return browse(desk.member(organisation))


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(db.engine, "before_cursor_execute", note)


def texts() -> dict[int, str]:
    db.session.rollback()
    return {answer.question.number: answer.text for answer in db.session.scalars(sa.select(DraftAnswer))}


class TestHome:
    def test_says_what_to_do_next(self, writer: PolicingClient, organisation: Organisation, consultation: Consultation) -> None:
        invited = make.consultation(of=consultation.authority, title="Inbjuden hit")
        make.invitation(invited, organisation)
        begun = make.consultation(of=consultation.authority, title="Påbörjat svar")
        desk.open_draft(begun, organisation)
        answered = make.consultation(of=consultation.authority, title="Redan besvarat")
        version = desk.sent(answered, organisation)
        page = writer.get(f"/forening/{organisation.slug}").text
        for title in ("Inbjuden hit", "Påbörjat svar", "Redan besvarat", consultation.title, version.receipt_number):
            assert title in page

    def test_is_warm_when_empty(self, browse: Any, app: Flask) -> None:
        organisation = make.organisation()
        assert "Välkomna!" in browse(desk.member(organisation)).get(f"/forening/{organisation.slug}").text

    def test_statements_do_not_grow_with_the_rows(
        self, writer: PolicingClient, organisation: Organisation, consultation: Consultation
    ) -> None:
        def count() -> int:
            with statements() as seen:
                writer.get(f"/forening/{organisation.slug}")
            return len(seen)

        def more() -> None:
            of, by = desk.fresh(consultation).authority, desk.fresh(organisation)
            make.invitation(make.consultation(of=of), by)
            desk.open_draft(make.consultation(of=of), by)
            desk.sent(make.consultation(of=of), by)

        more()
        count()  # the first page of all also asks whether there is sample data
        few = count()
        more()
        assert count() == few


class TestWriting:
    def test_shows_every_question_before_anything_is_written(
        self, writer: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        url, asked = desk.desk_url(consultation, organisation), [question.text for question in consultation.questions]
        page = writer.get(url).text
        assert all(text in page for text in asked)
        assert db.session.scalar(sa.select(sa.func.count(Draft.id))) == 0

    def test_the_plain_button_saves_every_part_and_begins_the_draft(
        self, writer: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        first, proposal, last = consultation.questions
        data = {
            **desk.posted(first, "Ett"),
            **desk.posted(proposal, "Två", stance="opposes", own_interest="y"),
            **desk.posted(last, ""),
            "fakta-version": "1",
            "fakta-signed_role": "Ordförande",
            "fakta-anchoring": "board",
            "fakta-decided_on": "2024-02-15",
            "fakta-asked": "40",
            "fakta-answered": "34",
            "fakta-wish": "unnamed",
        }
        assert writer.post(desk.desk_url(consultation, organisation), data=data).status_code == 303
        draft = db.session.scalars(sa.select(Draft)).one()
        answers = {answer.question_id: answer for answer in draft.answers}
        assert (answers[first.id].text, answers[proposal.id].stance, answers[proposal.id].own_interest) == ("Ett", Stance.opposes, True)
        assert last.id not in answers
        assert (draft.anchoring, draft.wish, draft.answered) == (AnchoringLevel.board, PublicationWish.unnamed, 34)
        assert writer.get(desk.desk_url(consultation, organisation)).text.count("Ordförande") >= 1

    def test_autosave_saves_one_field_and_returns_its_line(
        self, writer: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        url = desk.desk_url(consultation, organisation)
        answer = writer.post(url, data=desk.posted(consultation.questions[0], "Skrivet nu"), headers=HTMX)
        assert answer.status_code == 200
        assert 'name="q1-version" value="1"' in answer.text
        assert "<html" not in answer.text
        assert texts() == {1: "Skrivet nu"}

    def test_autosave_is_cheap(self, writer: PolicingClient, consultation: Consultation, organisation: Organisation) -> None:
        draft = desk.fill(desk.open_draft(consultation, organisation))
        with transaction():
            desk.fresh(draft).approval_asked_at = clock.now()  # the dearest case: approvals are voided
        url, data = desk.desk_url(consultation, organisation), desk.posted(desk.fresh(consultation).questions[0], "Mera text", version=1)
        writer.get(url)  # the first page of all also asks whether there is sample data
        with statements() as seen:
            writer.post(url, data=data, headers=HTMX)
        assert len(seen) == 9, "\n".join(seen)  # 8 where nobody has been asked to approve; the limit is below 10
        assert texts()[1] == "Mera text"

    def test_one_question_at_a_time(self, writer: PolicingClient, consultation: Consultation, organisation: Organisation) -> None:
        url = desk.desk_url(consultation, organisation, "/fraga/2")
        assert consultation.questions[1].text in writer.get(url).text
        data = desk.posted(consultation.questions[1], "Två") | {"sedan": "nasta"}
        assert writer.post(url, data=data).headers["Location"].endswith("/fraga/3")
        assert texts() == {2: "Två"}
        assert writer.get(desk.desk_url(consultation, organisation, "/fraga/9")).status_code == 404

    def test_the_facts_have_a_page_of_their_own(
        self, writer: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        url = desk.desk_url(consultation, organisation, "/forankring")
        assert "Hur är svaret förankrat?" in writer.get(url).text
        assert writer.post(url, data={"fakta-version": "1", "fakta-anchoring": "board"}).status_code == 303
        assert db.session.scalars(sa.select(Draft)).one().anchoring is AnchoringLevel.board

    def test_chosen_groups_stand_in_words_and_the_list_is_folded(self, browse: Any, consultation: Consultation) -> None:
        chosen, other = make.group(name="Våldsutsatta vuxna"), make.group(name="Äldre")
        for groups, folded in (([chosen], True), ([], False)):
            organisation = make.organisation(verified_in=consultation.municipality, groups=groups)
            client, url = browse(desk.member(organisation)), desk.desk_url(consultation, organisation, "/forankring")
            html = client.get(url).text
            assert ("<b>Vilka talar ni för?</b><br>Våldsutsatta vuxna</p>" in html, "<summary>Ändra" in html) == (folded, folded)
            assert f'value="{other.slug}"' in html
            assert "<details open" not in html
        refused = client.post(url, data={"fakta-version": "1", "fakta-groups": [chosen.slug, "finns-inte"]})
        assert refused.status_code == 422
        assert "<details open><summary>Ändra" in refused.text

    def test_a_ranking_is_kept_in_order_and_each_option_counts_once(self, browse: Any, organisation: Organisation) -> None:
        consultation = make.consultation(questions=1)
        need = make.question(consultation, number=2, kind=QuestionKind.need, options=["Äldre", "Unga", "Män"])
        client, url = browse(desk.member(organisation)), desk.desk_url(consultation, organisation)
        assert client.post(url, data=desk.posted(need, "", options=["Män", "", "Unga"])).status_code == 303
        assert db.session.scalars(sa.select(DraftAnswer)).one().options == ["Män", "Unga"]
        refused = client.post(url, data=desk.posted(need, "Ord", version=1, options=["Män", "Män", ""]))
        assert refused.status_code == 422
        assert "Välj varje alternativ bara en gång." in refused.text

    def test_too_long_is_refused_with_every_word_still_there(
        self, writer: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        long = "å" * (ANSWER_LIMIT + 7)
        url = desk.desk_url(consultation, organisation)
        refused = writer.post(url, data=desk.posted(consultation.questions[0], long) | desk.posted(consultation.questions[2], "Kort"))
        assert refused.status_code == 422
        assert long in refused.text
        assert "Kort" in refused.text
        assert "7 tecken för lång" in refused.text
        assert texts() == {}
        partial = writer.post(url, data=desk.posted(consultation.questions[0], long), headers=HTMX)
        assert partial.status_code == 422
        assert "7 tecken för lång" in partial.text

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            pytest.param("decided_on", "15 februari", "Skriv datumet som år, månad och dag", id="a day that is none"),
            pytest.param("asked", "många", "Skriv ett tal med siffror", id="a number that is none"),
            pytest.param("answered", "50", "Fler kan inte ha svarat än som tillfrågades", id="more answers than asked"),
            pytest.param("signed_role", "o" * 121, "högst 120 tecken", id="a long role"),
            pytest.param("anchoring", "kungen", "Välj ett av alternativen", id="an unknown code"),
        ],
    )
    def test_invalid_facts_are_refused_beside_the_field(
        self, writer: PolicingClient, consultation: Consultation, organisation: Organisation, field: str, value: str, sentence: str
    ) -> None:
        data = {"fakta-version": "1", "fakta-asked": "40", "fakta-dissent": "Kassören var emot."} | {f"fakta-{field}": value}
        refused = writer.post(desk.desk_url(consultation, organisation), data=data)
        assert refused.status_code == 422
        assert sentence in refused.text
        assert "Kassören var emot." in refused.text
        assert db.session.scalar(sa.select(sa.func.count(Draft.id))) == 0


class TestTwoPeople:
    def test_a_lost_race_shows_both_texts_and_is_saved_once_merged(
        self, writer: PolicingClient, consultation: Consultation, organisation: Organisation, browse: Any
    ) -> None:
        url, (first, _proposal, last) = desk.desk_url(consultation, organisation), consultation.questions
        other = browse(make.user((Role.writer, organisation), name="Alex Skribent"))
        other.post(url, data=desk.posted(first, "Alex ord"))
        lost = writer.post(url, data=desk.posted(first, "Mina ord") | desk.posted(last, "Mitt andra svar"))
        assert lost.status_code == 422
        for words in ("Mina ord", "Alex ord", "Mitt andra svar", "Alex Skribent"):
            assert words in lost.text
        assert 'name="q1-version" value="1"' in lost.text
        assert texts() == {1: "Alex ord"}
        assert writer.post(url, data=desk.posted(first, "Alex ord och mina ord", version=1)).status_code == 303
        assert texts() == {1: "Alex ord och mina ord"}

    def test_autosave_never_overwrites_until_the_button_is_pressed(
        self, writer: PolicingClient, consultation: Consultation, organisation: Organisation, browse: Any
    ) -> None:
        url, first = desk.desk_url(consultation, organisation), consultation.questions[0]
        browse(desk.member(organisation)).post(url, data=desk.posted(first, "Deras ord"), headers=HTMX)
        for _again in range(2):
            lost = writer.post(url, data=desk.posted(first, "Mina ord"), headers=HTMX)
            assert lost.status_code == 422
            assert "Deras ord" in lost.text
            assert 'name="q1-version" value="0"' in lost.text
        assert 'name="sammanslagen" value="q1:1"' in lost.text
        merged = desk.posted(first, "Deras ord, mina ord") | {"sammanslagen": "q1:1"}
        assert writer.post(url, data=merged).status_code == 303
        assert texts() == {1: "Deras ord, mina ord"}

    def test_a_page_refused_for_something_else_does_not_take_the_others_text_as_read(
        self, writer: PolicingClient, consultation: Consultation, organisation: Organisation, browse: Any
    ) -> None:
        url, (first, _proposal, last) = desk.desk_url(consultation, organisation), consultation.questions
        browse(desk.member(organisation)).post(url, data=desk.posted(first, "Deras ord"))
        refused = writer.post(url, data=desk.posted(first, "Mina ord") | desk.posted(last, "å" * (ANSWER_LIMIT + 1)))
        assert 'name="q1-version" value="0"' in refused.text

    def test_facts_are_shown_beside_each_other_too(
        self, writer: PolicingClient, consultation: Consultation, organisation: Organisation, browse: Any
    ) -> None:
        url = desk.desk_url(consultation, organisation)
        browse(desk.member(organisation)).post(url, data={"fakta-version": "1", "fakta-dissent": "Deras mening"})
        lost = writer.post(url, data={"fakta-version": "1", "fakta-dissent": "Vår mening"})
        assert lost.status_code == 422
        assert "Deras mening" in lost.text
        assert "Vår mening" in lost.text
        assert 'name="fakta-version" value="2"' in lost.text


class TestSending:
    @pytest.fixture
    def draft(self, consultation: Consultation, organisation: Organisation) -> Draft:
        return desk.fill(desk.open_draft(consultation, organisation), "Genomläst")

    @pytest.fixture
    def url(self, consultation: Consultation, organisation: Organisation) -> str:
        return desk.desk_url(consultation, organisation, "/skicka")

    def test_shows_everything_and_what_sending_means(self, writer: PolicingClient, draft: Draft, url: str) -> None:
        page = writer.get(url).text
        for words in (
            "Genomläst (1)",
            "När ni skickar in blir svaret en allmän handling. Andra kan begära att få läsa det, även det vi inte publicerar.",
            "Kritik påverkar inte bidrag, avtal",
            "Beslut av styrelsen",
            "Ja, med namn",
        ):
            assert words in page

    def test_works_records_its_event_and_shows_the_receipt(self, writer: PolicingClient, draft: Draft, url: str) -> None:
        answer = writer.post(url, data=desk.seen(draft))
        assert answer.status_code == 303
        version = db.session.scalars(sa.select(PositionVersion)).one()
        assert db.session.scalar(sa.select(Event.subject_id).where(Event.name == EventName.position_received)) == version.id
        page = writer.get(answer.headers["Location"]).text
        assert version.receipt_number in page
        assert "Genomläst (1)" in page

    def test_a_double_click_gives_the_same_receipt(self, writer: PolicingClient, draft: Draft, url: str) -> None:
        data = desk.seen(draft)
        first, second = writer.post(url, data=data), writer.post(url, data=data)
        assert first.headers["Location"] == second.headers["Location"]
        assert db.session.scalar(sa.select(sa.func.count(PositionVersion.id))) == 1

    def test_a_writer_does_not_send(self, organisation: Organisation, draft: Draft, url: str, browse: Any) -> None:
        client = browse(desk.member(organisation, Role.writer))
        assert "En godkännare i organisationen skickar in svaret." in client.get(url).text
        assert client.post(url, data=desk.seen(draft)).status_code == 404
        assert db.session.scalar(sa.select(sa.func.count(PositionVersion.id))) == 0

    def test_an_approver_sends(self, organisation: Organisation, draft: Draft, url: str, browse: Any) -> None:
        assert browse(desk.member(organisation, Role.approver)).post(url, data=desk.seen(draft)).status_code == 303

    def test_one_second_after_closing_is_refused_with_the_draft_kept(
        self, writer: PolicingClient, draft: Draft, url: str, consultation: Consultation
    ) -> None:
        with transaction():
            db.session.merge(consultation).closes_at = clock.now() - timedelta(seconds=1)
        refused = writer.post(url, data=desk.seen(draft))
        assert refused.status_code == 409
        assert "Svarstiden gick ut" in refused.text
        assert "Genomläst (1)" in refused.text
        assert texts()[1] == "Genomläst (1)"
        assert db.session.scalar(sa.select(sa.func.count(PositionVersion.id))) == 0

    def test_all_that_stands_in_the_way_is_listed_with_where_to_mend_it(
        self, writer: PolicingClient, consultation: Consultation, organisation: Organisation, url: str
    ) -> None:
        draft = desk.open_draft(consultation, organisation)
        for page in (writer.get(url), writer.post(url, data=desk.seen(draft))):
            assert "Ni har inte svarat på någon fråga än." in page.text
            assert "Ange hur svaret är förankrat." in page.text
            assert "Ange om kommunen får publicera svaret." in page.text
            assert "#fakta" in page.text
        assert page.status_code == 409

    def test_what_was_changed_after_reading_is_shown_again_before_it_is_sent(
        self, writer: PolicingClient, draft: Draft, url: str, consultation: Consultation, organisation: Organisation
    ) -> None:
        data = desk.seen(draft)
        writer.post(desk.desk_url(consultation, organisation), data=desk.posted(consultation.questions[0], "Ändrat", version=1))
        refused = writer.post(url, data=data)
        assert refused.status_code == 422
        assert "Ändrat" in refused.text
        assert "Någon har ändrat utkastet" in refused.text

    def test_a_new_version_while_open_and_the_old_one_stays(
        self, writer: PolicingClient, draft: Draft, url: str, consultation: Consultation, organisation: Organisation
    ) -> None:
        writer.post(url, data=desk.seen(draft))
        write = desk.desk_url(consultation, organisation)
        first = desk.fresh(consultation).questions[0]
        assert "Ni har skickat in version 1" in writer.get(write).text
        writer.post(write, data=desk.posted(first, "Andra versionen", version=1))
        writer.post(url, data=desk.seen(db.session.scalars(sa.select(Draft)).one()))
        assert "Andra versionen" in writer.get(f"{write}/kvitto").text
        assert "Genomläst (1)" in writer.get(f"{write}/kvitto/1").text
        assert writer.get(f"{write}/kvitto/3").status_code == 404

    def test_the_sent_version_as_a_document(self, writer: PolicingClient, consultation: Consultation, organisation: Organisation) -> None:
        desk.sent(consultation, organisation)
        answer = writer.get(desk.desk_url(consultation, organisation, "/kvitto/1.pdf"))
        assert answer.data.startswith(b"%PDF")
        assert "attachment" in answer.headers["Content-Disposition"]

    def test_without_a_draft_there_is_nothing_to_read_through(
        self, writer: PolicingClient, consultation: Consultation, organisation: Organisation, url: str
    ) -> None:
        assert writer.get(url).headers["Location"].endswith(consultation.slug)
        assert writer.get(desk.desk_url(consultation, organisation, "/kvitto")).status_code == 404


class TestWhoMayAnswer:
    def test_uninvited_where_the_invitation_is_open(
        self, writer: PolicingClient, consultation: Consultation, organisation: Organisation
    ) -> None:
        answer = writer.post(desk.desk_url(consultation, organisation, "/borja"))
        assert answer.status_code == 303
        assert db.session.scalars(sa.select(Draft)).one().organisation_id == organisation.id

    def test_only_the_invited_where_it_is_closed(self, writer: PolicingClient, organisation: Organisation) -> None:
        closed = make.consultation(open_invitation=False)
        assert writer.get(desk.desk_url(closed, organisation)).status_code == 404
        make.invitation(closed, organisation)
        assert writer.get(desk.desk_url(closed, organisation)).status_code == 200

    @pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.draft], ids=str)
    def test_own_words_stay_readable_in_every_phase(self, writer: PolicingClient, organisation: Organisation, phase: Phase) -> None:
        consultation = make.consultation(phase)
        desk.fill(make.draft(consultation, organisation), "Egna ord")
        assert "Egna ord (1)" in writer.get(desk.desk_url(consultation, organisation)).text

    def test_not_before_it_is_announced(self, writer: PolicingClient, organisation: Organisation) -> None:
        assert writer.get(desk.desk_url(make.consultation(Phase.draft), organisation)).status_code == 404


class TestAnswerAs:
    """From the public page to the desk of one's own organisation, also in another municipality than one's own."""

    def where(self, consultation: Any) -> str:
        return f"/svara/{consultation.municipality.slug}/{consultation.slug}"

    def test_the_only_organisation_is_not_asked_for(self, browse: Any) -> None:
        consultation, mine = make.consultation(), make.organisation(municipality_id=make.municipality().id)
        path = f"/forening/{mine.slug}/svar/{consultation.municipality.slug}/{consultation.slug}"
        browser = browse(make.user((Role.writer, mine)))
        assert browser.get(self.where(consultation)).location == path
        assert browser.get(path).status_code == 200

    def test_one_of_several_is_chosen(self, browse: Any) -> None:
        consultation, first, second = make.consultation(), make.organisation(), make.organisation()
        page = browse(make.user((Role.writer, first), (Role.approver, second))).get(self.where(consultation))
        assert first.name in page.text and second.name in page.text

    def test_whoever_has_none_is_led_to_register_it(self, browse: Any) -> None:
        assert browse(make.user()).get(self.where(make.consultation())).location == "/forening/ny"

    def test_a_stranger_signs_in_and_comes_back(self, client: Any) -> None:
        where = self.where(make.consultation())
        assert client.get(where).location.endswith(where.replace("/", "%2F")) or where in client.get(where).location

    def test_a_draft_consultation_is_not_there(self, browse: Any) -> None:
        assert browse(make.user()).get(self.where(make.consultation(Phase.draft))).status_code == 404
