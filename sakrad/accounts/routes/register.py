"""Taking in a föreningsregister, and describing an organisation on its behalf: the coordinator's pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from sakrad.accounts import commands_register as commands
from sakrad.accounts import policy
from sakrad.accounts import queries_register as queries
from sakrad.accounts.forms_register import BehalfForm, ColumnsForm, RegisterFileForm
from sakrad.accounts.queries_register import Behalf
from sakrad.core import clock, htmx, tables
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, show_beside
from sakrad.core.files import RefusedFile
from sakrad.core.paging import asked_page, page_count
from sakrad.core.security import limited
from sakrad.core.text import one_line, whole_number
from sakrad.directory import queries as directory
from sakrad.directory.models import Municipality, RegisterImport
from sakrad.directory.register_file import Choice, Field, Judged, counts

bp = Blueprint("accounts_register", __name__)
PAGE = 50  # rows to look at
SAMPLES = 3  # rows shown while columns are matched
VIEWS = ("alla", "nya", "dubbletter", "anmarkta")
Read = tuple[str, list[str], list[list[str]]]


def _read() -> Read | RefusedFile | None:
    """The uploaded table, read before the lock is taken; the reason where it was refused; None where nothing was chosen."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return None
    try:
        header, rows = tables.read(upload.stream.read(tables.LIMIT + 1))
    except RefusedFile as refused:
        return refused
    return one_line(upload.filename)[:160], header, rows


@bp.get("/handlaggning/<kommun>/organisationer/importera")
@requires(policy.is_coordinator, load=directory.get_municipality)
def upload(municipality: Municipality) -> ResponseReturnValue:
    """Choose a file; and what has been taken in before."""
    return _upload_page(municipality, RegisterFileForm())


@bp.post("/handlaggning/<kommun>/organisationer/importera")
@limited("30 per hour")
@requires(policy.is_coordinator, load=directory.get_municipality, prepare=_read)
def start(municipality: Municipality, prepared: Read | RefusedFile | None) -> ResponseReturnValue:
    """Read the file. Nothing is written to the register."""
    form = RegisterFileForm()
    if prepared is None or isinstance(prepared, RefusedFile):
        form.file.errors = [_refusal(str(prepared) if prepared else "missing")]
        return _upload_page(municipality, form), 422
    name, header, rows = prepared
    imported = commands.start_import(municipality, file_name=name, header=header, rows=rows, actor=_user(), at=clock.now())
    return _go(imported, ".columns")


@bp.get("/handlaggning/<kommun>/organisationer/importera/<reference>")
@requires(policy.may_import, load=queries.get_import)
def columns(imported: RegisterImport) -> ResponseReturnValue:
    """Which column holds what; or, when it is finished, what came of it."""
    if imported.finished_at:
        return render_template("accounts/register/done.html", municipality=imported.municipality, imported=imported)
    return _columns_page(imported, _columns_form(imported))


@bp.post("/handlaggning/<kommun>/organisationer/importera/<reference>")
@requires(policy.may_import, load=queries.get_import)
def match(imported: RegisterImport) -> ResponseReturnValue:
    """Keep what the columns hold and go on to the rows."""
    form = _columns_form(imported)
    if not form.validate():
        return _columns_page(imported, form), 422
    try:
        commands.match_columns(imported, columns={field.value: int(form[field.value].data) for field in Field if form[field.value].data})
    except Blocked as blocked:
        show_beside(form, blocked)
        return _columns_page(imported, form), 422
    return _go(imported, ".review")


@bp.get("/handlaggning/<kommun>/organisationer/importera/<reference>/granska")
@requires(policy.may_import, load=queries.get_import)
def review(imported: RegisterImport) -> ResponseReturnValue:
    """What each row would become. Nothing is written yet."""
    if imported.finished_at or "name" not in imported.columns:
        return _go(imported, ".columns")
    rows, page, view = queries.list_judged(imported), asked_page(), _view()
    shown = [row for row in rows if _is_in(row, view)]
    return render_template(
        "accounts/register/review.html",
        municipality=imported.municipality,
        imported=imported,
        rows=shown[(page - 1) * PAGE : page * PAGE],
        counts=counts(rows),
        groups={group.slug: group for group in directory.list_groups()},
        subjects={subject.slug: subject for subject in directory.list_subjects()},
        views={name: sum(_is_in(row, name) for row in rows) for name in VIEWS},
        view=view,
        page=page,
        pages=page_count(len(shown), PAGE),
    )


@bp.post("/handlaggning/<kommun>/organisationer/importera/<reference>/granska")
@requires(policy.may_import, load=queries.get_import)
def decide(imported: RegisterImport) -> ResponseReturnValue:
    """Keep what was chosen for the rows of the page; then go on, or take everything in."""
    commands.choose_rows(imported, choices=_choices(), protected=_protected())
    if request.form.get("gor") != "ta_in":
        last = page_count(sum(_is_in(row, _view()) for row in queries.list_judged(imported)), PAGE)
        return _go(imported, ".review", visa=_view(), sida=min(asked_page() + 1, last))
    commands.take_in(imported, actor=_user(), at=clock.now())
    flash(ngettext("En organisation är tillagd.", "%(num)d organisationer är tillagda.", imported.added))
    return _go(imported, ".columns")


@bp.post("/handlaggning/<kommun>/organisationer/importera/<reference>/avbryt")
@requires(policy.may_import, load=queries.get_import)
def give_up(imported: RegisterImport) -> ResponseReturnValue:
    """Forget the file."""
    commands.give_up_import(imported, at=clock.now())
    flash(_("Importen är avbruten. Inget togs in, och filens innehåll är raderat."))
    return htmx.go(url_for(".upload", kommun=imported.municipality.slug))


@bp.route("/handlaggning/<kommun>/organisationer/<org>/uppgifter", methods=["GET", "POST"])
@requires(policy.may_describe_on_behalf, load=queries.get_behalf)
def on_behalf(behalf: Behalf) -> ResponseReturnValue:
    """What the municipality knows, until somebody acts for the organisation."""
    organisation = behalf.organisation
    form = BehalfForm(
        data={
            "groups": [group.slug for group in organisation.groups],
            "subjects": [subject.slug for subject in organisation.subjects],
            "area": organisation.area,
            "postal_address": organisation.postal_address,
        }
    )
    form.groups.choices = [(group.slug, group.name) for group in directory.list_groups()]
    form.subjects.choices = [(subject.slug, subject.name) for subject in directory.list_subjects()]
    if form.validate_on_submit():
        try:
            commands.describe_on_behalf(
                behalf,
                groups=directory.list_groups_named(form.groups.data or []),
                subjects=directory.list_subjects_named(form.subjects.data or []),
                area=form.area.data,
                postal_address=form.postal_address.data,
                actor=_user(),
                at=clock.now(),
            )
        except Blocked as blocked:
            show_beside(form, blocked)
        else:
            flash(_("Uppgifterna är sparade."))
            return htmx.go(url_for("directory_staff.organisation", kommun=behalf.municipality.slug, org=organisation.slug))
    page = render_template("accounts/register/on_behalf.html", municipality=behalf.municipality, behalf=behalf, form=form)
    return page, (422 if form.is_submitted() else 200)


def _upload_page(municipality: Municipality, form: RegisterFileForm) -> str:
    imports = queries.list_imports(municipality)
    return render_template("accounts/register/upload.html", municipality=municipality, form=form, imports=imports)


def _columns_form(imported: RegisterImport) -> ColumnsForm:
    form = ColumnsForm(data={name: str(column) for name, column in imported.columns.items()})
    choices = [("", _("Finns inte i filen"))]
    choices += [(str(number), heading or _("Kolumn %(n)s utan rubrik", n=number + 1)) for number, heading in enumerate(imported.header)]
    for field in Field:
        form[field.value].choices = choices
    return form


def _columns_page(imported: RegisterImport, form: ColumnsForm) -> str:
    place, samples = imported.municipality, imported.rows[:SAMPLES]
    return render_template("accounts/register/columns.html", municipality=place, imported=imported, form=form, samples=samples)


def _choices() -> dict[int, Choice]:
    """What was chosen for rows, as `rad-12=skip`; anything else is left alone."""
    return {index: Choice(value) for index, value in _of_rows("rad-") if value in list(Choice)}


def _protected() -> dict[int, bool]:
    """Which rows were ticked as protected, as `skydd-12=1`, of those that could be: a box that is not ticked does not come."""
    return {index: f"skydd-{index}" in request.form for index, _value in _of_rows("kan-skyddas-")}


def _of_rows(prefix: str) -> list[tuple[int, str]]:
    numbered = [(whole_number(name.removeprefix(prefix)), value) for name, value in request.form.items() if name.startswith(prefix)]
    return [(index, value) for index, value in numbered if index is not None]


def _view() -> str:
    asked = request.args.get("visa", "")
    return asked if asked in VIEWS else VIEWS[0]


def _is_in(row: Judged, view: str) -> bool:
    match view:
        case "nya":
            return row.match is None
        case "dubbletter":
            return row.match is not None
        case "anmarkta":
            return bool(row.entry.remarks)
        case _:
            return True


def _refusal(code: str) -> str:
    reasons = {
        "missing": _("Välj en fil."),
        "empty": _("Filen har inga rader under rubrikerna."),
        "too_large": _("Filen är för stor. Den får vara högst 10 MB."),
        "too_many": _("Filen har för många rader. Dela den i delar om högst 5 000."),
        "encrypted": _("Filen har lösenord. Spara den utan."),
        "too_complex": _("Filen är för stor att öppna. Spara bladet med föreningarna som CSV."),
    }
    return str(reasons.get(code, _("Filen går inte att läsa. Spara den som XLSX eller CSV.")))


def _go(imported: RegisterImport, endpoint: str, **more: Any) -> ResponseReturnValue:
    return htmx.go(url_for(endpoint, kommun=imported.municipality.slug, reference=imported.reference, **more))


def _user() -> Any:
    return current_user._get_current_object()
