"""Rate limits count in the database, so that all processes count together."""

from __future__ import annotations

import time_machine
from flask import Flask

from sakrad.core.limits import DatabaseStorage


def test_counts_go_up_and_begin_again_after_the_window(app: Flask) -> None:
    storage = DatabaseStorage("sakrad://")
    with time_machine.travel("2027-05-01 12:00:00+00:00", tick=False) as traveller:
        assert [storage.incr("k", 60) for _ in range(3)] == [1, 2, 3]
        assert storage.get("k") == 3 and storage.get("annan") == 0
        traveller.shift(61)
        assert storage.get("k") == 0
        assert storage.incr("k", 60) == 1
    storage.clear("k")
    assert storage.get("k") == 0
    storage.incr("x", 60)
    assert storage.reset() == 1
