"""What the yearly report says on paper (core.paper), in Swedish: the same words as PDF and as Word."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app
from flask_babel import force_locale

from sakrad.core import i18n, rich
from sakrad.core.paper import Paper
from sakrad.core.rich import Block, Run
from sakrad.voices import report_words as words
from sakrad.voices.queries_report import YearReport
from sakrad.voices.report import Asked, Promised

MANY = 8  # consultations: fewer are found without a table of contents


def paper_of(report: YearReport) -> Paper:
    """The document, for the council's table."""
    with force_locale("sv"):
        title = f"Årsrapport {report.year.number}"
        return Paper(
            title=title,
            subject=f"Kommunens sakråd under {words.name_of(report.year)}",
            author=report.municipality,
            kicker=f"{report.municipality} · Sakråd",
            foot=f"{report.municipality} · {title}",
            lead=(
                "Vad kommunen frågade, vad organisationerna sa, vad kommunen svarade och vad som blev gjort.",
                words.standing(report.year),
            ),
            contents="Innehåll" if len(report.asked) > MANY else "",
            blocks=tuple(_blocks(report)),
        )


def _address(report: YearReport) -> str:
    public = current_app.config["SETTINGS"].public_url.rstrip("/")
    return f"{public}/kommun/{report.kommun}"


def _blocks(report: YearReport) -> Iterator[Block]:
    yield rich.heading("I korthet", 2)
    brief = list(words.in_brief(report))
    yield rich.bullets(brief) if brief else rich.paragraph("Inget sakråd hölls under året.")
    yield from _compared(report)
    yield from _authorities(report)
    yield from _asked(report)
    yield from _took_part(report)
    yield from _answered(report)
    yield from _uptake(report)
    yield from _judged(report)
    yield from _decided(report)
    yield from _ahead(report)
    yield rich.heading("Så är det räknat", 2)
    yield rich.bullets([*words.explained(), f"På webben: {_address(report)}/arsrapport/{report.year.number}"])


def _compared(report: YearReport) -> Iterator[Block]:
    year = report.year
    alone = year.number == report.first_year
    yield rich.heading("Året i siffror" if alone else "Jämfört med året före", 2)
    head = ["", words.name_of(year), *([] if alone else [str(year.number - 1)]), *([] if alone or year.going_on else ["Skillnad"])]
    rows = [[row.label, row.now, row.before, row.difference][: len(head)] for row in words.compared(report)]
    yield rich.table("Året i siffror" if alone else "Året och året före", head, rows)
    if year.going_on and not alone:
        yield rich.paragraph("Året pågår, så siffrorna går inte att jämföra rakt av än.", kind="note")


def _authorities(report: YearReport) -> Iterator[Block]:
    if len(report.authorities) > 1:
        yield rich.heading("Nämnd för nämnd", 2)
        head = ("Nämnd", "Öppnade", "Svarstid slut", "Sammanställda", "Besvarade", "I tid")
        rows = [
            (one.authority, *(str(n) for n in (one.opened, one.closed, one.summarised, one.answered, one.in_time)))
            for one in report.authorities
        ]
        yield rich.table("Sakråd, nämnd för nämnd", head, rows)


def _asked(report: YearReport) -> Iterator[Block]:
    if report.asked:
        yield rich.heading("Årets sakråd", 2)
    for one in report.asked:
        yield rich.heading(one.title, 3)
        yield rich.paragraph(" · ".join((one.authority, *words.steps(one, report.year))), kind="note")
        if report.year.has(one.summary_published_at):
            yield from rich.plain(one.in_short)
        yield rich.facts(
            [
                ("Svaren på de samlade synpunkterna", words.outcomes(one.outcomes_in(report.year).items())),
                ("Metoden i korthet", words.method_in_brief(one, report.year)),
            ]
        )
        yield Block("paragraph", tuple(_links(report, one)))


def _links(report: YearReport, one: Asked) -> Iterator[Run]:
    """Where the whole of it can be read, also on paper: the address stands in its words."""
    address = f"{_address(report)}/sakrad/{one.slug}"
    yield Run("Läs mer: ")
    yield Run(address.partition("://")[2] or address, link=address)
    told = ["metodrapport"]
    told += ["sammanstallning"] if report.year.saw(one.summary_published_at) else []
    told += ["aterkoppling"] if report.year.saw(one.feedback_published_at) else []
    for path in told:
        yield Run(" · ")
        yield Run(f"/{path}", link=f"{address}/{path}")


def _took_part(report: YearReport) -> Iterator[Block]:
    if not report.numbers.closed:
        return
    yield rich.heading("Vilka som deltog", 2)
    named = i18n.listing(one.name for one in report.voices if one.name)
    if named:
        yield rich.paragraph(f"{named}.")
    if report.unnamed:
        yield rich.paragraph(words.unnamed(report), kind="note")
    if report.groups:
        head = ("Grupp", "Sakråd", "Svar", "Sakråd där ingen svarade för gruppen")
        rows = [(one.group.name, *(str(n) for n in (one.consultations, one.answers, one.silent))) for one in report.groups]
        yield rich.table("Grupper som frågorna gällde", head, rows)
        yield rich.paragraph("Vilka en organisation talar för är enligt organisationen.", kind="note")


def _answered(report: YearReport) -> Iterator[Block]:
    yield rich.heading("Besvarat och hållet", 2)
    if report.outcomes:
        rows = [(words.outcome(outcome), str(count)) for outcome, count in report.outcomes.items()]
        yield rich.table("Så besvarades de samlade synpunkterna", ("Svar", "Antal"), rows)
    kept = (("Försenade åtaganden", report.late), ("Blev klart", report.kept), ("Nya åtaganden", report.made))
    for title, found in (*kept, ("Organisationernas egna åtaganden", report.theirs)):
        if found:
            yield rich.heading(title, 3)
            yield Block("list", items=tuple((_promise(one, report),) for one in found))
    if not (report.outcomes or report.promised):
        yield rich.paragraph("Inget svar publicerades och inget åtagande gjordes under året.")


def _promise(one: Promised, report: YearReport) -> Block:
    days = one.late(report.year)
    told = [words.whose(one, report.year), words.late(days) if days else "", one.title]
    rest = f" {' · '.join(filter(None, told))}. {words.verdicts(report.verdicts.get(one.commitment_id))}".rstrip()
    return Block("paragraph", (Run(f"{one.what}.", strong=True), Run(rest)))


def _uptake(report: YearReport) -> Iterator[Block]:
    if report.uptake:
        yield rich.heading("Genomslag för varje grupp", 2)
        rows = [(one.group.name, str(one.told), words.outcomes(one.rows)) for one in report.uptake if one.group]
        yield rich.table("Vad som blev av synpunkterna", ("Grupp, enligt organisationerna", "Synpunkter", "Vad som blev av dem"), rows)


def _judged(report: YearReport) -> Iterator[Block]:
    if report.judged:
        head, rows = words.judged(report.judged)
        yield rich.heading("Så bedöms sakråden", 2)
        yield rich.table("Hur många som instämmer i påståendena, princip för princip", head, rows)


def _decided(report: YearReport) -> Iterator[Block]:
    if report.decided:
        yield rich.heading("Beslut", 2)
        yield rich.bullets(
            f"{decision.body} {i18n.ref(decision.ref)}, {i18n.day(decision.decided_on, year=True)}: {decision.what or one.title}"
            for one, decision in report.decided
        )


def _ahead(report: YearReport) -> Iterator[Block]:
    if report.ahead or report.leading:
        yield rich.heading("Vad som kommer", 2)
        yield rich.bullets(
            [f"{one.asked.title}: {words.ahead(one)}" for one in report.ahead]
            + [f"{one.title}: {words.leads_to(one)}" for one in report.leading]
        )
