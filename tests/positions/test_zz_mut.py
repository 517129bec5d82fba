from hypothesis import Phase, settings, given
import tests.positions.test_nothing_unapproved as base
from sakrad.positions import queries_approving, receipts
from sakrad.positions.commands import sending, writing
M = "void"
from flask import Flask
@settings(base.test_nothing_unapproved_is_ever_sent._hypothesis_internal_use_settings, phases=[Phase.generate], max_examples=30)
@given(steps=base.st.lists(base.STEP, min_size=6, max_size=24))
def test_mut(app, steps):
    import pytest
    with pytest.MonkeyPatch.context() as mp:
        if M == "role":
            mp.setattr(queries_approving, "list_approvers", lambda o: [type("U", (), {"id": i}) for i in range(10**5)] if False else list(base.db.session.scalars(base.sa.select(base.User))))
        if M == "void":
            mp.setattr(sending, "close_approvals", lambda draft, at: None)
        if M == "edit":
            mp.setattr(writing, "void_approvals", lambda draft, at: None)
        world = base.World()
        for step in steps:
            world.run(step); world.check()
