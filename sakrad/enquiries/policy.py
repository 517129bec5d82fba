"""Who may read what organisations have raised."""

from __future__ import annotations

from sakrad.accounts import policy
from sakrad.accounts.models import User
from sakrad.directory.models import Municipality
from sakrad.enquiries.models import Enquiry


def may_list(user: User, municipality: Municipality) -> bool:
    """The municipality's coordinators: they are its one way in."""
    return policy.is_coordinator(user, municipality)


def may_read(user: User, enquiry: Enquiry) -> bool:
    """The same."""
    return may_list(user, enquiry.municipality)
