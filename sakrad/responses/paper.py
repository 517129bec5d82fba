"""The tjänsteskrivelse's first wording, drawn up from what the sakråd holds, so that nobody begins with an empty page. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext

from sakrad.core.i18n import day, listing, until
from sakrad.responses.models import BoardPaper, Outcome

FIELDS = ("proposal", "in_short", "matter", "consequences", "civil_society", "basis")
DONE = (Outcome.will_do, Outcome.partly, Outcome.already_done)


@dataclass(frozen=True, slots=True)
class Promised:
    """A proposed commitment."""

    what: str
    by: str  # function and unit
    due: str


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What the first wording is made of; every text as readers may see it."""

    title: str
    diary_number: str
    authority: str
    lead: str
    purpose: str
    opens_at: datetime | None
    closes_at: datetime | None
    invited: int
    answered: int
    summary_published_at: datetime | None
    in_short: str
    headings: Sequence[str]
    not_heard: Sequence[str]
    materials: Sequence[str]
    touches_money: bool
    outcomes: Sequence[Outcome]
    promised: Sequence[Promised]


def values_of(paper: BoardPaper) -> dict[str, str | int]:
    """What the form shows for one that has been saved."""
    return {**{name: getattr(paper, name) for name in FIELDS}, "version": paper.version}


def first_wording(facts: PaperFacts) -> dict[str, str | int]:
    """What the form shows before anything has been saved: version 0."""
    return {
        "proposal": _proposal(facts),
        "in_short": facts.in_short,
        "matter": _matter(facts),
        "consequences": _consequences(facts),
        "civil_society": _civil_society(facts),
        "basis": _basis(facts),
        "version": 0,
    }


def _proposal(facts: PaperFacts) -> str:
    if not facts.outcomes:  # there is no proposal to refer to
        return ""
    lines = [_("%(authority)s beslutar att", authority=facts.authority)]
    points = [_("lämna svar på synpunkterna i sakrådet ”%(title)s” enligt förslaget i tjänsteskrivelsen,", title=facts.title)]
    points += [
        _("ge %(by)s i uppdrag: %(what)s, senast %(due)s,", by=one.by, what=one.what.rstrip("."), due=one.due) for one in facts.promised
    ]
    points.append(_("publicera svaren när protokollet är justerat."))
    return "\n\n".join([*lines, "\n".join(f"{number}. {point}" for number, point in enumerate(points, start=1))])


def _matter(facts: PaperFacts) -> str:
    asked = ngettext("En organisation bjöds in", "%(num)s organisationer bjöds in", facts.invited)
    answered = ngettext("en svarade", "%(num)s svarade", facts.answered)
    parts = [
        facts.lead,
        facts.purpose,
        _(
            "Sakrådet var öppet för svar från %(opens)s till och med %(closes)s. %(asked)s och %(answered)s.",
            opens=day(facts.opens_at, year=True),
            closes=until(facts.closes_at, year=True),
            asked=asked,
            answered=answered,
        ),
        _("Sammanställningen publicerades %(day)s.", day=day(facts.summary_published_at, year=True)) if facts.summary_published_at else "",
    ]
    if facts.headings:
        parts += [_("Det som organisationerna tar upp:"), "\n".join(f"- {heading}" for heading in facts.headings)]
    return "\n\n".join(part for part in parts if part)


def _consequences(facts: PaperFacts) -> str:
    if not facts.outcomes:
        return ""
    if not facts.promised:
        return str(_("Förslaget innebär inga nya åtaganden."))
    lines = "\n".join(f"- {one.what} ({one.by}, {_('senast %(date)s', date=one.due)})" for one in facts.promised)
    return f"{_('Om förslaget antas åtar sig kommunen:')}\n\n{lines}"


def _civil_society(facts: PaperFacts) -> str:
    counts = Counter(facts.outcomes)
    done = sum(counts[outcome] for outcome in DONE)
    parts = [
        _(
            "Av %(all)s föreslagna svar säger %(done)s att det görs, helt eller delvis, %(studied)s att det utreds "
            "och %(refused)s att det inte görs.",
            all=len(facts.outcomes),
            done=done,
            studied=counts[Outcome.study],
            refused=counts[Outcome.wont_do],
        )
        if facts.outcomes
        else "",
        _("Varje organisation får veta vad som hände med dess synpunkter, och åtagandena följs upp offentligt."),
        _("Ingen organisation har svarat för %(groups)s.", groups=listing(facts.not_heard)) if facts.not_heard else "",
        _("Frågor om upphandling, valfrihet och statsstöd prövas särskilt.") if facts.touches_money else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _basis(facts: PaperFacts) -> str:
    number = _("diarienummer %(number)s", number=facts.diary_number) if facts.diary_number else ""
    dated = day(facts.summary_published_at, year=True) if facts.summary_published_at else ""
    first = [_("Sammanställning av sakrådet ”%(title)s”", title=facts.title), dated, number]
    return "\n".join(
        [
            _("Tjänsteskrivelsen"),
            ", ".join(part for part in first if part) + _(" (bilaga)"),
            ngettext("Ett inkommet svar", "%(num)s inkomna svar", facts.answered),
            *facts.materials,
        ]
    )
