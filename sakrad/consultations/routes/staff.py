"""The officers' pages for drafting: the matter, its questions and its material. The rest of its life is in staff_course."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.accounts import policy as accounts
from sakrad.consultations import commands, forms, lifecycle, policy, queries, queries_previews, queries_templates
from sakrad.consultations.models import Consultation, Material, Question, QuestionKind
from sakrad.consultations.template_file import TemplateContent
from sakrad.core import clock, files, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, Missing, Stale
from sakrad.directory import queries as directory
from sakrad.directory.models import Authority, Function, Municipality

bp = Blueprint("consultations_staff", __name__)
BASE = "/handlaggning/<kommun>/sakrad"
ONE = f"{BASE}/<slug>"
handles = requires(policy.may_handle, load=queries.get_consultation)
Prepared = files.Upload | files.RefusedFile | None
REFUSALS = {
    "too_large": lambda: _("Filen är större än 20 MB."),
    "empty": lambda: _("Filen är tom."),
    "kind": lambda: _("Filen är inte en PDF, DOCX, ODT, PNG eller JPEG."),
}


def user() -> Any:
    return current_user._get_current_object()


def go(endpoint: str, consultation: Consultation, **more: Any) -> ResponseReturnValue:
    return htmx.go(url_for(endpoint, **consultation.address, **more))


def _functions(authorities: list[Authority]) -> dict[str, Function]:
    """By reference, in the order of authority, unit and title."""
    return {
        function.reference: function
        for authority in authorities
        for unit in authority.units
        for function in unit.functions
        if function.ended_on is None
    }


def offer(form: forms.MatterForm, authorities: list[Authority]) -> dict[str, Function]:
    """Give the form its choices; returns the functions by reference."""
    functions = _functions(authorities)
    by_unit: dict[str, list[tuple[str, str]]] = {}
    for reference, function in functions.items():
        authority, unit = function.unit.authority, function.unit
        group, title = (authority.name, f"{function.title}, {unit.name}") if len(authorities) > 1 else (unit.name, function.title)
        by_unit.setdefault(group, []).append((reference, title))
    form.offer(functions=by_unit, groups=directory.list_groups(), subjects=directory.list_subjects())
    return functions


def values_of(form: forms.MatterForm, functions: dict[str, Function]) -> dict[str, Any]:
    """What the form says, as the commands take it."""
    values = form.matter()
    if "function" in form:
        values["function"] = functions.get(form.function.data)
    if "groups" in form:
        values["groups"] = [group for group in directory.list_groups() if group.slug in form.groups.data]
    if "subjects" in form:
        values["subjects"] = [subject for subject in directory.list_subjects() if subject.slug in form.subjects.data]
    return values


def shut_out(form: forms.MatterForm, authority: Authority) -> bool:
    """A coordinator who would shut themselves out is told so beside the field."""
    if "coordinator_takes_part" not in form or form.coordinator_takes_part.data or accounts.is_officer(user(), authority):
        return False
    form.coordinator_takes_part.errors = [_("Bara nämndens egna handläggare kan stänga ute samordnaren.")]
    return True


def _preview() -> bool:
    return request.method == "POST" and "preview" in request.form


@bp.route(f"{BASE}/nytt", methods=["GET", "POST"])
@requires(policy.may_draft, load=directory.get_municipality)
def create(municipality: Municipality) -> ResponseReturnValue:
    """A new draft, from nothing or from a template (`?mall=`)."""
    template = _template(municipality)
    authorities = [each for each in directory.list_authorities(municipality) if policy.may_draft_for(user(), each)]
    form = forms.DraftForm(
        data={
            "policy_stage": "drafting",
            "participation_level": "consultation",
            "answers_public": "review",
            "open_invitation": True,
            "coordinator_takes_part": True,
            "invite_matching": True,
        }
        | (template.form_values() if template else {})
    )
    functions = offer(form, authorities)
    form.authority.choices = [(authority.slug, authority.name) for authority in authorities]
    if not _preview() and form.validate_on_submit():
        authority = next(each for each in authorities if each.slug == form.authority.data)
        if not shut_out(form, authority):
            try:
                consultation = _draft(form, authority, functions, template)
            except commands.FunctionElsewhere:
                form.function.errors = [_("Funktionen hör till en annan nämnd.")]
            else:
                flash(_("Utkastet är sparat. Gå igenom stegen i den ordning ni vill."))
                return go("consultations_staff.continue_preparing", consultation)
    page, partial = "consultations/staff/create.html", "consultations/staff/_preview.html"
    status = 422 if form.errors and not _preview() else 200
    given = {"municipality": municipality, "template": template, "code": request.args.get("mall", "")}
    return htmx.render(page, partial, status, form=form, preview=_preview(), **given)


def _template(municipality: Municipality) -> TemplateContent | None:
    code = request.args.get("mall", "")
    template = queries_templates.find_template(code, municipality) if code else None
    if code and template is None:
        raise Missing("template")
    return template


def _draft(form: forms.DraftForm, authority: Authority, functions: dict[str, Function], template: TemplateContent | None) -> Consultation:
    at, actor = clock.now(), user()
    times: dict[str, Any] = (
        {"answering": timedelta(template.days_to_answer), "compiling": timedelta(template.days_to_summary)} if template else {}
    )
    consultation = commands.draft_consultation(authority, actor=actor, at=at, **times, **values_of(form, functions))
    lines = forms.lines_of(form.questions.data)
    if template:
        commands.draft_from(consultation, template, lines=lines, actor=actor, at=at)
    else:
        for line in lines:
            commands.add_question(consultation, kind=QuestionKind.experience, text=line, actor=actor, at=at)
    for organisation in queries.list_matching(consultation) if form.invite_matching.data else []:
        if policy.may_invite(actor, consultation, organisation):
            commands.invite(consultation, organisation, actor=actor, at=at)
    return consultation


@bp.get(ONE)
@handles
def show(consultation: Consultation) -> ResponseReturnValue:
    """The overview: where it stands, and what to do next."""
    at = clock.now()
    facts = queries.facts_of(consultation)
    return render_template(
        "consultations/staff/show.html",
        consultation=consultation,
        municipality=consultation.municipality,
        phase=lifecycle.phase(facts.dates, at),
        facts=facts,
        blockers=lifecycle.blockers_to_announce(facts, at),
        wanted=queries_previews.list_changes_wanted(consultation, at) if consultation.announced_at is None else [],
    )


@bp.route(f"{ONE}/redigera", methods=["GET", "POST"])
@handles
def edit(consultation: Consultation) -> ResponseReturnValue:
    """Change the draft. A lost race shows both texts and keeps every word."""
    form = forms.MatterForm(data=forms.matter_of(consultation))
    authorities = [each for each in directory.list_authorities(consultation.municipality) if each.id == consultation.authority_id]
    functions = offer(form, authorities)
    blockers = lifecycle.blockers_to_change(queries.facts_of(consultation), clock.now())
    differences: list[forms.Difference] = []
    status = 200
    if not _preview() and form.is_submitted():
        status = 422
        if form.validate() and not shut_out(form, consultation.authority):
            try:
                commands.change_consultation(
                    consultation, values=values_of(form, functions), seen_version=form.version.data or 0, actor=user(), at=clock.now()
                )
                flash(_("Sparat."))
                return go("consultations_staff.show", consultation)
            except Blocked as refusal:
                status, blockers = 409, refusal.blockers
            except Stale:
                status, differences = 409, form.differences(forms.matter_of(consultation))
                if not differences:  # both wrote the same
                    return go("consultations_staff.show", consultation)
                form.version.data, form.version.raw_data = consultation.version, None  # the next save is made knowing theirs
    page, partial = "consultations/staff/edit.html", "consultations/staff/_preview.html"
    given = {"consultation": consultation, "municipality": consultation.municipality, "blockers": blockers, "differences": differences}
    return htmx.render(page, partial, status, form=form, preview=_preview(), **given)


@bp.route(f"{ONE}/fragor", methods=["GET", "POST"])
@handles
def questions(consultation: Consultation) -> ResponseReturnValue:
    """The questions in order, and a form for one more."""
    form = forms.QuestionForm()
    if form.validate_on_submit():
        try:
            commands.add_question(consultation, actor=user(), at=clock.now(), **form.asked())
        except commands.OptionsMisplaced:
            form.options.errors = [_options_rule()]
        else:
            return go("consultations_staff.questions", consultation)
    return render_template(
        "consultations/staff/questions.html",
        consultation=consultation,
        municipality=consultation.municipality,
        form=form,
        blockers=lifecycle.blockers_to_change(queries.facts_of(consultation), clock.now()),
    ), (422 if form.errors else 200)


def _options_rule() -> str:
    return str(_("Behov och Val behöver minst två olika alternativ. De andra typerna har inga."))


@bp.route(f"{ONE}/fragor/<int:number>", methods=["GET", "POST"])
@requires(policy.may_handle_question, load=queries.get_question)
def question(question: Question) -> ResponseReturnValue:
    """Change one question."""
    shape = forms.OpenQuestionForm if question.kind is QuestionKind.open else forms.QuestionForm
    form = shape(data=forms.question_of(question) | {"seen": commands.stamp_of(question)})
    differences: list[forms.Difference] = []
    if form.validate_on_submit():
        try:
            commands.change_question(question, seen=form.seen.data, actor=user(), at=clock.now(), **form.asked())
        except commands.OptionsMisplaced:
            form.options.errors = [_options_rule()]
        except Stale:
            differences = form.differences(forms.question_of(question))
            if not differences:  # both wrote the same
                return go("consultations_staff.questions", question.consultation)
            form.seen.data = commands.stamp_of(question)  # the next save is made knowing theirs
        else:
            return go("consultations_staff.questions", question.consultation)
    consultation = question.consultation
    return render_template(
        "consultations/staff/question.html",
        consultation=consultation,
        municipality=consultation.municipality,
        question=question,
        form=form,
        differences=differences,
        blockers=lifecycle.blockers_to_change(queries.facts_of(consultation), clock.now()),
    ), (422 if form.errors else 409 if differences else 200)


@bp.post(f"{ONE}/fragor/<int:number>/flytta")
@requires(policy.may_handle_question, load=queries.get_question)
def move_question(question: Question) -> ResponseReturnValue:
    """One step up or down."""
    by = -1 if request.form.get("riktning") == "upp" else 1
    commands.move_question(question, by=by, actor=user(), at=clock.now())
    return go("consultations_staff.questions", question.consultation)


@bp.post(f"{ONE}/fragor/<int:number>/ta-bort")
@requires(policy.may_handle_question, load=queries.get_question)
def remove_question(question: Question) -> ResponseReturnValue:
    """Away with it."""
    consultation = question.consultation
    commands.remove_question(question, actor=user(), at=clock.now())
    flash(_("Frågan är borttagen."))
    return go("consultations_staff.questions", consultation)


def uploaded() -> Prepared:
    """Check and store the file before the write lock is taken; strangers' files are not even read."""
    if not (current_user.is_authenticated and current_user.is_staff):
        return None
    try:
        return files.receive(request.files.get("file"))
    except files.RefusedFile as refusal:
        return refusal


def refusal_of(prepared: files.RefusedFile | None) -> str:
    """Why there is no file, to stand beside the field."""
    return str(REFUSALS[str(prepared)]() if prepared else _("Välj en fil."))


@bp.route(f"{ONE}/material", methods=["GET", "POST"])
@requires(policy.may_handle, load=queries.get_consultation, prepare=uploaded)
def materials(consultation: Consultation, prepared: Prepared) -> ResponseReturnValue:
    """The material, and a form for one more file."""
    form = forms.MaterialForm()
    if form.is_submitted():
        valid = form.validate()
        if isinstance(prepared, files.Upload) and valid:
            commands.add_material(
                consultation,
                upload=prepared,
                title=form.title.data,
                description=form.description.data,
                actor=user(),
                at=clock.now(),
            )
            flash(_("Filen är tillagd."))
            return go("consultations_staff.materials", consultation)
        if not isinstance(prepared, files.Upload):
            form.file.errors = [refusal_of(prepared)]
    return render_template(
        "consultations/staff/materials.html",
        consultation=consultation,
        municipality=consultation.municipality,
        form=form,
        blockers=lifecycle.blockers_to_change(queries.facts_of(consultation), clock.now()),
    ), (422 if form.errors else 200)


@bp.get(f"{ONE}/material/<reference>")
@requires(policy.may_handle_material, load=queries.get_material)
def material(material: Material) -> ResponseReturnValue:
    """The file, also while it is a draft."""
    return files.download(material.file)


@bp.post(f"{ONE}/material/<reference>/ta-bort")
@requires(policy.may_handle_material, load=queries.get_material)
def remove_material(material: Material) -> ResponseReturnValue:
    """Away with it."""
    consultation = material.consultation
    commands.remove_material(material, actor=user(), at=clock.now())
    flash(_("Filen är borttagen."))
    return go("consultations_staff.materials", consultation)
