"""Uptake (genomslag): what became of what was said, in figures, with the words behind them."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from sakrad.core import clock, tables
from sakrad.core.access import public
from sakrad.core.paging import asked_page
from sakrad.core.text import whole_number
from sakrad.directory.models import OrganisationKind
from sakrad.voices import uptake
from sakrad.voices.queries_uptake_pages import Asked, UptakePage, get_consultation_uptake, get_municipality_uptake, get_statistics
from sakrad.voices.queries_uptake_points import get_all_points, get_consultation_points, get_municipality_points
from sakrad.voices.routes.public import bp

__all__ = ["bp"]  # whose routes these are

CONSULTATION = "/kommun/<kommun>/sakrad/<slug>/genomslag"
MUNICIPALITY = "/kommun/<kommun>/genomslag"
STATISTICS = "/statistik"


def asked() -> Asked:
    """What the address asks for. An unknown value asks for nothing."""
    said = {name: request.args.get(name, "").strip()[:100] for name in ("visa", "ar", "enhet", "grupp", "slag", "bokstav")}
    year = whole_number(said["ar"])
    return Asked(
        view=said["visa"] or "grupp",
        year=year if year is not None and 2000 <= year <= 2200 else None,
        unit=said["enhet"],
        group=said["grupp"],
        kind=next((kind for kind in OrganisationKind if kind.value == said["slag"]), None),
        letter=said["bokstav"][:1].upper(),
    )


@bp.get(CONSULTATION)
@public
def uptake_consultation(kommun: str, slug: str) -> ResponseReturnValue:
    """Of the points of one consultation."""
    view = get_consultation_uptake(kommun, slug, asked(), clock.now())
    return render_template("voices/uptake_consultation.html", view=view, c=view.head, place=view.place)


@bp.get(MUNICIPALITY)
@public
def uptake_municipality(kommun: str) -> ResponseReturnValue:
    """Of all points that have been raised with a municipality."""
    view = get_municipality_uptake(kommun, asked(), asked_page(), clock.now())
    return render_template("voices/uptake_municipality.html", view=view, place=view.place)


@bp.get(STATISTICS)
@public
def statistics() -> ResponseReturnValue:
    """Of all points."""
    return render_template("voices/statistics.html", view=get_statistics(asked(), asked_page(), clock.now()))


@bp.get(f"{CONSULTATION}/synpunkter")
@public
def uptake_points(kommun: str, slug: str) -> ResponseReturnValue:
    """The words behind the figures of one consultation."""
    view = get_consultation_points(kommun, slug, asked(), request.args.get("utfall", ""), asked_page(), clock.now())
    return render_template("voices/uptake_points.html", view=view, place=view.place)


@bp.get(f"{MUNICIPALITY}/synpunkter")
@public
def uptake_points_municipality(kommun: str) -> ResponseReturnValue:
    """The words behind the figures of a municipality."""
    view = get_municipality_points(kommun, asked(), request.args.get("utfall", ""), asked_page(), clock.now())
    return render_template("voices/uptake_points_municipality.html", view=view, place=view.place)


@bp.get(f"{STATISTICS}/synpunkter")
@public
def statistics_points() -> ResponseReturnValue:
    """The words behind the figures of all."""
    view = get_all_points(asked(), request.args.get("utfall", ""), asked_page(), clock.now())
    return render_template("voices/statistics_points.html", view=view)


def _csv(view: UptakePage, name: str) -> ResponseReturnValue:
    return tables.download(f"genomslag-{name}.csv", uptake.names(), (list(record.values()) for record in uptake.records(view)))


def _json(view: UptakePage, name: str) -> ResponseReturnValue:
    return tables.download_json(f"genomslag-{name}.json", uptake.document(view))


@bp.get(f"{CONSULTATION}.csv")
@public
def uptake_consultation_csv(kommun: str, slug: str) -> ResponseReturnValue:
    """The figures as a table: a row for each line and outcome."""
    return _csv(get_consultation_uptake(kommun, slug, asked(), clock.now()), slug)


@bp.get(f"{CONSULTATION}.json")
@public
def uptake_consultation_json(kommun: str, slug: str) -> ResponseReturnValue:
    """The figures and what the columns mean."""
    return _json(get_consultation_uptake(kommun, slug, asked(), clock.now()), slug)


@bp.get(f"{MUNICIPALITY}.csv")
@public
def uptake_municipality_csv(kommun: str) -> ResponseReturnValue:
    """The same of a municipality."""
    return _csv(get_municipality_uptake(kommun, asked(), 0, clock.now()), kommun)


@bp.get(f"{MUNICIPALITY}.json")
@public
def uptake_municipality_json(kommun: str) -> ResponseReturnValue:
    """The same of a municipality."""
    return _json(get_municipality_uptake(kommun, asked(), 0, clock.now()), kommun)


@bp.get(f"{STATISTICS}.csv")
@public
def statistics_csv() -> ResponseReturnValue:
    """The same of all."""
    return _csv(get_statistics(asked(), 0, clock.now()), "sakrad")


@bp.get(f"{STATISTICS}.json")
@public
def statistics_json() -> ResponseReturnValue:
    """The same of all."""
    return _json(get_statistics(asked(), 0, clock.now()), "sakrad")
