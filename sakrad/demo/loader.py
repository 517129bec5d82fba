"""Tells the stories of stories/*.toml through the commands, as days around today, so that every phase is there.

The sample data is fit for trying out and nothing else: refused in production, marked on every page.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from sakrad.accounts.models import User
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.events import Delivery
from sakrad.directory import commands as directory
from sakrad.directory.models import Authority, Function, Municipality, Organisation, TargetGroup

STORIES = Path(__file__).parent / "stories"


@dataclass
class Cast:
    """Who is there, by the names that the stories use."""

    at: datetime
    municipalities: dict[str, Municipality] = field(default_factory=dict)
    authorities: dict[tuple[str, str], Authority] = field(default_factory=dict)
    functions: dict[tuple[str, str, str], Function] = field(default_factory=dict)  # municipality, unit, title
    organisations: dict[str, Organisation] = field(default_factory=dict)
    officers: dict[str, User] = field(default_factory=dict)  # by municipality
    members: dict[str, User] = field(default_factory=dict)  # by organisation
    groups: dict[str, TargetGroup] = field(default_factory=dict)
    stored_password: str = ""  # hashed once for all

    def day(self, offset: int) -> date:
        """The Stockholm day so many days from today."""
        return clock.day_of(self.at) + timedelta(days=offset)

    def moment(self, offset: int, hour: int = 10, minute: int = 0) -> datetime:
        """An instant on that day, as UTC; never after now."""
        at = clock.start_of(self.day(offset)) + timedelta(hours=hour, minutes=minute)
        return min(at, self.at) if offset <= 0 else at


def is_empty() -> bool:
    """Whether no municipality has been switched on yet."""
    return db.session.scalar(sa.select(sa.exists().where(Municipality.active))) is False


def load(at: datetime | None = None) -> None:
    """Load everything, one transaction a story; its events count as delivered, so that no mail goes out."""
    from sakrad.demo import compiling, following, method, people, story, telling, together

    cast = Cast(at=at or clock.now())
    with transaction():
        directory.load_reference_data()
        cast.groups = {group.slug: group for group in db.session.scalars(sa.select(TargetGroup))}
        for path in sorted(STORIES.glob("directory-*.toml")):
            people.settle(cast, read(path))
        people.sign_ups(cast)
    for path in sorted(STORIES.glob("[0-9]*.toml")):
        with transaction():
            story.tell(cast, read(path))
            db.session.execute(sa.delete(Delivery))
    with transaction():
        together.tell(cast, read(STORIES / "own-space.toml"))
        telling.tell(cast, read(STORIES / "telling.toml"))
        method.tell(cast, read(STORIES / "method.toml"))
        compiling.tell(cast, read(STORIES / "compiling.toml"))
        following.tell(cast, read(STORIES / "following.toml"))
        db.session.execute(sa.delete(Delivery))


def read(path: Path) -> dict[str, Any]:
    """One file of a story."""
    return tomllib.loads(path.read_text(encoding="utf-8"))
