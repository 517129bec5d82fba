"""The yearly report of a municipality, for its council and for anybody: on the web, as PDF and as Word."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, url_for
from flask.typing import ResponseReturnValue

from sakrad.core import clock, exports, files, htmx, tables
from sakrad.core.access import public
from sakrad.core.paging import asked_page
from sakrad.core.security import limited
from sakrad.directory.queries import get_municipality
from sakrad.voices import commands, report_data, report_words
from sakrad.voices.exporting import KINDS, subject_of
from sakrad.voices.queries_report import get_year_report, get_years
from sakrad.voices.report import on_page
from sakrad.voices.routes.public import bp as reading

bp = Blueprint("voices_paper", __name__)  # beside the reading pages, which take no POST
HERE = "/kommun/<kommun>/arsrapport"
SECONDS = 4  # between two looks


@reading.get(HERE)
@public
def year_reports(kommun: str) -> ResponseReturnValue:
    """The years."""
    view = get_years(kommun, clock.now())
    return render_template("voices/year_reports.html", view=view, place=view.place)


@reading.get(f"{HERE}/<int:year>")
@public
def year_report(kommun: str, year: int) -> ResponseReturnValue:
    """The whole year on one page; only the list of its consultations goes on over others."""
    view = get_year_report(kommun, year, clock.now())
    shown, page, pages = on_page(view.asked, asked_page())
    return render_template("voices/year_report.html", view=view, place=view.place, words=report_words, shown=shown, page=page, pages=pages)


@reading.get(f"{HERE}/<int:year>.csv")
@public
def year_report_csv(kommun: str, year: int) -> ResponseReturnValue:
    """The figures, and those of the year before."""
    view = get_year_report(kommun, year, clock.now())
    return tables.download(f"arsrapport-{kommun}-{year}.csv", report_data.HEADER, report_data.rows(view))


@reading.get(f"{HERE}/<int:year>.json")
@public
def year_report_json(kommun: str, year: int) -> ResponseReturnValue:
    """Everything in one document."""
    view = get_year_report(kommun, year, clock.now())
    return tables.download_json(f"arsrapport-{kommun}-{year}.json", report_data.document(view))


@reading.get(f"{HERE}/<int:year>.<any(pdf,docx):form>")
@public
def year_report_paper(kommun: str, year: int, form: str) -> ResponseReturnValue:
    """The file; or the page where one waits for it, when something has changed since it was made."""
    subject, kind = subject_of(get_municipality(kommun).id, year), KINDS[form]
    export = exports.find_fresh(kind, subject, exports.stamp_of(kind, subject, clock.now()))
    if export is None or not export.files:
        return htmx.go(url_for("voices_paper.waiting", kommun=kommun, year=year, form=form))
    return files.download(export.files[0].file)


@bp.get(f"{HERE}/<int:year>/dokument/<any(pdf,docx):form>")
@public
def waiting(kommun: str, year: int, form: str) -> ResponseReturnValue:
    """How far it has come. Looks again by itself while it is being made, also without a script."""
    municipality = get_municipality(kommun)
    subject, kind = subject_of(municipality.id, year), KINDS[form]
    export = exports.find(kind, subject, exports.stamp_of(kind, subject, clock.now()))
    page = render_template(
        "voices/report_paper.html", municipality=municipality, place=municipality.name, year=year, form=form, export=export
    )
    response = make_response(page)
    if export is not None and export.finished_at is None and export.failed_at is None:
        response.headers["Refresh"] = str(SECONDS)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.post(f"{HERE}/<int:year>/dokument/<any(pdf,docx):form>")
@limited("30 per hour", methods=["POST"])
@public
def ask(kommun: str, year: int, form: str) -> ResponseReturnValue:
    """Have it made now."""
    commands.ask_report(get_municipality(kommun), year, KINDS[form], actor=None, at=clock.now())
    return htmx.go(url_for("voices_paper.waiting", kommun=kommun, year=year, form=form))
