"""The portable file: to take along what an organisation has sent, to bring it in, and to review what was brought."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from wtforms import SelectChoice

from sakrad.core import clock, htmx, tables
from sakrad.core.access import requires
from sakrad.core.errors import Missing
from sakrad.core.paging import asked_page
from sakrad.directory.models import Organisation
from sakrad.directory.queries import Case, get_case, get_organisation
from sakrad.positions import policy, portable
from sakrad.positions import queries_portable as queries
from sakrad.positions.commands import importing
from sakrad.positions.forms_portable import BringForm, ImportedReviewForm
from sakrad.positions.queries_portable import Brought
from sakrad.records.models import MaskGround, ReviewDecision

bp = Blueprint("positions_portable", __name__)
OWN = "/forening/<org>/flytta"
REVIEW = "/handlaggning/<kommun>/organisationer/<org>/medforda"


def _user() -> Any:
    return current_user._get_current_object()


def _here() -> str:
    return str(current_app.config["SETTINGS"].public_url)


# -- in the organisation's own space


@bp.get(OWN)
@requires(policy.may_be_home, load=get_organisation)
def show(organisation: Organisation) -> ResponseReturnValue:
    """What can be taken along, and what has been brought."""
    return _page(organisation, BringForm(formdata=None))


@bp.post(f"{OWN}/ta-med")
@requires(policy.may_be_home, load=get_organisation)
def take_along(organisation: Organisation) -> ResponseReturnValue:
    """The file with everything that the organisation has sent. Its receipts' secrets are in it, so that it leaves a trace."""
    at, here = clock.now(), _here()
    entries = queries.iterate_entries(organisation, lambda consultation: f"{here}{url_for('pages.consultation', **consultation.address)}")
    response = tables.download_json(
        portable.file_name(organisation.slug, at),
        {
            "format": portable.FORMAT,
            "version": portable.VERSION,
            "source": here,
            "made_at": at.isoformat(timespec="seconds"),
            "organisation": {
                "name": organisation.name,
                "kind": organisation.kind.value,
                "org_number": organisation.org_number,
                "description": organisation.description,
                "added_value": organisation.added_value,
                "groups": [group.slug for group in organisation.groups],
            },
            "answers": entries,
        },
    )
    importing.take_along(organisation, actor=_user(), at=at)
    return response


def _receive() -> portable.Portable | portable.RefusedFile | None:
    """Read and check the file before the lock is taken."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return None
    try:
        return portable.from_json(upload.stream.read(portable.LARGEST + 1), here=_here(), at=clock.now())
    except portable.RefusedFile as refused:
        return refused


@bp.post(OWN)
@requires(policy.may_bring, load=get_organisation, prepare=_receive)
def bring(organisation: Organisation, prepared: portable.Portable | portable.RefusedFile | None) -> ResponseReturnValue:
    """Take in a file from another installation."""
    if organisation.merged_at is not None:
        raise Missing("merged")
    form = BringForm()
    if form.validate():
        if isinstance(prepared, portable.Portable):
            try:
                taken, known = importing.import_positions(organisation, prepared, actor=_user(), at=clock.now())
            except importing.TooManyImported:
                form.file.errors = [_("Det får plats högst %(number)d medförda svar. Ta bort några först.", number=importing.MOST)]
            else:
                flash(_in_words(taken, known))
                return htmx.go(url_for(".show", org=organisation.slug))
        else:
            form.file.errors = [prepared.sentence if prepared else _("Välj en fil.")]
    return _page(organisation, form), 422


def _in_words(taken: int, known: int) -> str:
    words = ngettext("%(num)s svar är inläst.", "%(num)s svar är inlästa.", taken)
    return f"{words} {ngettext('%(num)s fanns redan här.', '%(num)s fanns redan här.', known)}" if known else str(words)


@bp.post(f"{OWN}/<reference>/ta-bort")
@requires(policy.may_remove_brought, load=queries.get_imported)
def remove(brought: Brought) -> ResponseReturnValue:
    importing.remove_imported(brought.imported, actor=_user(), at=clock.now())
    flash(_("Svaret är borttaget härifrån. Där det lämnades finns det kvar."))
    return htmx.go(url_for(".show", org=brought.organisation.slug))


@bp.get(f"{OWN}/<reference>")
@requires(policy.may_read_brought, load=queries.get_imported)
def one(brought: Brought) -> ResponseReturnValue:
    """All of one answer that was brought, for the organisation itself."""
    content = brought.imported.content
    return render_template(
        "positions/organisation/imported.html",
        organisation=brought.organisation,
        imported=brought.imported,
        received=content["received"],
        asked={question["number"]: question["text"] for question in content["questions"]},
        may_remove=policy.may_remove_brought(_user(), brought),
    )


def _page(organisation: Organisation, form: BringForm) -> str:
    page = asked_page()
    imported, total, pages = queries.list_imported(organisation, page)
    return render_template(
        "positions/organisation/portable.html",
        organisation=organisation,
        form=form,
        sent=queries.count_sent(organisation),
        imported=imported,
        total=total,
        page=min(page, pages),
        pages=pages,
        may_bring=policy.may_bring(_user(), organisation) and organisation.merged_at is None,
    )


# -- by a municipality that has verified the organisation


@bp.get(REVIEW)
@requires(policy.may_review_imported, load=get_case)
def review(case: Case) -> ResponseReturnValue:
    """What the organisation has brought from elsewhere, what waits first."""
    return _review_page(case)


@bp.post(REVIEW)
@requires(policy.may_review_imported, load=get_case)
def decide(case: Case) -> ResponseReturnValue:
    """Show the chosen ones to readers, or not."""
    form = ImportedReviewForm()
    chosen = queries.choose_imported(case, form.chosen.data or [])
    form.chosen.choices = [SelectChoice(row.reference, row.title) for row in chosen]
    if not form.validate():
        return _review_page(case, form), 422
    decision = ReviewDecision(form.decision.data)
    ground = MaskGround(form.ground.data) if decision is ReviewDecision.withheld else None
    importing.review_imported(
        chosen, case.municipality, decision=decision, ground=ground, reason=form.reason.data or "", actor=_user(), at=clock.now()
    )
    flash(_("Beslutet är sparat."))
    return htmx.go(url_for(".review", kommun=case.municipality.slug, org=case.organisation.slug))


def _review_page(case: Case, form: ImportedReviewForm | None = None) -> str:
    page = asked_page()
    rows, pages = queries.list_for_review(case, page)
    form = form or ImportedReviewForm(formdata=None)
    picked = set(form.chosen.data or [])
    return render_template(
        "positions/staff/imported.html",
        municipality=case.municipality,
        case=case,
        form=form,
        rows=rows,
        picked=picked,
        page=min(page, pages),
        pages=pages,
    )
