"""The sample's places and people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sakrad.accounts import commands as accounts
from sakrad.accounts import passwords
from sakrad.accounts.models import Role, User
from sakrad.demo.loader import Cast
from sakrad.directory import commands as directory
from sakrad.directory.models import Municipality, OrganisationKind, VerificationBasis

PASSWORD = "prova-sakrad"  # noqa: S105 - printed by `flask demo`; refused in production
LOG_INS = (
    ("samordnare@ekhamra.example", "Civilsamhällessamordnare i Ekhamra"),
    ("handlaggare@ekhamra.example", "Handläggare vid Ekhamras nämnder"),
    ("ordforande@ekhamra-kvinnojour.example", "Ordförande i Ekhamra kvinno- och tjejjour"),
    ("skribent@ekhamra-kvinnojour.example", "Skribent i samma förening"),
    ("kassor@ekhamra-kvinnojour.example", "Kassör och godkännare i samma förening"),
    ("ombud@ekhamra-funktionsratt.example", "Skriver för två föreningar"),
    ("ordforande@ekhamra-funktionsratt.example", "Ordförande i en paraplyförening"),
    ("drift@sakrad.example", "Driver plattformen"),
)
LONG_AGO = timedelta(days=900)


def settle(cast: Cast, told: dict[str, Any]) -> None:
    """A municipality with its authorities, units, functions, councils and organisations."""
    at = cast.at - LONG_AGO
    place = directory.add_sample_municipality(
        scb_code=told["scb_code"], name=told["name"], slug=told["slug"], county_code="99", county=told["county"]
    )
    directory.switch_on(place, mailbox=told["mailbox"], actor=None, at=at)
    cast.municipalities[place.slug] = place
    for named in told["authorities"]:
        authority = directory.add_authority(
            place, name=named["name"], short=named["short"], mailbox=named["mailbox"], slug=named["slug"], actor=None, at=at
        )
        cast.authorities[place.slug, authority.slug] = authority
        for held in named.get("units", ()):
            unit = directory.add_unit(authority, name=held["name"], actor=None, at=at)
            for function in held.get("functions", ()):
                made = directory.add_function(
                    unit,
                    title=function["title"],
                    holder=function.get("holder", ""),
                    deputy=function.get("deputy", ""),
                    email=function.get("email", ""),
                    phone=function.get("phone", ""),
                    actor=None,
                    at=at,
                )
                cast.functions[place.slug, unit.name, made.title] = made
    for council in told.get("councils", ()):
        directory.add_council(place, name=council["name"], actor=None, at=at)
    for organisation in told["organisations"]:
        _organisation(cast, place, organisation)


def _organisation(cast: Cast, place: Municipality, told: dict[str, Any]) -> None:
    at = cast.at - LONG_AGO
    made = directory.register_organisation(
        name=told["name"],
        slug=told["slug"],
        kind=OrganisationKind(told["kind"]),
        org_number=told.get("org_number"),
        email=told["email"],
        municipality=place,
        groups=[cast.groups[slug] for slug in told["groups"]],
        voice_bearer=told.get("voice_bearer", True),
        provider=told.get("provider", False),
        description=told.get("description", ""),
        added_value=told.get("added_value", ""),
        protected=told.get("protected", False),
        actor=None,
        at=at,
    )
    made.sample = True
    made.asked_right_at = made.right_at = cast.at - timedelta(days=30)  # or the worker would ask them all at once
    cast.organisations[made.slug] = made
    basis = VerificationBasis.org_number if told.get("org_number") else VerificationBasis.known
    directory.verify_organisation(made, place, basis=basis, actor=None, at=at)


def sign_ups(cast: Cast) -> None:
    """The people who can sign in, and an officer and a coordinator for each municipality."""
    for slug, place in cast.municipalities.items():
        officer = person(cast, f"handlaggare@{slug}.example", f"Handläggare i {place.name}")
        cast.officers[slug] = officer
        for (kommun, _), authority in cast.authorities.items():
            if kommun == slug:
                accounts.grant(officer, Role.officer, authority, actor=None, at=cast.at - LONG_AGO)
                accounts.grant(officer, Role.registrar, authority, actor=None, at=cast.at - LONG_AGO)
        coordinator = person(cast, f"samordnare@{slug}.example", f"Samordnare i {place.name}")
        accounts.grant(coordinator, Role.coordinator, place, actor=None, at=cast.at - LONG_AGO)
    jour = cast.organisations["ekhamra-kvinnojour"]
    chair = person(cast, "ordforande@ekhamra-kvinnojour.example", "Ordföranden")
    accounts.grant(chair, Role.administrator, jour, actor=None, at=cast.at - LONG_AGO)
    accounts.grant(chair, Role.approver, jour, actor=None, at=cast.at - LONG_AGO)
    cast.members[jour.slug] = chair
    accounts.grant(person(cast, "skribent@ekhamra-kvinnojour.example", "Skribenten"), Role.writer, jour, actor=None, at=cast.at - LONG_AGO)
    accounts.grant(person(cast, "drift@sakrad.example", "Driften"), Role.operator, actor=None, at=cast.at - LONG_AGO)


def person(cast: Cast, email: str, name: str) -> User:
    """Somebody who can sign in with the sample's password."""
    cast.stored_password = cast.stored_password or passwords.hashed(PASSWORD)
    user = accounts.register_user(email=email, name=name, password_hash=cast.stored_password, at=cast.at - LONG_AGO)
    accounts.confirm_user(user, cast.at - LONG_AGO)
    return user
