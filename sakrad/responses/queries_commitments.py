"""Lists of what municipalities have undertaken, the overdue first: for readers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries_public import FULL_NAME
from sakrad.core import clock
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.paging import PAGE, page_count
from sakrad.core.statements import day_of
from sakrad.directory.heirs import join_function
from sakrad.directory.models import Authority, Municipality
from sakrad.responses.models import Commitment, CommitmentParty
from sakrad.responses.queries_public import PROMISE, Promise, promise_of
from sakrad.responses.told import is_overdue, is_told, join_released, party_told

STATES = {"forsenade": "overdue", "pagar": "under_way", "klara": "done"}  # ?lage=
PARTIES = {
    "kommunen": CommitmentParty.municipality,
    "organisationer": CommitmentParty.organisation,
    "gemensamma": CommitmentParty.joint,
}  # ?part=


@dataclass(frozen=True, slots=True)
class Undertaken:
    """A commitment in a list, with whose it is."""

    promise: Promise
    kommun: str
    municipality: str
    slug: str
    title: str
    authority: str


@dataclass(frozen=True, slots=True)
class CommitmentList:
    """/ataganden"""

    rows: tuple[Undertaken, ...]
    counts: dict[str, int]  # by filter: overdue, under_way, done
    municipalities: tuple[tuple[str, str], ...]  # (slug, full name) of those that have any
    page: int
    pages: int
    valid_until: datetime


def asked_commitments(args: Mapping[str, str]) -> dict[str, str]:
    """What the list, and its feed, are asked for by the parameters of their address; what they cannot mean is left out."""
    asked = {name: args.get(name, "")[:80] for name in ("kommun", "lage", "part")}
    return asked | {name: "" for name, known in (("lage", STATES), ("part", PARTIES)) if asked[name] not in known}


def matching(asked: Mapping[str, str], at: datetime) -> list[sa.ColumnElement[bool]]:
    """What a commitment must be to stand in the list, and in its feed, that is asked for so: see `asked_commitments`."""
    where = [Municipality.slug == asked["kommun"]] if asked["kommun"] else []
    where += [party_told() == PARTIES[asked["part"]]] if asked["part"] else []
    return where + ([is_state(STATES[asked["lage"]], at)] if asked["lage"] else [])


def is_state(state: str, at: datetime) -> sa.ColumnElement[bool]:
    """Overdue, under_way (and not late), or done."""
    overdue, open_ = is_overdue(day_of(at)), Commitment.done_at.is_(None)
    return {"overdue": overdue, "under_way": sa.and_(open_, ~overdue), "done": ~open_}[state]


def undertaken(*columns: Any) -> sa.Select[*tuple[Any, ...]]:
    """Every public commitment; narrow it with where, order_by and limit. Rows for `undertaken_of`."""
    names = (
        Municipality.slug.label("kommun"),
        FULL_NAME.label("municipality"),
        Consultation.slug,
        Consultation.title,
        Authority.name.label("authority"),
    )
    return _public(sa.select(*PROMISE, *names, *columns))


def _public(statement: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    active = sa.func.coalesce(Municipality.active, sa.false())  # said so, SQLite does not begin at the municipalities
    public = (
        join_released(statement.select_from(Commitment))
        .join(Consultation, Consultation.id == Commitment.consultation_id)
        .join(Municipality, Municipality.id == Consultation.municipality_id)
        .join(Authority, Authority.id == Consultation.authority_id)
        .where(active, Consultation.announced_at.is_not(None), is_told())
    )
    joined: sa.Select[*tuple[Any, ...]] = join_function(public, Commitment.function_id)
    return joined


def undertaken_of(row: Any, at: datetime) -> Undertaken:
    return Undertaken(promise_of(row, at), row.kommun, row.municipality, row.slug, row.title, row.authority)


def get_undertaken(commitment_id: int, at: datetime) -> Undertaken:
    """One public commitment that is known to be there. 1 statement."""
    return undertaken_of(db.session.execute(undertaken().where(Commitment.id == commitment_id)).one(), at)


def get_promise(consultation_id: int, number: int, at: datetime) -> Promise:
    """One that readers may be told. Raises Missing."""
    row = db.session.execute(undertaken().where(Consultation.id == consultation_id, Commitment.number == number)).one_or_none()
    if row is None:
        raise Missing("commitment")
    return undertaken_of(row, at).promise


def late_in_consultation(what: sa.ColumnElement[Any], at: datetime) -> sa.ScalarSelect[Any]:
    """Something over the commitments that are overdue in a consultation, as a column. Needs Consultation outside."""
    return (
        join_released(sa.select(what).select_from(Commitment))
        .where(Commitment.consultation_id == Consultation.id, is_state("overdue", at))
        .correlate(Consultation)
        .scalar_subquery()
    )


def overdue_first(at: datetime) -> tuple[Any, ...]:
    """The most overdue first, then what is due next, then what was done last; after all that, what organisations do themselves."""
    return (
        sa.case(
            (Commitment.party == CommitmentParty.organisation, 3), (is_state("overdue", at), 0), (is_state("under_way", at), 1), else_=2
        ),
        sa.case((Commitment.done_at.is_(None), Commitment.due_on)),
        Commitment.done_at.desc(),
        Commitment.id,
    )


def get_commitment_list(asked: Mapping[str, str], *, page: int, at: datetime) -> CommitmentList:
    """A page of the commitments that are asked for: see `asked_commitments`. 3 statements."""
    states = STATES.values()
    counted = _public(sa.select(*(sa.func.sum(sa.case((is_state(one, at), 1), else_=0)).label(one) for one in states)))
    found = db.session.execute(counted.where(*matching({**asked, "lage": ""}, at))).mappings().one()
    counts = {one: int(value or 0) for one, value in found.items()}
    pages = page_count(counts[STATES[asked["lage"]]] if asked["lage"] else sum(counts.values()))
    page = min(page, pages)
    ordered = undertaken().where(*matching(asked, at)).order_by(*overdue_first(at))
    rows = db.session.execute(ordered.limit(PAGE).offset((page - 1) * PAGE))
    listed = tuple(undertaken_of(row, at) for row in rows)
    municipalities = db.session.execute(_public(sa.select(Municipality.slug, FULL_NAME.label("name"))).distinct().order_by("name"))
    return CommitmentList(listed, counts, tuple((row.slug, row.name) for row in municipalities), page, pages, clock.valid_until(at))
