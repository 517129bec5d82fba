"""The method report in words: what the method asks for, what was done, and whether it was. The same on the page and on paper."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask_babel import force_locale, gettext, ngettext

from sakrad.consultations.hints import MANY_QUESTIONS
from sakrad.consultations.lifecycle import ANSWERING, SHORTEST, Phase, days_to_answer
from sakrad.consultations.models import CommentsRule
from sakrad.core import clock, documents, i18n
from sakrad.summaries.queries_checking_public import CheckOutcome
from sakrad.voices.queries_method import Covered, Met, MethodReport

TEMPLATE = Path(__file__).parent / "typst" / "method.typ"


class Kept(enum.StrEnum):
    """Whether what the method asks for was done; `under_way` while answers come in, `later` when its day has not come,
    `none` when nothing was asked.
    """

    yes = "yes"
    no = "no"
    under_way = "under_way"
    later = "later"
    none = "none"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that the method asks for. `words` and `reason` are the municipality's own, in its language; the rest is in the page's."""

    what: str
    asked: str
    done: str
    kept: Kept
    reason: str = ""
    words: str = ""  # before what is told in `done`


def lines(report: MethodReport) -> list[Line]:
    """The whole method, in its order."""
    return [*_prepared(report), *_invited(report), *_held(report), *_followed(report)]


def _prepared(report: MethodReport) -> Iterator[Line]:
    head = report.head
    stage = "" if head.need else gettext("Beslutsskede: %(stage)s.", stage=i18n.label(report.policy_stage).lower())
    timely = gettext("Frågan ställs medan den går att påverka, och det sägs varför.")
    yield Line(gettext("Behov och tidpunkt"), timely, stage, Kept.yes, words=head.need)
    limited = gettext("Frågan ryms i en mening, och syftet står utskrivet.")
    yield Line(gettext("Avgränsad fråga och syfte"), limited, "", Kept.yes, words=head.lead)
    yield Line(
        gettext("Vad som går att påverka"),
        gettext("Det står vad som går att påverka och vad som redan är bestämt."),
        gettext("Båda stod på sakrådets sida från början."),
        Kept.yes,
    )
    who = i18n.listing(filter(None, [head.function, head.unit, head.authority]))
    inviter = gettext("Inbjudan kom från %(who)s.", who=head.inviting_function) if head.inviting_function else ""
    yield Line(
        gettext("Ansvar"),
        gettext("En enhet och en funktion ansvarar, och någon bjuder in."),
        " ".join(filter(None, [gettext("Ansvarig: %(who)s.", who=who), inviter])),
        Kept.yes,
    )
    yield Line(
        gettext("Frågor"),
        gettext("Minst en fråga, och inte fler än en styrelse hinner med."),
        ngettext("%(num)s fråga, och en öppen.", "%(num)s frågor, och en öppen.", report.questions),
        Kept.yes if 0 < report.questions <= MANY_QUESTIONS else Kept.no,
    )
    yield Line(
        gettext("Hur synpunkterna används"),
        gettext("Det sägs i förväg hur synpunkterna tas om hand."),
        "" if head.use_of_views else gettext("Det sas inte särskilt."),
        Kept.yes if head.use_of_views else Kept.no,
        words=head.use_of_views,
    )
    looked = ngettext("%(num)s granskade före annonseringen", "%(num)s granskade före annonseringen", report.looked)
    approved = ngettext("%(num)s godkände.", "%(num)s godkände.", report.approved)
    yield Line(
        gettext("Förhandsgranskning"),
        gettext("Någon mer än den som skrivit läser före annonseringen."),
        f"{looked}, {approved}" if report.looked else gettext("Ingen sådan är noterad."),
        Kept.yes if report.approved else Kept.no,
    )


def _invited(report: MethodReport) -> Iterator[Line]:
    head = report.head
    ways = [
        ngettext("%(num)s organisation bjöds in.", "%(num)s organisationer bjöds in.", report.invited),
        gettext("Också andra fick svara.") if head.open_invitation else gettext("Sakrådet vände sig till de inbjudna."),
        ngettext("%(num)s fick brev.", "%(num)s fick brev.", report.letters) if report.letters else "",
        ngettext("%(num)s påmindes.", "%(num)s påmindes.", report.reminded) if report.reminded else "",
    ]
    yield Line(
        gettext("Urval"),
        gettext("Det sägs hur man valde vilka som bjöds in, och listan är offentlig."),
        " ".join(filter(None, ways)),
        Kept.yes if head.selection_rationale else Kept.no,
        words=head.selection_rationale,
    )
    uninvited = [_named(covered) for covered in report.groups if not covered.invited]
    if uninvited:
        done = gettext("Ingen av de inbjudna talar enligt egen uppgift för: %(groups)s.", groups=i18n.listing(uninvited))
    elif report.groups:
        done = gettext("För varje grupp var någon inbjuden.")
    else:
        done = gettext("Inga grupper är utpekade.")
    yield Line(
        gettext("Inbjudna för varje grupp"),
        gettext("För varje grupp som frågan gäller bjuds någon in."),
        done,
        Kept.no if uninvited else Kept.yes if report.groups else Kept.none,
        head.group_not_invited_reason,
    )
    days = days_to_answer(head.opens_at, head.closes_at)
    moved = ngettext("Svarstiden förlängdes en gång.", "Svarstiden förlängdes %(num)s gånger.", report.closings_moved)
    yield Line(
        gettext("Svarstid"),
        gettext("Minst %(few)s dagar, helst %(good)s.", few=SHORTEST, good=ANSWERING.days),
        " ".join(
            filter(
                None,
                [
                    ngettext("%(num)s dag", "%(num)s dagar", days)
                    + f": {i18n.day(head.opens_at, year=True)} – {i18n.until(head.closes_at, year=True)}.",
                    moved if report.closings_moved else "",
                ],
            )
        ),
        Kept.yes if days >= SHORTEST else Kept.no,
        head.short_time_reason,
    )


def _held(report: MethodReport) -> Iterator[Line]:
    head = report.head
    if report.hearings:
        heard = " ".join(
            gettext(
                "%(council)s, %(day)s.",
                council=" ".join(filter(None, [one.council, i18n.ref(one.paragraph)])),
                day=i18n.day(one.heard_on, year=True),
            )
            for one in report.hearings
        )
        been = any(one.heard_on <= clock.day_of(head.at) for one in report.hearings)
        yield Line(
            gettext("Råd"),
            gettext("Rådet som berörs får frågan. Det räknas inte som en organisation."),
            heard,
            Kept.yes if been else Kept.later,
        )
    if report.meetings:
        yield Line(
            gettext("Möten"),
            gettext("Den som vill får komma till tals muntligt."),
            " ".join(_meeting(meeting) for meeting in report.meetings),
            _held_or_not(report),
        )
    over = head.closes_at <= head.at
    open_now = Kept.under_way if head.opens_at <= head.at else Kept.later
    yield Line(
        gettext("Svar"),
        gettext("De som berörs får göra sin röst hörd."),
        " ".join(_answers(report)),
        (Kept.yes if report.answered else Kept.no) if over else open_now,
    )
    if report.groups:
        unheard = [_named(covered) for covered in report.unheard]
        yield Line(
            gettext("Grupper som hördes"),
            gettext("Det sägs vilka grupper som inte hördes."),
            _unheard(unheard, over=over) if unheard else gettext("Någon svarade för varje grupp."),
            (Kept.no if unheard else Kept.yes) if over else open_now,
        )
    if report.corrections:
        changed = " ".join(
            gettext(
                "Rättelse %(number)s, %(day)s: %(reason)s", number=one.number, day=i18n.day(one.announced_at, year=True), reason=one.reason
            )
            for one in report.corrections
        )
        yield Line(gettext("Rättelser"), gettext("Det som ändras efter öppnandet annonseras, med skäl."), changed, Kept.yes)
    if head.comments_rule is not CommentsRule.none:
        told = [ngettext("%(num)s publicerad kommentar.", "%(num)s publicerade kommentarer.", report.comments_published)]
        if report.comments_hidden:
            told.append(ngettext("%(num)s doldes med skäl.", "%(num)s doldes med skäl.", report.comments_hidden))
        yield Line(gettext("Kommentarer"), gettext("Kommentarer granskas innan de publiceras."), " ".join(told), Kept.yes)


def _unheard(groups: list[str], *, over: bool) -> str:
    named = i18n.listing(groups)
    return str(
        gettext("Ingen svarade för: %(groups)s.", groups=named) if over else gettext("Ingen har svarat än för: %(groups)s.", groups=named)
    )


def _held_or_not(report: MethodReport) -> Kept:
    """Whether one of the meetings has been held, or is still to come."""
    held = [meeting for meeting in report.meetings if not meeting.cancelled]
    if any(meeting.starts_at <= report.head.at for meeting in held):
        return Kept.yes
    return Kept.later if held else Kept.no


def _named(covered: Covered) -> str:
    """The group's name in the language of the page."""
    return covered.group.name_en if i18n.language() == "en" else covered.group.name


def _meeting(meeting: Met) -> str:
    words = gettext("%(title)s, %(day)s", title=meeting.title, day=i18n.day(meeting.starts_at, year=True))
    if meeting.cancelled:
        return str(gettext("%(meeting)s: inställt.", meeting=words))
    if not meeting.organisations:
        return f"{words}."
    people = ngettext("%(num)s person", "%(num)s personer", meeting.people)
    organisations = ngettext("från %(num)s organisation", "från %(num)s organisationer", meeting.organisations)
    return f"{words}: {people} {organisations}."


def _answers(report: MethodReport) -> Iterator[str]:
    if report.answered:
        yield ngettext("%(num)s organisation svarade.", "%(num)s organisationer svarade.", report.answered)
    else:
        yield gettext("Ingen svarade.") if report.head.closes_at <= report.head.at else gettext("Ingen har svarat än.")
    if report.invited and report.answered:
        share = round(100 * report.invited_answered / report.invited)
        yield gettext(
            "Av %(invited)s inbjudna svarade %(answered)s (%(share)s procent).",
            invited=report.invited,
            answered=report.invited_answered,
            share=share,
        )
    if report.first_timers:
        yield ngettext("%(num)s svarade med namn för första gången.", "%(num)s svarade med namn för första gången.", report.first_timers)
    if report.declined:
        yield ngettext("%(num)s tackade nej.", "%(num)s tackade nej.", report.declined)
        for reason, number in report.reasons:
            yield f"{i18n.label(reason)}: {number}."


def _followed(report: MethodReport) -> Iterator[Line]:
    head = report.head
    if head.phase is Phase.cancelled:
        return
    yield _dated(
        report,
        gettext("Sammanställning"),
        gettext("Allt som skrivits tas om hand och publiceras med källor, inom fem veckor."),
        head.summary_due_on,
        head.summary_published_at,
    )
    if head.summary_published_at is not None and report.check.cited:
        yield Line(
            gettext("Faktakontroll"),
            gettext("Varje citerad organisation får kontrollera att den återges rätt, innan något publiceras."),
            " ".join(_checked(report.check)) if report.check.held else gettext("Ingen faktakontroll hölls."),
            Kept.yes if report.check.held else Kept.no,
        )
    yield _dated(
        report,
        gettext("Nämndens svar"),
        gettext("Nämnden svarar på varje samlad synpunkt, den dag som lovats."),
        head.feedback_due_on,
        head.feedback_published_at,
        head.early_decision_reason,
    )
    if head.follow_up_on:
        yield _dated(
            report,
            gettext("Uppföljning"),
            gettext("Åtagandena följs upp i det öppna."),
            head.follow_up_on,
            head.follow_up_began_at,
        )


def _checked(check: CheckOutcome) -> Iterator[str]:
    """How the cited organisations stand to the text, in words."""
    yield ngettext("%(num)s citerad organisation fick frågan.", "%(num)s citerade organisationer fick frågan.", check.cited)
    yield ngettext("%(num)s bekräftade att den återges rätt.", "%(num)s bekräftade att de återges rätt.", check.confirmed)
    if check.stale:
        yield ngettext("%(num)s bekräftade en tidigare lydelse.", "%(num)s bekräftade en tidigare lydelse.", check.stale)
    if check.corrections:
        yield ngettext("%(num)s bad om en rättelse och fick svar.", "%(num)s bad om en rättelse och fick svar.", check.corrections)
    if check.objections:
        yield ngettext("%(num)s hade en invändning.", "%(num)s hade en invändning.", check.objections)
    if check.silent:
        yield ngettext("%(num)s svarade inte.", "%(num)s svarade inte.", check.silent)


def _dated(report: MethodReport, what: str, asked: str, due: date | None, done_at: datetime | None, reason: str = "") -> Line:
    """A promise with a day: kept, kept late, not kept yet though the day has passed, or still to come."""
    today, done_on = clock.day_of(report.head.at), clock.day_of(done_at) if done_at else None
    promised = gettext("Utlovat till %(day)s.", day=i18n.day(due, year=True)) if due else gettext("Ingen dag var utlovad.")
    if done_on is None:
        passed = due is not None and due < today and report.head.ended_at is None
        told = gettext("Inte klart.") if passed else gettext("Inte klart än.")
        return Line(what, asked, f"{promised} {told}", Kept.no if passed else Kept.later, reason)
    late = (done_on - due).days if due else 0
    told = gettext("Publicerat %(day)s.", day=i18n.day(done_on, year=True))
    if late > 0:
        told += " " + ngettext("%(num)s dag för sent.", "%(num)s dagar för sent.", late)
    return Line(what, asked, f"{promised} {told}", Kept.no if late > 0 else Kept.yes, reason)


def file_name(report: MethodReport) -> str:
    """What the PDF is called when it is saved."""
    return f"Metodrapport {report.head.slug}.pdf"


def pdf(report: MethodReport) -> bytes:
    """The report on paper, to attach to the matter; in Swedish. The same the whole day as long as nothing has happened."""
    with force_locale("sv"):
        return documents.pdf(TEMPLATE, _document(report), made_at=clock.start_of(clock.day_of(report.head.at)))


def _document(report: MethodReport) -> dict[str, Any]:
    head = report.head
    return {
        "title": gettext("Metodrapport: %(title)s", title=head.title),
        "description": gettext("Hur sakrådet gick till, steg för steg"),
        "foot": head.diary_number or head.title,
        "kicker": " · ".join(filter(None, [f"{head.authority}, {head.municipality}", head.diary_number])),
        "standing": gettext("Läget %(day)s: %(phase)s.", day=i18n.day(head.at, year=True), phase=i18n.label(head.phase).lower()),
        "notice": gettext("Avbrutet: %(reason)s", reason=head.cancel_reason) if head.phase is Phase.cancelled else "",
        "words": {
            "asked": gettext("Metoden"),
            "done": gettext("Så gjorde vi"),
            "kept": gettext("Gjordes det?"),
            "reason": gettext("Skäl"),
        },
        "lines": [
            {
                "what": line.what,
                "asked": line.asked,
                "done": " ".join(filter(None, [line.words, line.done])),
                "kept": i18n.label(line.kept),
                "reason": line.reason,
            }
            for line in lines(report)
        ],
        "counts_heading": gettext("Grupper som frågan gäller"),
        "counts_head": [gettext("Grupp"), gettext("Inbjudna"), gettext("Svar")],
        "counts": [[covered.group.name, str(covered.invited), str(covered.answers)] for covered in report.groups],
        "counts_note": gettext(
            "Vilka en organisation talar för är enligt organisationen. Siffrorna räknar organisationer och är ingen omröstning."
        ),
    }
