"""Who holds what for whom: a member and the holder of the invitation's link, at the same moment."""

from __future__ import annotations

import threading
import time

import pytest
import sqlalchemy as sa
from flask import Flask

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.links import token_of
from sakrad.consultations.models import Invitation
from sakrad.consultations.queries import get_invitation
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.directory.models import Organisation
from sakrad.positions import commands
from tests import factories as make

WAITING = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer
def test_who_comes_by_the_link_waits_for_the_member_before_it_holds_the_invitation(app: Flask) -> None:
    consultation = make.consultation(Phase.open)
    invitation = make.invitation(consultation, make.organisation(verified_in=consultation.municipality))
    token, number, organisation = token_of(invitation), invitation.id, invitation.organisation_id
    db.session.remove()
    done: list[str] = []

    def by_link() -> None:
        with app.app_context():
            try:
                with transaction():
                    commands.intend_to_answer(get_invitation(token), at=clock.now())
                done.append("done")
            finally:
                db.session.remove()

    with transaction():
        db.session.scalars(sa.select(Organisation).where(Organisation.id == organisation).with_for_update(key_share=True)).one()
        other = threading.Thread(target=by_link)
        other.start()
        until = time.monotonic() + 10
        while not db.session.scalar(WAITING) and time.monotonic() < until:
            time.sleep(0.01)
        commands.intend_to_answer(db.session.get_one(Invitation, number), at=clock.now())
    other.join(timeout=10)
    assert done == ["done"]
