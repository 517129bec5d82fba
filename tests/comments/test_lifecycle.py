"""When one may comment, and on what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sakrad.comments.lifecycle import Facts, blockers_to_comment, blockers_to_decide, blockers_to_reply, comments_open
from sakrad.consultations.lifecycle import Dates
from sakrad.consultations.models import CommentsRule

RULE = CommentsRule
OPENS, CLOSES = datetime(2027, 3, 1, 8, tzinfo=UTC), datetime(2027, 3, 20, 23, tzinfo=UTC)  # to and including 20 March in Stockholm
ENDS = datetime(2027, 3, 30, 22, tzinfo=UTC)  # summer time has begun: ten whole days later it is midnight at 22 UTC
TICK = timedelta(microseconds=1)


def facts(rule: CommentsRule, **dates: datetime) -> Facts:
    return Facts(Dates(**({"announced_at": OPENS - timedelta(days=5), "opens_at": OPENS, "closes_at": CLOSES} | dates)), rule)


@pytest.mark.parametrize(
    ("rule", "at", "code"),
    [
        pytest.param(RULE.none, OPENS, "comments_off", id="none: never"),
        pytest.param(RULE.open, OPENS - TICK, "comments_not_yet", id="while open: not before it opens"),
        pytest.param(RULE.open, OPENS, None, id="while open: from the opening"),
        pytest.param(RULE.open, CLOSES - TICK, None, id="while open: to the last instant"),
        pytest.param(RULE.open, CLOSES, "comments_over", id="while open: not at closing"),
        pytest.param(RULE.after_closing, CLOSES - TICK, "comments_not_yet", id="round: not before closing"),
        pytest.param(RULE.after_closing, CLOSES, None, id="round: from closing"),
        pytest.param(RULE.after_closing, ENDS - TICK, None, id="round: ten whole days, over the change to summer time"),
        pytest.param(RULE.after_closing, ENDS, "comments_over", id="round: not on the eleventh"),
    ],
)
def test_the_time_for_comments(rule: CommentsRule, at: datetime, code: str | None) -> None:
    assert [blocker.code for blocker in blockers_to_comment(facts(rule), at)] == ([code] if code else [])


def test_not_in_a_draft_and_not_in_what_is_cancelled() -> None:
    assert blockers_to_comment(Facts(Dates(opens_at=OPENS, closes_at=CLOSES), RULE.open), OPENS)[0].code == "comments_off"
    assert blockers_to_comment(facts(RULE.open, cancelled_at=OPENS), OPENS)[0].code == "consultation_cancelled"
    assert comments_open(Facts(Dates(), RULE.open)) is None


@pytest.mark.parametrize(
    ("published", "is_reply", "code"), [(True, False, None), (False, False, "comment_gone"), (True, True, "reply_to_reply")]
)
def test_replies_go_one_level_deep_and_only_to_what_is_seen(published: bool, is_reply: bool, code: str | None) -> None:
    found = blockers_to_reply(parent_published=published, parent_is_reply=is_reply)
    assert [blocker.code for blocker in found] == ([code] if code else [])


def test_only_a_verified_organisations_comment_is_published() -> None:
    assert blockers_to_decide(publishing=True, verified=False)[0].code == "comment_unverified"
    assert not blockers_to_decide(publishing=False, verified=False) and not blockers_to_decide(publishing=True, verified=True)
