"""Mail about requests for documents: the authority hears that there is one, never what it says or who asks."""

from __future__ import annotations

from sakrad.notifications.content import Content, Told, consultation_of, from_authority, link


def disclosure_asked(told: Told) -> Content:
    """To the authority's mailbox."""
    consultation = consultation_of(told.event.consultation_id)
    return from_authority(consultation, requests=link("disclosing.index", kommun=consultation.municipality.slug))
