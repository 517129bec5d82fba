"""Mails about an answer that has come in: to the registrar with what came, and to both sides when it is taken back or confirmed."""

from __future__ import annotations

from sakrad.core import files
from sakrad.core.db import db
from sakrad.core.files import MEDIA_TYPES
from sakrad.notifications.content import Attachment, Content, Told, consultation_of, from_authority, link, page_of
from sakrad.positions import receipts
from sakrad.positions.models import PositionVersion

LARGEST = 15 * 1024 * 1024  # bytes of originals in one mail: more than that is refused by many mailboxes


def received_for_registrar(told: Told) -> Content:
    """The document and the files that came with it. Where those are too large for a mail, they are fetched by the officer's link."""
    version = db.session.get_one(PositionVersion, told.event.subject_id)
    consultation = consultation_of(version.position.consultation_id)
    originals = [one.file for one in version.attachments]
    fits = sum(original.size for original in originals) <= LARGEST
    sent = [Attachment(receipts.file_name(version), receipts.receipt_pdf(version))]
    if fits:
        sent += [Attachment(original.name, files.read(original.key), MEDIA_TYPES[original.kind]) for original in originals]
    return from_authority(
        consultation,
        tuple(sent),
        version=version,
        originals=[original.name for original in originals],
        fetch="" if fits else _review_page(version),
        register=link("positions_staff.register", kommun=consultation.municipality.slug),
    )


def position_withdrawn(told: Told) -> Content:
    return _changed(told, db.session.get_one(PositionVersion, told.event.data["version"]))


def position_ratified(told: Told) -> Content:
    return _changed(told, db.session.get_one(PositionVersion, told.event.subject_id))


def _changed(told: Told, version: PositionVersion) -> Content:
    """The same news to the authority and to the organisation, which is told what to do if it was somebody else."""
    consultation = consultation_of(version.position.consultation_id)
    return from_authority(
        consultation,
        version=version,
        own=told.recipient != consultation.authority.mailbox,
        received=page_of("positions_staff.received", consultation),
    )


def _review_page(version: PositionVersion) -> str:
    consultation = version.position.consultation
    where = {**consultation.address, "org": version.position.organisation.slug}
    return link("positions_staff.review", **where, version=version.number)
