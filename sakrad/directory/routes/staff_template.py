"""The municipality's Word template, that what is taken along is dressed in. The file is hostile until it has been cleaned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.core import clock, files, htmx, stripping
from sakrad.core.access import requires
from sakrad.core.files import FileKind, RefusedFile, Upload
from sakrad.core.security import limited
from sakrad.core.text import one_line
from sakrad.directory import commands_template as commands
from sakrad.directory import policy, queries
from sakrad.directory.forms_template import REFUSALS, WordTemplateForm
from sakrad.directory.models import Municipality
from sakrad.directory.queries_template import find_word_template, styles_in
from sakrad.directory.routes.staff import bp

__all__ = ["bp"]  # whose routes these are

HERE = "/handlaggning/<kommun>/mall-for-word"
LARGEST = 5 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A clean copy in the store."""

    copy: Upload
    name: str
    styles: list[str]


def _receive() -> Cleaned | RefusedFile | None:
    """Open the file in a process of its own, and store what is clean, before the write lock is taken."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        return None
    content = upload.stream.read(LARGEST + 1)
    try:
        files.check(content, LARGEST, (FileKind.docx,))
        clean = stripping.opened_apart(content, "template")
        styles = styles_in(clean)
        if not styles:
            raise RefusedFile("no_styles")
    except RefusedFile as refused:
        return refused
    return Cleaned(files.put(clean, "mall.docx", FileKind.docx), one_line(upload.filename)[:200], styles)


@bp.get(HERE)
@requires(policy.may_set_up, load=queries.get_municipality)
def word_template(municipality: Municipality) -> ResponseReturnValue:
    """What is used now, and a form for another."""
    return _page(municipality, WordTemplateForm(formdata=None))


@bp.post(HERE)
@limited("30 per hour")
@requires(policy.may_set_up, load=queries.get_municipality, prepare=_receive)
def set_word_template(municipality: Municipality, prepared: Cleaned | RefusedFile | None) -> ResponseReturnValue:
    form = WordTemplateForm()
    if not form.validate_on_submit() or not isinstance(prepared, Cleaned):
        reason = REFUSALS[str(prepared)] if isinstance(prepared, RefusedFile) else _("Välj en fil.")
        form.file.errors = [*form.file.errors, reason]
        return _page(municipality, form, 422)
    commands.set_word_template(municipality, prepared.copy, name=prepared.name, styles=prepared.styles, actor=_user(), at=clock.now())
    flash(_("Mallen är sparad. Dokument som tas med får dess utseende."))
    return htmx.go(url_for(".word_template", kommun=municipality.slug))


@bp.post(f"{HERE}/ta-bort")
@requires(policy.may_set_up, load=queries.get_municipality)
def remove_word_template(municipality: Municipality) -> ResponseReturnValue:
    commands.remove_word_template(municipality, actor=_user(), at=clock.now())
    flash(_("Mallen är borttagen."))
    return htmx.go(url_for(".word_template", kommun=municipality.slug))


def _user() -> Any:
    return current_user._get_current_object()


def _page(municipality: Municipality, form: WordTemplateForm, status: int = 200) -> ResponseReturnValue:
    template = find_word_template(municipality.id)
    return render_template("directory/staff/word_template.html", municipality=municipality, form=form, template=template), status
