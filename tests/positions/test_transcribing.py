"""Entering what came in by other ways, and reading it back: by the commands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock, events
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked, Stale
from sakrad.core.events import Event, EventName
from sakrad.core.text import normalised
from sakrad.directory.models import Organisation
from sakrad.directory.queries_names import find_named
from sakrad.positions import commands, links, queries, queries_transcribed, receipts
from sakrad.positions.models import Channel, Draft, PositionVersion, PublicationWish, Stance, Transcription
from tests import factories as make
from tests.factories import positions as desk
from tests.factories.transcribing import WORDS, entered


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation()


@pytest.fixture
def organisation(consultation: Consultation) -> Organisation:
    return make.organisation(verified_in=consultation.municipality)


def said(name: EventName) -> list[Event]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Event).where(Event.name == name).order_by(Event.id)))


def correct(version: PositionVersion, text: str, **facts: Any) -> PositionVersion:
    version = desk.fresh(version)
    stands = {name: getattr(version, name) for name in commands.STATED} | facts
    with transaction():
        version = desk.fresh(version)
        answers = [commands.Said(one.question, text) for one in version.answers]
        return commands.correct_transcription(
            version.transcription, answers=answers, stated=commands.Stated(**stands, groups=list(version.groups)), at=clock.now()
        )


class TestEntering:
    def test_a_letter_is_kept_whole_at_the_open_question(self, consultation: Consultation, organisation: Organisation) -> None:
        version = entered(consultation, organisation, channel=Channel.paper)
        (answer,) = version.answers
        assert (answer.question.kind.value, answer.text) == ("open", WORDS)
        assert version.transcription.whole and version.channel is Channel.paper
        assert version.position.current is version and version.number == 1

    def test_question_by_question_with_stances(self, consultation: Consultation, organisation: Organisation) -> None:
        first, proposal, _open = desk.fresh(consultation).questions
        answers = [commands.Said(first, "Lång väntan."), commands.Said(proposal, stance=Stance.opposes)]
        version = entered(consultation, organisation, answers=answers)
        assert [(one.question.number, one.text, one.stance) for one in version.answers] == [
            (1, "Lång väntan.", None),
            (2, "", Stance.opposes),
        ]

    def test_it_is_received_as_any_answer_and_never_a_draft(self, consultation: Consultation, organisation: Organisation) -> None:
        version = entered(consultation, organisation)
        (event,) = said(EventName.position_received)
        version = desk.fresh(version)
        assert (event.subject_id, event.organisation_id, event.actor_id) == (
            version.id,
            organisation.id,
            version.transcription.entered_by_id,
        )
        assert queries.find_verified(version.receipt_number, receipts.nonce_of(version)).intact  # type: ignore[union-attr]
        assert db.session.scalar(sa.select(sa.func.count(Draft.id))) == 0

    def test_the_stated_time_counts_and_the_entry_has_its_own(self, organisation: Organisation) -> None:
        closed = make.consultation(Phase.compiling)
        came = closed.closes_at - timedelta(hours=1)
        version = entered(closed, organisation, received_at=came)
        assert version.received_at == came < version.transcription.entered_at

    def test_a_second_letter_is_a_new_version(self, consultation: Consultation, organisation: Organisation) -> None:
        first = entered(consultation, organisation)
        second = entered(consultation, organisation, whole="Ett tillägg.")
        assert (second.number, second.position_id) == (2, first.position_id)
        assert [one.number for one in second.position.versions] == [1, 2]

    def test_what_the_organisation_sent_later_by_itself_is_not_replaced(
        self, consultation: Consultation, organisation: Organisation
    ) -> None:
        sent = desk.sent(consultation, organisation)
        with pytest.raises(Blocked, match="transcription_older"):
            entered(consultation, organisation)
        assert desk.fresh(sent).position.current_id == sent.id

    def test_what_it_sent_earlier_is_replaced(self, consultation: Consultation, organisation: Organisation) -> None:
        draft = desk.fill(desk.open_draft(consultation, organisation))
        desk.submit(draft, received_at=clock.now() - timedelta(days=3))
        assert entered(consultation, organisation).number == 2

    def test_an_impostors_answer_does_not_stand_in_the_way(self, consultation: Consultation, organisation: Organisation) -> None:
        sent = desk.sent(consultation, organisation)
        with transaction():
            commands.disown(desk.fresh(sent).position, at=clock.now())
        assert entered(consultation, organisation).position.disowned_at is None

    def test_what_was_taken_back_since_stays_so(self, consultation: Consultation, organisation: Organisation) -> None:
        version = entered(consultation, organisation)
        with transaction():
            desk.fresh(version).position.withdrawn_at = clock.now()
        with pytest.raises(Blocked, match="transcription_older"):
            entered(consultation, organisation, whole="Det gamla brevet.")

    def test_what_the_sender_has_confirmed_is_not_replaced_by_the_same_call(
        self, consultation: Consultation, organisation: Organisation
    ) -> None:
        version = entered(consultation, organisation)
        with transaction():
            commands.confirm_transcription(desk.fresh(version).transcription, at=clock.now())
        with pytest.raises(Blocked, match="transcription_older"):
            entered(consultation, organisation, whole="Något annat.")

    def test_a_double_click_enters_once(self, consultation: Consultation, organisation: Organisation) -> None:
        same: dict[str, Any] = {"submission_key": "k" * 32, "received_at": clock.now()}
        first = entered(consultation, organisation, **same)
        assert entered(consultation, organisation, **same).id == first.id
        for other in ({"whole": "Andra ord."}, {"channel": Channel.paper}, {"received_at": clock.now()}):
            with pytest.raises(Stale):
                entered(consultation, organisation, **(same | other))
        assert len(said(EventName.position_received)) == 1

    def test_a_key_of_anothers_answer_opens_nothing(self, consultation: Consultation, organisation: Organisation) -> None:
        web = desk.sent(consultation, organisation)
        other = make.organisation()
        for by in (organisation, other):
            with pytest.raises(Stale):
                entered(consultation, by, submission_key=desk.fresh(web).submission_key)

    @pytest.mark.parametrize("what", ["by web", "a stance on no proposal", "an unknown option", "another's question"])
    def test_what_does_not_fit_is_refused(self, consultation: Consultation, organisation: Organisation, what: str) -> None:
        question = desk.fresh(consultation).questions[0]
        values: dict[str, Any] = {
            "by web": {"channel": Channel.web},
            "a stance on no proposal": {"answers": [commands.Said(question, "x", Stance.supports)]},
            "an unknown option": {"answers": [commands.Said(question, "x", options=["Påhittat"])]},
            "another's question": {"answers": [commands.Said(make.question(make.consultation(), number=9), "x")]},
        }[what]
        with pytest.raises(commands.WrongAnswer):
            entered(consultation, organisation, **values)
        assert said(EventName.position_received) == []

    def test_a_sender_without_address_is_told_nothing(self, consultation: Consultation) -> None:
        of = desk.fresh(consultation)
        officer = make.user((Role.officer, of.authority))
        with transaction():
            sender = commands.register_sender(desk.fresh(of), name="Byalaget i Norr", actor=officer, at=clock.now())
        assert sender.email == ""
        version = entered(consultation, sender)
        with pytest.raises(Blocked, match="read_back_no_address"), transaction():
            commands.send_read_back(desk.fresh(version), actor=officer, at=clock.now())

    def test_its_address_is_never_where_letters_are_entered(self, consultation: Consultation) -> None:
        with transaction():
            sender = commands.register_sender(desk.fresh(consultation), name="Nytt", actor=None, at=clock.now())
        assert sender.slug == "nytt-2"


class TestReadingBack:
    def test_a_confirmation_is_noted_once_and_changes_nothing_else(self, consultation: Consultation, organisation: Organisation) -> None:
        version = entered(consultation, organisation)
        assert version.transcription.unconfirmed
        digest = version.digest
        for _twice in range(2):
            with transaction():
                commands.confirm_transcription(desk.fresh(version).transcription, at=clock.now())
        version = desk.fresh(version)
        assert version.transcription.confirmed and not version.transcription.unconfirmed and version.digest == digest
        assert [event.subject_id for event in said(EventName.transcription_confirmed)] == [version.id]

    def test_a_correction_is_a_confirmed_new_version_and_the_first_stays(
        self, consultation: Consultation, organisation: Organisation
    ) -> None:
        first = entered(consultation, organisation)
        made = correct(first, "Vi fick vänta i nitton veckor.")
        first, made = desk.fresh(first), desk.fresh(made)
        assert (first.answers[0].text, made.answers[0].text) == (WORDS, "Vi fick vänta i nitton veckor.")
        assert made.position.current_id == made.id and made.channel is first.channel and made.received_at == first.received_at
        entry = made.transcription
        assert entry.confirmed and entry.corrected and entry.corrects_id == first.id and entry.whole
        assert not first.transcription.confirmed
        assert [event.subject_id for event in said(EventName.position_received)] == [first.id, made.id]
        assert [event.subject_id for event in said(EventName.transcription_confirmed)] == [made.id]
        assert queries.find_verified(made.receipt_number, receipts.nonce_of(made)).intact  # type: ignore[union-attr]

    def test_correcting_nothing_confirms(self, consultation: Consultation, organisation: Organisation) -> None:
        version = entered(consultation, organisation)
        assert correct(version, WORDS + "  ").id == version.id
        assert desk.fresh(version).transcription.confirmed

    def test_stating_the_wish_is_a_correction(self, consultation: Consultation, organisation: Organisation) -> None:
        version = entered(consultation, organisation, stated=commands.Stated())
        made = correct(version, WORDS, wish=PublicationWish.unnamed)
        assert (desk.fresh(version).wish, made.wish) == (None, PublicationWish.unnamed)

    def test_nothing_is_corrected_into_nothing(self, consultation: Consultation, organisation: Organisation) -> None:
        version = entered(consultation, organisation)
        with pytest.raises(Blocked, match="transcription_empty"):
            correct(version, "   ")
        assert desk.fresh(version).position.current_id == version.id

    def test_what_is_replaced_is_neither_confirmed_nor_corrected(self, consultation: Consultation, organisation: Organisation) -> None:
        version = entered(consultation, organisation)
        entered(consultation, organisation, whole="Ett nytt samtal.")
        with pytest.raises(Blocked, match="read_back_replaced"), transaction():
            commands.confirm_transcription(desk.fresh(version).transcription, at=clock.now())
        with pytest.raises(Blocked, match="read_back_replaced"):
            correct(version, "Något.")

    def test_the_link_and_the_code_open_only_their_own(self, consultation: Consultation, organisation: Organisation) -> None:
        one, other = (desk.fresh(entered(consultation, by)).transcription for by in (organisation, make.organisation()))
        token = links.read_back_token(one)
        assert queries_transcribed.get_read_back(token).id == one.id
        assert not links.is_read_back_token(token, other)
        number, code = one.version.receipt_number, links.read_back_code(one.reference)
        assert len(code.replace("-", "")) * 4.95 > 50
        for written in (code, code.upper(), f" {code.replace('-', ' ')} "):
            assert queries_transcribed.find_by_code(number.lower(), written).id == one.id  # type: ignore[union-attr]
        for wrong in (links.read_back_code(other.reference), "", code[:-1], "é" * 12):
            assert queries_transcribed.find_by_code(number, wrong) is None
        assert queries_transcribed.find_by_code("SN-1-1", links.read_back_code("")) is None

    def test_nothing_of_it_is_silent_or_public(self) -> None:
        for name in (EventName.transcription_sent, EventName.transcription_confirmed):
            assert name not in events.SILENT and name not in events.PUBLIC


class TestSenders:
    def test_invited_ones_come_first_and_own_ones_not_at_all(self, consultation: Consultation) -> None:
        home = make.organisation(name="Ada", municipality_id=consultation.municipality_id)
        invited, own = make.organisation(name="Öster"), make.organisation(name="Egna", municipality_id=consultation.municipality_id)
        make.organisation(name="Annanstans")
        make.invitation(consultation, invited)
        found = queries_transcribed.list_senders(desk.fresh(consultation), {own.id})
        assert [one.written for one in found] == ["Öster", "Ada"]
        assert [one.organisation.id for one in found] == [invited.id, home.id]

    def test_two_of_the_same_name_are_told_apart(self, consultation: Consultation) -> None:
        for slug in ("svf-a", "svf-b"):
            make.organisation(name="Svenska föreningen", slug=slug, municipality_id=consultation.municipality_id)
        assert [one.written for one in queries_transcribed.list_senders(desk.fresh(consultation), ())] == [
            "Svenska föreningen (svf-a)",
            "Svenska föreningen (svf-b)",
        ]
        assert [one.slug for one in find_named("Svenska föreningen (svf-b)")] == ["svf-b"]
        assert [one.slug for one in find_named("svenska FÖRENINGEN")] == ["svf-a", "svf-b"]

    def test_a_merged_one_gives_its_heir(self, app: Flask) -> None:
        heir = make.organisation(name="Nya jouren")
        make.organisation(name="Gamla jouren", heir_id=heir.id, merged_at=clock.now())
        assert [one.id for one in find_named("Gamla jouren")] == [heir.id]


HOSTILE = st.text(st.characters(exclude_categories=("Cs",)), max_size=300)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=HOSTILE)
def test_no_word_is_lost_on_the_way_in_and_back(app: Flask, text: str) -> None:
    """What is entered, and what it is corrected to, stands there code point for code point as it was written."""
    whole = f"a{text}".replace("\x00", "")
    consultation = make.consultation()
    organisation = make.organisation()
    version = entered(consultation, organisation, whole=whole)
    assert version.answers[0].text == normalised(whole)
    made = correct(version, f"{whole} och mer")
    assert desk.fresh(made).answers[0].text == normalised(f"{whole} och mer")
    assert desk.fresh(version).answers[0].text == normalised(whole)
    db.session.rollback()


def test_received_times_are_aware(consultation: Consultation, organisation: Organisation) -> None:
    came = entered(consultation, organisation).received_at
    assert isinstance(came, datetime) and came.tzinfo is not None


def test_the_scan_stays_with_a_correction(consultation: Consultation, organisation: Organisation) -> None:
    from sakrad.core import files
    from sakrad.core.files import FileKind

    scan = files.put(b"%PDF-1.4 brev", "brev.pdf", FileKind.pdf)
    version = entered(consultation, organisation, scan=scan)
    made = correct(version, "Rättat.")
    scans = db.session.scalars(sa.select(Transcription.scan_id).order_by(Transcription.id)).all()
    assert len(set(scans)) == 1 and scans[0] is not None and desk.fresh(made).transcription.scan.name == "brev.pdf"
