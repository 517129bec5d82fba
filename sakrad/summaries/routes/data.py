"""The published summary to take along as CSV and JSON, and what their columns mean."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from sakrad.consultations.queries_public import get_head
from sakrad.core import clock, tables
from sakrad.core.access import public
from sakrad.core.cache import keep_until
from sakrad.summaries import columns
from sakrad.summaries.queries_data import PublishedData
from sakrad.summaries.routes.public import bp

SUMMARY = "/kommun/<kommun>/sakrad/<slug>/sammanstallning"


@bp.get(f"{SUMMARY}.csv")
@public
def points_csv(kommun: str, slug: str) -> ResponseReturnValue:
    """Points and the findings that cite them, a row for each pair."""
    found = PublishedData(kommun, slug, clock.now())
    header = columns.names("synpunkter")
    return tables.download(f"synpunkter-{slug}.csv", header, (columns.flat(record, header) for record in found.points()))


@bp.get(f"{SUMMARY}.json")
@public
def summary_json(kommun: str, slug: str) -> ResponseReturnValue:
    """Everything in one document."""
    found = PublishedData(kommun, slug, clock.now())
    return tables.download_json(f"sammanstallning-{slug}.json", found.document())


@bp.get(f"{SUMMARY}/kolumner", endpoint="columns")
@public
def columns_page(kommun: str, slug: str) -> ResponseReturnValue:
    """What stands in each column."""
    head, _more = get_head(kommun, slug, clock.now())
    keep_until(head.valid_until)
    return render_template("summaries/columns.html", c=head, place=head.place, tables=columns.TABLES, names=columns.TABLE_NAMES)


@bp.get(f"{SUMMARY}/kolumner.csv")
@public
def columns_csv(kommun: str, slug: str) -> ResponseReturnValue:
    """The same as a table."""
    get_head(kommun, slug, clock.now())
    rows = [
        (table, column.name, str(column.meaning), "ja" if column.staff else "")
        for table, found in columns.TABLES.items()
        for column in found
    ]
    return tables.download("kolumner.csv", ["tabell", "kolumn", "betydelse", "bara_for_handlaggare"], rows)
