"""Writes about organisations; reached as `directory.commands`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from sakrad.core import clock, ids
from sakrad.core.db import db
from sakrad.core.errors import Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName, record
from sakrad.core.text import one_line
from sakrad.directory import queries
from sakrad.directory.lifecycle import (
    BehalfFacts,
    OrganisationFacts,
    blockers_to_describe,
    blockers_to_describe_on_behalf,
    blockers_to_set_rule,
    check_since,
    normalised_org_number,
)
from sakrad.directory.models import (
    ApprovalRule,
    FormerName,
    Municipality,
    Organisation,
    OrganisationKind,
    ProfileVersion,
    Subject,
    TargetGroup,
    Verification,
    VerificationBasis,
)

CHECK_BATCH = 200  # organisations asked in one transaction
# Where one registers (/forening/ny), where staff enter a letter (…/svar/nytt) and where they import (…/organisationer/importera).
RESERVED = frozenset({"ny", "nytt", "importera"})


def register_organisation(
    *,
    name: str,
    email: str,
    kind: OrganisationKind = OrganisationKind.association,
    org_number: str | None = None,
    municipality: Municipality | None = None,
    groups: Sequence[TargetGroup] = (),
    voice_bearer: bool = True,
    provider: bool = False,
    description: str = "",
    added_value: str = "",
    protected: bool = False,
    subjects: Sequence[Subject] = (),
    area: str = "",
    postal_address: str = "",
    actor: Actor | None,
    at: datetime,
    slug: str | None = None,
) -> Organisation:
    """Enter an organisation. A protected one holds no municipality, area or address, so that no page can show its place.

    Raises:
        Blocked: the organisation number is no such number or is taken, the organisation has neither role, or is protected and has a place.
        Stale: somebody entered the same organisation at this very moment.
    """
    placed = protected and bool(area or postal_address)
    number = _number(org_number, voice_bearer=voice_bearer, provider=provider, protected_with_place=placed)
    name = one_line(name)
    organisation = Organisation(
        slug=ids.free_slug(slug or name, _is_slug_taken),
        name=name,
        kind=kind,
        org_number=number,
        email=email.casefold(),
        municipality=None if protected else municipality,
        groups=list(groups),
        voice_bearer=voice_bearer,
        provider=provider,
        description=description,
        added_value=added_value,
        protected=protected,
        subjects=list(subjects),
        area=area,
        postal_address=postal_address,
        created_at=at,
    )
    db.session.add(organisation)
    _flush()
    keep_words(organisation, actor=actor, at=at)
    record(
        EventName.organisation_registered,
        at=at,
        actor=actor,
        organisation_id=organisation.id,
        municipality_id=organisation.municipality_id,
    )
    return organisation


def change_organisation(
    organisation: Organisation,
    *,
    name: str,
    kind: OrganisationKind,
    org_number: str | None,
    email: str,
    municipality: Municipality | None,
    groups: Sequence[TargetGroup],
    voice_bearer: bool,
    provider: bool,
    description: str,
    added_value: str,
    protected: bool,
    subjects: Sequence[Subject],
    area: str,
    postal_address: str,
    actor: Actor | None,
    at: datetime,
) -> None:
    """Change the organisation's profile; its address stays, a former name is kept, and received answers keep the name of their day.

    Raises:
        Blocked: as in `register_organisation`.
        Stale: somebody took the same organisation number at this very moment.
    """
    placed = protected and bool(area or postal_address)
    organisation.org_number = _number(
        org_number, voice_bearer=voice_bearer, provider=provider, protected_with_place=placed, besides=organisation
    )
    counted_as = {"counted_otherwise": True} if (kind, protected) != (organisation.kind, organisation.protected) else {}
    name = one_line(name)
    if name != organisation.name:
        db.session.add(FormerName(organisation_id=organisation.id, name=organisation.name, until=at))
    organisation.name = name
    organisation.kind = kind
    organisation.email = email.casefold()
    organisation.municipality = None if protected else municipality
    organisation.groups = list(groups)
    organisation.voice_bearer = voice_bearer
    organisation.provider = provider
    organisation.description = description
    organisation.added_value = added_value
    organisation.protected = protected
    organisation.subjects = list(subjects)
    organisation.area = area
    organisation.postal_address = postal_address
    _flush()
    keep_words(organisation, actor=actor, at=at)
    record(EventName.organisation_changed, at=at, actor=actor, organisation_id=organisation.id, **counted_as)


def keep_words(organisation: Organisation, *, actor: Actor | None, at: datetime) -> None:
    """Append what the organisation says of itself, where that is new: masks lie over the row, and are carried on by records."""
    last = queries.find_profile_version(organisation)
    if (organisation.description, organisation.added_value) == ((last.description, last.added_value) if last else ("", "")):
        return
    words = {"description": organisation.description, "added_value": organisation.added_value}
    db.session.add(ProfileVersion(organisation_id=organisation.id, **words, at=at, by_id=actor.id if actor else None))
    db.session.flush()


def describe_on_behalf(
    organisation: Organisation,
    municipality: Municipality,
    *,
    groups: Sequence[TargetGroup],
    subjects: Sequence[Subject],
    area: str,
    postal_address: str,
    members: int,
    actor: Actor | None,
    at: datetime,
) -> None:
    """Enter what the municipality knows about an organisation that nobody acts for yet.

    Raises:
        Blocked: it has `members` who describe it themselves, or it is protected and has a place.
    """
    facts = BehalfFacts(members=members, protected=organisation.protected, placed=bool(area or postal_address))
    refuse_unless_clear(blockers_to_describe_on_behalf(facts))
    organisation.groups, organisation.subjects = list(groups), list(subjects)
    organisation.area, organisation.postal_address = area, postal_address
    db.session.flush()
    record(
        EventName.organisation_changed, at=at, actor=actor, organisation_id=organisation.id, municipality_id=municipality.id, on_behalf=True
    )


def set_approval_rule(organisation: Organisation, *, rule: ApprovalRule, approvals_needed: int, actor: Actor | None, at: datetime) -> None:
    """Say how many must approve an answer before it is sent. The same rule again changes nothing and tells nobody.

    Raises:
        Blocked: the rule cannot ask for so many.
    """
    refuse_unless_clear(blockers_to_set_rule(rule, approvals_needed))
    if (organisation.approval_rule, organisation.approvals_needed) == (rule, approvals_needed):
        return
    organisation.approval_rule, organisation.approvals_needed = rule, approvals_needed
    db.session.flush()
    record(
        EventName.approval_rule_changed,
        at=at,
        actor=actor,
        subject_id=organisation.id,
        organisation_id=organisation.id,
        rule=rule.value,
        approvals=approvals_needed,
    )


def ask_if_right(*, at: datetime) -> int:
    """Ask a batch of organisations whether their facts are right, each once a year; returns how many were asked.

    Not those registered this year, unless they were imported before its day; nor those merged into another, or without an address.
    """
    since = check_since(at)
    if since is None:
        return 0
    o, year_began = Organisation, clock.start_of(date(clock.day_of(at).year, 1, 1))
    due = (
        sa.select(o)
        .where(
            sa.or_(o.asked_right_at.is_(None), o.asked_right_at < since),
            sa.or_(o.created_at < year_began, o.imported_at < since),  # an imported one has said nothing about itself yet
            o.merged_at.is_(None),
            o.email != "",
        )
        .order_by(o.id)
        .limit(CHECK_BATCH)
    )
    asked = db.session.scalars(due.with_for_update(skip_locked=True)).all()
    for organisation in asked:
        organisation.asked_right_at = at
        record(EventName.organisation_check_due, at=at, subject_id=organisation.id, organisation_id=organisation.id)
    return len(asked)


def check_organisation(organisation: Organisation, *, actor: Actor | None, at: datetime) -> None:
    """Note that the organisation says that its facts are right. Said twice, the first holds."""
    if organisation.right_at and organisation.asked_right_at and organisation.right_at >= organisation.asked_right_at:
        return
    organisation.right_at = at
    db.session.flush()
    record(EventName.organisation_checked, at=at, actor=actor, subject_id=organisation.id, organisation_id=organisation.id)


def verify_organisation(
    organisation: Organisation, municipality: Municipality, *, basis: VerificationBasis, actor: Actor | None, at: datetime
) -> Verification:
    """Note that the municipality has looked at the organisation, and at what. Done again, the new basis counts."""
    verification = db.session.scalar(
        sa.select(Verification).where(Verification.organisation_id == organisation.id, Verification.municipality_id == municipality.id)
    )
    if verification is None:
        verification = Verification(organisation_id=organisation.id, municipality_id=municipality.id)
        db.session.add(verification)
    verification.basis = basis
    verification.verified_at = at
    verification.verified_by_id = actor.id if actor else None
    db.session.flush()
    record(
        EventName.organisation_verified,
        at=at,
        actor=actor,
        organisation_id=organisation.id,
        municipality_id=municipality.id,
        basis=basis.value,
    )
    return verification


def _number(
    written: str | None, *, voice_bearer: bool, provider: bool, protected_with_place: bool, besides: Organisation | None = None
) -> str | None:
    """The organisation number to store, once the lifecycle has nothing against the facts."""
    number = normalised_org_number(written or "")
    facts = OrganisationFacts(
        org_number=(written or "").strip(),
        number_taken=number is not None and queries.is_number_taken(number, besides),
        voice_bearer=voice_bearer,
        provider=provider,
        protected_with_place=protected_with_place,
    )
    refuse_unless_clear(blockers_to_describe(facts))
    return number


def _is_slug_taken(slug: str) -> bool:
    """Some addresses are taken by pages, see RESERVED."""
    return slug in RESERVED or bool(db.session.scalar(sa.select(sa.exists().where(Organisation.slug == slug))))


def _flush() -> None:
    """Two that enter the same organisation number at once are told apart by the database, not by the check before."""
    try:
        db.session.flush()
    except sa.exc.IntegrityError:
        raise Stale from None
