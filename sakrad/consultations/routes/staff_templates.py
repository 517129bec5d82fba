"""The officers' pages for templates: choose one to begin from, keep, share, hand on and take in; and copy an earlier consultation."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.consultations import commands, forms_templates, policy, template_file
from sakrad.consultations import queries_templates as queries
from sakrad.consultations.forms import Difference
from sakrad.consultations.models import Consultation, ConsultationTemplate
from sakrad.consultations.queries_templates import Choice
from sakrad.consultations.routes.public_templates import file_of
from sakrad.consultations.routes.staff import BASE, ONE, bp, go, handles, user
from sakrad.consultations.template_reasons import RefusedTemplate, sentence
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Stale
from sakrad.core.paging import asked_page
from sakrad.directory import queries as directory
from sakrad.directory.models import Municipality

TEMPLATES = f"{BASE}/nytt/mallar"
SPARE = 2  # empty places for more questions
manages = requires(policy.may_manage_template, load=queries.get_template)


def _file() -> bytes | None:
    """What was uploaded, at most one byte more than may be; strangers' files are not even read."""
    upload = request.files.get("file")
    if upload is None or not upload.filename or not (current_user.is_authenticated and current_user.is_staff):
        return None
    return upload.stream.read(template_file.LARGEST + 1)


@bp.route(TEMPLATES, methods=["GET", "POST"])
@requires(policy.may_draft, load=directory.get_municipality, prepare=_file)
def templates(municipality: Municipality, prepared: bytes | None) -> ResponseReturnValue:
    """What one may begin from, and a form to take in a file."""
    form = forms_templates.ImportForm()
    if form.validate_on_submit():
        try:
            template = _import(municipality, prepared)
        except RefusedTemplate as refusal:
            form.file.errors = [sentence(refusal)]
        except commands.AlreadyKept as twin:
            form.file.errors = [_("Ni har redan mallen: ”%(name)s”. Ingen ny är gjord.", name=twin.name)]
        except commands.TooManyTemplates:
            form.file.errors = [_too_many()]
        else:
            flash(_("Mallen är inläst. Läs igenom den innan ni använder den."))
            return _go("consultations_staff.template", template)
    page = asked_page()
    shared, pages = queries.list_shared(page, but=municipality)
    return render_template(
        "consultations/staff/templates.html",
        municipality=municipality,
        form=form,
        built_in=queries.list_built_in(),
        own=queries.list_own(municipality),
        shared=shared,
        page=min(page, pages),
        pages=pages,
    ), (422 if form.errors else 200)


def _import(municipality: Municipality, raw: bytes | None) -> ConsultationTemplate:
    content = template_file.from_json(raw or b"")
    return commands.keep_template(municipality, content=content, imported=True, actor=user(), at=clock.now())


def _too_many() -> str:
    return str(_("Kommunen har redan %(number)d mallar. Ta bort någon som inte används.", number=commands.MOST_KEPT))


def _go(endpoint: str, template: ConsultationTemplate) -> ResponseReturnValue:
    return htmx.go(url_for(endpoint, kommun=template.municipality.slug, code=template.reference))


@bp.get(f"{TEMPLATES}/<code>")
@requires(policy.may_choose_template, load=queries.get_choice)
def template(choice: Choice) -> ResponseReturnValue:
    """One template with all its texts."""
    groups, subjects = queries.names_of(choice.offered.content)
    return render_template(
        "consultations/staff/template.html",
        municipality=choice.municipality,
        offered=choice.offered,
        own=choice.offered.own_id == choice.municipality.id,
        groups=groups,
        subjects=subjects,
    )


@bp.route(f"{TEMPLATES}/<reference>/texter", methods=["GET", "POST"])
@manages
def change_template(template: ConsultationTemplate) -> ResponseReturnValue:
    """Its texts and questions in one form. A lost race shows both texts and keeps every word."""
    now = queries.content_of(template)
    form = forms_templates.TextsForm.of(now, more_questions=SPARE)
    form.seen.data = form.seen.data or commands.stamp_of_template(template)
    differences: list[Difference] = []
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                content = template_file.checked(form.changed(now))
                commands.change_template(template, content=content, seen=form.seen.data, actor=user(), at=clock.now())
                flash(_("Mallen är sparad."))
                return _go("consultations_staff.template", template)
            except RefusedTemplate as refusal:
                form.form_errors.append(sentence(refusal))
            except Stale:
                status, differences = 409, form.differences(form.values_of(now))
                if not differences:  # both wrote the same
                    return _go("consultations_staff.template", template)
                form.seen.data = commands.stamp_of_template(template)  # the next save is made knowing theirs
    return render_template(
        "consultations/staff/template_texts.html",
        municipality=template.municipality,
        template=template,
        form=form,
        differences=differences,
    ), status


@bp.get(f"{TEMPLATES}/<code>/fil")
@requires(policy.may_choose_template, load=queries.get_choice)
def template_file_of(choice: Choice) -> ResponseReturnValue:
    """The template as a file to hand on."""
    return file_of(choice.offered)


@bp.post(f"{TEMPLATES}/<reference>/dela")
@manages
def share_template(template: ConsultationTemplate) -> ResponseReturnValue:
    """Into the public gallery."""
    commands.share_template(template, actor=user(), at=clock.now())
    flash(_("Mallen är delad. Den finns nu bland de öppna mallarna."))
    return _go("consultations_staff.template", template)


@bp.post(f"{TEMPLATES}/<reference>/sluta-dela")
@manages
def unshare_template(template: ConsultationTemplate) -> ResponseReturnValue:
    """Out of it again."""
    commands.unshare_template(template, actor=user(), at=clock.now())
    flash(_("Mallen är inte längre delad. Det som redan har börjats från den finns kvar."))
    return _go("consultations_staff.template", template)


@bp.post(f"{TEMPLATES}/<reference>/ta-bort")
@manages
def remove_template(template: ConsultationTemplate) -> ResponseReturnValue:
    """Away with it."""
    kommun = template.municipality.slug
    commands.remove_template(template, actor=user(), at=clock.now())
    flash(_("Mallen är borttagen."))
    return htmx.go(url_for("consultations_staff.templates", kommun=kommun))


@bp.route(f"{ONE}/mall", methods=["GET", "POST"])
@handles
def keep(consultation: Consultation) -> ResponseReturnValue:
    """Keep its texts and questions as a template."""
    form = forms_templates.KeepForm(data={"name": consultation.title[: template_file.LINES["name"]]})
    if form.validate_on_submit():
        try:
            content = queries.content_from(consultation, name=form.name.data, description=form.description.data or "")
            template = commands.keep_template(consultation.municipality, content=content, actor=user(), at=clock.now())
        except RefusedTemplate as refusal:
            form.form_errors.append(sentence(refusal))
        except commands.TooManyTemplates:
            form.form_errors.append(_too_many())
        else:
            flash(_("Mallen är sparad. Byt ut det som bara gällde den här gången."))
            return _go("consultations_staff.template", template)
    given = {"consultation": consultation, "municipality": consultation.municipality}
    return render_template("consultations/staff/keep.html", form=form, **given), (422 if form.errors else 200)


@bp.route(f"{ONE}/kopiera", methods=["GET", "POST"])
@handles
def copy(consultation: Consultation) -> ResponseReturnValue:
    """A new draft with its texts, questions and groups."""
    form = forms_templates.CopyForm(data={"title": consultation.title})
    if form.validate_on_submit():
        invited = queries.list_invited_organisations(consultation) if form.invitations.data else []
        made = commands.copy_consultation(
            consultation,
            title=form.title.data,
            organisations=[organisation for organisation in invited if policy.may_invite(user(), consultation, organisation)],
            actor=user(),
            at=clock.now(),
        )
        flash(_("Kopian är sparad som utkast, med nya förslag till datum."))
        return go("consultations_staff.show", made)
    given = {"consultation": consultation, "municipality": consultation.municipality}
    return render_template("consultations/staff/copy.html", form=form, **given), (422 if form.errors else 200)
