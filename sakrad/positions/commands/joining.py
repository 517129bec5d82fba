"""From one to many: the holder of an invitation's link asks for an account for the organisation."""

from __future__ import annotations

from datetime import datetime

from sakrad.accounts import commands as accounts
from sakrad.directory.models import Organisation


def ask_for_account(organisation: Organisation, *, at: datetime) -> None:
    """Have an invitation to be administrator sent to the organisation's registered address, and nowhere else.

    Raises:
        Blocked: somebody acts for the organisation already.
    """
    accounts.invite_first_administrator(organisation, at=at)
