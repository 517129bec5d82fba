"""The municipality's register of organisations."""

from __future__ import annotations

from dataclasses import asdict, fields

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.accounts import policy as accounts
from sakrad.core import i18n, tables
from sakrad.core.access import requires
from sakrad.core.paging import asked_page
from sakrad.directory.models import Municipality
from sakrad.directory.queries import get_municipality, list_groups, list_subjects
from sakrad.pages import queries_register as queries
from sakrad.pages.queries_register import Wanted
from sakrad.pages.routes.staff import bp
from sakrad.positions.queries_portable import list_waiting

__all__ = ["bp"]


@bp.get("/handlaggning/<kommun>/organisationer")
@requires(accounts.is_coordinator, load=get_municipality)
def organisations(municipality: Municipality) -> ResponseReturnValue:
    """Whom there is to ask, with what is known of each."""
    wanted, page = _wanted(), asked_page()
    rows, total, pages = queries.list_register(municipality, wanted, page)
    return render_template(
        "pages/staff/organisations.html",
        municipality=municipality,
        rows=rows,
        total=total,
        wanted=wanted,
        address={name: value or None for name, value in asdict(wanted).items()},
        groups=list_groups(),
        subjects=list_subjects(),
        areas=queries.list_areas(municipality),
        brought=list_waiting(municipality),
        page=page,
        pages=pages,
    )


@bp.get("/handlaggning/<kommun>/organisationer.csv")
@requires(accounts.is_coordinator, load=get_municipality)
def organisations_csv(municipality: Municipality) -> ResponseReturnValue:
    """The same as a file, whole."""
    header = [
        _("Namn"),
        _("Slag av organisation"),
        _("Organisationsnummer"),
        _("E-post"),
        _("Kommundel eller område"),
        _("Postadress"),
        _("Grupper"),
        _("Ämnen"),
        _("Antal svar"),
        _("Bekräftad av kommunen"),
        _("Obekräftad sedan importen"),
    ]
    rows = [
        (
            row.name,
            i18n.label(row.kind),
            row.org_number,
            row.email,
            row.area,
            row.postal_address,
            "; ".join(group.name for group in row.groups),
            "; ".join(subject.name for subject in row.subjects),
            row.answers,
            row.verified_at.date().isoformat() if row.verified_at else "",
            _("ja") if row.unconfirmed else "",
        )
        for row in queries.list_whole_register(municipality, _wanted())
    ]
    return tables.download(f"organisationer-{municipality.slug}.csv", header, rows)


def _wanted() -> Wanted:
    return Wanted(**{field.name: request.args.get(field.name, "")[:160] for field in fields(Wanted)})
