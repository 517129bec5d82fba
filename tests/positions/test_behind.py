"""What readers and officials see of who stands behind, and that each organisation is counted once on every page."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.directory.models import Organisation, Verification
from sakrad.positions.models import Answer, Position, PositionParty, PositionVersion, PublicationWish, Stance
from sakrad.positions.queries_coverage import list_rows
from sakrad.positions.queries_question import QuestionPage, get_question_page
from sakrad.positions.queries_reading import AnswerPage, get_answer_list, get_answer_page
from sakrad.records.models import MaskGround
from tests import factories as make
from tests.factories import positions as desk
from tests.factories import save, together
from tests.policing import PolicingClient


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    return make.consultation()


@pytest.fixture
def answer(consultation: Consultation) -> Position:
    by = make.organisation(verified_in=consultation.municipality, name="Ekhamra kvinnojour", slug="jouren")
    return make.position(consultation, by)


def page_of(position: Position) -> AnswerPage:
    position = desk.fresh(position)
    consultation = position.consultation
    return get_answer_page(consultation.municipality.slug, consultation.slug, position.reference, 1, clock.now())


def question(of: Consultation, number: int = 2) -> QuestionPage:
    of = desk.fresh(of)
    return get_question_page(of.municipality.slug, of.slug, number, 1, clock.now())


def voices(page: QuestionPage) -> dict[str, list[str | None]]:
    assert page.chart is not None
    return {row.code.value: [voice.name for voice in row.voices] for row in page.chart.rows if row.voices}


def newer(position: Position, *, published: bool = True) -> PositionVersion:
    """A second version with other words, published unless told otherwise."""
    position = desk.fresh(position)
    by = position.organisation
    values = {"number": 2, "receipt_number": f"X-{position.id}", "received_at": clock.now(), "digest": "0" * 64}
    version: PositionVersion = save(
        PositionVersion(
            position_id=position.id, submission_key=f"k{position.id}", organisation_name=by.name, wish=PublicationWish.named, **values
        )
    )
    old = desk.fresh(position).current
    for said in old.answers:
        save(
            Answer(
                version_id=version.id,
                question_id=said.question_id,
                text=f"{said.text} Nytt.",
                stance=Stance.opposes if said.stance else None,
            )
        )
    with transaction():
        fresh = desk.fresh(position)
        fresh.current_id = version.id
        if published:
            from sakrad.records.models import Review, ReviewDecision

            fresh.published_id = version.id
            db.session.add(Review(subject_id=version.id, decision=ReviewDecision.publish, decided_at=clock.now()))
    return version


class TestTheAnswersPage:
    def test_names_those_who_have_confirmed_and_those_who_are_said_to(self, answer: Position, consultation: Consultation) -> None:
        together.party(
            answer, make.organisation(verified_in=consultation.municipality, name="A-föreningen"), reservations={1: "Utom slutet."}
        )
        together.party(answer, name="B-föreningen", confirmed=False)
        together.party(answer, make.organisation(name="C-föreningen"), reservations={1: "Från en som ingen har bekräftat."})
        behind = page_of(answer).behind
        assert [(party.name, party.reservations) for party in behind.confirmed] == [("A-föreningen", ((1, "Utom slutet."),))]
        assert behind.stated == ("B-föreningen", "C-föreningen")

    def test_shows_them_in_words(self, client: PolicingClient, answer: Position) -> None:
        together.party(answer, name="B-föreningen", confirmed=False)
        together.party(answer, reservations={1: "Utom slutet."})
        other = make.position(desk.fresh(answer).consultation)
        together.concurrence(other, answer, reservation="Vi vill gå längre.")
        fresh = desk.fresh(answer)
        url = f"/kommun/{fresh.consultation.municipality.slug}/sakrad/{fresh.consultation.slug}/svar"
        html = client.get(f"{url}/jouren").text
        for words in ("Står bakom", "Uppges stå bakom", "B-föreningen", "Utom slutet.", "Instämmer", "Vi vill gå längre."):
            assert words in html
        theirs = client.get(f"{url}/{desk.fresh(other).organisation.slug}").text
        assert "Instämmer med" in theirs and "Ekhamra kvinnojour" in theirs and "Vi vill gå längre." in theirs
        listed = client.get(url).text
        assert "1 organisation till står bakom" in listed and "1 instämmer" in listed
        assert "1 till står bakom någon annans svar." in listed

    @pytest.mark.parametrize("gone", ["declined_at", "dropped_at"])
    def test_who_does_not_stand_behind_is_not_named(self, answer: Position, gone: str) -> None:
        together.party(answer, **{gone: clock.now()})
        together.party(answer, confirmed=False, **{gone: clock.now()})
        behind = page_of(answer).behind
        assert (behind.confirmed, behind.stated) == ((), ())

    def test_a_reservation_waits_until_the_municipality_has_let_it_through(self, answer: Position) -> None:
        party = together.party(answer, passed=False, reservations={1: "Oläst."})
        assert [one.reservations for one in page_of(answer).behind.confirmed] == [()]
        with transaction():
            desk.fresh(party).passed_at = clock.now()
        assert [one.reservations for one in page_of(answer).behind.confirmed] == [((1, "Oläst."),)]

    def test_a_new_version_is_only_said_to_have_them_behind_until_they_confirm_it(self, answer: Position) -> None:
        together.party(answer, name="A-föreningen", reservations={1: "Ett."})
        newer(answer)
        behind = page_of(answer).behind
        assert (behind.confirmed, behind.stated) == ((), ("A-föreningen",))

    def test_a_new_version_that_is_not_published_changes_nothing_yet(self, answer: Position, consultation: Consultation) -> None:
        together.party(answer, make.organisation(verified_in=consultation.municipality, name="A-föreningen"))
        newer(answer, published=False)
        together.party(answer, confirmed=False, name="Bara i den nya", stated_at=clock.now() + timedelta(seconds=1))
        behind = page_of(answer).behind
        assert ([party.name for party in behind.confirmed], behind.stated) == (["A-föreningen"], ())

    def test_an_answer_without_name_names_nobody(self, client: PolicingClient, answer: Position) -> None:
        together.party(answer, name="A-föreningen", reservations={1: "Ett."})
        together.party(answer, confirmed=False, name="B-föreningen")
        with transaction():
            fresh = desk.fresh(answer)
            fresh.published.wish = PublicationWish.unnamed
            names = [party.organisation.name for party in fresh.parties] + ["A-föreningen", "B-föreningen"]
        fresh = desk.fresh(answer)
        path = f"/kommun/{fresh.consultation.municipality.slug}/sakrad/{fresh.consultation.slug}/svar/{fresh.reference}"
        html = client.get(path).text
        assert not [name for name in names if name in html]
        assert "1 organisation till" in html and "Ett." in html

    def test_only_readable_answers_concur_and_only_named_ones_by_name(self, answer: Position, consultation: Consultation) -> None:
        named, unnamed, hidden = (make.position(consultation) for _ in range(3))
        for other in (named, unnamed, hidden):
            together.concurrence(other, answer)
        for position, wish in ((unnamed, PublicationWish.unnamed), (hidden, PublicationWish.municipality_only)):
            with transaction():
                desk.fresh(position).published.wish = wish
        received = page_of(answer).behind.received
        assert {one.other.name for one in received} == {desk.fresh(named).organisation.name, None}
        assert {one.other.key for one in received} == {desk.fresh(named).organisation.slug, desk.fresh(unnamed).reference}

    def test_the_concurring_one_says_when_the_other_is_gone_or_has_a_newer_version(
        self, answer: Position, consultation: Consultation
    ) -> None:
        other = make.position(consultation)
        together.concurrence(answer, other, reservation="Nästan.")
        assert not page_of(answer).behind.given[0].earlier
        newer(other)
        (one,) = page_of(answer).behind.given
        assert one.earlier and one.read == 1
        with transaction():
            desk.fresh(other).disowned_at = clock.now()
        (one,) = page_of(answer).behind.given
        assert not one.other.readable and one.other.name is None and one.reservation == "Nästan."

    def test_the_words_of_a_name_that_was_never_reviewed_are_not_shown(self, answer: Position) -> None:
        """Who confirms by the link may call itself anything: until it is verified, only what the sender said is shown."""
        together.party(answer, make.organisation(name="OGRANSKAT NAMN"), name="Grannen")
        behind = page_of(answer).behind
        assert (behind.confirmed, behind.stated) == ((), ("Grannen",))

    def test_long_reservations_stand_in_full_over_the_pages(self, answer: Position) -> None:
        words = "Förbehåll & <mer>. " * 200
        for _ in range(12):
            together.party(answer, reservations={1: words.strip()})
        fresh = desk.fresh(answer)
        first = page_of(answer)
        kommun, slug, key = fresh.consultation.municipality.slug, fresh.consultation.slug, fresh.reference
        read = [get_answer_page(kommun, slug, key, number, clock.now()) for number in range(1, first.pages + 1)]
        assert first.pages > 1
        assert sum(own.text.count("<mer>") for page in read for own in page.reserved) == 12 * 200


class TestCounting:
    def test_own_before_joint_before_concurrence(self, answer: Position, consultation: Consultation) -> None:
        here = consultation.municipality
        with transaction():
            for said in desk.fresh(answer).published.answers:
                said.stance = Stance.opposes if said.stance else None
        behind = make.organisation(verified_in=here, name="Bakom")
        both = make.organisation(verified_in=here, name="Egen och bakom")
        concurring = make.organisation(verified_in=here, name="Instämmer")
        together.party(answer, behind)
        together.party(answer, both)
        make.position(consultation, both)  # says Ja, med förbehåll
        together.concurrence(make.position(consultation, concurring, texts={}), answer)
        page = question(consultation)
        assert voices(page) == {
            "opposes": ["Bakom", "Ekhamra kvinnojour", "Instämmer"],
            "supports_with_reservations": ["Egen och bakom"],
        }
        assert (page.answers, page.counted) == (2, 4)

    def test_a_concurrence_with_one_answer_counts_there_and_nowhere_else(self, answer: Position, consultation: Consultation) -> None:
        questions = desk.fresh(consultation).questions
        together.concurrence(make.position(consultation, texts={}), answer, questions[0])
        assert (question(consultation, 1).counted, question(consultation, 2).counted) == (2, 1)

    def test_a_concurrence_counts_as_long_as_what_was_read_stands(self, answer: Position, consultation: Consultation) -> None:
        together.concurrence(make.position(consultation, texts={}), answer)
        assert question(consultation).counted == 2
        newer(answer)
        assert question(consultation).counted == 1

    def test_a_concurrence_takes_over_nothing_at_second_hand(self, answer: Position, consultation: Consultation) -> None:
        between = make.position(consultation, texts={})
        together.concurrence(between, answer)
        together.concurrence(make.position(consultation, texts={}), between)
        assert question(consultation).counted == 2

    def test_an_unverified_party_does_not_count(self, answer: Position, consultation: Consultation) -> None:
        party = together.party(answer)
        assert question(consultation).counted == 2
        with transaction():
            db.session.execute(sa.delete(Verification).where(Verification.organisation_id == desk.fresh(party).organisation_id))
        assert question(consultation).counted == 1

    def test_the_group_of_a_confirmed_party_is_heard(self, answer: Position, consultation: Consultation) -> None:
        group = make.group()
        by = make.organisation(verified_in=consultation.municipality, groups=[group])
        with transaction():
            fresh_group = desk.fresh(group)
            db.session.get_one(Consultation, consultation.id).groups.append(fresh_group)
        party = together.party(answer, by, confirmed=False)
        assert [one.slug for one in _silent(consultation)] == [group.slug]
        with transaction():
            fresh = desk.fresh(party)
            fresh.confirmed_at, fresh.confirmed_id = clock.now(), fresh.position.current_id
        assert _silent(consultation) == ()

    def test_the_list_says_how_many_stand_behind_others_answers_only(self, answer: Position, consultation: Consultation) -> None:
        both = make.organisation(verified_in=consultation.municipality)
        together.party(answer, both)
        together.party(answer)
        make.position(consultation, both)
        fresh = desk.fresh(consultation)
        assert get_answer_list(fresh.municipality.slug, fresh.slug, 1, clock.now()).standing == 1

    @pytest.mark.parametrize("seed", range(3))
    def test_every_page_counts_each_organisation_once_whatever_they_do(self, app: Flask, client: PolicingClient, seed: int) -> None:
        """A random world: the charts of the question and of the summary agree, and no name stands twice."""
        chance = random.Random(seed)
        consultation = make.consultation(Phase.summarised)
        here = consultation.municipality
        organisations = [make.organisation(verified_in=here, name=f"Org {letter}") for letter in "ABCDEFGH"]
        senders = chance.sample(organisations, 5)
        texts: Iterable[dict[int, str]] = [{}, {1: "Ord."}, {2: "Ord."}, {1: "Ord.", 2: "Ord."}]
        answers = [make.position(consultation, by, texts=chance.choice(list(texts))) for by in senders]
        for _ in range(8):
            position, by = chance.choice(answers), chance.choice(organisations)
            if desk.fresh(position).organisation_id != by.id and not _is_party(position, by):
                together.party(position, by, confirmed=chance.random() < 0.8)
            one, other = chance.sample(answers, 2)
            together.concurrence(one, other, chance.choice([None, desk.fresh(consultation).questions[1]]))
        page = question(consultation)
        names = [name for row in voices(page).values() for name in row] if page.chart else []
        assert len(names) == len(set(names)) <= page.counted <= len(organisations)
        assert set(names) >= {voice.voice.name for voice in page.rows if voice.stance}
        from sakrad.summaries.queries_public_page import get_summary_page
        from tests.factories import summaries

        summaries.summary(consultation, published_at=clock.now())
        fresh = desk.fresh(consultation)
        charts = get_summary_page(fresh.municipality.slug, fresh.slug, 1, clock.now()).heard.charts
        assert [row.count for chart in charts for row in chart.rows] == ([row.count for row in page.chart.rows] if page.chart else [])


def _is_party(position: Position, by: Organisation) -> bool:
    db.session.rollback()
    found = sa.exists().where(PositionParty.position_id == position.id, PositionParty.organisation_id == by.id)
    return bool(db.session.scalar(sa.select(found)))


def _silent(consultation: Consultation) -> Any:
    db.session.rollback()
    (row,) = list_rows(clock.now(), Consultation.id == consultation.id, order=[], limit=1)
    return row.silent


class TestStaff:
    @pytest.fixture
    def version(self, consultation: Consultation) -> PositionVersion:
        lead, first, second = (make.organisation(verified_in=consultation.municipality) for _ in range(3))
        version = together.joint(consultation, lead, first, second)
        for party, words in zip(desk.fresh(version).position.parties, ("Anna Svensson håller inte med.", ""), strict=True):
            together.confirm(party, {1: words})
        return version

    @pytest.fixture
    def officer(self, client: PolicingClient, consultation: Consultation) -> PolicingClient:
        return client.sign_in(make.user((Role.officer, consultation.authority)))

    def _url(self, version: PositionVersion) -> str:
        position = desk.fresh(version).position
        consultation = position.consultation
        return f"/handlaggning/{consultation.municipality.slug}/sakrad/{consultation.slug}/svar/{position.organisation.slug}"

    def test_the_list_and_the_workbench_say_how_many_stand_behind(self, officer: PolicingClient, version: PositionVersion) -> None:
        url = self._url(version)
        assert "3 organisationer står bakom" in officer.get(url.rpartition("/")[0]).text
        assert "3 organisationer står bakom" in officer.get(url.rpartition("/svar/")[0] + "/sammanstall").text

    def test_reservations_are_masked_and_let_through(self, officer: PolicingClient, browse: Any, version: PositionVersion) -> None:
        url = self._url(version)
        officer.post(url, data={"version": "1", "decision": "publish"})
        page = officer.get(url).text
        assert "Anna Svensson håller inte med." in page and "Visa förbehållen" in page
        key = next(part for part in page.split('"') if part.startswith("party_reservation-"))
        data = {"version": "1", "text": key, "start": "0", "end": "13", "ground": MaskGround.personal_data.value}
        assert officer.post(f"{url}/maska", data=data).status_code == 303
        public = url.replace("/handlaggning/", "/kommun/")
        assert "håller inte med" not in browse().get(public).text
        party = next(party.reference for party in desk.fresh(version).position.parties if party.reservations)
        seen = page.partition(f'value="{party}"')[2].partition('value="')[2].partition('"')[0]
        assert officer.post(f"{url}/forbehall", data={"party": party, "seen": seen}).status_code == 303
        html = browse().get(public).text
        assert '<span class="masked">maskat</span> håller inte med.' in html and "Anna" not in html

    def test_what_has_been_changed_since_is_read_first(self, officer: PolicingClient, version: PositionVersion) -> None:
        party = desk.fresh(version).position.parties[0]
        officer.post(f"{self._url(version)}/forbehall", data={"party": party.reference, "seen": "0" * 64}, follow_redirects=True)
        assert desk.fresh(party).passed_at is None

    def test_another_municipality_the_public_and_members_of_those_behind_are_refused(
        self, client: PolicingClient, browse: Any, version: PositionVersion, consultation: Consultation
    ) -> None:
        url = self._url(version)
        party = desk.fresh(version).position.parties[0]
        data = {"party": party.reference, "seen": "0" * 64}
        authority = desk.fresh(consultation).authority
        both = make.user((Role.officer, authority), (Role.writer, desk.fresh(party).organisation))
        for user in (make.user((Role.officer, make.authority())), both):
            assert browse(user).get(url).status_code == 404
            assert browse(user).post(f"{url}/forbehall", data=data).status_code == 404
        assert client.post(f"{url}/forbehall", data=data).status_code == 303
        assert desk.fresh(party).passed_at is None
        listed = browse(both).get(url.rpartition("/")[0]).text
        assert "Jäv" in listed and f'href="{url}"' not in listed

    def test_a_party_of_another_answer_is_none(self, officer: PolicingClient, version: PositionVersion, answer: Position) -> None:
        elsewhere = together.party(answer, reservations={1: "Ord."}, passed=False)
        data = {"party": desk.fresh(elsewhere).reference, "seen": "0" * 64}
        assert officer.post(f"{self._url(version)}/forbehall", data=data).status_code == 404
