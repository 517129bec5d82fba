"""One answer: exact words taken up, split, merged and given other words, each point with its theme, groups and note."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from sakrad.core import clock, htmx, text
from sakrad.core.access import requires
from sakrad.core.db import abandon
from sakrad.core.errors import Blocked, Missing, Stale, sentence
from sakrad.core.text import Span, whole_number
from sakrad.directory.queries import list_groups
from sakrad.positions.models import Answer
from sakrad.summaries import commands, policy, queries, queries_history, queries_staff
from sakrad.summaries.forms_marking import AnswerForm, MergeForm, PointForm
from sakrad.summaries.models import Finding, Point
from sakrad.summaries.routes.staff import bp
from sakrad.summaries.routes.staff.desk import NEW, given, offer, theme_of, themes_to_choose, user

WORDS, PART = "ord-", "dela-"  # what marked words may become of a point that is there already


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


def _reshapable(answer: Answer) -> dict[int, Point]:
    """The points whose words may be chosen anew in the answer: its own, and those that an earlier version left behind."""
    version = answer.version
    lost = [
        point
        for point in queries.list_left_behind(version.position.consultation)
        if (point.answer.version.position_id, point.answer.question_id) == (version.position_id, answer.question_id)
    ]
    return {point.number: point for point in [*queries.list_points_of(answer), *lost]}


def _form(answer: Answer, points: dict[int, Point]) -> AnswerForm:
    form = AnswerForm()
    consultation = answer.version.position.consultation
    summary = queries.find_summary(consultation)
    offer(form, consultation, themes_to_choose(consultation), answer.version.groups, summary.findings if summary else [])
    form.sentences.choices = [(index, str(index + 1)) for index, _ in enumerate(text.sentences(answer.text))]
    form.use.choices = [("", gettext("En ny synpunkt"))]
    for number, point in points.items():
        form.use.choices.append((f"{WORDS}{number}", gettext("De ord som gäller för synpunkt %(n)s", n=number)))
        if point.answer_id == answer.id:
            form.use.choices.append((f"{PART}{number}", gettext("En egen del av synpunkt %(n)s", n=number)))
    if not form.is_submitted():
        form.groups.data = [group.id for group in answer.version.groups]
        _ask(form, answer, points)
    return form


def _ask(form: AnswerForm, answer: Answer, points: dict[int, Point]) -> None:
    """The address may ask to change a point's words (?ord=12) or to split it (?dela=12)."""
    for asked, kind in (("ord", WORDS), ("dela", PART)):
        point = points.get(whole_number(request.args.get(asked, "")) or 0)
        if point is not None and (kind == WORDS or point.answer_id == answer.id):
            form.use.data = f"{kind}{point.number}"
            if kind == WORDS and point.answer_id == answer.id:
                form.start.data, form.end.data = point.start, point.end


@bp.get("/sammanstall/svar/<org>/<int:number>")
@bp.get("/sammanstall/svar/<org>/<int:number>/mote/<int:version>")
@requires(policy.may_take_up, load=queries.get_answer)
def answer(answer: Answer) -> ResponseReturnValue:
    return _page(answer, _form(answer, _reshapable(answer)))


@bp.post("/sammanstall/svar/<org>/<int:number>")
@bp.post("/sammanstall/svar/<org>/<int:number>/mote/<int:version>")
@requires(policy.may_take_up, load=queries.get_answer)
def split(answer: Answer) -> ResponseReturnValue:
    """Take up the chosen words, and cite them where the form says; or let them be words, or a part, of a point that is there."""
    points = _reshapable(answer)
    form = _form(answer, points)
    if not form.validate_on_submit():
        return _page(answer, form, 422)
    spans = chosen_spans(answer, form)
    if not spans:
        return _refuse(answer, form, gettext("Markera orden, eller välj minst en mening."))
    try:
        said = _reshape(answer, points, form, spans) if form.use.data else _take_up(answer, form, spans)
    except commands.BadSpan:
        return _refuse(answer, form, gettext("De markerade orden finns inte i svaret. Markera dem igen."))
    except Blocked as blocked:
        return _refuse(answer, form, *(sentence(blocker) for blocker in blocked.blockers))
    except Stale as stale:
        return _refuse(answer, form, _busy(stale.theirs))
    flash(said)
    return htmx.go(url_for("summaries_staff.answer", **request.view_args or {}))


def _take_up(answer: Answer, form: AnswerForm, spans: Sequence[Span]) -> str:
    at, actor, consultation = clock.now(), user(), answer.version.position.consultation
    groups = [group for group in list_groups() if group.id in form.groups.data]
    theme = theme_of(consultation, form.new_theme.data, form.theme.data, actor, at)
    points = commands.take_up(answer, spans=spans, theme=theme, groups=groups, note=form.note.data or "", actor=actor, at=at)
    if form.finding.data:
        summary = commands.start_summary(consultation, actor=actor, at=at)
        is_new = form.finding.data == NEW
        finding = commands.add_finding(summary, actor=actor, at=at) if is_new else queries.get_finding(consultation, int(form.finding.data))
        for point in points:
            commands.cite(finding, point, actor=actor, at=at)
    return str(ngettext("En synpunkt är upptagen.", "%(num)s synpunkter är upptagna.", len(points)))


def _reshape(answer: Answer, points: dict[int, Point], form: AnswerForm, spans: Sequence[Span]) -> str:
    kind, _, number = form.use.data.partition("-")
    point, at, actor = points[int(number)], clock.now(), user()
    if f"{kind}-" == PART:
        parts = commands.split_point(point, spans=spans, actor=actor, at=at)
        return str(gettext("Synpunkt %(n)s är delad i %(parts)s.", n=number, parts=", ".join(f"[{part.number}]" for part in parts)))
    if len(spans) > 1:
        raise commands.BadSpan
    commands.change_words(point, answer=answer, span=spans[0], actor=actor, at=at)
    if queries.cited_numbers([point]):
        return str(gettext("Synpunkt %(n)s har fått andra ord. Läs igenom texten där den citeras.", n=number))
    return str(gettext("Synpunkt %(n)s har fått andra ord.", n=number))


@bp.post("/sammanstall/svar/<org>/<int:number>/sla-ihop")
@bp.post("/sammanstall/svar/<org>/<int:number>/mote/<int:version>/sla-ihop")
@requires(policy.may_take_up, load=queries.get_answer)
def merge(answer: Answer) -> ResponseReturnValue:
    """Make one point of those that are ticked."""
    there = {point.number: point for point in queries.list_points_of(answer)}
    form = MergeForm()
    form.points.choices = [(number, str(number)) for number in there]
    if not form.validate_on_submit():
        raise Missing("point")
    try:
        kept = commands.merge_points([there[number] for number in set(form.points.data)], actor=user(), at=clock.now())
    except commands.Apart:
        return _refuse(answer, None, gettext("Kryssa för minst två synpunkter som ska bli en."), ticked=form.points.data)
    except Blocked as blocked:
        return _refuse(answer, None, *(sentence(blocker) for blocker in blocked.blockers), ticked=form.points.data)
    except Stale as stale:
        return _refuse(answer, None, _busy(stale.theirs), ticked=form.points.data)
    flash(gettext("Synpunkterna är nu en: [%(n)s].", n=kept.number))
    return htmx.go(url_for("summaries_staff.answer", **request.view_args or {}, _anchor=f"synpunkt-{kept.number}"))


def _busy(finding: Finding) -> str:
    return str(gettext("Samlad synpunkt %(n)s skrivs av en kollega just nu. Försök igen om en stund.", n=finding.number))


def _refuse(answer: Answer, form: AnswerForm | None, *words: str, ticked: Sequence[int] = ()) -> ResponseReturnValue:
    """Nothing is written; what was chosen is still there."""
    abandon()
    if form is None:
        form = _form(answer, _reshapable(answer))
        form.groups.data = [group.id for group in answer.version.groups]
    form.form_errors.extend(words)
    return _page(answer, form, 422, ticked=ticked)


@bp.post("/sammanstall/synpunkt/<int:number>")
@requires(policy.may_sort, load=queries.get_point)
def sort_point(point: Point) -> ResponseReturnValue:
    """Say under which theme the point stands and whom it is about."""
    form = PointForm(prefix=f"p{point.number}-")
    _sorts(form, point, themes_to_choose(point.consultation))
    if not form.validate_on_submit():
        return _page(point.answer, _form(point.answer, _reshapable(point.answer)), 422, wrong=(point.number, form))
    consultation = point.consultation
    theme = theme_of(consultation, None, form.theme.data, user(), clock.now())
    groups = [group for group in list_groups() if group.id in form.groups.data]
    commands.sort_point(point, theme=theme, groups=groups, note=form.note.data or "", actor=user(), at=clock.now())
    return htmx.go(
        url_for(
            "summaries_staff.answer",
            **consultation.address,
            org=point.answer.version.position.organisation.slug,
            number=point.answer.question.number,
            version=point.answer.version.number if point.answer.version.is_view else None,
            _anchor=f"synpunkt-{point.number}",
        )
    )


def _sorts(form: PointForm, point: Point, themes: list[tuple[str, str]]) -> None:
    offer(form, point.answer.version.position.consultation, themes, [*point.answer.version.groups, *point.groups])


def _page(
    answer: Answer, form: AnswerForm, status: int = 200, *, ticked: Sequence[int] = (), wrong: tuple[int, PointForm] | None = None
) -> ResponseReturnValue:
    consultation = answer.version.position.consultation
    summary = queries.find_summary(consultation)
    points = {point.number: point for point in queries.list_points_of(answer)}
    sorting = {}
    for number, point in points.items():
        values = {"theme": str(point.theme_id or ""), "groups": [group.id for group in point.groups], "note": point.note}
        sorting[number] = PointForm(formdata=None, prefix=f"p{number}-", **values)
        _sorts(sorting[number], point, form.theme.choices)
    if wrong:
        sorting[wrong[0]] = wrong[1]
    html = render_template(
        "summaries/staff/answer.html",
        **given(consultation),
        row=queries_staff.rows_of(consultation, [answer], lambda _answer: True)[0],
        points=points,
        sentences=[answer.text[span.start : span.end] for span in text.sentences(answer.text)],
        findings=summary.findings if summary else [],
        reasons=queries.list_reasons(consultation),
        form=form,
        sorting=sorting,
        ticked=ticked,
        changes=queries_history.list_changes(answer, list(points)),
    )
    return html, status
