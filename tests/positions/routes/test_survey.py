"""A member answers by a single-use link: no name, no time, no address, no cookie but the form's own."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad import create_app
from sakrad.accounts.models import Role
from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.limits import Hit
from sakrad.core.security import limiter
from sakrad.core.text import Span
from sakrad.positions import commands as positions
from sakrad.positions import member_counts, queries_survey, receipts
from sakrad.positions.models import Draft, Position, PositionVersion, PublicationWish, Survey
from sakrad.positions.queries import get_received
from sakrad.records.models import MaskGround, ReviewDecision, TextKind
from tests import factories as make
from tests.factories import positions as desk
from tests.factories import surveys
from tests.factories.positions import fresh
from tests.policing import PolicingClient, content_of
from tests.statements import LIMIT, counted

ANSWER = {"q1": "1", "q2": "0"}


@pytest.fixture
def draft(app: Any) -> Draft:
    of = make.consultation()
    return desk.fill(desk.open_draft(of, make.organisation(verified_in=of.municipality, name="Ekhamra kvinnojour")))


@pytest.fixture
def survey(draft: Draft) -> Survey:
    return surveys.opened(draft, tickets=60)


def counts(survey: Survey) -> list[list[int]]:
    return [one.counts for one in fresh(survey).questions]


def test_a_member_reads_and_answers(survey: Survey, client: PolicingClient) -> None:
    page = client.get(surveys.link(survey))
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    for words in ("Ekhamra kvinnojour", "Ska vi säga ja till förslaget?", "Vet inte", "Vi vill veta vad ni tycker."):
        assert words in page.text
    assert counts(survey) == [[0, 0, 0], [0, 0]]
    with counted() as statements:
        answer = client.post(surveys.link(survey), data=ANSWER)
    assert answer.status_code == 303 and len(statements) < 10
    assert counts(survey) == [[0, 1, 0], [1, 0]]
    assert "Tack, länken är använd" in client.get(answer.location).text


def test_a_look_needs_few_statements_and_writes_nothing(survey: Survey, client: PolicingClient) -> None:
    db.session.remove()
    with counted() as statements:
        client.get(surveys.link(survey))
    assert len(statements) <= LIMIT
    assert not [one for one in statements if not one.startswith("SELECT")]


def test_the_second_press_is_not_counted(survey: Survey, client: PolicingClient) -> None:
    client.post(surveys.link(survey), data=ANSWER)
    again = client.post(surveys.link(survey), data={"q1": "0", "q2": "1"})
    assert again.status_code == 409 and "Tack, länken är använd" in again.text
    assert counts(survey) == [[0, 1, 0], [1, 0]]


@pytest.mark.parametrize("data", [{}, {"q1": "0"}, {"q1": "3", "q2": "0"}, {"q1": "-1", "q2": "0"}, {"q1": "x", "q2": "0"}], ids=str)
def test_what_is_not_an_answer_keeps_the_link_and_what_was_chosen(survey: Survey, client: PolicingClient, data: dict[str, str]) -> None:
    answer = client.post(surveys.link(survey), data=data)
    assert answer.status_code == 422 and "Välj ett av alternativen" in answer.text
    assert ('value="0" checked' in content_of(answer.text)) == ("0" in data.values())
    assert counts(survey) == [[0, 0, 0], [0, 0]]
    assert client.post(surveys.link(survey), data=ANSWER).status_code == 303


def test_a_closed_question_says_so(survey: Survey, client: PolicingClient) -> None:
    surveys.closed(survey)
    assert "Medlemsfrågan är stängd" in client.get(surveys.link(survey, 2)).text
    answer = client.post(surveys.link(survey, 2), data=ANSWER)
    assert answer.status_code == 409 and "Medlemsfrågan är stängd" in answer.text


def test_so_does_one_whose_answer_has_been_sent_and_tells_no_more(survey: Survey, draft: Draft, client: PolicingClient) -> None:
    link = surveys.link(survey)
    surveys.closed(survey)
    desk.submit(draft)
    db.session.remove()
    page = client.get(link)
    assert "Medlemsfrågan är stängd" in page.text and "Ekhamra" not in page.text
    assert client.post(link, data=ANSWER).status_code == 409


def test_a_false_link_is_404(survey: Survey, client: PolicingClient) -> None:
    link = surveys.link(survey)
    other = surveys.link(survey, 2)
    for false in (link[:-1], link + "x", link.rpartition("-")[0], surveys.link(survey, 61), other.replace("-2-", "-1-"), "/medlemsfraga/é"):
        assert client.get(false).status_code == client.post(false, data=ANSWER).status_code == 404
    assert counts(survey) == [[0, 0, 0], [0, 0]]


def test_a_question_that_is_not_opened_has_no_links(draft: Draft, client: PolicingClient) -> None:
    assert client.get(surveys.link(surveys.written(draft))).status_code == 404


def test_without_a_csrf_token_nothing_is_counted(survey: Survey, client: PolicingClient) -> None:
    assert client.post(surveys.link(survey), data=ANSWER, csrf=False).status_code == 400
    assert counts(survey) == [[0, 0, 0], [0, 0]]


def test_attempts_are_limited_without_the_address_being_written_down(
    make_settings: Any, database_url: str, app: Flask, survey: Survey
) -> None:
    import dataclasses

    limited = create_app(dataclasses.replace(make_settings(database_url), rate_limits=True), testing=True)
    false = surveys.link(survey)[:-1] + "x"
    with limited.app_context():
        client = limited.test_client()
        for _ in range(3):
            client.get(false, environ_base={"REMOTE_ADDR": "192.0.2.77"})
        limiter.enabled = False  # it is one for all applications of the process
        keys = list(db.session.scalars(sa.select(Hit.key)))
        db.session.remove()
        db.engine.dispose()
    assert keys and not any("192.0.2.77" in key for key in keys)


# -- what is published


def received(client: PolicingClient, draft: Draft, **more: Any) -> PositionVersion:
    """A position whose members were asked, let through for publication."""
    survey = surveys.opened(draft)
    surveys.answered(survey, *[(0, 0)] * 20, *[(1, 1)] * 9)
    surveys.closed(survey)
    version = fresh(desk.submit(draft))
    with transaction():
        positions.review_position(fresh(version), decision=ReviewDecision.publish, actor=None, at=clock.now())
    return version


def public_url(version: PositionVersion) -> str:
    position: Position = fresh(version).position
    return f"/kommun/{position.consultation.municipality.slug}/sakrad/{position.consultation.slug}/svar/{position.organisation.slug}"


def staff_url(version: PositionVersion) -> str:
    return "/handlaggning" + public_url(version).removeprefix("/kommun")


def test_the_counts_stand_with_the_answer_for_readers_staff_and_in_the_document(draft: Draft, client: PolicingClient, browse: Any) -> None:
    version = received(client, draft)
    url = public_url(version)
    db.session.remove()
    with counted() as statements:
        page = client.get(url)
    assert len(statements) <= LIMIT
    for words in (
        "Så svarade medlemmarna, enligt organisationen",
        "29 av 60 svarade.",
        "Ska vi säga ja till förslaget?",
        "färre än 3",
        "minst 18",
    ):
        assert words in page.text
    position = fresh(version).position
    official = make.user((Role.officer, position.consultation.authority))
    review = browse(official).get(staff_url(version))
    assert "29 av 60 svarade." in review.text and "Medlemsfrågan" in review.text
    document = receipts._document(fresh(version))
    assert any("29 av 60 svarade." in line for part in document["more"] for line in part["lines"])


def test_words_of_the_question_can_be_masked_for_every_reader_at_once(draft: Draft, client: PolicingClient, browse: Any) -> None:
    version = received(client, draft)
    position = fresh(version).position
    text = member_counts.text_of(fresh(version).member_counts)
    start = text.index("förslaget")
    with transaction():
        current = get_received(position.consultation.municipality.slug, position.consultation.slug, position.organisation.slug)
        positions.mask_text(
            current,
            TextKind.member_question,
            current.id,
            Span(start, start + 9),
            ground=MaskGround.personal_data,
            actor=None,
            at=clock.now(),
        )
    page = client.get(public_url(version)).text
    assert "Ska vi säga ja till █████████?" in page and "till förslaget" not in page
    assert receipts.is_intact(fresh(version), receipts.nonce_of(fresh(version))), "the original is not altered"


def test_an_answer_without_a_name_shows_no_numbers_that_could_give_it_away(draft: Draft, client: PolicingClient) -> None:
    with transaction():
        db.session.execute(sa.update(Draft).values(wish=PublicationWish.unnamed))
    version = received(client, draft)
    position = fresh(version).position
    page = client.get(public_url(version).rpartition("/")[0] + f"/{position.reference}")
    assert page.status_code == 200 and "Så svarade medlemmarna" not in page.text


def test_nothing_is_shown_where_members_were_not_asked(app: Any, client: PolicingClient) -> None:
    of = make.consultation(Phase.compiling)
    position = make.position(of)
    page = client.get(public_url(fresh(position).current)).text
    assert "Så svarade medlemmarna" not in page


def test_while_members_are_asked_no_page_of_staffs_changes(draft: Draft, browse: Any) -> None:
    of = fresh(draft).consultation
    official = make.user((Role.officer, of.authority), (Role.registrar, of.authority), (Role.coordinator, of.municipality))
    kommun, slug = of.municipality.slug, of.slug
    urls = [
        f"/handlaggning/{kommun}",
        f"/handlaggning/{kommun}/sakrad/{slug}/svar",
        f"/handlaggning/{kommun}/diarielista",
        f"/kommun/{kommun}/sakrad/{slug}",
    ]

    def pages() -> list[bytes]:
        return [browse(official).get(url).data.split(b"<main")[1].split(b"csrf_token")[0] for url in urls]

    before = pages()
    survey = surveys.opened(draft)
    surveys.answered(survey, *[(0, 0)] * 9)
    assert pages() == before
    surveys.closed(survey)
    assert pages() == before
    assert queries_survey.find_survey(fresh(draft)) is not None
