"""Writes about organisations; reached as `directory.commands`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from sakrad.core import ids
from sakrad.core.db import db
from sakrad.core.errors import Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName, record
from sakrad.directory import queries
from sakrad.directory.lifecycle import OrganisationFacts, blockers_to_describe, normalised_org_number
from sakrad.directory.models import Municipality, Organisation, OrganisationKind, TargetGroup, Verification, VerificationBasis


def register_organisation(
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
    """Change the organisation's profile; its address stays, and received answers keep the name of their day.

    Raises:
        Blocked: as in `register_organisation`.
        Stale: somebody took the same organisation number at this very moment.
    """
    organisation.org_number = _number(org_number, voice_bearer=voice_bearer, provider=provider, besides=organisation)
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
    """`ny` is the address at which one registers: /forening/ny."""
    return slug == "ny" or bool(db.session.scalar(sa.select(sa.exists().where(Organisation.slug == slug))))


def _flush() -> None:
    """Two that enter the same organisation number at once are told apart by the database, not by the check before."""
    try:
        db.session.flush()
    except sa.exc.IntegrityError:
        raise Stale from None
