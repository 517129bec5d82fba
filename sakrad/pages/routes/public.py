"""Start, the lists, a municipality, a consultation, a question, and the pages about the site itself."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock, htmx
from sakrad.core.access import public
from sakrad.core.cache import keep_today
from sakrad.core.paging import asked_page
from sakrad.pages import queries, queries_consultation, queries_counties
from sakrad.positions import queries_question

bp = Blueprint("pages", __name__)
ASSESSED_ON = date(2026, 11, 22)  # the accessibility statement says so
PHASES = tuple(phase for phase in Phase if phase is not Phase.draft)


def page_asked() -> int:
    """The page of a list, from ?sida=."""
    return asked_page()


def filter_asked() -> dict[str, str]:
    """What the list of consultations, and its feed, are asked for."""
    asked = {name: request.args.get(name, "").strip()[:200] for name in ("q", "kommun", "skede", "grupp", "amne")}
    return asked | ({} if asked["skede"] in PHASES else {"skede": ""})


@bp.get("/")
@public
def start() -> ResponseReturnValue:
    if kommun := current_app.config["SETTINGS"].municipality:  # the one that is here alone: it is its page
        return municipality(kommun=kommun)
    return render_template("pages/start.html", view=queries.get_start_page(clock.now()))


@bp.get("/sakrad")
@public
def consultations() -> ResponseReturnValue:
    asked = filter_asked()
    view = queries.get_consultation_list(queries.Filter(**asked), page_asked(), clock.now())
    return render_template("pages/consultations.html", view=view, asked=asked, phases=PHASES)


@bp.get("/kommun")
@public
def municipalities() -> ResponseReturnValue:
    if current_app.config["SETTINGS"].municipality:
        return htmx.go(url_for("pages.start"))
    return render_template("pages/municipalities.html", view=queries_counties.get_where(clock.now()))


@bp.get("/lan/<lan>")
@public
def county(lan: str) -> ResponseReturnValue:
    return render_template("pages/county.html", view=queries_counties.get_county_page(lan, clock.now()))


@bp.get("/kommun/<kommun>")
@public
def municipality(kommun: str) -> ResponseReturnValue:
    view = queries.get_municipality_page(kommun, clock.now())
    return render_template("pages/municipality.html", view=view, place=view.place)


@bp.get("/kommun/<kommun>/sakrad/<slug>")
@public
def consultation(kommun: str, slug: str) -> ResponseReturnValue:
    view = queries_consultation.get_consultation_page(kommun, slug, clock.now())
    return render_template("pages/consultation.html", view=view, c=view.head, place=view.head.place)


@bp.get("/kommun/<kommun>/sakrad/<slug>/inbjudna")
@public
def invited(kommun: str, slug: str) -> ResponseReturnValue:
    view = queries_consultation.get_invited_page(kommun, slug, page_asked(), clock.now())
    return render_template("pages/invited.html", view=view, c=view.head, place=view.head.place)


@bp.get("/kommun/<kommun>/sakrad/<slug>/fraga/<int:number>")
@public
def question(kommun: str, slug: str, number: int) -> ResponseReturnValue:
    view = queries_question.get_question_page(kommun, slug, number, page_asked(), clock.now())
    return render_template("pages/question.html", view=view, c=view.head, place=view.head.place)


@bp.get("/metod")
@public
def method() -> ResponseReturnValue:
    keep_today()
    return render_template("pages/method.html")


@bp.get("/tillganglighet")
@public
def accessibility() -> ResponseReturnValue:
    keep_today()
    return render_template("pages/accessibility.html", assessed_on=ASSESSED_ON)


@bp.get("/personuppgifter")
@public
def privacy() -> ResponseReturnValue:
    keep_today()
    return render_template("pages/privacy.html")
