"""What the mails to an organisation's own people are given. They lead to its own space, and say nothing of what stands there."""

from __future__ import annotations

from typing import Any

from sakrad.accounts import links as account_links
from sakrad.core.db import db
from sakrad.core.events import EventName
from sakrad.directory import links as directory_links
from sakrad.directory.models import Merger, MergerSide, Organisation
from sakrad.notifications.content import Content, Told, from_us, link
from sakrad.positions.models import Approval, Draft, Remark


def _organisation(told: Told) -> Organisation:
    return db.session.get_one(Organisation, told.event.organisation_id)


def approval_rule_changed(told: Told) -> Content:
    organisation = _organisation(told)
    return from_us(organisation=organisation, url=link("accounts_organisation.members", org=organisation.slug, _anchor="godkannande"))


def still_right(told: Told) -> Content:
    organisation = _organisation(told)
    return from_us(
        organisation=organisation,
        url=link("accounts_link.check", token=account_links.check_token(organisation)),
        sign_in=link("directory_organisation.profile", org=organisation.slug),
    )


def organisations_merged(told: Told) -> Content:
    """Each side has its own link."""
    merger = db.session.get_one(Merger, told.event.subject_id)
    side = MergerSide(told.event.data["side"])
    return from_us(
        merger=merger, organisation=merger.of(side), url=link("operations_merger.show", token=directory_links.merger_token(merger, side))
    )


def draft_mention(told: Told) -> Content:
    remark = db.session.get_one(Remark, told.event.subject_id)
    return _about(remark.draft, "discussion", anchor=f"kommentar-{remark.reference}")


def draft_to_approve(told: Told) -> Content:
    return _about(db.session.get_one(Draft, told.event.subject_id), "review")


def draft_decided(told: Told) -> Content:
    approval = db.session.get_one(Approval, told.event.subject_id)
    return _about(approval.draft, "approval", returned=told.event.name == EventName.draft_returned)


def _about(draft: Draft, page: str, *, anchor: str | None = None, **values: Any) -> Content:
    """About a draft: the consultation's headline, which is public, and the way to the desk; no word of what stands there."""
    consultation, organisation = draft.consultation, draft.organisation
    where = {"org": organisation.slug, **consultation.address}
    url = link(f"positions_organisation.{page}", **where, _anchor=anchor)
    return from_us(consultation=consultation, organisation=organisation, url=url, **values)
