"""The receipt series, masks with their trace, and decisions about publication."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Event, EventName
from sakrad.core.text import Span
from sakrad.records import commands, queries
from sakrad.records.models import Mask, MaskGround, ReviewDecision, ReviewKind, TextKind
from tests import factories as make

AT = datetime(2027, 2, 15, 9, tzinfo=UTC)


def take(authority: object, at: datetime = AT) -> str:
    with transaction():
        return commands.take_receipt_number(authority, at)  # type: ignore[arg-type]


class TestReceiptNumbers:
    def test_follow_each_other_within_authority_and_year(self, app: Flask) -> None:
        of = make.municipality(scb_code="9901")
        board, council = make.authority(of, short="SN"), make.authority(of, short="KS")
        assert [take(board), take(board), take(council)] == ["SN-2027-0001-9901", "SN-2027-0002-9901", "KS-2027-0001-9901"]
        assert take(board, AT + timedelta(days=365)) == "SN-2028-0001-9901"

    def test_the_year_is_stockholms(self, app: Flask) -> None:
        of = make.authority(make.municipality(scb_code="9902"), short="SN")
        assert take(of, datetime(2027, 12, 31, 23, 30, tzinfo=UTC)) == "SN-2028-0001-9902"

    def test_differ_between_municipalities_with_the_same_short_name(self, app: Flask) -> None:
        one, other = (make.authority(make.municipality(scb_code=code), short="SN") for code in ("9903", "9904"))
        assert take(one) != take(other)

    def test_a_number_that_was_rolled_back_is_given_again(self, app: Flask) -> None:
        of = make.authority(make.municipality(scb_code="9905"), short="SN")
        with pytest.raises(RuntimeError), transaction():
            commands.take_receipt_number(of, AT)
            raise RuntimeError
        assert take(of).startswith("SN-2027-0001")


class TestMasks:
    def mask(self, start: int, end: int, text_id: int = 7) -> Mask:
        with transaction():
            return commands.add_mask(
                TextKind.finding,
                text_id,
                Span(start, end),
                ground=MaskGround.personal_data,
                actor=make.user(),
                at=AT,
                consultation_id=5,
                authority_id=3,
            )

    def test_hides_the_words_in_the_published_copy_only(self, app: Flask) -> None:
        self.mask(0, 4)
        spans = queries.masks_of(TextKind.finding, [7, 8])
        assert spans == {7: [Span(0, 4)]}
        assert queries.published("Anna ringde", spans[7]) == "████ ringde"

    def test_the_trace_names_whose_text_and_why_but_no_words(self, app: Flask) -> None:
        self.mask(0, 4)
        event = db.session.scalars(sa.select(Event).where(Event.name == EventName.text_masked)).one()
        assert (event.consultation_id, event.authority_id) == (5, 3)
        assert event.data == {"kind": "finding", "text_id": 7, "ground": "personal_data"}

    def test_is_taken_away_once_and_its_row_stays(self, app: Flask) -> None:
        mask = self.mask(0, 4)
        for _again in range(2):
            with transaction():
                commands.remove_mask(mask, actor=None, at=AT)
        assert queries.masks_of(TextKind.finding, [7]) == {}
        assert db.session.scalar(sa.select(Mask.removed_at)) == AT
        assert db.session.scalar(sa.select(sa.func.count(Event.id)).where(Event.name == EventName.text_unmasked)) == 1

    @pytest.mark.parametrize(("start", "end"), [(4, 4), (5, 4), (-1, 4)], ids=["empty", "backwards", "before the text"])
    def test_covers_something(self, app: Flask, start: int, end: int) -> None:
        with pytest.raises(commands.EmptySpan):
            self.mask(start, end)

    def test_words_that_are_hidden_already_are_not_hidden_twice(self, app: Flask) -> None:
        self.mask(0, 7)
        for _again in range(2):
            with transaction():
                commands.mask_words(
                    TextKind.finding, [7, 8], "Anna Ek och Anna", words="Anna", ground=MaskGround.secrecy, actor=None, at=AT
                )
        assert queries.masks_of(TextKind.finding, [7, 8]) == {7: [Span(0, 7), Span(12, 16)], 8: [Span(0, 4), Span(12, 16)]}

    def test_kinds_do_not_meet(self, app: Flask) -> None:
        self.mask(0, 4)
        assert queries.masks_of(TextKind.response, [7]) == {}


class TestReviews:
    def decide(self, decision: ReviewDecision, reason: str = "", **more: Any) -> None:
        with transaction():
            values = {"kind": ReviewKind.position, "ground": MaskGround.sensitive} | more
            commands.decide_review(values.pop("kind"), 1, decision=decision, reason=reason, **values, actor=None, at=clock.now())

    def test_the_latest_counts_and_the_earlier_stay(self, app: Flask) -> None:
        self.decide(ReviewDecision.publish)
        self.decide(ReviewDecision.withheld, "En uppgift om hälsa.")
        assert queries.latest_reviews(ReviewKind.position, [1, 2])[1].decision is ReviewDecision.withheld
        decided = queries.list_reviews(ReviewKind.position, 1)
        assert [review.decision for review in decided] == [ReviewDecision.withheld, ReviewDecision.publish]

    def test_kinds_do_not_meet(self, app: Flask) -> None:
        self.decide(ReviewDecision.publish, kind=ReviewKind.objection)
        assert queries.latest_reviews(ReviewKind.position, [1]) == {}
        assert queries.list_reviews(ReviewKind.attachment, 1) == []

    def test_withholding_needs_a_ground_in_law(self, app: Flask) -> None:
        with pytest.raises(commands.GroundMissing):
            self.decide(ReviewDecision.withheld, "Hälsa.", ground=None)
        with pytest.raises(commands.GroundMissing):
            self.decide(ReviewDecision.masked, ground=None)

    def test_withholding_needs_a_reason(self, app: Flask) -> None:
        with pytest.raises(commands.ReasonMissing):
            self.decide(ReviewDecision.withheld, " ")

    def test_nothing_asked_nothing_read(self, app: Flask) -> None:
        assert (queries.latest_reviews(ReviewKind.position, []), queries.masks_of(TextKind.answer, [])) == ({}, {})
