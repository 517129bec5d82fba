"""What the authority answered, what was undertaken, and how it goes."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from sakrad.core import clock, files, tables
from sakrad.core.access import public
from sakrad.core.paging import asked_page
from sakrad.responses import published_data, queries_commitments, queries_ledger, queries_page
from sakrad.responses.queries_commitments import PARTIES, STATES, asked_commitments
from sakrad.summaries import columns

bp = Blueprint("responses", __name__)
ONE = "/kommun/<kommun>/sakrad/<slug>/atagande/<int:number>"


@bp.get("/kommun/<kommun>/sakrad/<slug>/aterkoppling")
@public
def show(kommun: str, slug: str) -> ResponseReturnValue:
    finding = request.args.get("samlad", type=int)
    view = queries_page.get_response_page(kommun, slug, asked_page(), clock.now(), finding=finding)
    return render_template("responses/show.html", view=view, c=view.head, place=view.head.place)


@bp.get("/kommun/<kommun>/sakrad/<slug>/aterkoppling.csv")
@public
def answers_csv(kommun: str, slug: str) -> ResponseReturnValue:
    """A row for each answer and commitment."""
    view = queries_page.get_response_page(kommun, slug, None, clock.now())
    published_data.refuse_unanswered(view)
    found = (columns.flat(record, published_data.HEADER) for record in published_data.rows(view))
    return tables.download(f"aterkoppling-{slug}.csv", published_data.HEADER, found)


@bp.get("/kommun/<kommun>/sakrad/<slug>/aterkoppling.json")
@public
def answers_json(kommun: str, slug: str) -> ResponseReturnValue:
    """Everything in one document."""
    view = queries_page.get_response_page(kommun, slug, None, clock.now())
    published_data.refuse_unanswered(view)
    return tables.download_json(f"aterkoppling-{slug}.json", published_data.document(view))


@bp.get(ONE)
@public
def commitment(kommun: str, slug: str, number: int) -> ResponseReturnValue:
    """One commitment: what was promised, everything told of it, and the voices behind."""
    view = queries_ledger.get_commitment_page(kommun, slug, number, clock.now())
    return render_template("responses/commitment.html", view=view, c=view.head, place=view.head.place)


@bp.get(f"{ONE}/underlag/<int:step>")
@public
def proof(kommun: str, slug: str, number: int, step: int) -> ResponseReturnValue:
    """A file that shows what was done."""
    return files.download(queries_ledger.get_proof(kommun, slug, number, step, clock.now()))


@bp.get("/ataganden")
@public
def commitments() -> ResponseReturnValue:
    asked = asked_commitments(request.args)
    view = queries_commitments.get_commitment_list(asked, page=asked_page(), at=clock.now())
    return render_template("responses/commitments.html", view=view, asked=asked, states=STATES, parties=PARTIES)
