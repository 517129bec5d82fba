"""What the operator, and whoever holds a merger's mailed link, may see of organisations. Never whether there is a draft."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from sakrad.accounts.models import Membership, Role
from sakrad.consultations.models import Invitation
from sakrad.core import paging
from sakrad.core.db import db, locked, lower_sv, order_sv
from sakrad.core.errors import Blocker, Missing
from sakrad.directory.lifecycle import normalised_org_number
from sakrad.directory.models import Merger, MergerSide, Organisation
from sakrad.directory.queries_merging import find_merger, get_merger_side
from sakrad.operations import lifecycle
from sakrad.positions.models import Position

ALIKE = 0.62  # how like two names must be, from 0 to 1
MOST_ALIKE = 10
CANDIDATES = 400  # organisations whose names share a word, compared one by one
WORD = 4  # shortest word that says something about a name
SAME = 20  # pairs of the same name that are pointed out at a time


@dataclass(frozen=True, slots=True)
class OrganisationList:
    """/drift/organisationer"""

    rows: Sequence[Organisation]
    twins: Sequence[tuple[Organisation, Organisation]]  # of the same name or address, the older first
    page: int
    pages: int


def list_organisations(search: str, page: int) -> OrganisationList:
    """A page of organisations by name, and those that are most likely one and the same. Four statements."""
    found = sa.select(Organisation).options(joinedload(Organisation.municipality), joinedload(Organisation.heir))
    if number := normalised_org_number(search):
        found = found.where(Organisation.org_number == number)
    else:
        for word in search.lower().split()[:6]:
            found = found.where(lower_sv(Organisation.name).contains(word, autoescape=True))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(found.with_only_columns(Organisation.id).subquery())) or 0
    pages = paging.page_count(total)
    page = min(page, pages)
    ordered = found.order_by(order_sv(Organisation.name), Organisation.id).limit(paging.PAGE).offset((page - 1) * paging.PAGE)
    return OrganisationList(db.session.scalars(ordered).all(), [] if search else _twins(), page, pages)


def _twins() -> Sequence[tuple[Organisation, Organisation]]:
    """Pairs that have the same name or the same registered address, and are not merged."""
    older, younger = aliased(Organisation), aliased(Organisation)
    alike = sa.or_(lower_sv(older.name) == lower_sv(younger.name), older.email == younger.email)
    rows = db.session.execute(
        sa.select(older, younger)
        .join(younger, sa.and_(older.id < younger.id, alike))
        .where(older.merged_at.is_(None), younger.merged_at.is_(None))
        .order_by(younger.id.desc(), older.id)
        .limit(SAME)
    )
    return [(one, other) for one, other in rows]


@dataclass(frozen=True, slots=True)
class Known:
    """What the operator sees of an organisation: public facts and counts."""

    organisation: Organisation
    answers: int
    invitations: int
    members: int


@dataclass(frozen=True, slots=True)
class OrganisationCase:
    """/drift/organisationer/<org>: an organisation and which others may be the same."""

    known: Known
    merger: Merger | None
    blockers: Sequence[Blocker]  # to taking the merger back
    alike: Sequence[Organisation]


def get_organisation_case(org: str) -> OrganisationCase:
    """The organisation as the operator sees it, and its merger; that is locked when writing, as it is where a side accepts.

    Raises:
        Missing: there is none.
    """
    organisation = db.session.scalar(_by_slug(org))
    if organisation is None:
        raise Missing("organisation")
    merger = find_merger(organisation, held=True)
    return OrganisationCase(
        known=_known(organisation),
        merger=merger,
        blockers=lifecycle.blockers_to_unmerge(merger_facts(merger)) if merger else (),
        alike=_alike(organisation) if merger is None else (),
    )


def _by_slug(org: str) -> sa.Select[Organisation]:
    return sa.select(Organisation).where(Organisation.slug == org).options(joinedload(Organisation.municipality))


def _known(organisation: Organisation) -> Known:
    o = organisation.id
    answers = sa.select(sa.func.count(Position.id)).where(Position.organisation_id == o).scalar_subquery()
    invitations = sa.select(sa.func.count(Invitation.id)).where(Invitation.organisation_id == o).scalar_subquery()
    members = sa.select(sa.func.count(sa.distinct(Membership.user_id))).where(
        Membership.organisation_id == o, Membership.ended_at.is_(None)
    )
    row = db.session.execute(sa.select(answers, invitations, members.scalar_subquery())).one()
    return Known(organisation, *row)


def _alike(organisation: Organisation) -> Sequence[Organisation]:
    """Others that share a word of the name, or the registered address; the most alike first."""
    words = [word for word in organisation.name.lower().split() if len(word) >= WORD][:6]
    shared = [lower_sv(Organisation.name).contains(word, autoescape=True) for word in words]
    candidates = db.session.scalars(
        sa.select(Organisation)
        .where(
            Organisation.id != organisation.id,
            Organisation.merged_at.is_(None),
            sa.or_(Organisation.email == organisation.email, *shared),
        )
        .options(joinedload(Organisation.municipality))
        .order_by(sa.case((Organisation.email == organisation.email, 0), else_=1), Organisation.id)
        .limit(CANDIDATES)
    ).all()

    def likeness(other: Organisation) -> float:
        if other.email == organisation.email:
            return 1.0
        return difflib.SequenceMatcher(None, _in_order(organisation.name), _in_order(other.name)).ratio()

    ranked = sorted(candidates, key=lambda other: (-likeness(other), other.id))
    return [other for other in ranked if likeness(other) >= ALIKE][:MOST_ALIKE]


def _in_order(name: str) -> str:
    """Föreningen Ekhamra and Ekhamra föreningen are the same words."""
    return " ".join(sorted(name.lower().split()))


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What is about to be merged into what, and why it may not."""

    merged: Known
    heir: Known
    both_answered: int  # consultations that both have answered
    blockers: Sequence[Blocker]


def get_merge_plan(org: str, heir: str) -> MergePlan:
    """The two organisations, locked in the same order whichever is the heir.

    Raises:
        Missing: one of them does not exist.
    """
    both = {slug: db.session.scalar(locked(_by_slug(slug), Organisation)) for slug in sorted({org, heir})}
    merged, to = both[org], both[heir]
    if merged is None or to is None:
        raise Missing("organisation")
    other = aliased(Position)
    twice = sa.select(sa.func.count(Position.id)).join(
        other, sa.and_(other.consultation_id == Position.consultation_id, other.organisation_id == to.id)
    )
    return MergePlan(
        merged=_known(merged),
        heir=_known(to),
        both_answered=db.session.scalar(twice.where(Position.organisation_id == merged.id)) or 0,
        blockers=lifecycle.blockers_to_merge(merge_facts(merged, to)),
    )


def merge_facts(organisation: Organisation, heir: Organisation) -> lifecycle.MergeFacts:
    """What the lifecycle judges a merger by."""
    waiting = sa.exists().where(
        Merger.heir_id == organisation.id,
        Merger.undone_at.is_(None),
        sa.or_(Merger.accepted_at.is_(None), Merger.heir_accepted_at.is_(None)),
    )
    return lifecycle.MergeFacts(
        same=organisation.id == heir.id,
        merged=organisation.merged_at is not None,
        heir_merged=heir.merged_at is not None,
        waiting=bool(db.session.scalar(sa.select(waiting))),
    )


def merger_facts(merger: Merger) -> lifecycle.MergerFacts:
    """How far the merger has come."""
    return lifecycle.MergerFacts(
        undone=merger.undone_at is not None,
        accepted=merger.accepted_at is not None or merger.heir_accepted_at is not None,
    )


def list_answered(organisation: Organisation) -> list[int]:
    """The consultations that the organisation has answered."""
    return list(db.session.scalars(sa.select(Position.consultation_id).where(Position.organisation_id == organisation.id)))


@dataclass(frozen=True, slots=True)
class MergerLink:
    """What a mailed link shows its side."""

    merger: Merger
    side: MergerSide
    members: int  # of the merged one, who will be the heir's
    administrators: int

    @property
    def accepted(self) -> bool:
        """Whether this side has accepted."""
        at = self.merger.accepted_at if self.side is MergerSide.merged else self.merger.heir_accepted_at
        return at is not None


def get_merger_link(token: str) -> MergerLink:
    """The merger that the link is about, as its side sees it; locked when writing.

    Raises:
        Missing: the token is false.
    """
    merger, side = get_merger_side(token)
    m = Membership
    row = db.session.execute(
        sa.select(
            sa.func.count(sa.distinct(m.user_id)),
            sa.func.count(sa.distinct(sa.case((m.role == Role.administrator, m.user_id)))),
        ).where(m.organisation_id == merger.organisation_id, m.ended_at.is_(None))
    ).one()
    return MergerLink(merger, side, *row)
