"""Who sees to what is composed of several packages."""

from __future__ import annotations

from sakrad.accounts.models import User
from sakrad.consultations import policy as consultations
from sakrad.pages.queries_disclosing import Asked


def may_handle_disclosure(user: User, asked: Asked) -> bool:
    """Notes how a request for a document was answered: the authority's registrars, and those who handle the matter."""
    return consultations.may_register(user, asked.consultation)
