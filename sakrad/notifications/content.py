"""What one mail is made from, and how the functions of contents*.py make it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import joinedload

from sakrad.consultations.models import Consultation
from sakrad.core.db import db
from sakrad.core.events import Event
from sakrad.core.i18n import site_name


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with the mail."""

    name: str
    content: bytes
    media_type: str = "application/pdf"


@dataclass(frozen=True, slots=True)
class Content:
    """What a mail is made from. `sender` is a name; `reply_to` the official mailbox, empty where no authority stands behind."""

    sender: str
    reply_to: str
    values: dict[str, Any]
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()  # more lines in the mail's head


class NothingToTell(Exception):
    """What the mail was to tell is no longer so, or no longer public: it is not sent."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be told, oldest first, and to which address."""

    events: Sequence[Event]
    recipient: str

    @property
    def event(self) -> Event:
        """The only one, in a mail that does not gather."""
        return self.events[0]


def link(endpoint: str, **values: Any) -> str:
    """A whole address under SAKRAD_PUBLIC_URL."""
    return url_for(endpoint, _external=True, **values)


def from_authority(consultation: Consultation, attachments: tuple[Attachment, ...] = (), **values: Any) -> Content:
    """The authority writes, and answers come to its official mailbox."""
    authority = consultation.authority
    return Content(
        sender=f"{authority.name}, {consultation.municipality.full_name}",
        reply_to=authority.mailbox,
        values={"consultation": consultation, "page": page_of("pages.consultation", consultation)} | values,
        attachments=attachments,
    )


def from_us(**values: Any) -> Content:
    """No authority stands behind a mail about an account; answers come to the sender's own address."""
    return Content(sender=site_name(), reply_to="", values=values)


def page_of(endpoint: str, consultation: Consultation) -> str:
    """The whole address of one of the consultation's pages."""
    return link(endpoint, **consultation.address)


def consultation_of(consultation_id: int | None) -> Consultation:
    """The consultation with what a mail says of it."""
    return db.session.scalars(
        sa.select(Consultation)
        .where(Consultation.id == consultation_id)
        .options(joinedload(Consultation.authority), joinedload(Consultation.municipality), joinedload(Consultation.function))
    ).one()
