import pytest
import tests.positions.test_nothing_unapproved as base
from sakrad.positions import queries_approving
from sakrad.positions.commands import sending
from tests.positions.test_nothing_unapproved import test_nothing_unapproved_is_ever_sent as test_it
@pytest.fixture(autouse=True, params=["role","void"])
def mut(request, monkeypatch):
    if request.param == "role":
        monkeypatch.setattr(queries_approving, "list_approvers", lambda o: list(base.db.session.scalars(base.sa.select(base.User))))
    else:
        monkeypatch.setattr(sending, "close_approvals", lambda draft, at: None)
