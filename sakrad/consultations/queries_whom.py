"""Föreslå vilka: organisations of the register that a consultation may want to hear, each with the reasons why."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from sakrad.consultations.lifecycle_load import Elsewhere
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import is_at_home, is_invited, list_groups_not_invited
from sakrad.consultations.queries_load import by_organisation
from sakrad.core.db import db, order_sv
from sakrad.core.events import Event, EventName
from sakrad.directory.models import Organisation, Subject, TargetGroup, organisation_group, organisation_subject
from sakrad.directory.queries_merging import present_id
from sakrad.directory.queries_public import Named

MOST = 150  # proposals: a list that is longer is no help


@dataclass(frozen=True, slots=True)
class Proposal:
    """An organisation that one may want to ask, and why."""

    slug: str
    name: str
    groups: tuple[Named, ...]  # of those concerned, that it speaks for
    subjects: tuple[Named, ...]  # of the consultation's, that it works with
    area: str  # where it is at home, when the consultation's own texts name the place
    answered: int  # consultations of the municipality that it has answered before; 0: a first-timer
    elsewhere: tuple[Elsewhere, ...]  # who else asks it in the same weeks


@dataclass(frozen=True, slots=True)
class Section:
    """Proposals for one reason. Each organisation stands in one section only."""

    group: TargetGroup | None  # None: those that speak for no group concerned, but work with the subject or are at home in the area
    lacks_invited: bool
    proposals: tuple[Proposal, ...]


def list_proposals(consultation: Consultation, *, barred: Collection[int], at: datetime) -> list[Section]:
    """Whom one may want to ask, by the group that they speak for: groups for which nobody is invited come first.

    Seven statements however many there are. Within a group those with most reasons come first.

    Args:
        barred: ids of organisations that the reader belongs to (jäv).
    """
    concerned = {group.id: group for group in consultation.groups}
    areas = _areas_named(consultation)
    found = _candidates(consultation, barred, areas)
    ids = [row.id for row in found]
    speaks = _names(organisation_group, TargetGroup, ids, concerned)
    works = _names(organisation_subject, Subject, ids, {subject.id for subject in consultation.subjects})
    answered = count_answered_before(consultation, ids)
    elsewhere = by_organisation(consultation, ids, at)
    missing = {group.id for group in list_groups_not_invited(consultation)}
    sections: dict[int | None, list[Proposal]] = {key: [] for key in sorted(concerned, key=lambda key: key not in missing)} | {None: []}
    for row in found:
        place = next((key for key in sections if key in speaks[row.id]), None)
        sections[place].append(
            Proposal(
                row.slug,
                row.name,
                tuple(speaks[row.id].values()),
                tuple(works[row.id].values()),
                row.area if row.area in areas else "",
                answered.get(row.id, 0),
                tuple(elsewhere.get(row.slug, ())),
            )
        )
    return [Section(concerned.get(key or 0), key in missing, tuple(each)) for key, each in sections.items() if each or key in missing]


def _candidates(consultation: Consultation, barred: Collection[int], areas: Collection[str]) -> list[Any]:
    """Those with a reason, most reasons first."""
    groups, subjects = [group.id for group in consultation.groups], [subject.id for subject in consultation.subjects]
    speaks = _how_many(organisation_group, organisation_group.c.target_group_id.in_(groups))
    works = _how_many(organisation_subject, organisation_subject.c.subject_id.in_(subjects))
    near = sa.case((Organisation.area.in_(areas), 1), else_=0)
    statement = (
        sa.select(Organisation.id, Organisation.slug, Organisation.name, Organisation.area)
        .where(
            speaks + works + near > 0,
            is_at_home(consultation.municipality_id),
            ~is_invited(consultation),
            Organisation.merged_at.is_(None),
            Organisation.id.not_in(barred),
        )
        .order_by(speaks.desc(), (works + near).desc(), order_sv(Organisation.name), Organisation.id)
        .limit(MOST)
    )
    return list(db.session.execute(statement))


def _how_many(link: sa.Table, which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    counted = sa.select(sa.func.count()).select_from(link).where(link.c.organisation_id == Organisation.id, which)
    return counted.correlate(Organisation).scalar_subquery()


def _names(link: sa.Table, kind: Any, organisations: list[int], wanted: Collection[int]) -> dict[int, dict[int, Named]]:
    """The wanted groups or subjects that each organisation has, by id, in the order of their names."""
    key = link.c.target_group_id if kind is TargetGroup else link.c.subject_id
    names: dict[int, dict[int, Named]] = defaultdict(dict)
    rows = db.session.execute(
        sa.select(link.c.organisation_id, kind.id, kind.name, kind.name_en, kind.slug)
        .join(kind, kind.id == key)
        .where(link.c.organisation_id.in_(organisations), kind.id.in_(list(wanted)))
        .order_by(order_sv(kind.name))
    )
    for organisation, which, *name in rows:
        names[organisation][which] = Named(*name)
    return names


def _areas_named(consultation: Consultation) -> list[str]:
    """The areas of the register that the consultation's own texts name."""
    areas = db.session.scalars(
        sa.select(Organisation.area).where(Organisation.area != "", is_at_home(consultation.municipality_id)).distinct()
    )
    texts = " ".join((consultation.title, consultation.lead, consultation.purpose, consultation.background)).casefold()
    return [area for area in areas if re.search(rf"\b{re.escape(area.casefold())}(s|\b)", texts)]


def count_answered_before(consultation: Consultation, organisations: Collection[int]) -> dict[int, int]:
    """In how many other consultations of the municipality each organisation (id) has answered: from what was received, never drafts.

    What came to one that has been merged counts for its heir; what an organisation has said that it did not send counts for nobody.
    """
    disowned = aliased(Event)
    denied = sa.exists().where(
        disowned.name == EventName.position_disowned.value,
        disowned.consultation_id == Event.consultation_id,
        disowned.organisation_id == Event.organisation_id,
        disowned.id > Event.id,
    )
    heir = present_id(Organisation)
    statement = (
        sa.select(heir, sa.func.count(Event.consultation_id.distinct()))
        .join(Organisation, Organisation.id == Event.organisation_id)
        .where(
            Event.name == EventName.position_received.value,
            Event.municipality_id == consultation.municipality_id,
            Event.consultation_id != consultation.id,
            heir.in_(list(organisations)),
            ~denied,
        )
        .group_by(heir)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def list_to_hear(consultation: Consultation, groups: Collection[int], *, barred: Collection[int], each: int) -> dict[int, list[Any]]:
    """For each group (id) at most so many organisations that speak for it and are not invited: rows of slug, name and org. id."""
    place = sa.func.row_number().over(
        partition_by=organisation_group.c.target_group_id, order_by=(order_sv(Organisation.name), Organisation.id)
    )
    ranked = (
        sa.select(organisation_group.c.target_group_id, Organisation.id, Organisation.slug, Organisation.name, place.label("place"))
        .join(Organisation, Organisation.id == organisation_group.c.organisation_id)
        .where(
            organisation_group.c.target_group_id.in_(list(groups)),
            is_at_home(consultation.municipality_id),
            ~is_invited(consultation),
            Organisation.merged_at.is_(None),
            Organisation.id.not_in(barred),
        )
        .subquery()
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(sa.select(ranked).where(ranked.c.place <= each).order_by(ranked.c.target_group_id, ranked.c.place)):
        found[row.target_group_id].append(row)
    return found
