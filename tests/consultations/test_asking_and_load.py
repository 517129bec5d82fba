"""Pure rules: when one may ask to take part, how one is answered, and when a hint says that the same are asked by several."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sakrad.consultations.lifecycle import Dates
from sakrad.consultations.lifecycle_load import Elsewhere, hints_of_load, in_the_same_weeks
from sakrad.consultations.lifecycle_participation import AskingFacts, blockers_to_answer, blockers_to_ask
from sakrad.core.errors import Blocker

NOW = datetime(2027, 4, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def dates(opens: int = -5, closes: int = 20, **values: datetime) -> Dates:
    return Dates(announced_at=NOW - 9 * DAY, opens_at=NOW + opens * DAY, closes_at=NOW + closes * DAY, **values)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (AskingFacts(dates(), open_invitation=False), None),
        (AskingFacts(dates(opens=3), open_invitation=False), None),
        (AskingFacts(dates(), open_invitation=True), "participation_open"),
        (AskingFacts(dates(), open_invitation=False, invited=True), "participation_invited"),
        (AskingFacts(dates(), open_invitation=False, asked=True), "participation_asked_already"),
        (AskingFacts(dates(closes=0), open_invitation=False), "answering_closed"),
        (AskingFacts(Dates(), open_invitation=False), "answering_closed"),
        (AskingFacts(dates(cancelled_at=NOW), open_invitation=False), "consultation_cancelled"),
    ],
)
def test_who_is_not_invited_may_ask_while_one_can_answer(facts, code):
    assert [blocker.code for blocker in blockers_to_ask(facts, NOW)] == ([code] if code else [])


CLOSED = [Blocker("invitations_closed")]


@pytest.mark.parametrize(
    ("answered", "accepted", "reason", "to_invite", "code"),
    [
        (False, True, "", [], None),
        (False, True, "", CLOSED, "invitations_closed"),
        (False, False, "Frågan rör andra.", CLOSED, None),  # a no can always be said: the answer is owed
        (False, False, " ", [], "participation_reason_missing"),
        (True, True, "", [], "participation_answered_already"),
        (True, False, "Frågan rör andra.", [], "participation_answered_already"),
    ],
)
def test_a_yes_is_an_invitation_and_a_no_has_a_reason(answered, accepted, reason, to_invite, code):
    found = blockers_to_answer(answered=answered, accepted=accepted, reason=reason, to_invite=to_invite)
    assert [blocker.code for blocker in found] == ([code] if code else [])


def elsewhere(opens: float, closes: float, slug: str = "jouren", title: str = "Kvällarna") -> Elsewhere:
    return Elsewhere(slug, "Jouren", title, "Kulturnämnden", "Ekhamra kommun", NOW + opens * DAY, NOW + closes * DAY)


@pytest.mark.parametrize(
    ("other", "opens", "same"),
    [
        (elsewhere(-30, 0), None, False),  # closes now, exclusive
        (elsewhere(-30, 0.01), None, True),
        (elsewhere(-30, 5), 5, False),  # closes as ours opens
        (elsewhere(-30, 6), 5, True),
        (elsewhere(20, 40), None, False),  # opens as ours closes
        (elsewhere(19, 40), None, True),
    ],
)
def test_the_same_weeks_are_those_on_which_both_can_be_answered(other, opens, same):
    opens_at = NOW + opens * DAY if opens is not None else None
    assert in_the_same_weeks([other], opens_at=opens_at, closes_at=NOW + 20 * DAY, at=NOW) == ([other] if same else [])


def test_the_hint_counts_each_organisation_once_and_names_the_others():
    asked = [
        elsewhere(-1, 5),
        elsewhere(-1, 9, title="Lokaler"),
        elsewhere(-1, 9, slug="laget", title="Lokaler"),
        elsewhere(-9, -1, slug="gammal"),
    ]
    (hint,) = hints_of_load(asked, opens_at=None, closes_at=NOW + 20 * DAY, at=NOW)
    assert (hint.code, hint.args["organisations"]) == ("hint_organisation_load", 2)
    assert hint.args["titles"] == (("Kvällarna", "Kulturnämnden"), ("Lokaler", "Kulturnämnden"))
    assert hints_of_load([], opens_at=None, closes_at=None, at=NOW) == []
