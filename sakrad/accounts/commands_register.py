"""Writes of the register of organisations that depend on who acts for whom; the rest is the directory's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sakrad.accounts import queries_register as queries
from sakrad.accounts.queries_register import Behalf
from sakrad.core.events import Actor
from sakrad.directory import commands as directory
from sakrad.directory.commands import choose_rows, give_up_import, match_columns, start_import
from sakrad.directory.models import RegisterImport, Subject, TargetGroup

__all__ = ["choose_rows", "describe_on_behalf", "give_up_import", "match_columns", "start_import", "take_in"]


def take_in(imported: RegisterImport, *, actor: Actor | None, at: datetime) -> None:
    """Write the rows of a föreningsregister as they are judged now: somebody may have entered one since they were shown.

    Raises:
        Blocked: the import is finished.
        Stale: somebody entered one of the organisations at this very moment.
    """
    directory.take_in(imported, queries.list_judged(imported), actor=actor, at=at)


def describe_on_behalf(
    behalf: Behalf,
    *,
    groups: Sequence[TargetGroup],
    subjects: Sequence[Subject],
    area: str,
    postal_address: str,
    actor: Actor | None,
    at: datetime,
) -> None:
    """Enter what the municipality knows about an organisation that nobody acts for yet.

    Raises:
        Blocked: it has members who describe it themselves, or it is protected and has a place.
    """
    directory.describe_on_behalf(
        behalf.organisation,
        behalf.municipality,
        groups=groups,
        subjects=subjects,
        area=area,
        postal_address=postal_address,
        members=behalf.members,
        actor=actor,
        at=at,
    )
