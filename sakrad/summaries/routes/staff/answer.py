"""One answer, to split: exact words, each with its theme and groups."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from sakrad.consultations.queries import dates_of
from sakrad.core import clock, htmx, text
from sakrad.core.access import requires
from sakrad.core.db import abandon
from sakrad.core.errors import sentence
from sakrad.core.text import Span
from sakrad.directory.models import TargetGroup
from sakrad.directory.queries import list_groups
from sakrad.positions.models import Answer
from sakrad.summaries import commands, lifecycle, policy, queries, queries_staff
from sakrad.summaries.forms import AnswerForm, PointForm
from sakrad.summaries.models import Point
from sakrad.summaries.routes.staff import bp
from sakrad.summaries.routes.staff.desk import NEW, here, theme_of, user


def chosen_spans(answer: Answer, form: AnswerForm) -> list[Span]:
    """The marked words, or the chosen sentences, of which those that stand side by side are joined."""
    if form.end.data:
        return [Span(form.start.data or 0, form.end.data)]
    sentences = text.sentences(answer.text)
    spans: list[Span] = []
    last = None
    for index in sorted(set(form.sentences.data or [])):
        if last is not None and index == last + 1:
            spans[-1] = Span(spans[-1].start, sentences[index].end)
        else:
            spans.append(sentences[index])
        last = index
    return spans


def _choices(answer: Answer, form: AnswerForm | PointForm, *more: TargetGroup) -> None:
    consultation = answer.version.position.consultation
    form.theme.choices = [("", gettext("Inget tema")), *((str(theme.id), theme.name) for theme in queries.list_themes(consultation))]
    offered = {group.id: group.name for group in [*answer.version.groups, *consultation.groups, *more]}
    form.groups.choices = list(offered.items())


def _form(answer: Answer) -> AnswerForm:
    form = AnswerForm()
    _choices(answer, form)
    form.sentences.choices = [(index, str(index + 1)) for index, _ in enumerate(text.sentences(answer.text))]
    summary = queries.find_summary(answer.version.position.consultation)
    findings = [(str(finding.id), f"{finding.number}. {finding.heading}") for finding in (summary.findings if summary else [])]
    form.finding.choices = [("", gettext("Citera inte än")), *findings, (NEW, gettext("En ny samlad synpunkt"))]
    if not form.is_submitted():
        form.groups.data = [group.id for group in answer.version.groups]
    return form


@bp.get("/sammanstall/svar/<org>/<int:number>")
@bp.get("/sammanstall/svar/<org>/<int:number>/mote/<int:version>")
@requires(policy.may_take_up, load=queries.get_answer)
def answer(answer: Answer) -> ResponseReturnValue:
    return _page(answer, _form(answer))


@bp.post("/sammanstall/svar/<org>/<int:number>")
@bp.post("/sammanstall/svar/<org>/<int:number>/mote/<int:version>")
@requires(policy.may_take_up, load=queries.get_answer)
def split(answer: Answer) -> ResponseReturnValue:
    """Take up the chosen words, and cite them where the form says."""
    form, at, actor = _form(answer), clock.now(), user()
    if not form.validate_on_submit():
        return _page(answer, form, 422)
    spans = chosen_spans(answer, form)
    if not spans:
        form.form_errors.append(gettext("Markera orden, eller välj minst en mening."))
        return _page(answer, form, 422)
    consultation = answer.version.position.consultation
    groups = [group for group in list_groups() if group.id in form.groups.data]
    theme = theme_of(consultation, form.new_theme.data, form.theme.data, actor, at)
    try:
        points = commands.take_up(answer, spans=spans, theme=theme, groups=groups, actor=actor, at=at)
    except commands.BadSpan:
        abandon()
        form.form_errors.append(gettext("De markerade orden finns inte i svaret. Markera dem igen."))
        return _page(answer, form, 422)
    if form.finding.data:
        summary = commands.start_summary(consultation, actor=actor, at=at)
        is_new = form.finding.data == NEW
        finding = commands.add_finding(summary, actor=actor, at=at) if is_new else queries.get_finding(consultation, int(form.finding.data))
        for point in points:
            commands.cite(finding, point, actor=actor, at=at)
    flash(ngettext("En synpunkt är upptagen.", "%(num)s synpunkter är upptagna.", len(points)))
    return htmx.go(request.path)


@bp.post("/sammanstall/synpunkt/<int:number>")
@requires(policy.may_sort, load=queries.get_point)
def sort_point(point: Point) -> ResponseReturnValue:
    """Say under which theme the point stands and whom it is about."""
    form = PointForm(prefix=f"p{point.number}-")
    _choices(point.answer, form, *point.groups)
    if not form.validate_on_submit():
        return _page(point.answer, _form(point.answer), 422)
    consultation = point.consultation
    theme = theme_of(consultation, None, form.theme.data, user(), clock.now())
    groups = [group for group in list_groups() if group.id in form.groups.data]
    commands.sort_point(point, theme=theme, groups=groups, actor=user(), at=clock.now())
    return htmx.go(
        url_for(
            "summaries_staff.answer",
            **here(consultation),
            org=point.answer.version.position.organisation.slug,
            number=point.answer.question.number,
            version=point.answer.version.number if point.answer.version.is_view else None,
            _anchor=f"synpunkt-{point.number}",
        )
    )


def _page(answer: Answer, form: AnswerForm, status: int = 200) -> ResponseReturnValue:
    consultation = answer.version.position.consultation
    summary = queries.find_summary(consultation)
    points = {point.number: point for point in queries.list_points_of(answer)}
    sorting = {}
    for number, point in points.items():
        sorting[number] = PointForm(
            formdata=None, prefix=f"p{number}-", theme=str(point.theme_id or ""), groups=[group.id for group in point.groups]
        )
        _choices(answer, sorting[number], *point.groups)
    html = render_template(
        "summaries/staff/answer.html",
        consultation=consultation,
        municipality=consultation.municipality,
        here=here(consultation),
        row=queries_staff.find_row(answer, barred=False),
        sentences=[answer.text[span.start : span.end] for span in text.sentences(answer.text)],
        findings=summary.findings if summary else [],
        reasons=queries.list_reasons(consultation),
        form=form,
        sorting=sorting,
        frozen=[sentence(blocker) for blocker in lifecycle.blockers_to_compile(dates_of(consultation), clock.now())],
    )
    return html, status
