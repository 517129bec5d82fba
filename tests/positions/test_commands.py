"""Writing in own space, and sending."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import QuestionKind
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked, Stale
from sakrad.core.events import Event, EventName
from sakrad.positions import commands, receipts
from sakrad.positions.models import ANSWER_LIMIT, Answer, Draft, Position, PositionVersion, Stance
from tests import factories as make
from tests.factories import positions as desk


def events(name: EventName) -> list[Event]:
    return list(db.session.scalars(sa.select(Event).where(Event.name == name.value).order_by(Event.id)))


def save(draft: Draft, number: int, text: str, seen: int, **more: Any) -> Any:
    question = draft.consultation.questions[number - 1]
    with transaction():
        db.session.add(draft)
        return commands.save_answer(draft, question, text=text, seen_version=seen, actor=None, at=clock.now(), **more)


@pytest.fixture
def draft(app: Flask) -> Draft:
    consultation = make.consultation()
    return desk.open_draft(consultation, make.organisation(verified_in=consultation.municipality))


class TestWriting:
    def test_a_draft_is_begun_once_with_the_groups_of_the_profile(self, app: Flask) -> None:
        consultation, group = make.consultation(), make.group()
        organisation = make.organisation(groups=[group])
        first, second = desk.open_draft(consultation, organisation), desk.open_draft(consultation, organisation)
        assert first is second
        assert first.groups == [group]
        assert len(events(EventName.draft_created)) == 1

    def test_the_event_of_a_draft_names_nothing_of_the_municipality(self, draft: Draft) -> None:
        (event,) = events(EventName.draft_created)
        assert (event.municipality_id, event.authority_id, event.consultation_id) == (None, None, None)
        assert event.organisation_id == draft.organisation_id

    def test_text_is_normalised_when_it_is_saved(self, draft: Draft) -> None:
        assert save(draft, 1, "  E\u0301n rad\r\ntill  \r\n", 0).text == "Én rad\ntill"

    def test_each_save_makes_a_new_version(self, draft: Draft) -> None:
        assert save(draft, 1, "Ett", 0).version == 1
        assert save(draft, 1, "Två", 1).version == 2

    def test_saving_the_same_again_changes_nothing_whatever_was_seen(self, draft: Draft) -> None:
        save(draft, 1, "Ett", 0)
        assert save(draft, 1, "Ett", 0).version == 1

    def test_saving_nothing_where_nothing_stands_writes_nothing(self, draft: Draft) -> None:
        assert save(draft, 1, "", 0).version == 0
        assert draft.answers == []

    def test_a_lost_race_gives_the_others_text_and_keeps_it(self, draft: Draft) -> None:
        save(draft, 1, "Deras ord", 0)
        with pytest.raises(Stale) as lost:
            save(draft, 1, "Våra ord", 0)
        assert lost.value.theirs.text == "Deras ord"
        assert db.session.scalars(sa.select(Draft)).one().answers[0].text == "Deras ord"

    def test_two_people_on_different_questions_do_not_meet(self, draft: Draft) -> None:
        save(draft, 1, "Ena", 0)
        assert save(draft, 2, "Andra", 0).version == 1

    def test_too_long_is_refused_and_changes_nothing(self, draft: Draft) -> None:
        save(draft, 1, "Kort", 0)
        with pytest.raises(commands.TooLong):
            save(draft, 1, "å" * (ANSWER_LIMIT + 1), 1)
        assert save(draft, 1, "å" * ANSWER_LIMIT, 1).version == 2

    def test_a_stance_only_on_a_proposal(self, draft: Draft) -> None:
        with pytest.raises(commands.WrongAnswer):
            save(draft, 1, "Ja", 0, stance=Stance.supports)
        assert save(draft, 2, "Ja", 0, stance=Stance.supports).stance is Stance.supports

    @pytest.mark.parametrize("options", [["C"], ["A", "A"]], ids=["unknown option", "the same option twice"])
    def test_options_are_the_questions_own_each_once(self, app: Flask, options: list[str]) -> None:
        consultation = make.consultation(questions=1)
        make.question(consultation, number=2, kind=QuestionKind.need, options=["A", "B"])
        db.session.refresh(consultation)
        draft = desk.open_draft(consultation, make.organisation())
        with pytest.raises(commands.WrongAnswer):
            save(draft, 2, "", 0, options=options)
        assert save(draft, 2, "", 0, options=["B", "A"]).options == ["B", "A"]

    def test_facts_have_one_version_and_a_lost_race_gives_what_stands_there(self, draft: Draft) -> None:
        def facts(role: str, seen: int) -> Draft:
            with transaction():
                db.session.add(draft)
                return commands.save_facts(draft, signed_role=role, seen_version=seen, actor=None, at=clock.now())

        assert facts("Ordförande", 1).version == 2
        with pytest.raises(Stale) as lost:
            facts("Kassör", 1)
        assert lost.value.theirs.signed_role == "Ordförande"


class TestSubmitting:
    def test_what_is_sent_is_received_whole_and_recorded(self, draft: Draft) -> None:
        version = desk.submit(desk.fill(draft, "Många ord"))
        assert [answer.text for answer in version.answers] == ["Många ord (1)", "Många ord (2)", "Många ord (3)"]
        assert version.position.current is version
        assert version.position.published is None
        (event,) = events(EventName.position_received)
        assert (event.subject_id, event.data["position"], event.authority_id) == (
            version.id,
            version.position_id,
            draft.consultation.authority_id,
        )

    def test_the_same_key_gives_the_same_receipt_also_after_closing(self, draft: Draft) -> None:
        desk.fill(draft)
        key = draft.submission_key
        first = desk.submit(draft, submission_key=key)
        late = draft.consultation.closes_at + timedelta(days=1)
        assert desk.submit(draft, submission_key=key, received_at=late).id == first.id
        assert len(events(EventName.position_received)) == 1

    def test_a_key_that_was_never_given_out_is_refused(self, draft: Draft) -> None:
        with pytest.raises(Stale):
            desk.submit(desk.fill(draft), submission_key="påhittad")

    def test_only_what_was_read_through_is_sent(self, draft: Draft) -> None:
        desk.fill(draft)
        before = receipts.fingerprint(draft)
        save(draft, 1, "Ändrat efter läsningen", 1)
        with pytest.raises(Stale):
            desk.submit(draft, seen=before)
        assert desk.submit(draft, seen=receipts.fingerprint(draft)).number == 1

    def test_arrival_decides_and_not_when_the_lock_was_had(self, draft: Draft) -> None:
        desk.fill(draft)
        closes_at = draft.consultation.closes_at
        with pytest.raises(Blocked), transaction():
            db.session.add(draft)
            commands.submit(draft, submission_key=draft.submission_key, actor=None, at=closes_at, received_at=closes_at)
        with transaction():
            db.session.add(draft)
            sent = commands.submit(
                draft,
                submission_key=draft.submission_key,
                actor=None,
                at=closes_at + timedelta(seconds=9),
                received_at=closes_at - timedelta(microseconds=1),
            )
        assert db.session.get_one(PositionVersion, sent).received_at < closes_at

    def test_a_refused_submission_keeps_the_draft_and_sends_nothing(self, draft: Draft) -> None:
        desk.fill(draft, "Sparade ord")
        with pytest.raises(Blocked):
            desk.submit(draft, received_at=draft.consultation.closes_at)
        assert db.session.scalars(sa.select(Draft)).one().answers[0].text == "Sparade ord (1)"
        assert db.session.scalar(sa.select(sa.func.count(PositionVersion.id))) == 0

    def test_the_same_words_are_not_sent_twice_under_two_keys(self, draft: Draft) -> None:
        desk.submit(desk.fill(draft))
        with pytest.raises(Blocked) as blocked:
            desk.submit(draft)
        assert [blocker.code for blocker in blocked.value.blockers] == ["position_already_sent"]

    def test_a_new_version_leaves_the_old_one_as_it_was(self, draft: Draft) -> None:
        first = desk.submit(desk.fill(draft, "Första"))
        digest, texts = first.digest, [answer.text for answer in first.answers]
        second = desk.submit(desk.fill(draft, "Andra"))
        assert (second.number, second.position.current_id) == (2, second.id)
        db.session.expire_all()
        assert (first.digest, [answer.text for answer in first.answers]) == (digest, texts)
        assert receipts.is_intact(first, receipts.nonce_of(first))

    def test_empty_answers_are_left_out(self, draft: Draft) -> None:
        desk.fill(draft)
        save(draft, 3, "", 1)
        version = desk.submit(draft)
        assert [answer.question.number for answer in version.answers] == [1, 2]

    def test_receipt_numbers_follow_each_other_within_the_authority(self, draft: Draft) -> None:
        of = draft.consultation
        first = desk.submit(desk.fill(draft))
        second = desk.sent(of, make.organisation())
        short, scb, year = of.authority.short, of.municipality.scb_code, clock.today().year
        assert [first.receipt_number, second.receipt_number] == [f"{short}-{year}-0001-{scb}", f"{short}-{year}-0002-{scb}"]


class TestReceipts:
    def test_the_digest_breaks_when_a_stored_word_is_changed(self, draft: Draft) -> None:
        version = desk.submit(desk.fill(draft))
        nonce = receipts.nonce_of(version)
        assert receipts.is_intact(version, nonce)
        with transaction():
            db.session.execute(sa.update(Answer).where(Answer.id == version.answers[0].id).values(text="Andra ord"))
        db.session.expire_all()
        assert not receipts.is_intact(version, nonce)

    def test_the_digest_holds_only_with_the_nonce_of_the_receipt(self, draft: Draft) -> None:
        version = desk.submit(desk.fill(draft))
        assert not receipts.is_intact(version, "0" * receipts.NONCE)

    def test_the_document_holds_the_words_and_never_the_nonce(self, draft: Draft) -> None:
        import io

        import pypdf

        version = desk.submit(desk.fill(draft, "Hostig #panic() $x$ *text* 🙂"))
        read = pypdf.PdfReader(io.BytesIO(receipts.receipt_pdf(version)))
        text = "\n".join(page.extract_text() for page in read.pages)
        assert "#panic() $x$ *text*" in text
        assert version.receipt_number in text
        assert receipts.nonce_of(version) not in text

    def test_the_document_is_tagged_and_says_its_language(self, draft: Draft) -> None:
        import io

        import pypdf

        read = pypdf.PdfReader(io.BytesIO(receipts.receipt_pdf(desk.submit(desk.fill(draft)))))
        assert read.root_object["/Lang"] == "sv"
        assert "/StructTreeRoot" in read.root_object
        assert b"pdfuaid" in read.root_object["/Metadata"].get_data()


class TestDisowning:
    def test_it_is_unpublished_at_once_and_nothing_is_erased(self, app: Flask) -> None:
        position = make.position(make.consultation())
        at = clock.now()
        with transaction():
            db.session.add(position)
            commands.disown(position, at=at)
            commands.disown(position, at=at)
        assert (position.published_id, position.disowned_at, position.current.disowned_at) == (None, at, at)
        assert position.current.answers
        assert len(events(EventName.position_disowned)) == 1

    def test_a_new_version_is_the_organisations_own_again(self, draft: Draft) -> None:
        first = desk.submit(desk.fill(draft, "Någon annans"))
        with transaction():
            commands.disown(first.position, at=clock.now())
        second = desk.submit(draft)
        assert second.position.disowned_at is None
        assert first.disowned_at is not None

    def test_one_position_per_organisation(self, draft: Draft) -> None:
        desk.submit(desk.fill(draft, "Ett"))
        desk.submit(desk.fill(draft, "Två"))
        assert db.session.scalar(sa.select(sa.func.count(Position.id))) == 1


def test_sending_is_refused_in_every_phase_but_open(app: Flask) -> None:
    for phase in Phase:
        if phase is Phase.open:
            continue
        draft = desk.fill(make.draft(make.consultation(phase)))
        with pytest.raises(Blocked):
            desk.submit(draft)
