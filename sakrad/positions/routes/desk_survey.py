"""The desk's pages where the organisation asks its own members. It hands out the links itself; no address is kept here."""

from __future__ import annotations

import csv
import io

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from sakrad.core import clock, files, htmx
from sakrad.core.errors import Blocked, Missing, show_beside
from sakrad.core.paging import asked_page, page_count
from sakrad.core.text import whole_number
from sakrad.positions import forms_survey as forms
from sakrad.positions import lifecycle_survey as lifecycle
from sakrad.positions import links_survey, member_counts, queries_survey
from sakrad.positions.commands import surveying as commands
from sakrad.positions.models import Draft, Survey
from sakrad.positions.queries_own import Desk
from sakrad.positions.routes.desk import actor_at, address, at_desk, bp, page

__all__ = ["bp"]  # whose routes these are
ASK = "/medlemsfraga"
ON_PAGE = 48  # links on a page to print


@at_desk(ASK)
def survey(desk: Desk) -> ResponseReturnValue:
    """Where the question stands: to be written, read through, handed out, or answered."""
    if desk.draft is None:
        return htmx.go(address(desk, "write"))
    found = queries_survey.find_survey(desk.draft)
    if found is None and not desk.draft.member_counts:
        return _writing(desk, forms.SurveyForm.of(None))
    return _page(desk, found)


@at_desk(f"{ASK}/skriv")
def survey_write(desk: Desk) -> ResponseReturnValue:
    """The questions, to be changed while nobody has been asked."""
    found = queries_survey.find_survey(_draft(desk))
    if found is not None and found.opened_at is not None:
        return htmx.go(address(desk, "survey"))
    return _writing(desk, forms.SurveyForm.of(found))


@at_desk(f"{ASK}/skriv", methods=("POST",))
def save_survey(desk: Desk) -> ResponseReturnValue:
    form = forms.SurveyForm()
    if not form.validate():
        return _writing(desk, form, 422)
    try:
        commands.save_survey(_draft(desk), intro=form.intro.data or "", questions=form.written, at=clock.now())
    except Blocked as blocked:
        show_beside(form, blocked)
        return _writing(desk, form, 409)
    flash(_("Sparat. Läs igenom frågorna innan ni öppnar."))
    return htmx.go(address(desk, "survey"))


@at_desk(f"{ASK}/oppna", methods=("POST",))
def open_survey(desk: Desk) -> ResponseReturnValue:
    found, form = queries_survey.get_survey(_draft(desk)), forms.TicketsForm()
    if not form.validate():
        return _page(desk, found, form, 422)
    try:
        commands.open_survey(found, tickets=form.tickets.data, at=clock.now())
    except Blocked as blocked:
        show_beside(form, blocked)
        return _page(desk, found, form, 409)
    flash(ngettext("Öppnad, med %(num)s länk.", "Öppnad, med %(num)s länkar.", form.tickets.data))
    return htmx.go(address(desk, "survey_links"))


@at_desk(f"{ASK}/fler", methods=("POST",))
def add_tickets(desk: Desk) -> ResponseReturnValue:
    found, form = queries_survey.get_survey(_draft(desk)), forms.TicketsForm()
    if not form.validate():
        return _page(desk, found, form, 422)
    try:
        first = commands.add_tickets(found, tickets=form.tickets.data)
    except Blocked as blocked:
        show_beside(form, blocked)
        return _page(desk, found, form, 409)
    flash(ngettext("%(num)s länk till. Här är den.", "%(num)s länkar till. Här är de.", form.tickets.data))
    return htmx.go(address(desk, "survey_links", fran=first))


@at_desk(f"{ASK}/stang", methods=("POST",))
def close_survey(desk: Desk) -> ResponseReturnValue:
    found = queries_survey.get_survey(_draft(desk))
    commands.close_survey(found, actor=actor_at(desk), at=clock.now())
    flash(_("Stängd. Så här blev det."))
    return htmx.go(address(desk, "survey"))


@at_desk(f"{ASK}/uppgifter", methods=("POST",))
def use_counts(desk: Desk) -> ResponseReturnValue:
    """Let the facts say how many were asked and how many answered."""
    commands.use_counts(_draft(desk), actor=actor_at(desk), at=clock.now())
    flash(_("Antalen står nu bland uppgifterna om svaret."))
    return htmx.go(address(desk, "survey"))


@at_desk(f"{ASK}/ta-bort", methods=("POST",))
def remove_survey(desk: Desk) -> ResponseReturnValue:
    commands.remove_survey(_draft(desk), at=clock.now())
    flash(_("Medlemsfrågan är borttagen."))
    return htmx.go(address(desk, "survey"))


@at_desk(f"{ASK}/lankar")
def survey_links(desk: Desk) -> ResponseReturnValue:
    """The links, to print and cut apart, or to copy one by one."""
    found, first, last = _range(desk)
    pages = page_count(last - first + 1, ON_PAGE)
    number = min(asked_page(), pages)
    begins = first + (number - 1) * ON_PAGE
    numbers = range(begins, min(last, begins + ON_PAGE - 1) + 1)
    links = [(one, link := _link(found, one), links_survey.drawn(link)) for one in numbers]
    return page(desk, "survey_links", survey=found, links=links, first=first, last=last, page=number, pages=pages)


@at_desk(f"{ASK}/lankar.txt")
def survey_links_text(desk: Desk) -> ResponseReturnValue:
    """One link on each line."""
    found, first, last = _range(desk)
    lines = "".join(f"{_link(found, one)}\n" for one in range(first, last + 1))
    return files.attachment(lines.encode(), f"lankar-{first}-{last}.txt", "text/plain")


@at_desk(f"{ASK}/lankar.csv")
def survey_links_table(desk: Desk) -> ResponseReturnValue:
    """Number and link, as spreadsheets in Swedish open it."""
    found, first, last = _range(desk)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow([_("Nummer"), _("Länk")])
    writer.writerows((one, _link(found, one)) for one in range(first, last + 1))
    return files.attachment(text.getvalue().encode("utf-8-sig"), f"lankar-{first}-{last}.csv", "text/csv")


def _draft(desk: Desk) -> Draft:
    if desk.draft is None:
        raise Missing("draft")
    return desk.draft


def _range(desk: Desk) -> tuple[Survey, int, int]:
    """The survey, and from which number to which its links are wanted."""
    found = queries_survey.get_survey(_draft(desk))
    last = queries_survey.count_tickets(found).tickets
    if not last or found.closed_at is not None:
        raise Missing("links")
    return found, min(max(1, whole_number(request.args.get("fran", "")) or 1), last), last


def _link(survey: Survey, number: int) -> str:
    return url_for("positions_survey.answer", token=links_survey.token_of(survey.reference, number), _external=True)


def _writing(desk: Desk, form: forms.SurveyForm, status: int = 200) -> ResponseReturnValue:
    return page(desk, "survey_write", status, form=form)


def _page(desk: Desk, survey: Survey | None, form: forms.TicketsForm | None = None, status: int = 200) -> ResponseReturnValue:
    draft = _draft(desk)
    facts = queries_survey.survey_facts(survey)
    return page(
        desk,
        "survey",
        status,
        survey=survey,
        facts=facts,
        progress=queries_survey.count_tickets(survey) if survey else None,
        members=member_counts.shown(draft.member_counts),
        used=draft.member_counts and (draft.asked, draft.answered) == _told(draft),
        form=form or forms.TicketsForm(formdata=None),
        most=lifecycle.MOST_TICKETS,
    )


def _told(draft: Draft) -> tuple[int, int]:
    return draft.member_counts[0]["asked"], draft.member_counts[0]["answered"]
