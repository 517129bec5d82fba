"""What every button of the workbench shares: the open finding's words are saved, the thing is done, the bench is shown."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import dates_of
from sakrad.core import clock, htmx
from sakrad.core.db import abandon
from sakrad.core.errors import Blocked, Blocker, Missing, Stale, sentence
from sakrad.core.i18n import listing
from sakrad.core.paging import asked_page, page_count
from sakrad.core.text import whole_number
from sakrad.directory.models import TargetGroup
from sakrad.positions.models import Answer
from sakrad.summaries import citations, commands, lifecycle, policy, queries, queries_staff, queries_themes
from sakrad.summaries import queries_staff_counts as counts
from sakrad.summaries.forms import DeskForm
from sakrad.summaries.forms_marking import MarkForm, PointForm
from sakrad.summaries.models import Finding, Point, Theme
from sakrad.summaries.queries_sharing import list_colleagues
from sakrad.summaries.queries_staff import PAGE, VIEWS, Filters

NEW = "ny"
NOBODY = "ingen"


class Nothing(ValueError):
    """Nothing was ticked."""


class Refused(ValueError):
    """The button cannot do it; its arguments are the sentences that say why. `field`: the one that they are about."""

    def __init__(self, *words: str, field: Any = None) -> None:
        super().__init__(*words)
        self.field = field


class Partial(commands.UnknownPoints):
    """The numbers are points of organisations that the official belongs to (jäv)."""


def refuse_partial(finding: Finding, before: str, after: str) -> None:
    """Let nobody cite, nor cease to cite, points of an organisation of one's own by writing the finding's words.

    Raises:
        Partial: with those that differ between the two wordings.
    """
    differing = set(citations.cited(before)) ^ set(citations.cited(after))
    points = queries.list_points(finding.summary.consultation, differing)
    if own := [point.number for point in points if not policy.may_sort(user(), point)]:
        raise Partial(own, finding)


def why(unknown: commands.UnknownPoints) -> str:
    """The sentence that says why the numbers may not be cited."""
    args = {"numbers": unknown.numbers}
    return sentence(Blocker("point_barred", args) if isinstance(unknown, Partial) else Blocker("point_unknown", args))


def user() -> Any:
    return current_user._get_current_object()


def given(consultation: Consultation) -> dict[str, Any]:
    """What every page of compiling is given: whose it is, the parts of its address, and why nothing can be changed."""
    return {
        "consultation": consultation,
        "municipality": consultation.municipality,
        "here": consultation.address,
        "frozen": [sentence(blocker) for blocker in lifecycle.blockers_to_compile(dates_of(consultation), clock.now())],
    }


def _small(text: str) -> int:
    """A number that the database's integers hold."""
    return max(-1_000_000, min(int(text), 1_000_000))


def filters_of(consultation: Consultation, args: MultiDict[str, str]) -> Filters:
    """What the address asks to see; anything that it does not know falls back."""
    view = args.get("vy", VIEWS[0])
    first = consultation.questions[0].number if consultation.questions else 1
    return Filters(
        view=view if view in VIEWS else VIEWS[0],
        question=args.get("fraga", first, type=_small),
        organisation=args.get("organisation", ""),
        theme=args.get("tema", queries_staff.WITHOUT_THEME, type=_small),
        group=args.get("grupp", ""),
        left=args.get("kvar") == "1",
        mine=args.get("mina") == "1",
        unread=args.get("olasta") == "1",
        page=asked_page(),
    )


class Desk:
    """One request at the workbench."""

    def __init__(self, consultation: Consultation) -> None:
        self.consultation = consultation
        self.at = clock.now()
        self.actor = user()
        self.filters = filters_of(consultation, request.args)
        self.form = DeskForm()
        self.marking = MarkForm(prefix="m-")
        self.open = self.form.finding.data or request.args.get("stycke", "")
        self.added: Finding | None = None
        self.form.theme.choices = themes_to_choose(consultation)
        self.form.colleague.choices = [
            ("", gettext("Välj kollega")),
            *((str(one.id), one.name) for one in list_colleagues(consultation)),
            (NOBODY, gettext("Ingen, svaren är lediga igen")),
        ]
        self.form.earlier_reason.choices = [
            ("", gettext("Nytt skäl")),
            *((reason, reason) for reason in queries.list_reasons(consultation)),
        ]

    def press(self, do: Callable[[Desk], str | None]) -> ResponseReturnValue:
        """Save the open finding's words, do the thing, and show the bench with what it says; or why it cannot be done."""
        if not self.form.validate_on_submit():
            return self.page(422)
        try:
            self.keep()
            said = do(self)
        except Stale as stale:
            theirs = (stale.theirs.id, stale.theirs.heading, stale.theirs.body, stale.theirs.version)
            held = [gettext("En kollega skriver i texten just nu. Ta över den under Skriv, eller vänta en stund.")]
            return self.refuse(None, *(held if isinstance(stale, commands.Locked) else ()), theirs=theirs)
        except commands.UnknownPoints as unknown:
            return self.refuse(self.form.body, why(unknown))
        except commands.ReasonMissing:
            return self.refuse(self.form.reason, gettext("Skriv ett skäl, eller välj ett tidigare."))
        except Refused as refused:
            return self.refuse(refused.field, *refused.args)
        except Nothing:
            return self.refuse(None, gettext("Kryssa för minst ett svar eller en synpunkt."))
        except Blocked as blocked:
            return self.refuse(None, *(sentence(blocker) for blocker in blocked.blockers))
        return self.done(said)

    def keep(self) -> None:
        """Save what is typed in the open finding; a new one is made when it holds words."""
        form = self.form
        words: dict[str, Any] = {"heading": form.heading.data or "", "body": form.body.data or ""}
        if self.open == NEW:
            if any(words.values()):
                summary = commands.start_summary(self.consultation, actor=self.actor, at=self.at)
                self.added = commands.add_finding(summary, **words, actor=self.actor, at=self.at)
                refuse_partial(self.added, "", self.added.body)
                self.open = str(self.added.id)
        elif form.finding.data:
            finding = self.finding(self.open)
            before = finding.body
            commands.save_finding(finding, **words, seen_version=form.seen_version.data or 0, actor=self.actor, at=self.at)
            refuse_partial(finding, before, finding.body)

    def finding(self, key: str) -> Finding:
        """The finding with the key; "ny" is the one that was being written, or one made now."""
        if key == NEW and self.added is not None:
            return self.added
        if key == NEW:
            summary = commands.start_summary(self.consultation, actor=self.actor, at=self.at)
            made = commands.add_finding(summary, actor=self.actor, at=self.at)
            self.open = str(made.id)
            return made
        number = whole_number(key)
        if number is None:
            raise Missing("finding")
        return queries.get_finding(self.consultation, number)

    def units(self) -> list[Answer | Point]:
        """What the button is about: its own answer or point, or everything that is ticked. Refuses what the official may not touch."""
        keys = request.args.getlist("enhet") or request.form.getlist("valda")
        numbers = [number for key in keys if (number := whole_number(key)) is not None]
        names = [name for key in keys if (name := queries.key_of(key)) is not None]
        found: list[Answer | Point] = [*queries.list_points(self.consultation, numbers), *queries.list_answers(self.consultation, names)]
        if not keys:
            raise Nothing
        if len(found) != len(set(keys)) or not all(policy.may_take_up(self.actor, _answer(unit)) for unit in found):
            raise Missing("unit")
        return found

    def points(self) -> list[Point]:
        """The same as points: an answer that has none is taken up whole."""
        taken: list[Point] = []
        for unit in self.units():
            if isinstance(unit, Point):
                taken.append(unit)
            else:
                taken += commands.take_up(unit, spans=None, actor=self.actor, at=self.at)
        return taken

    def answers(self) -> list[Answer]:
        """The answers that are ticked, or whose points are, each once."""
        return list({answer.id: answer for answer in map(_answer, self.units())}.values())

    def answers_shown(self) -> list[Answer]:
        """The answers that stood on the page when the button was pressed."""
        return queries.list_answers(self.consultation, [key for each in request.form.getlist("visade") if (key := queries.key_of(each))])

    def answers_of_view(self) -> list[Answer]:
        """Every answer of the view, on all its pages, but those that the official may not touch."""
        answers = queries_staff.list_answers_of(self.consultation, self.filters, reader_id=self.actor.id)
        if not answers:
            raise Nothing
        return [answer for answer in answers if policy.may_take_up(self.actor, answer)]

    def theme(self) -> Theme | None:
        """The theme that the form names: a new one by its name, or a chosen one."""
        return theme_of(self.consultation, self.form.new_theme.data, self.form.theme.data, self.actor, self.at)

    def done(self, said: str | None) -> ResponseReturnValue:
        """After a change: back to the bench (or the answer's own page), or the partial when htmx asked."""
        if "svar" not in request.args and htmx.asked():
            # A fresh form: what was typed is saved, what was ticked is done.
            fresh = Desk(self.consultation)
            fresh.open, fresh.form, fresh.marking = self.open, _empty(fresh.form), _same_place(self.marking)
            return fresh.page(said=said)
        if said:
            flash(said)
        return htmx.go(self.address())

    def address(self) -> str:
        place = self.consultation.address
        if (key := queries.key_of(request.args.get("svar", ""))) is not None:
            org, number, version = key
            return url_for("summaries_staff.answer", **place, org=org, number=number, version=version)
        row = request.args.get("enhet")
        anchor = f"rad-{row.replace('.', '-')}" if row and not row.isdigit() else request.args.get("rad")
        return url_for("summaries_staff.workbench", **place, **self.filters.args(), stycke=self.open or None, _anchor=anchor)

    def refuse(self, field: Any = None, *words: str, theirs: tuple[int, str, str, int] | None = None) -> ResponseReturnValue:
        """Nothing is written; every word that was typed is still there."""
        abandon()
        if field is not None:
            field.errors = [*field.errors, *words]
        else:
            self.form.form_errors.extend(words)
        return self.page(422, theirs=theirs)

    def rows(self) -> tuple[list[queries_staff.AnswerRow], int]:
        """The answers of the page, and how many there are in the view."""
        may = functools.partial(policy.may_take_up, self.actor)
        return queries_staff.list_rows(self.consultation, self.filters, may, reader_id=self.actor.id)

    def page(self, status: int = 200, *, said: str | None = None, theirs: tuple[int, str, str, int] | None = None) -> ResponseReturnValue:
        """The whole workbench."""
        consultation, filters = self.consultation, self.filters
        rows, total = self.rows()
        if filters.page > 1 and not rows:
            self.filters = filters = replace(filters, page=1)
            rows, total = self.rows()
        summary = queries.find_summary(consultation)
        findings = summary.findings if summary else []
        opened = next((finding for finding in findings if str(finding.id) == self.open), None)
        if opened is None and findings and self.open != NEW:
            opened = findings[-1]
        if not self.form.is_submitted() or self.form.heading.data is None:
            self.form.finding.data = str(opened.id) if opened else NEW
            self.form.seen_version.data = opened.version if opened else None
            self.form.heading.data = opened.heading if opened else ""
            self.form.body.data = opened.body if opened else ""
        if theirs:
            self.form.seen_version.raw_data, self.form.seen_version.data = None, theirs[3]  # saving once more is then meant
        questions = counts.count_by_question(consultation)
        offer(self.marking, consultation, self.form.theme.choices, (), findings)

        def act(name: str, **more: Any) -> str:
            return url_for(f"summaries_staff.{name}", **(consultation.address | filters.args() | more))

        return htmx.render(
            "summaries/staff/workbench.html",
            "summaries/staff/_workbench.html",
            status,
            **given(consultation),
            act=act,
            page_url=lambda page: act("workbench", sida=page),
            filters=filters,
            rows=rows,
            pages=page_count(total, PAGE),
            questions=questions,
            left=sum(question.left for question in questions),
            answers=sum(question.total for question in questions),
            themes=counts.count_by_theme(consultation) if filters.view == "tema" else [],
            groups=counts.count_by_group(consultation) if filters.view == "grupp" else [],
            organisations=counts.count_by_organisation(consultation) if filters.view == "organisation" else [],
            me=self.actor.name,
            left_behind=queries.list_left_behind(consultation),
            findings=findings,
            opened=opened,
            form=self.form,
            marking=self.marking,
            marked_in=request.args.get("enhet", "") if status >= 400 and self.marking.end.data else "",
            theirs=theirs,
            said=said,
            ticked=[*request.form.getlist("valda"), *request.args.getlist("enhet")] if status >= 400 else [],
        )


def themes_to_choose(consultation: Consultation) -> list[tuple[str, str]]:
    """No theme, and the consultation's."""
    return [("", gettext("Inget tema")), *queries_themes.choices(queries.list_themes(consultation))]


def offer(
    form: PointForm,
    consultation: Consultation,
    themes: list[tuple[str, str]],
    groups: Iterable[TargetGroup],
    findings: Iterable[Finding] = (),
) -> None:
    """Set what the form lets one choose: `themes`, the consultation's groups and `groups`, and the findings to cite in."""
    form.theme.choices = themes
    form.groups.choices = list({group.id: group.name for group in [*groups, *consultation.groups]}.items())
    if isinstance(form, MarkForm):
        listed = [(str(finding.id), f"{finding.number}. {finding.heading}") for finding in findings]
        form.finding.choices = [("", gettext("Citera inte än")), *listed, (NEW, gettext("En ny samlad synpunkt"))]


def theme_of(consultation: Consultation, new: str | None, chosen: str | None, actor: Any, at: Any) -> Theme | None:
    """The theme by its new name, or the chosen one; None when neither is given."""
    if new:
        return commands.add_theme(consultation, name=new, actor=actor, at=at)
    return queries.get_theme(consultation, int(chosen)) if chosen else None


def numbers(points: Iterable[Point]) -> str:
    """The points' numbers as they are written in the text: "[16], [17] och [20]"."""
    return listing([f"[{point.number}]" for point in points])


def _answer(unit: Answer | Point) -> Answer:
    return unit.answer if isinstance(unit, Point) else unit


def _same_place(form: MarkForm) -> MarkForm:
    """For the next words: no words yet, but under the theme that the last ones went to. Where they are cited is chosen each time."""
    return MarkForm(formdata=None, prefix="m-", theme=form.theme.data)


def _empty(form: DeskForm) -> DeskForm:
    fresh = DeskForm(formdata=None)
    fresh.theme.choices, fresh.earlier_reason.choices = form.theme.choices, form.earlier_reason.choices
    fresh.colleague.choices = form.colleague.choices
    fresh.heading.data = None
    return fresh
