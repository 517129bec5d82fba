"""Who may do what in the directory. Never when.

The directory stands below accounts, so these predicates know people only as somebody who has roles, named by their codes.
"""

from __future__ import annotations

from typing import Any, Protocol

from sakrad.directory.models import Authority, Function, Municipality, Organisation, Unit
from sakrad.directory.queries import Case

MEMBER = ("administrator", "writer", "approver")


class Holder(Protocol):
    """Somebody with roles: accounts.models.User."""

    def has(
        self, *roles: Any, authority_id: int | None = None, municipality_id: int | None = None, organisation_id: int | None = None
    ) -> bool: ...


def may_switch(user: Holder, _municipality: object) -> bool:
    """Switches municipalities on and off: the operator."""
    return user.has("operator")


def may_set_up(user: Holder, municipality: Municipality) -> bool:
    """Changes the municipality's authorities, units, functions and councils, and registers organisations: its coordinator."""
    return user.has("coordinator", municipality_id=municipality.id)


def may_set_up_authority(user: Holder, authority: Authority) -> bool:
    """The coordinator of its municipality."""
    return may_set_up(user, authority.municipality)


def may_set_up_unit(user: Holder, unit: Unit) -> bool:
    """The coordinator of its municipality."""
    return may_set_up_authority(user, unit.authority)


def may_set_up_function(user: Holder, function: Function) -> bool:
    """The coordinator of its municipality."""
    return may_set_up_unit(user, function.unit)


def may_see_case(user: Holder, case: Case) -> bool:
    """Reads what the municipality knows about the organisation: its coordinator."""
    return may_set_up(user, case.municipality)


def may_verify(user: Holder, case: Case) -> bool:
    """The coordinator, unless a member of the organisation (jäv)."""
    return may_see_case(user, case) and not _is_partial(user, case.organisation)


def is_member(user: Holder, organisation: Organisation) -> bool:
    """Reads the organisation's profile in its own space."""
    return user.has(*MEMBER, organisation_id=organisation.id)


def _is_partial(user: Holder, organisation: Organisation) -> bool:
    """As accounts.policy.is_partial."""
    return is_member(user, organisation) or user.has(*MEMBER, organisation_id=organisation.heir_id or 0)


def may_describe(user: Holder, organisation: Organisation) -> bool:
    """Changes the organisation's profile."""
    return user.has("administrator", organisation_id=organisation.id)
