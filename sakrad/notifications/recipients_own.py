"""Who among an organisation's own people is told of what happens to a draft. Whoever has left since is told nothing."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from sakrad.accounts import policy
from sakrad.accounts.models import User
from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.directory.models import Organisation
from sakrad.positions.models import Approval, Draft, remark_mention


def who_is_mentioned(event: Event) -> Iterable[str]:
    """The colleagues whom the remark is said to."""
    to = sa.select(remark_mention.c.user_id).where(remark_mention.c.remark_id == event.subject_id)
    return [user.email for user, organisation in _colleagues(to, event) if policy.is_member(user, organisation)]


def who_is_to_approve(event: Event) -> Iterable[str]:
    """Those who were asked just then, have not answered and may still approve; nobody is told of what they asked themselves."""
    to = sa.select(Approval.user_id).where(
        Approval.draft_id == event.subject_id,
        Approval.asked_at == event.at,
        Approval.outcome.is_(None),
        Approval.closed_at.is_(None),
    )
    return [
        user.email for user, organisation in _colleagues(to, event) if user.id != event.actor_id and policy.may_approve(user, organisation)
    ]


def who_asked(event: Event) -> Iterable[str]:
    """Whoever asked for the approval that was given or refused; unasked, whoever sent the draft for approval."""
    to = (
        sa.select(sa.func.coalesce(Approval.asked_by_id, Draft.approval_asked_by_id))
        .join(Draft, Draft.id == Approval.draft_id)
        .where(Approval.id == event.subject_id)
    )
    return [
        user.email for user, organisation in _colleagues(to, event) if user.id != event.actor_id and policy.is_member(user, organisation)
    ]


def _colleagues(ids: sa.Select[int], event: Event) -> Iterable[tuple[User, Organisation]]:
    """Each of the people, with the organisation whose event it is."""
    found = sa.select(User, Organisation).join(Organisation, Organisation.id == event.organisation_id).where(User.id.in_(ids))
    return ((user, organisation) for user, organisation in db.session.execute(found))


def the_free_address(event: Event) -> Iterable[str]:
    """The address that the user has asked for, where nobody else has confirmed it."""
    return [address for address, known in _asked_for(event) if not known]


def the_known_address(event: Event) -> Iterable[str]:
    """The address that the user has asked for, where it has an account: its owner is told, the user is not."""
    return [address for address, known in _asked_for(event) if known]


def _asked_for(event: Event) -> list[tuple[str, bool]]:
    other = sa.orm.aliased(User)
    known = sa.exists().where(other.email == User.new_email, other.confirmed_at.is_not(None))
    rows = db.session.execute(sa.select(User.new_email, known).where(User.id == event.subject_id, User.new_email.is_not(None)))
    return [(address, bool(is_known)) for address, is_known in rows if address]
