"""When members may be asked, and when they may answer. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sakrad.consultations.lifecycle import Dates, Phase, phase
from sakrad.core.errors import Blocker

FEWEST_QUESTIONS, MOST_QUESTIONS = 2, 5
FEWEST_OPTIONS, MOST_OPTIONS = 2, 8
MOST_TICKETS = 500
QUESTION_LIMIT, OPTION_LIMIT, INTRO_LIMIT = 300, 80, 500  # code points


@dataclass(frozen=True, slots=True)
class Question:
    """A closed question: one of the options is chosen."""

    text: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SurveyFacts:
    """Where a question to the members stands."""

    questions: int = 0
    opened: bool = False
    closed: bool = False
    tickets: int = 0

    @property
    def running(self) -> bool:
        return self.opened and not self.closed


def blockers_to_write_survey(facts: SurveyFacts) -> list[Blocker]:
    """Why the questions may not be changed: those who have a link have been asked these."""
    return [Blocker("survey_opened")] if facts.opened else []


def blockers_to_open_survey(facts: SurveyFacts, dates: Dates, more: int, at: datetime) -> list[Blocker]:
    """Why members may not be asked, with so many links."""
    found = blockers_to_write_survey(facts)
    if not FEWEST_QUESTIONS <= facts.questions <= MOST_QUESTIONS:
        found.append(Blocker("survey_questions", {"fewest": FEWEST_QUESTIONS, "most": MOST_QUESTIONS}))
    if phase(dates, at) not in (Phase.announced, Phase.open):
        found.append(Blocker("survey_too_late"))
    return found + _too_many(facts, more)


def blockers_to_add_tickets(facts: SurveyFacts, more: int) -> list[Blocker]:
    """Why so many more links may not be made."""
    return blockers_to_close_survey(facts) + _too_many(facts, more)


def blockers_to_close_survey(facts: SurveyFacts) -> list[Blocker]:
    """Why there is nothing to close."""
    return [] if facts.running else [Blocker("survey_closed" if facts.closed else "survey_not_open")]


def blockers_to_answer_survey(facts: SurveyFacts) -> list[Blocker]:
    """Why a member may not answer any more."""
    return blockers_to_close_survey(facts)


def _too_many(facts: SurveyFacts, more: int) -> list[Blocker]:
    over = not 0 < more <= MOST_TICKETS - facts.tickets
    return [Blocker("survey_tickets", {"most": MOST_TICKETS, "left": MOST_TICKETS - facts.tickets}, field="tickets")] if over else []
