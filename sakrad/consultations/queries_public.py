"""What every public page about a consultation begins with: where it stands, whose it is, and its dates."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.lifecycle import Dates, Phase, phase
from sakrad.consultations.models import AnswersPublic, CommentsRule, Consultation
from sakrad.consultations.promised import feedback_due
from sakrad.core import clock
from sakrad.core.errors import Missing
from sakrad.core.statements import built_once, read_columns, shared_alias
from sakrad.directory.heirs import FORMER_FUNCTION, FORMER_UNIT, PRESENT, PRESENT_UNIT, join_function
from sakrad.directory.models import Authority, Municipality, MunicipalityKind, Unit

FULL_NAME = sa.case((Municipality.kind == MunicipalityKind.region, Municipality.name), else_=Municipality.name + " kommun")
IS_PUBLIC = sa.and_(Municipality.active, Consultation.announced_at.is_not(None))


@dataclass(frozen=True, slots=True)
class Head:
    """A consultation that has been announced, as readers may see it. Fields are columns unless a comment says otherwise."""

    id: int
    municipality_id: int
    slug: str
    title: str
    lead: str
    need: str
    purpose: str
    background: str
    background_easy: str
    can_influence: str
    already_decided: str
    use_of_views: str
    diary_number: str
    inviting_function: str
    touches_money: bool
    selection_rationale: str
    open_invitation: bool
    answers_public: AnswersPublic
    comments_rule: CommentsRule
    short_time_reason: str
    group_not_invited_reason: str
    early_decision_reason: str
    cancel_reason: str
    announced_at: datetime
    opens_at: datetime
    closes_at: datetime
    summary_due_on: date | None
    summary_published_at: datetime | None
    decision_on: date | None
    feedback_due_on: date | None
    feedback_published_at: datetime | None
    follow_up_on: date | None
    follow_up_began_at: datetime | None
    ended_at: datetime | None
    cancelled_at: datetime | None
    kommun: str  # the municipality's slug
    place: str  # its short name
    municipality: str  # its full name
    authority: str
    mailbox: str  # the authority's
    unit: str | None
    function: str | None
    holder: str | None
    email: str | None
    phone: str | None
    at: datetime = dataclasses.field(compare=False)  # when it was read: what is drawn of it asks for its phase too
    former_function: str = ""  # whose it was when it was announced, where that has been reorganised
    former_unit: str = ""

    @property
    def dates(self) -> Dates:
        return Dates(**{field.name: getattr(self, field.name) for field in dataclasses.fields(Dates)})

    @property
    def phase(self) -> Phase:
        return phase(self.dates, self.at)

    @property
    def address(self) -> dict[str, str]:
        """The parts of its address, for url_for."""
        return {"kommun": self.kommun, "slug": self.slug}

    @property
    def valid_until(self) -> datetime:
        """An instant, UTC: see core.clock.valid_until."""
        return clock.valid_until(self.at, self.opens_at, self.closes_at)

    @property
    def steps(self) -> list[Step]:
        return steps(self)

    def late(self, due: date | None, done: datetime | None) -> int:
        """How many days ago the municipality should have done it; 0 when it is done, or not due, or called off."""
        if due is None or done is not None or self.cancelled_at is not None or self.ended_at is not None:
            return 0
        return max(0, (clock.day_of(self.at) - due).days)


_OWN_UNIT, _HEIR_UNIT = shared_alias(Unit, "own_unit"), shared_alias(Unit, "heir_unit")
COLUMNS = tuple(field.name for field in dataclasses.fields(Head) if field.name in Consultation.__table__.c)
OWN = tuple(field.name for field in dataclasses.fields(Head) if field.name != "at")


Columns = Callable[..., Mapping[str, sa.SQLColumnExpression[Any]]]


def no_more(*, at: datetime) -> dict[str, sa.SQLColumnExpression[Any]]:
    """No columns but the head's own."""
    return {}


def get_head(kommun: str, slug: str, at: datetime, columns: Columns = no_more, **values: Any) -> tuple[Head, dict[str, Any]]:
    """The head of the page, and more columns of the same row (packages above add their counts here).

    Args:
        columns: called once, with parameters that stand for `at` and the values.

    Raises:
        Missing: there is no such consultation, or it has not been announced.
    """
    row = read_columns(*_head(columns, kommun, slug, at, **values)).mappings().one_or_none()
    if row is None:
        raise Missing("consultation")
    found = dict(row)
    own = {name: found.pop(name) for name in OWN}
    return Head(**own, at=at), found


@built_once
def _head(columns: Columns, kommun: str, slug: str, at: datetime, **values: Any) -> sa.Select[*tuple[Any, ...]]:
    statement = (
        sa.select(
            *(getattr(Consultation, name) for name in COLUMNS if name != "feedback_due_on"),
            feedback_due().label("feedback_due_on"),
            Municipality.slug.label("kommun"),
            Municipality.name.label("place"),
            FULL_NAME.label("municipality"),
            Authority.name.label("authority"),
            Authority.mailbox,
            sa.func.coalesce(PRESENT_UNIT.name, _HEIR_UNIT.name, _OWN_UNIT.name).label("unit"),
            PRESENT.title.label("function"),
            PRESENT.holder,
            PRESENT.email,
            PRESENT.phone,
            FORMER_FUNCTION.label("former_function"),
            FORMER_UNIT.label("former_unit"),
            *(column.label(name) for name, column in columns(at=at, **values).items()),
        )
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .join(Authority, Authority.id == Consultation.authority_id)
        .outerjoin(_OWN_UNIT, _OWN_UNIT.id == Consultation.unit_id)
        .outerjoin(_HEIR_UNIT, _HEIR_UNIT.id == _OWN_UNIT.heir_id)
        .where(IS_PUBLIC, Municipality.slug == kommun, Consultation.slug == slug)
    )
    joined: sa.Select[*tuple[Any, ...]] = join_function(statement, Consultation.function_id)
    return joined


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the phase line: code (invitation, answers, summary, reply, follow_up, ended, cancelled), state (done, now, next)."""

    code: str
    state: str
    day: date | None
    late: int = 0  # days


_NOW = {
    Phase.announced: "invitation",
    Phase.open: "answers",
    Phase.compiling: "summary",
    Phase.summarised: "reply",
    Phase.answered: "follow_up",
    Phase.following_up: "follow_up",
}


def steps(head: Head) -> list[Step]:
    """The phase line: what is done, where it stands, what comes next and when."""
    phase = head.phase
    decided = {
        "invitation": head.announced_at,
        "answers": head.closes_at if head.closes_at <= head.at else None,
        "summary": head.summary_published_at,
        "reply": head.feedback_published_at,
        "follow_up": head.follow_up_began_at,
    }
    planned = {"summary": head.summary_due_on, "reply": head.feedback_due_on, "follow_up": head.follow_up_on}
    planned["answers"] = clock.day_of(head.opens_at) if phase is Phase.announced else clock.last_day(head.closes_at)
    days = {code: (clock.day_of(at) if at and code not in ("answers", "follow_up") else planned.get(code)) for code, at in decided.items()}
    if phase in (Phase.cancelled, Phase.ended):  # only what happened, and the end
        end = head.cancelled_at or head.ended_at
        done = [Step(code, "done", days[code]) for code, at in decided.items() if at and (end is None or at <= end)]
        return [*done, Step(phase.value, "now", clock.day_of(end) if end else None)]
    late = {
        "summary": head.late(head.summary_due_on, head.summary_published_at),
        "reply": head.late(head.feedback_due_on, head.feedback_published_at),
    }
    order = list(decided)
    now = order.index(_NOW[phase])
    return [
        Step(code, "done" if index < now else "now" if index == now else "next", days[code], late.get(code, 0))
        for index, code in enumerate(order)
    ]
