"""Start, the lists, a municipality, a consultation, a question, and the pages about the site itself."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from sakrad.consultations.lifecycle import Phase
from sakrad.core import clock
from sakrad.core.access import public
from sakrad.core.paging import asked_page
from sakrad.pages import queries, queries_consultation
from sakrad.positions import queries_question

bp = Blueprint("pages", __name__)
ASSESSED_ON = date(2026, 11, 22)  # the accessibility statement says so
PHASES = tuple(phase for phase in Phase if phase is not Phase.draft)


def page_asked() -> int:
    """The page of a list, from ?sida=."""
    return asked_page()


@bp.get("/")
@public
def start() -> ResponseReturnValue:
    return render_template("pages/start.html", view=queries.get_start_page(clock.now()))


@bp.get("/sakrad")
@public
def consultations() -> ResponseReturnValue:
    asked = {name: request.args.get(name, "").strip()[:200] for name in ("q", "kommun", "skede", "grupp", "amne")}
    if asked["skede"] not in PHASES:
        asked["skede"] = ""
    view = queries.get_consultation_list(queries.Filter(**asked), page_asked(), clock.now())
    return render_template("pages/consultations.html", view=view, asked=asked, phases=PHASES)


@bp.get("/kommun")
@public
def municipalities() -> ResponseReturnValue:
    return render_template("pages/municipalities.html", view=queries.get_municipality_list(clock.now()))


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
    return render_template("pages/method.html")


@bp.get("/tillganglighet")
@public
def accessibility() -> ResponseReturnValue:
    return render_template("pages/accessibility.html", assessed_on=ASSESSED_ON)


@bp.get("/personuppgifter")
@public
def privacy() -> ResponseReturnValue:
    return render_template("pages/privacy.html")
