"""Writes about organisations; reached as `directory.commands`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from sakrad.core import clock, ids
from sakrad.core.db import db
from sakrad.core.errors import Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName, record
from sakrad.directory import queries
from sakrad.directory.lifecycle import (
    OrganisationFacts,
    blockers_to_describe,
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
    TargetGroup,
    Verification,
    VerificationBasis,
)

CHECK_BATCH = 200  # organisations asked in one transaction


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
    actor: Actor | None,
    at: datetime,
    slug: str | None = None,
) -> Organisation:
    """Enter an organisation. A protected one holds no municipality, so that no page can show its place.

    Raises:
        Blocked: the organisation number is no such number or is taken, or the organisation has neither role.
        Stale: somebody entered the same organisation at this very moment.
    """
    number = _number(org_number, voice_bearer=voice_bearer, provider=provider)
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
        created_at=at,
    )
    db.session.add(organisation)
    _flush()
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
    actor: Actor | None,
    at: datetime,
) -> None:
    """Change the organisation's profile; its address stays, a former name is kept, and received answers keep the name of their day.

    Raises:
        Blocked: as in `register_organisation`.
        Stale: somebody took the same organisation number at this very moment.
    """
    organisation.org_number = _number(org_number, voice_bearer=voice_bearer, provider=provider, besides=organisation)
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
    _flush()
    record(EventName.organisation_changed, at=at, actor=actor, organisation_id=organisation.id)


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

    Not those registered this year, those merged into another, or those without an address.
    """
    since = check_since(at)
    if since is None:
        return 0
    o, year_began = Organisation, clock.start_of(date(clock.day_of(at).year, 1, 1))
    due = (
        sa.select(o)
        .where(
            sa.or_(o.asked_right_at.is_(None), o.asked_right_at < since),
            o.created_at < year_began,
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


def _number(written: str | None, *, voice_bearer: bool, provider: bool, besides: Organisation | None = None) -> str | None:
    """The organisation number to store, once the lifecycle has nothing against the facts."""
    number = normalised_org_number(written or "")
    facts = OrganisationFacts(
        org_number=(written or "").strip(),
        number_taken=number is not None and queries.is_number_taken(number, besides),
        voice_bearer=voice_bearer,
        provider=provider,
    )
    refuse_unless_clear(blockers_to_describe(facts))
    return number


def _is_slug_taken(slug: str) -> bool:
    """`ny` is the address at which one registers (/forening/ny), `nytt` that at which staff enter a letter (…/svar/nytt)."""
    return slug in ("ny", "nytt") or bool(db.session.scalar(sa.select(sa.exists().where(Organisation.slug == slug))))


def _flush() -> None:
    """Two that enter the same organisation number at once are told apart by the database, not by the check before."""
    try:
        db.session.flush()
    except sa.exc.IntegrityError:
        raise Stale from None
