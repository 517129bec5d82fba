"""The yearly report in words: the same on the page, in PDF and in Word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from sakrad.core import i18n
from sakrad.responses.evaluation import Principle, Told
from sakrad.responses.models import Outcome, VerdictValue
from sakrad.responses.queries_verdicts import Verdicts
from sakrad.summaries.paper import inline
from sakrad.voices.method import Kept
from sakrad.voices.queries_report import YearReport
from sakrad.voices.report import Ahead, Asked, Promised, Waiting, Year, checks


def name_of(year: Year) -> str:
    """ "2026", or "2026 hittills"."""
    return str(gettext("%(year)s hittills", year=year.number) if year.going_on else str(year.number))


def standing(year: Year) -> str:
    """Until when the numbers hold."""
    day = i18n.day(year.day, year=True)
    if year.going_on:
        return str(gettext("Året pågår. Siffrorna gäller till och med %(day)s.", day=day))
    return str(gettext("Siffrorna gäller som det stod %(day)s.", day=day))


def in_brief(report: YearReport) -> Iterator[str]:
    """The year in a few sentences."""
    n = report.numbers
    if n.opened or n.closed:
        yield " ".join(
            (
                ngettext("%(num)s sakråd öppnade.", "%(num)s sakråd öppnade.", n.opened),
                ngettext("I %(num)s gick svarstiden ut.", "I %(num)s gick svarstiden ut.", n.closed),
            )
        )
    if n.closed:
        told = [ngettext("%(num)s organisation deltog.", "%(num)s organisationer deltog.", n.organisations)]
        if n.first_timers and report.year.number > report.first_year:
            told.append(
                ngettext("%(num)s svarade med namn för första gången.", "%(num)s svarade med namn för första gången.", n.first_timers)
            )
        yield " ".join(told)
    silent = [group.group for group in report.groups if not group.answers]
    if silent:
        names = i18n.listing(i18n.inline(group.name_en if i18n.language() == "en" else group.name) for group in silent)
        yield gettext("Ingen svarade för: %(groups)s.", groups=names)
    if n.answered:
        words = ngettext("%(num)s sakråd fick nämndens svar,", "%(num)s sakråd fick nämndens svar,", n.answered)
        in_time = gettext("%(number)s av dem senast den dag som lovats.", number=n.in_time)
        yield f"{words} {in_time}"
    if overdue := sum(1 for one in report.ahead if one.late and one.ahead is Ahead.feedback):
        yield gettext("Försenade svar från nämnden: %(number)s.", number=overdue)
    if n.promised or n.kept or n.overdue:
        told = [ngettext("%(num)s åtagande gjordes.", "%(num)s åtaganden gjordes.", n.promised)]
        told.append(ngettext("%(num)s blev klart.", "%(num)s blev klara.", n.kept))
        if n.overdue:
            told.append(gettext("Försenade: %(number)s.", number=n.overdue))
        yield " ".join(told)


@dataclass(frozen=True, slots=True)
class Compared:
    """A number beside that of the year before; the difference in words, empty while the year is going on."""

    label: str
    now: str
    before: str
    difference: str


def compared(report: YearReport) -> list[Compared]:
    """The year and the year before."""
    n, b = report.numbers, report.before
    rows = [
        (gettext("Sakråd som öppnade"), n.opened, b.opened),
        (gettext("Sakråd där svarstiden gick ut"), n.closed, b.closed),
        (gettext("Organisationer som deltog"), n.organisations, b.organisations),
        (gettext("– som svarade med namn för första gången"), n.first_timers, b.first_timers),
        (gettext("Svar"), n.answers, b.answers),
        (gettext("Möten"), n.meetings, b.meetings),
        (gettext("Grupper som frågorna gällde"), n.groups, b.groups),
        (gettext("– av dem utan något svar"), n.unheard, b.unheard),
        (gettext("Sammanställningar"), n.summarised, b.summarised),
        (gettext("Sakråd som fick nämndens svar"), n.answered, b.answered),
        (gettext("– av dem senast den dag som lovats"), n.in_time, b.in_time),
        (gettext("Samlade synpunkter som fick svar"), n.findings, b.findings),
        (gettext("Åtaganden som gjordes"), n.promised, b.promised),
        (gettext("Åtaganden som blev klara"), n.kept, b.kept),
        (gettext("Försenade åtaganden") if report.year.going_on else gettext("Försenade åtaganden vid årets slut"), n.overdue, b.overdue),
    ]
    told = [Compared(label, i18n.number(now), i18n.number(before), _difference(report, now, before)) for label, now, before in rows]
    medians = (
        (gettext("Tid att svara (median)"), n.days_to_answer, b.days_to_answer),
        (gettext("Från svarstidens slut till nämndens svar (median)"), n.days_to_feedback, b.days_to_feedback),
    )
    return told + [Compared(label, _days(now), _days(before), _longer(report, now, before)) for label, now, before in medians]


def _days(days: int | None) -> str:
    return str(ngettext("%(num)s dag", "%(num)s dagar", days)) if days is not None else "–"


def _difference(report: YearReport, now: int, before: int) -> str:
    if report.year.going_on:
        return ""
    if now == before:
        return str(gettext("lika många"))
    more = now - before
    return str(ngettext("%(num)s fler", "%(num)s fler", more) if more > 0 else ngettext("%(num)s färre", "%(num)s färre", -more))


def _longer(report: YearReport, now: int | None, before: int | None) -> str:
    if report.year.going_on or now is None or before is None:
        return ""
    if now == before:
        return str(gettext("lika lång"))
    more = now - before
    if more > 0:
        return str(ngettext("%(num)s dag längre", "%(num)s dagar längre", more))
    return str(ngettext("%(num)s dag kortare", "%(num)s dagar kortare", -more))


def steps(asked: Asked, year: Year) -> Iterator[str]:
    """What happened in a consultation in the year, in order."""
    if asked.opened(year):
        yield gettext("Öppnade %(day)s", day=i18n.day(asked.opens_at))
    if asked.closed(year):
        words = ngettext("%(num)s svar", "%(num)s svar", asked.answered)
        yield gettext("Svarstid till och med %(day)s, %(answers)s", day=i18n.until(asked.closes_at), answers=words)
    if year.has(asked.summary_published_at):
        yield gettext("Sammanställt %(day)s", day=i18n.day(asked.summary_published_at))
    if year.has(asked.feedback_published_at):
        yield gettext("Besvarat %(day)s", day=i18n.day(asked.feedback_published_at))
    if year.has(asked.cancelled_at):
        yield gettext("Avbrutet %(day)s", day=i18n.day(asked.cancelled_at))
    elif year.has(asked.ended_at):
        yield gettext("Avslutat %(day)s", day=i18n.day(asked.ended_at))


def not_kept(asked: Asked, year: Year) -> list[str]:
    """What of the method in brief was not kept."""
    words = {
        "time": gettext("kort svarstid"),
        "heard": gettext("någon grupp hördes inte"),
        "summary": gettext("sammanställningen kom inte den dag som lovats"),
        "feedback": gettext("svaret kom inte den dag som lovats"),
    }
    return [words[name] for name, how in checks(asked, year).items() if how is Kept.no]


def method_in_brief(asked: Asked, year: Year) -> str:
    """What of the method was not kept, or that all was, as far as the day has come; empty before the closing."""
    found = checks(asked, year)
    if not found:
        return ""
    broken = not_kept(asked, year)
    if broken:
        return i18n.listing(broken)
    if Kept.later in found.values():
        return str(gettext("allt i tid så här långt"))
    return str(gettext("tid att svara, alla grupper hörda, allt i tid"))


def due(one: Waiting) -> str:
    """What comes next, and by which day."""
    day = i18n.day(one.day, year=True) if one.day else ""
    match one.ahead:
        case Ahead.opening:
            words = gettext("Öppnar %(day)s", day=day)
        case Ahead.closing:
            words = gettext("Svarstid till och med %(day)s", day=day)
        case Ahead.summary:
            words = gettext("Sammanställning utlovad till %(day)s", day=day) if day else gettext("Sammanställningen återstår")
        case Ahead.feedback:
            words = gettext("Nämndens svar utlovat till %(day)s", day=day) if day else gettext("Nämndens svar återstår")
    return str(words)


def ahead(one: Waiting) -> str:
    """The same, and how late it is."""
    return f"{due(one)}, {late(one.late)}" if one.late else due(one)


def whose(promised: Promised, year: Year) -> str:
    """Who has it in hand, and how it stands."""
    if year.saw(promised.done_at):
        how = gettext("klart %(date)s", date=i18n.day(promised.done_at, year=True))
    elif promised.theirs:
        how = gettext("planerat till %(date)s", date=i18n.day(promised.due_on, year=True))
    else:
        how = gettext("senast %(date)s", date=i18n.day(promised.due_on, year=True))
    return ", ".join(filter(None, (i18n.listing(promised.theirs) or promised.whose, how)))


def unnamed(report: YearReport) -> str:
    """How many more took part."""
    return str(
        ngettext("%(num)s organisation till deltog utan namn.", "%(num)s organisationer till deltog utan namn.", report.unnamed)
        if report.voices
        else ngettext("%(num)s organisation deltog utan namn.", "%(num)s organisationer deltog utan namn.", report.unnamed)
    )


def outcome(code: Outcome | None) -> str:
    """An outcome without the fact that completes it, or that there is none."""
    short = {
        None: gettext("Inte besvarad"),
        Outcome.study: gettext("Utreds"),
        Outcome.not_ours: gettext("Inte kommunens ansvar"),
        Outcome.input: gettext("Underlag"),
    }
    return str(short[code]) if code in short else i18n.label(code)


def outcomes(counts: Iterable[tuple[Outcome | None, int]]) -> str:
    """ "Gör vi 3 · Utreds 1"."""
    return " · ".join(f"{outcome(code)}\N{NO-BREAK SPACE}{i18n.number(count)}" for code, count in counts if count)


def points(count: int) -> str:
    """How many points, before what became of them."""
    return str(ngettext("%(num)s synpunkt: ", "%(num)s synpunkter: ", count))


def verdicts(told: Verdicts | None) -> str:
    """What organisations say of a commitment, as far as it may be told."""
    if told is None or not told:
        return ""
    counts = told.counts
    if counts is None:
        named = i18n.listing(f"{one.name} ({i18n.label(one.value).lower()})" for one in told.named)
        return str(gettext("Bedömning: %(who)s.", who=named))
    return str(
        gettext(
            "Organisationernas bedömning: %(done)s gjort, %(partly)s delvis, %(not_done)s inte gjort.",
            done=counts.get(VerdictValue.done, 0),
            partly=counts.get(VerdictValue.partly, 0),
            not_done=counts.get(VerdictValue.not_done, 0),
        )
    )


def judged(told: Sequence[Told]) -> tuple[list[str], list[list[str]]]:
    """How both sides judged the process, as the head and the rows of a table: by principle, how many of them agreed."""
    head = [gettext("Princip"), *(f"{i18n.label(side.whose)}, {ngettext('%(num)s svar', '%(num)s svar', side.replies)}" for side in told)]
    rows = [
        [i18n.label(principle), *(gettext("%(agree)s av %(said)s", agree=tally.agree, said=tally.said) for tally in tallies)]
        for principle in Principle
        if (tallies := [side.of(principle) for side in told])
    ]
    return head, rows


def leads_to(asked: Asked) -> str:
    """What it leads on to."""
    return i18n.listing(inline(i18n.label(kind)) for kind in asked.leads_to)


def late(days: int) -> str:
    """In words."""
    return str(ngettext("%(num)s dag försenat", "%(num)s dagar försenat", days))


def explained() -> list[str]:
    """How the report is counted."""
    return [
        gettext("Rapporten skrivs av sig själv av det som är publicerat i Sakråd. Inget ur utkast räknas."),
        gettext(
            "Ett sakråd hör till året om det öppnade, stängde, sammanställdes, besvarades eller avslutades då, svensk tid. "
            "Samma sakråd kan stå i två års rapporter."
        ),
        gettext(
            "Vilka som deltog räknas i de sakråd där svarstiden gick ut under året. En organisation räknas en gång, också om den svarat "
            "flera gånger eller står bakom ett gemensamt svar. Återtagna svar räknas inte. Det är ingen omröstning."
        ),
        gettext("Vilka en organisation talar för är enligt organisationen."),
        gettext(
            "Genomslag räknar synpunkterna i årets sammanställningar och vad som har blivit av dem hittills. Det som skulle röja vem som "
            "har sagt något räknas inte in. Organisationernas bedömningar visas som de är i dag: antalet när minst tre har sagt sitt, "
            "annars bara det som sagts med namn."
        ),
        gettext("Åtaganden visas som de stod vid årets slut. Det som organisationerna själva åtar sig räknas aldrig som försenat."),
    ]
