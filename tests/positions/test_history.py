"""Every acknowledged save is in the history, word for word, and gathered as people work."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sakrad.accounts.models import Membership, Role, User
from sakrad.consultations.models import Question, QuestionKind
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Missing
from sakrad.core.text import normalised
from sakrad.positions import commands, queries_history
from sakrad.positions.models import AnchoringLevel, Draft, DraftAnswer, DraftRevision, PublicationWish, Stance
from sakrad.positions.revisions import SNAPSHOT_EVERY, answer_values, facts_from, facts_values, splice
from tests import factories as make
from tests.factories import positions as desk

ANY = st.text(alphabet=st.characters(), max_size=120)
EDIT = st.tuples(st.floats(0, 1), st.floats(0, 0.3), ANY)  # where, how much goes, what comes instead


@given(ANY, ANY, st.integers(1, 45))
def test_a_splice_makes_exactly_the_next_text(before: str, after: str, number: int) -> None:
    kept = splice(before, after, number)
    assert kept.onto(before) == after
    assert len(kept.words) <= len(after)
    if number % SNAPSHOT_EVERY == 0:
        assert (kept.head, kept.tail, kept.words) == (0, 0, after)


def test_a_small_edit_of_a_long_text_is_kept_small() -> None:
    text = "Vägen in är för lång. " * 900
    assert len(splice(text, text.replace("lång", "krånglig", 1), 7).words) < 10


@pytest.fixture
def draft(app: Flask) -> Draft:
    return new_draft()


def new_draft() -> Draft:
    consultation = make.consultation()
    return desk.open_draft(consultation, make.organisation(verified_in=consultation.municipality))


def question(draft: Draft, number: int = 1) -> Question:
    return next(asked for asked in draft.consultation.questions if asked.number == number)


def save(draft: Draft, text: str, number: int = 1, *, actor: Any = None, at: Any = None, **values: Any) -> None:
    """Save over what stands there."""
    draft = desk.fresh(draft)
    asked = question(draft, number)
    stands = next((answer for answer in draft.answers if answer.question_id == asked.id), None)
    with transaction():
        commands.save_answer(
            draft, asked, text=text, seen_version=stands.version if stands else 0, actor=actor, at=at or clock.now(), **values
        )


def revisions(draft: Draft, number: int | None = 1) -> list[tuple[int, str]]:
    """Number and reconstructed text of every revision of the part."""
    draft = desk.fresh(draft)
    part = question(draft, number).id if number else None
    numbers = db.session.scalars(
        sa.select(DraftRevision.number)
        .where(DraftRevision.draft_id == draft.id, DraftRevision.question_id == part)
        .order_by(DraftRevision.number)
    )
    found = queries_history.list_revisions(draft, {(part, number) for number in numbers})
    return [(number, revision.text) for (_part, number), revision in found.items()]


@settings(max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(first=ANY, edits=st.lists(EDIT, min_size=1, max_size=45))
def test_any_revision_can_be_read_exactly(app: Flask, first: str, edits: list[tuple[float, float, str]]) -> None:
    draft, text, expected = new_draft(), first * 3, []
    for at, share, words in [(0.0, 0.0, ""), *edits]:
        start = int(at * len(text))
        text = normalised(text[:start] + words + text[start + int(share * len(text)) :])
        if text != (expected[-1] if expected else ""):
            save(draft, text)
            expected.append(text)
    assert revisions(draft) == list(enumerate(expected, start=1))
    some = {(question(desk.fresh(draft)).id, number) for number in range(1, len(expected) + 1, 7)}
    alone = queries_history.list_revisions(draft, some)
    assert {number: revision.text for (_part, number), revision in alone.items()} == {n: expected[n - 1] for _part, n in some}


def test_the_other_values_are_kept_too(draft: Draft) -> None:
    save(draft, "Nja", 2, stance=Stance.supports)
    save(draft, "Nja", 2, stance=Stance.opposes, own_interest=True, left_out=True, left_out_reason="Ingen tid")
    part = question(desk.fresh(draft), 2).id
    found = queries_history.list_revisions(draft, {(part, 1), (part, 2)})
    assert [revision.text for revision in found.values()] == ["Nja", "Nja"]
    assert found[part, 1].values["stance"] == "supports"
    assert found[part, 2].values == {
        "stance": "opposes",
        "options": [],
        "own_interest": True,
        "left_out": True,
        "left_out_reason": "Ingen tid",
    }


def test_the_facts_are_a_part_of_their_own_with_the_dissent_as_text(draft: Draft) -> None:
    group = make.group()
    said: dict[str, Any] = {
        "signed_role": "Ordförande",
        "anchoring": AnchoringLevel.board,
        "decided_on": date(2024, 2, 15),
        "decision_ref": "§ 7",
        "asked": 40,
        "answered": 34,
        "wish": PublicationWish.unnamed,
        "reuse": True,
    }
    for dissent in ("Kassören var emot.", "Kassören och sekreteraren var emot."):
        draft = desk.fresh(draft)
        with transaction():
            groups = [db.session.merge(group)]
            commands.save_facts(draft, **said, dissent=dissent, groups=groups, seen_version=draft.version, actor=None, at=clock.now())
    assert revisions(draft, None) == [(1, ""), (2, "Kassören var emot."), (3, "Kassören och sekreteraren var emot.")]
    values = queries_history.list_revisions(draft, {(None, 3)})[None, 3].values
    assert facts_from(values) == said | {"confirm_by_on": None}
    assert values["groups"] == [desk.fresh(group).slug]
    assert values == facts_values(desk.fresh(draft))


def test_what_is_refused_or_changes_nothing_is_no_revision(draft: Draft) -> None:
    save(draft, "Ett")
    save(draft, "Ett\r\n  ")
    with pytest.raises(commands.TooLong):
        save(draft, "å" * 20_001)
    with pytest.raises(commands.WrongAnswer):
        save(draft, "Två", stance=Stance.supports)
    assert revisions(draft) == [(1, "Ett")]


def test_a_save_that_is_rolled_back_leaves_no_trace(draft: Draft) -> None:
    save(draft, "Ett")
    draft = desk.fresh(draft)
    with pytest.raises(ZeroDivisionError), transaction():
        commands.save_answer(draft, question(draft), text="Två", seen_version=1, actor=None, at=clock.now())
        raise ZeroDivisionError
    assert revisions(draft) == [(1, "Ett")]
    assert desk.fresh(draft).answers[0].text == "Ett"


def test_a_draft_from_before_the_history_keeps_what_stood_there_first(app: Flask) -> None:
    consultation = make.consultation()
    draft = make.draft(consultation, dissent="Gammal avvikande mening", version=4)
    asked = consultation.questions[0]
    make.save(DraftAnswer(draft_id=draft.id, question_id=asked.id, text="Gamla ord", version=3, updated_at=make.LONG_AGO))
    save(draft, "Gamla ord och nya")
    save(draft, "Bara nya")
    assert revisions(draft) == [(3, "Gamla ord"), (4, "Gamla ord och nya"), (5, "Bara nya")]
    draft = desk.fresh(draft)
    with transaction():
        commands.save_facts(draft, dissent="Ny", seen_version=4, actor=None, at=clock.now())
    assert revisions(draft, None) == [(4, "Gammal avvikande mening"), (5, "Ny")]
    first, *_rest = queries_history.list_revisions(draft, {(asked.id, 3)}).values()
    assert first.from_before
    assert {**first.values, "from_before": None} == answer_values(None) | {"from_before": None}


def sittings(draft: Draft) -> list[tuple[int | None, list[int]]]:
    """Part and numbers of each sitting, newest first; the one in which the draft was begun left out."""
    draft = desk.fresh(draft)
    numbers = {asked.id: asked.number for asked in draft.consultation.questions}
    found = [
        (numbers.get(sitting.first.question_id), [save.number for save in sitting.saves])
        for sitting in queries_history.list_sittings(draft)
    ]
    return [sitting for sitting in found if sitting != (None, [1])]


def test_saves_are_gathered_by_part_person_and_pause(draft: Draft) -> None:
    organisation = desk.fresh(draft).organisation
    alex, sam = desk.member(organisation), desk.member(organisation)
    start = clock.now()
    for minutes, words, number, who in [
        (0, "Ett", 1, alex),
        (9, "Ett två", 1, alex),
        (10, "Tre", 3, alex),  # another part, in between: the sittings go on
        (18, "Ett två tre", 1, alex),
        (28, "Fyra", 1, alex),  # ten minutes: a new sitting
        (29, "Fem", 1, sam),
        (30, "Sex", 1, alex),  # after somebody else: what sam changed is not alex's
        (31, "Sju", 1, None),
    ]:
        save(draft, words, number, actor=who and db.session.merge(who), at=start + timedelta(minutes=minutes))
    assert sittings(draft) == [(1, [7]), (1, [6]), (1, [5]), (1, [4]), (1, [1, 2, 3]), (3, [1])]


def test_the_sitting_of_a_save_is_found_by_any_of_its_numbers(draft: Draft) -> None:
    for words in ("Ett", "Ett två", "Ett två tre"):
        save(draft, words)
    draft = desk.fresh(draft)
    for number in (1, 2, 3):
        assert len(queries_history.get_sitting(draft, question(draft), number).saves) == 3
    for number in (0, 4):
        with pytest.raises(Missing):
            queries_history.get_sitting(draft, question(draft), number)
    with pytest.raises(Missing):
        queries_history.get_sitting(draft, question(draft, 3), 1)


def test_authors_have_their_names_and_who_has_left_has_the_role(draft: Draft) -> None:
    organisation = desk.fresh(draft).organisation
    present, gone = desk.member(organisation), desk.member(organisation, Role.writer)
    save(draft, "Ett", actor=db.session.merge(present))
    save(draft, "Två", actor=db.session.merge(gone))
    save(draft, "Tre")
    with transaction():
        db.session.execute(sa.update(Membership).where(Membership.user_id == gone.id).values(ended_at=clock.now()))
    draft = desk.fresh(draft)
    saves = [sitting.last for sitting in queries_history.list_sittings(draft)]
    name = db.session.get_one(User, present.id).name
    assert queries_history.authors_of(draft, saves, named=True) == {
        None: "Via inbjudans länk",
        present.id: name,
        gone.id: "Tidigare medlem (skribent)",
    }
    assert queries_history.authors_of(draft, saves, named=False) == {
        None: "Via inbjudans länk",
        present.id: "En medlem",
        gone.id: "En medlem",
    }


class TestVersions:
    def test_what_a_new_version_changed(self, draft: Draft) -> None:
        first = desk.submit(desk.fill(draft, "Vägen in är lång."))
        save(draft, "Vägen in är för lång.")
        save(draft, "", 3, left_out=True, left_out_reason="Ingen tid")
        draft = desk.fresh(draft)
        with transaction():
            commands.save_facts(
                draft,
                signed_role="Ordförande",
                anchoring=AnchoringLevel.annual_meeting,
                wish=PublicationWish.named,
                seen_version=draft.version,
                actor=None,
                at=clock.now(),
            )
        second = desk.fresh(desk.submit(draft))
        assert queries_history.changes_of(desk.fresh(first)) == []
        one, three, facts = queries_history.changes_of(desk.fresh(second))
        assert (one.question and one.question.number, one.before, one.after) == (1, "Vägen in är lång. (1)", "Vägen in är för lång.")
        assert three.question and (three.question.number, three.after) == (3, "")
        assert [(change.before, change.after) for change in three.values] == [("Nej", "Ja"), ("", "Ingen tid")]
        assert facts.question is None
        assert [(change.before, change.after) for change in facts.values] == [("Beslut av styrelsen", "Beslut av årsmötet")]


class TestKnownFacts:
    def test_are_not_asked_again(self, app: Flask) -> None:
        first = make.consultation()
        organisation = make.organisation(verified_in=first.municipality, groups=[make.group()])
        desk.sent(first, organisation, wish=PublicationWish.unnamed)
        second = desk.open_draft(make.consultation(), organisation)
        second = desk.fresh(second)
        assert (second.signed_role, second.wish, second.reuse) == ("Ordförande", PublicationWish.unnamed, False)
        assert [group.slug for group in second.groups] == [group.slug for group in desk.fresh(organisation).groups]
        assert second.anchoring is None, "how this answer is anchored is asked anew"

    def test_groups_of_the_last_answer_where_the_profile_has_none(self, app: Flask) -> None:
        consultation, group = make.consultation(), make.group()
        organisation = make.organisation(verified_in=consultation.municipality)
        draft = desk.fresh(desk.fill(desk.open_draft(consultation, organisation)))
        with transaction():
            db.session.merge(draft).groups = [db.session.merge(group)]
        desk.submit(draft)
        assert [known.slug for known in desk.fresh(desk.open_draft(make.consultation(), organisation)).groups] == [desk.fresh(group).slug]

    def test_nothing_of_what_was_never_ours(self, app: Flask) -> None:
        consultation = make.consultation()
        organisation = make.organisation(verified_in=consultation.municipality)
        version = desk.sent(consultation, organisation)
        with transaction():
            commands.disown(desk.fresh(version).position, at=clock.now())
        assert desk.fresh(desk.open_draft(make.consultation(), organisation)).signed_role == ""


def test_leaving_out_is_refused_where_an_answer_is_needed(app: Flask) -> None:
    consultation = make.consultation(questions=1)
    make.question(consultation, number=2, kind=QuestionKind.experience, required=True)
    draft = desk.open_draft(consultation, make.organisation(verified_in=consultation.municipality))
    with pytest.raises(commands.WrongAnswer):
        save(draft, "", 2, left_out=True)
    with pytest.raises(commands.TooLong):
        save(draft, "", 1, left_out=True, left_out_reason="o" * 201)


def test_what_is_left_out_is_kept_and_not_sent(draft: Draft) -> None:
    desk.fill(draft, "Skrivet")
    save(draft, "Skrivet (1)", left_out=True, left_out_reason="Ingen tid")
    save(draft, "Skrivet (2)", 2, stance=Stance.opposes, left_out=True)
    version = desk.submit(draft)
    assert [answer.question.number for answer in version.answers] == [3]
    assert version.left_out == {"1": "Ingen tid", "2": ""}
    assert {answer.text for answer in desk.fresh(draft).answers} == {"Skrivet (1)", "Skrivet (2)", "Skrivet (3)"}


def test_a_preliminary_answer_keeps_its_day_only_while_nobody_has_decided(draft: Draft) -> None:
    day = clock.today() + timedelta(days=30)
    for anchoring, kept in ((AnchoringLevel.not_yet, day), (AnchoringLevel.board, None)):
        draft = desk.fresh(draft)
        with transaction():
            commands.save_facts(draft, anchoring=anchoring, confirm_by_on=day, seen_version=draft.version, actor=None, at=clock.now())
        assert desk.fresh(draft).confirm_by_on == kept
