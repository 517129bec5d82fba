"""What packages below ask of this one."""

from __future__ import annotations

from flask import Flask

from sakrad.consultations import promised
from sakrad.positions import checks
from sakrad.responses.queries_evaluation import list_to_evaluate
from sakrad.responses.queries_overdue import feedback_due
from sakrad.responses.queries_pledges import list_to_answer


def init_app(_app: Flask) -> None:
    """The first page of an organisation shows which parts of commitments it is asked for, and late answers go by the day of their part."""
    checks.provide_parts(list_to_answer)
    checks.provide_evaluations(list_to_evaluate)
    promised.provide(feedback_due)
