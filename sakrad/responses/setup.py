"""What packages below ask of this one."""

from __future__ import annotations

from flask import Flask

from sakrad.positions import checks
from sakrad.responses.queries_pledges import list_to_answer


def init_app(_app: Flask) -> None:
    """The first page of an organisation shows which parts of commitments it is asked for."""
    checks.provide_parts(list_to_answer)
