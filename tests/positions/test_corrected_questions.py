"""A question that is corrected or withdrawn while organisations write: what they see, what is kept, and what is sent."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from sakrad.consultations.corrections import Part
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.links import token_of
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.positions import commands, handout, receipts
from sakrad.positions.models import Answer, PositionVersion
from sakrad.records.models import ReviewDecision
from tests import factories as make
from tests.factories import correcting, positions, transcribing
from tests.factories.consultations import address, change, officer_of, staff_address
from tests.factories.positions import desk_url, fresh, member


def write(consultation, organisation, *, hours_ago: int):
    """A whole draft, written some hours ago."""
    draft = positions.fill(positions.open_draft(consultation, organisation))
    for answer in fresh(draft).answers:
        change(answer, updated_at=clock.now() - timedelta(hours=hours_ago))
    return draft


def versions(version: PositionVersion) -> dict[int, int]:
    return {answer.question.number: answer.question_version for answer in fresh(version).answers}


def corrected(consultation, **more):
    return correcting.announced(fresh(consultation), questions={1: {Part.text: "Vad ser ni i höst?"}}, **more)


def test_what_was_written_before_a_correction_is_marked_everywhere_when_it_is_sent(browse):
    consultation = make.consultation(Phase.open)
    organisation = make.organisation(verified_in=consultation.municipality)
    draft = write(consultation, organisation, hours_ago=2)
    corrected(consultation)
    writer = browse(member(organisation))
    page = writer.get(desk_url(consultation, organisation)).text
    assert "Frågan är ändrad genom rättelse 1" in page
    assert "Ni skrev ert svar före ändringen." in page
    assert "<ins>" in page
    assert "Besvarad före rättelse 1" in writer.get(desk_url(consultation, organisation, "/skicka")).text
    version = positions.submit(draft)
    assert versions(version) == {1: 1, 2: 1, 3: 1}
    with transaction():
        reviewed = fresh(version)
        commands.review_position(reviewed, decision=ReviewDecision.publish, reason="", actor=None, at=clock.now())
    assert "Besvarad före rättelse 1" in writer.get(desk_url(consultation, organisation, "/kvitto")).text
    officer = browse(officer_of(fresh(consultation).authority))
    org = fresh(organisation).slug
    assert "Besvarad före rättelse 1" in officer.get(staff_address(fresh(consultation), f"svar/{org}")).text
    public = address(fresh(consultation))
    for page in ("/fraga/1", f"/svar/{org}"):
        assert "Besvarad före rättelse 1" in browse().get(public + page).text, page
    assert "Besvarad före rättelse" not in browse().get(f"{public}/fraga/2").text


def test_an_answer_written_or_kept_after_the_correction_is_to_the_new_question(browse):
    consultation = make.consultation(Phase.open)
    organisation = make.organisation(verified_in=consultation.municipality)
    draft = write(consultation, organisation, hours_ago=2)
    corrected(consultation)
    writer, url = browse(member(organisation)), desk_url(consultation, organisation)
    answer = fresh(draft).answers[0]
    data = positions.posted(answer.question, answer.text, version=answer.version) | {"galler": "1", "sedan": "stanna"}
    assert writer.post(url, data=data).status_code == 303
    page = writer.get(url).text
    assert "Frågan är ändrad genom rättelse 1" in page  # one may still see what was changed
    assert "Ni skrev ert svar före ändringen." not in page
    assert versions(positions.submit(draft)) == {1: 2, 2: 1, 3: 1}


def test_an_answer_received_before_the_correction_keeps_its_version_and_its_document(app):
    consultation = make.consultation(Phase.open)
    organisation = make.organisation(verified_in=consultation.municipality)
    asked = consultation.questions[0].text
    version = positions.sent(consultation, organisation)
    corrected(consultation)
    with app.test_request_context():
        (first, *_rest) = receipts._document(fresh(version))["answers"]
    assert asked in first["question"]  # as when it was sent to the registrar
    assert first["facts"] == []
    assert receipts.is_intact(fresh(version), receipts.nonce_of(fresh(version)))


def test_a_withdrawn_question_is_asked_no_more_and_blocks_nothing(browse, app):
    consultation = make.consultation(Phase.open)
    change(consultation.questions[0], required=True)
    organisation, late = (make.organisation(verified_in=fresh(consultation).municipality) for _ in range(2))
    draft = write(consultation, organisation, hours_ago=2)
    correcting.announced(fresh(consultation), withdrawn=frozenset({1}))
    text = fresh(consultation).questions[0].text
    page = browse(member(organisation)).get(desk_url(consultation, organisation)).text
    assert "Frågan har utgått genom rättelse 1" in page
    assert "Det ni hann skriva följer med" in page
    newcomer, url = browse(member(late)), desk_url(consultation, late)
    assert text not in newcomer.get(url).text
    assert "Ni behöver inte svara på den." in newcomer.get(f"{url}/fraga/1").text
    second = positions.open_draft(consultation, late)
    question = fresh(consultation).questions[2]
    newcomer.post(url, data=positions.posted(question, "Bara det här."))
    facts = {"fakta-version": "1", "fakta-signed_role": "Ordförande", "fakta-anchoring": "board", "fakta-wish": "named"}
    assert newcomer.post(f"{url}/forankring", data=facts).status_code == 303
    assert f"<h3>{text}</h3>" not in newcomer.get(f"{url}/skicka").text
    assert versions(positions.submit(second)) == {3: 1}
    assert set(versions(positions.submit(draft))) == {1, 2, 3}  # what was written is theirs to send
    with app.test_request_context():
        assert text not in handout._facts(fresh(consultation))
    invitation = make.invitation(fresh(consultation))
    assert text not in browse().get(f"/inbjudan/{token_of(fresh(invitation))}").text


def test_a_letter_that_came_before_the_correction_answers_the_question_as_it_was(browse):
    consultation = make.consultation(Phase.open)
    organisation = make.organisation(verified_in=consultation.municipality)
    corrected(consultation)
    officer = browse(officer_of(fresh(consultation).authority))
    url = staff_address(fresh(consultation), "svar/nytt/fragor")
    yesterday = clock.today() - timedelta(days=1)
    assert officer.get(url).status_code == 200
    with_day = transcribing.entered(fresh(consultation), fresh(organisation), received_at=clock.start_of(yesterday))
    assert set(db.session.scalars(sa.select(Answer.question_version).where(Answer.version_id == with_day.id))) == {1}
