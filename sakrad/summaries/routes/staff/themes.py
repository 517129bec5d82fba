"""The themes: the tree, what is done to it, its history, and one theme's points."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.db import abandon
from sakrad.core.errors import Blocked, Missing, sentence
from sakrad.core.i18n import listing
from sakrad.core.paging import asked_page, page_count
from sakrad.core.text import whole_number
from sakrad.summaries import commands, policy, queries, queries_themes
from sakrad.summaries.forms_themes import SplitForm, ThemeForm
from sakrad.summaries.models import Theme
from sakrad.summaries.queries_sharing import list_colleagues
from sakrad.summaries.routes.staff import bp
from sakrad.summaries.routes.staff.desk import given, user


@bp.get("/sammanstall/teman")
@requires(policy.may_compile, load=get_consultation)
def themes(consultation: Consultation) -> ResponseReturnValue:
    return _page(consultation, ThemeForm(formdata=None))


@bp.post("/sammanstall/teman")
@requires(policy.may_compile, load=get_consultation)
def save_theme(consultation: Consultation) -> ResponseReturnValue:
    """Add a theme, or name and describe the one that the form tells; another theme's name makes the two one."""
    form = ThemeForm()
    form.under.choices = _tops(consultation)
    if not form.validate_on_submit():
        return _page(consultation, form, 422)
    known: dict[str, Any] = {"actor": user(), "at": clock.now()}
    words = form.description.data or ""
    try:
        if form.theme.data:
            theme = queries.get_theme(consultation, form.theme.data)
            kept = commands.rename_theme(theme, name=form.name.data, consultation=consultation, **known)
            if kept is not theme:
                flash(gettext("Temat är nu ett med ”%(name)s”. Det går att ångra.", name=kept.name))
            elif "description" in request.form:
                commands.describe_theme(kept, description=words, consultation=consultation, **known)
        else:
            parent = queries.get_theme(consultation, int(form.under.data)) if form.under.data else None
            kept = commands.add_theme(consultation, name=form.name.data, description=words, parent=parent, **known)
    except Blocked as blocked:
        return _refuse(consultation, form, blocked)
    return _back(consultation, kept)


@bp.post("/sammanstall/teman/ordna")
@requires(policy.may_compile, load=get_consultation)
def order_theme(consultation: Consultation) -> ResponseReturnValue:
    """One step up, or down."""
    theme = _theme(consultation, "theme")
    return _do(consultation, theme, commands.order_theme, up=request.form.get("at") == "upp")


@bp.post("/sammanstall/teman/under")
@requires(policy.may_compile, load=get_consultation)
def place_theme(consultation: Consultation) -> ResponseReturnValue:
    """Under another theme, or by itself."""
    parent = _theme(consultation, "under") if request.form.get("under") else None
    return _do(consultation, _theme(consultation, "theme"), commands.place_theme, parent=parent)


@bp.post("/sammanstall/teman/ihop")
@requires(policy.may_compile, load=get_consultation)
def merge_themes(consultation: Consultation) -> ResponseReturnValue:
    """Make two themes one, and tell which points went over."""
    theme, into = _theme(consultation, "theme"), _theme(consultation, "into")
    name = theme.name
    try:
        numbers = commands.merge_themes(theme, into=into, consultation=consultation, actor=user(), at=clock.now())
    except Blocked as blocked:
        return _refuse(consultation, ThemeForm(formdata=None), blocked)
    flash(gettext("”%(name)s” är nu en del av ”%(into)s”.", name=name, into=into.name) + " " + _went(numbers))
    return _back(consultation, into)


@bp.post("/sammanstall/teman/angra")
@requires(policy.may_compile, load=get_consultation)
def undo_merge(consultation: Consultation) -> ResponseReturnValue:
    """Undo the latest merge."""
    try:
        theme = commands.undo_merge(consultation, actor=user(), at=clock.now())
    except Blocked as blocked:
        return _refuse(consultation, ThemeForm(formdata=None), blocked)
    flash(gettext("”%(name)s” är ett eget tema igen.", name=theme.name))
    return _back(consultation, theme)


@bp.post("/sammanstall/teman/ta-bort")
@requires(policy.may_compile, load=get_consultation)
def remove_theme(consultation: Consultation) -> ResponseReturnValue:
    """Take an empty theme away."""
    return _do(consultation, _theme(consultation, "theme"), commands.remove_theme, gone=True)


@bp.get("/sammanstall/teman/synpunkter")
@requires(policy.may_compile, load=get_consultation)
def theme(consultation: Consultation) -> ResponseReturnValue:
    """The points of the theme ?tema=, or (0) those without one."""
    return _theme_page(consultation, _shown(consultation), SplitForm(formdata=None))


@bp.post("/sammanstall/teman/synpunkter")
@requires(policy.may_compile, load=get_consultation)
def split_theme(consultation: Consultation) -> ResponseReturnValue:
    """Put the ticked points of the theme under another, or under a new one."""
    shown, form = _shown(consultation), SplitForm()
    form.to.choices = _choices(consultation, shown)
    if not form.validate_on_submit():
        return _theme_page(consultation, shown, form, 422)
    ticked = {number for each in request.form.getlist("valda") if (number := whole_number(each)) is not None}
    points = [point for point in queries.list_points(consultation, ticked) if point.theme_id == (shown.id if shown else None)]
    if not ticked or len(points) != len(ticked):
        form.form_errors.append(gettext("Kryssa för minst en synpunkt. Har någon annan flyttat dem syns de inte längre här."))
        return _theme_page(consultation, shown, form, 422)
    if not all(policy.may_sort(user(), point) for point in points):
        raise Missing("point")
    name = form.name.data or (queries.get_theme(consultation, int(form.to.data)).name if form.to.data else "")
    if not name:
        form.name.errors = [gettext("Välj ett tema, eller skriv namnet på ett nytt.")]
        return _theme_page(consultation, shown, form, 422)
    known: dict[str, Any] = {"actor": user(), "at": clock.now()}
    try:
        if shown:
            made, numbers = commands.split_theme(shown, points=points, name=name, consultation=consultation, **known)
        else:
            made, numbers = commands.add_theme(consultation, name=name, **known), [point.number for point in points]
            for point in points:
                commands.sort_point(point, theme=made, groups=point.groups, **known)
    except Blocked as blocked:
        abandon()
        form.form_errors.extend(sentence(blocker) for blocker in blocked.blockers)
        return _theme_page(consultation, shown, form, 422)
    flash(_went(numbers))
    return htmx.go(url_for("summaries_staff.theme", **consultation.address, tema=made.id))


@bp.get("/sammanstall/teman/historik")
@requires(policy.may_compile, load=get_consultation)
def theme_history(consultation: Consultation) -> ResponseReturnValue:
    """What has been done to the themes."""
    page = asked_page()
    changes, total = queries_themes.list_changes(consultation, page)
    return render_template(
        "summaries/staff/theme_history.html",
        **given(consultation),
        changes=changes,
        page=page,
        pages=page_count(total, queries_themes.PAGE),
    )


def _theme(consultation: Consultation, name: str) -> Theme:
    """The theme that the form's field tells."""
    number = whole_number(request.form.get(name, ""))
    if number is None:
        raise Missing("theme")
    return queries.get_theme(consultation, number)


def _shown(consultation: Consultation) -> Theme | None:
    """The theme that the address tells; None stands for the points without one."""
    number = whole_number(request.args.get("tema", "0"))
    if number is None:
        raise Missing("theme")
    return queries.get_theme(consultation, number) if number else None


def _do(consultation: Consultation, theme: Theme, command: Any, *, gone: bool = False, **values: Any) -> ResponseReturnValue:
    try:
        command(theme, **values, consultation=consultation, actor=user(), at=clock.now())
    except Blocked as blocked:
        return _refuse(consultation, ThemeForm(formdata=None), blocked)
    return _back(consultation, None if gone else theme)


def _back(consultation: Consultation, theme: Theme | None) -> ResponseReturnValue:
    return htmx.go(url_for("summaries_staff.themes", **consultation.address, _anchor=f"tema-{theme.id}" if theme else None))


def _refuse(consultation: Consultation, form: ThemeForm, blocked: Blocked) -> ResponseReturnValue:
    abandon()
    form.form_errors.extend(sentence(blocker) for blocker in blocked.blockers)
    return _page(consultation, form, 422)


def _went(numbers: list[int]) -> str:
    if not numbers:
        return str(gettext("Inga synpunkter flyttades."))
    which = listing([str(number) for number in numbers])
    return str(ngettext("Synpunkt %(which)s flyttades.", "Synpunkterna %(which)s flyttades.", len(numbers), which=which))


def _tops(consultation: Consultation) -> list[tuple[str, str]]:
    tops = [theme for theme in queries.list_themes(consultation) if theme.parent_id is None]
    return [("", gettext("Inget, det står för sig")), *((str(theme.id), theme.name) for theme in tops)]


def _choices(consultation: Consultation, shown: Theme | None) -> list[tuple[str, str]]:
    all_of_them = queries_themes.choices(queries.list_themes(consultation))
    return [("", gettext("Välj")), *((key, name) for key, name in all_of_them if shown is None or key != str(shown.id))]


def _page(consultation: Consultation, form: ThemeForm, status: int = 200) -> ResponseReturnValue:
    tree = queries_themes.list_tree(consultation)
    form.under.choices = _tops(consultation)
    undoable = queries_themes.find_undoable(consultation)
    html = render_template(
        "summaries/staff/themes.html",
        **given(consultation),
        tree=tree,
        without=queries_themes.count_without(consultation),
        choices=queries_themes.choices(queries.list_themes(consultation)),
        undoable=undoable and (undoable[0].name, undoable[1].name),
        colleagues=list_colleagues(consultation),
        form=form,
    )
    return html, status


def _theme_page(consultation: Consultation, shown: Theme | None, form: SplitForm, status: int = 200) -> ResponseReturnValue:
    page = asked_page()
    rows, total = queries_themes.list_points(consultation, shown, page)
    form.to.choices = _choices(consultation, shown)
    html = render_template(
        "summaries/staff/theme.html",
        **given(consultation),
        theme=shown,
        rows=[(row, policy.may_sort(user(), row.point)) for row in rows],
        total=total,
        page=page,
        pages=page_count(total, queries_themes.PAGE),
        ticked=request.form.getlist("valda"),
        form=form,
    )
    return html, status
