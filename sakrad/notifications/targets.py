"""What can be followed: found by its address, and shown by its name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from sakrad.accounts.models import Membership, User
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_public_consultation
from sakrad.consultations.queries_public import IS_PUBLIC
from sakrad.core.db import db
from sakrad.core.errors import Missing
from sakrad.core.i18n import language
from sakrad.directory.models import Municipality, Organisation, Subject, TargetGroup
from sakrad.directory.queries import get_municipality
from sakrad.directory.queries_public import is_listed
from sakrad.notifications import searches
from sakrad.notifications.models import Follow, FollowKind


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that can be followed."""

    kind: FollowKind
    key: str  # what Follow.target holds
    ref: str  # what stands in an address
    name: str
    endpoint: str
    values: dict[str, Any] = field(default_factory=dict, compare=False)
    name_en: str = ""  # of what has one
    query: str = ""  # of a search: what stands behind the address's question mark

    @property
    def shown(self) -> str:
        """Its name in the language of the page."""
        return self.name_en if self.name_en and language() == "en" else self.name


def get_target(kind: str, ref: str) -> Target:
    """What stands at the address, if readers may see it.

    Raises:
        Missing: there is none.
    """
    try:
        target = FINDERS[FollowKind(kind)](ref)
    except ValueError:
        raise Missing("kind") from None
    if target is None:
        raise Missing("target")
    return target


def list_related(target: Target) -> list[Target]:
    """What else one may have meant: of a consultation its municipality, groups and subjects."""
    if target.kind is not FollowKind.consultation:
        return []
    consultation = db.session.get_one(Consultation, int(target.key))
    return [
        _municipality(consultation.municipality),
        *(_group(one) for one in consultation.groups),
        *(_subject(one) for one in consultation.subjects),
    ]


def list_suggested(user: User) -> list[Target]:
    """What the user's organisations have to do with: their municipalities and the groups that they speak for."""
    mine = sa.select(Membership.organisation_id).where(Membership.user_id == user.id, Membership.ended_at.is_(None))
    found = db.session.scalars(sa.select(Organisation).where(Organisation.id.in_(mine)).order_by(Organisation.id)).all()
    places = [_municipality(one.municipality) for one in found if one.municipality and one.municipality.active]
    return list(dict.fromkeys([*places, *(_group(group) for one in found for group in one.groups)]))


def targets_of(follows: Collection[Follow]) -> dict[tuple[FollowKind, str], Target]:
    """What is followed, a statement for each kind. What readers may not see any more is left out."""
    keys: dict[FollowKind, list[str]] = {}
    for follow in follows:
        keys.setdefault(follow.kind, []).append(follow.target)
    return {(kind, key): target for kind, wanted in keys.items() for key, target in LISTERS[kind](wanted)}


def _consultation(one: Consultation) -> Target:
    ref = f"{one.municipality.slug}/{one.slug}"
    return Target(FollowKind.consultation, str(one.id), ref, one.title, "pages.consultation", one.address)


def _organisation(one: Organisation) -> Target:
    return Target(FollowKind.organisation, str(one.id), one.slug, one.name, "voices.organisation", {"org": one.slug})


def _group(one: TargetGroup) -> Target:
    return Target(FollowKind.group, str(one.id), one.slug, one.name, "voices.group", {"grupp": one.slug}, one.name_en)


def _subject(one: Subject) -> Target:
    return Target(FollowKind.subject, str(one.id), one.slug, one.name, "pages.consultations", {"amne": one.slug}, one.name_en)


def _municipality(one: Municipality) -> Target:
    return Target(FollowKind.municipality, str(one.id), one.slug, one.full_name, "pages.municipality", {"kommun": one.slug})


def _search(query: str) -> Target:
    return Target(FollowKind.search, query, query, searches.name_of(query), "pages.search", query=query)


def _find_consultation(ref: str) -> Target:
    kommun, _slash, slug = ref.partition("/")
    return _consultation(get_public_consultation(kommun, slug))


def _find_organisation(ref: str) -> Target | None:
    """A merged one's readers find its heir."""
    found = db.session.scalar(sa.select(Organisation).where(Organisation.slug == ref).options(joinedload(Organisation.heir)))
    present = found and (found.heir or found)
    listed = present and db.session.scalar(sa.select(Organisation.id).where(Organisation.id == present.id, is_listed()))
    return _organisation(present) if present and listed else None


def _find_group(ref: str) -> Target | None:
    found = db.session.scalar(sa.select(TargetGroup).where(TargetGroup.slug == ref))
    return _group(found) if found else None


def _find_subject(ref: str) -> Target | None:
    found = db.session.scalar(sa.select(Subject).where(Subject.slug == ref))
    return _subject(found) if found else None


def _find_search(ref: str) -> Target | None:
    query = searches.normalised(ref)
    return _search(query) if query else None


FINDERS: dict[FollowKind, Callable[[str], Target | None]] = {
    FollowKind.consultation: _find_consultation,
    FollowKind.organisation: _find_organisation,
    FollowKind.group: _find_group,
    FollowKind.subject: _find_subject,
    FollowKind.municipality: lambda ref: _municipality(get_municipality(ref)),
    FollowKind.search: _find_search,
}
Listed = Sequence[tuple[str, Target]]


def _list_consultations(keys: list[str]) -> Listed:
    found = (
        sa.select(Consultation)
        .join(Consultation.municipality)
        .where(Consultation.id.in_(map(int, keys)), IS_PUBLIC)
        .options(joinedload(Consultation.municipality))
    )
    return [(str(one.id), _consultation(one)) for one in db.session.scalars(found)]


def _list_organisations(keys: list[str]) -> Listed:
    """By the key that was followed; shown is whom readers find now."""
    found = db.session.scalars(sa.select(Organisation).where(Organisation.id.in_(map(int, keys))).options(joinedload(Organisation.heir)))
    present = {str(one.id): one.heir or one for one in found}
    listed = set(
        db.session.scalars(sa.select(Organisation.id).where(Organisation.id.in_([one.id for one in present.values()]), is_listed()))
    )
    return [(key, _organisation(one)) for key, one in present.items() if one.id in listed]


def _list_municipalities(keys: list[str]) -> Listed:
    found = db.session.scalars(sa.select(Municipality).where(Municipality.id.in_(map(int, keys)), Municipality.active))
    return [(str(one.id), _municipality(one)) for one in found]


LISTERS: dict[FollowKind, Callable[[list[str]], Listed]] = {
    FollowKind.consultation: _list_consultations,
    FollowKind.organisation: _list_organisations,
    FollowKind.group: lambda keys: [
        (str(one.id), _group(one)) for one in db.session.scalars(sa.select(TargetGroup).where(TargetGroup.id.in_(map(int, keys))))
    ],
    FollowKind.subject: lambda keys: [
        (str(one.id), _subject(one)) for one in db.session.scalars(sa.select(Subject).where(Subject.id.in_(map(int, keys))))
    ],
    FollowKind.municipality: _list_municipalities,
    FollowKind.search: lambda keys: [(key, _search(key)) for key in keys],
}
