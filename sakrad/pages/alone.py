"""One municipality alone (SAKRAD_MUNICIPALITY): the site is its own, and nothing of any other municipality can be reached.

Not a rule in each query, where the next one would forget it: during a request every SELECT that reads municipalities,
consultations, figures of uptake or the search index, at whatever depth, is given one more condition. Everything public hangs
on these. The worker and the commands read all, but for what is told to those who follow something (core.db.as_readers).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from sakrad.consultations.models import Consultation
from sakrad.core.db import ALONE, db
from sakrad.core.errors import Missing
from sakrad.core.i18n import site_name
from sakrad.core.search_index import SearchEntry
from sakrad.directory.models import Municipality, Verification
from sakrad.pages.search_kinds import ResultKind
from sakrad.responses.models import UptakeCell

OTHERS = "pages.county"  # and what stands beside it: ways to other places


@event.listens_for(Session, "do_orm_execute")
def _only_ours(state: ORMExecuteState) -> None:
    slug = state.session.info.get(ALONE)
    if slug is not None and state.is_select and not state.is_column_load and not state.is_relationship_load:
        state.statement = state.statement.options(*_criteria(slug))


def _criteria(slug: str) -> tuple[Any, ...]:
    """The conditions. The names of places that organisations come from stay where a row leads there (no propagation)."""
    table = Municipality.__table__
    ours = sa.select(table.c.id).where(table.c.slug == slug).scalar_subquery()
    # An organisation has a page here when it is verified here, wherever it is (directory/queries_public.is_listed).
    verified = Verification.__table__.alias()
    listed = sa.select(verified.c.organisation_id).where(verified.c.municipality_id == ours)
    is_organisation = SearchEntry.kind == ResultKind.organisation.value
    found = sa.case((is_organisation, SearchEntry.organisation_id.in_(listed)), else_=SearchEntry.municipality_id == ours)
    conditions = (
        (Municipality, Municipality.slug == slug),
        (Consultation, Consultation.municipality_id == ours),
        (UptakeCell, UptakeCell.municipality_id == ours),
        (SearchEntry, found),
    )
    return tuple(with_loader_criteria(kind, rule, include_aliases=True, propagate_to_loaders=False) for kind, rule in conditions)


def init_app(app: Flask) -> None:
    """Give templates the municipality (`alone`, "" where there are several) and the site's name, and hold requests to it."""
    slug = app.config["SETTINGS"].municipality
    app.jinja_env.globals.update(alone=slug, site_name=site_name)
    if not slug:
        return

    @app.url_value_preprocessor
    def _hold_to_ours(endpoint: str | None, _values: dict[str, Any] | None) -> None:
        db.session.info[ALONE] = slug
        if (endpoint or "").startswith(OTHERS):
            raise Missing("other places")

    @app.teardown_request
    def _let_go(_error: BaseException | None) -> None:
        db.session.info.pop(ALONE, None)
