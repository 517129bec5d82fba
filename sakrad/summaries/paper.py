"""What the summary says on paper (core.paper), in Swedish: the same words as PDF and as Word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from flask import current_app
from flask_babel import force_locale

from sakrad.core import i18n, rich
from sakrad.core.paper import Paper
from sakrad.core.rich import Block, Run
from sakrad.positions.labels import confirmed_by
from sakrad.positions.queries_public import Voice
from sakrad.summaries.citations import GLUED, QUOTATION
from sakrad.summaries.queries_checking_public import CheckOutcome, Objection
from sakrad.summaries.queries_paper import Cited, PaperFacts, Reason, Written
from sakrad.summaries.reference import reference

GONE = "Orden visas inte längre."
NO_VOTE = "Räknar organisationer. Det är ingen omröstning."


def paper_of(facts: PaperFacts) -> Paper:
    """The document of the published summary."""
    with force_locale("sv"):
        head = facts.head
        return Paper(
            title=head.title,
            subject="Sammanställning av ett sakråd",
            author=head.authority,
            kicker=" · ".join(filter(None, ["Sammanställning", f"{head.authority}, {head.municipality}", head.diary_number])),
            foot=head.diary_number or head.title,
            lead=tuple(part.strip() for part in facts.in_short.split("\n\n") if part.strip()),
            contents="Innehåll" if len(facts.findings) > 1 else "",
            blocks=tuple(_blocks(facts)),
        )


def address_of(facts: PaperFacts) -> str:
    """Where the summary stands on the web, for as long as it stands."""
    public = current_app.config["SETTINGS"].public_url.rstrip("/")
    return f"{public}/kommun/{facts.head.kommun}/sakrad/{facts.head.slug}"


def _blocks(facts: PaperFacts) -> Iterator[Block]:
    yield _about(facts)
    yield from _findings(facts.findings)
    if facts.objections:
        yield rich.heading("Invändningar mot helheten", 2)
        yield from _objections(facts.objections)
    yield from _stances(facts)
    if facts.unanswered:
        yield rich.heading("Frågor som ingen svarade på", 2)
        yield rich.bullets(f"{number}. {text}" for number, text in facts.unanswered)
    if facts.asides or facts.nothings:
        yield rich.heading("Det som inte är med, och varför", 2)
        yield from _left_out(facts.asides)
        yield from _nothing(facts.nothings)
    yield from _who(facts)
    yield from _edition(facts)


def _about(facts: PaperFacts) -> Block:
    head = facts.head
    extra = facts.answered - facts.invited_answered
    opposed = [who(one) for chart in facts.charts for one in chart.opposed]
    answered = f"{facts.invited_answered} av {facts.invited} inbjudna svarade" + (f", {extra} svarade utan inbjudan" if extra > 0 else "")
    return rich.facts(
        [
            ("Svar", answered),
            ("Synpunkter", f"{facts.cited} av {facts.points} återges"),
            ("Säger nej", i18n.listing(dict.fromkeys(opposed))),
            ("Inte hörda", i18n.listing(inline(group.name) for group in facts.not_heard)),
            ("Faktakontroll", checked(facts.checked)),
            ("Publicerad", i18n.day(head.summary_published_at, year=True)),
            ("Kontakt", ", ".join(filter(None, [head.function, head.email or head.mailbox, head.phone]))),
            ("På webben", f"{address_of(facts)}/sammanstallning"),
            ("Så gick det till", f"{address_of(facts)}/metodrapport"),
        ]
    )


def _findings(findings: Iterable[Written]) -> Iterator[Block]:
    """Each with its sources under it, numbered through the whole document."""
    index, sectioned = 1, False
    for finding in findings:
        if finding.section:
            sectioned = True
            yield rich.heading(finding.section, 2)
        numbers = {source.point: index + place for place, source in enumerate(finding.sources)}
        yield rich.heading(f"{finding.number}. {finding.heading}", 3 if sectioned else 2)
        if finding.minority:
            yield rich.paragraph("Återger en minoritet.", kind="note")
        yield from _body(finding, numbers)
        if finding.sources:
            yield rich.paragraph("Källor", kind="note")
            yield Block("sources", items=tuple((Block("paragraph", _source(one)),) for one in finding.sources), number=index)
        index += len(finding.sources)
        yield from _objections(finding.objections)


def _objections(objections: Iterable[Objection]) -> Iterator[Block]:
    """Beside the text that they are about, in the organisation's own words."""
    for one in objections:
        whose = (one.name or "En organisation") + (", om en tidigare lydelse" if one.earlier else "")
        yield Block("note", (Run("Invändning mot texten", strong=True),))
        if one.text:
            yield rich.quote(f"”{one.text}”", [Run(whose)])
        else:
            yield rich.paragraph(f"{whose}. Invändningen är inte publicerad.", kind="note")


def _body(finding: Written, numbers: Mapping[int, int]) -> Iterator[Block]:
    sources = {source.point: source for source in finding.sources}

    def mark(match: re.Match[str]) -> Run | None:
        index = numbers.get(int(match["number"])) if match["number"] else None
        return Run(str(index), cite=True) if index else None

    def whole(words: str) -> tuple[Block, ...] | None:
        alone = QUOTATION.fullmatch(words)
        if alone is None:
            return None
        source = sources.get(int(alone["number"]))
        if source is None or not source.words:
            return (rich.paragraph(GONE),)
        return (rich.quote(f"”{source.words}”", [Run(who(source.voice)), Run(str(numbers[source.point]), cite=True)]),)

    yield from rich.blocks(finding.body, GLUED, mark, whole)


def _source(source: Cited) -> tuple[Run, ...]:
    said = [who(source.voice), f"fråga {source.question}", *(["ur en tidigare version av svaret"] if source.earlier else [])]
    words = f"”{' '.join(source.words.split())}”" if source.words else GONE
    return (Run(f"{', '.join(said)}: ", strong=True), Run(words))


def _stances(facts: PaperFacts) -> Iterator[Block]:
    if not facts.charts:
        return
    yield rich.heading("Ställningstaganden", 2)
    for chart in facts.charts:
        rows = [(row.label, str(row.count), i18n.listing(who(one) for one in row.voices) or "–") for row in chart.rows]
        yield rich.table(f"Fråga {chart.question}: {chart.text}", ("Ställningstagande", "Antal", "Organisationer"), rows)
    yield rich.paragraph(f"{NO_VOTE} Bara publicerade svar räknas, och varje organisation en gång.", kind="note")


def _left_out(asides: Iterable[Reason]) -> Iterator[Block]:
    for aside in asides:
        yield rich.paragraph(aside.reason)
        yield Block("list", items=tuple((Block("paragraph", _source(one)),) for one in aside.sources))


def _nothing(nothings: Iterable[Reason]) -> Iterator[Block]:
    for one in nothings:
        yield rich.paragraph(one.reason)
        yield rich.bullets(f"{who(source.voice)}, fråga {source.question}" for source in one.sources)


def _who(facts: PaperFacts) -> Iterator[Block]:
    yield rich.heading("Vilka som svarade, och för vem", 2)
    readable = [one.voice for one in facts.listed if one.voice.readable]
    rows = [
        (one.name or "Utan namn", i18n.listing(inline(group.name) for group in one.groups) or "–", anchored(one) or "–") for one in readable
    ]
    if rows:
        yield rich.table("Organisationer som svarade", ("Organisation", "Talar för, enligt organisationen", "Förankring"), rows)
    if hidden := len(facts.listed) - len(readable):
        yield rich.paragraph(f"{hidden} svar till har kommit in men är inte publicerade eller har återtagits.", kind="note")


def _edition(facts: PaperFacts) -> Iterator[Block]:
    """How to refer to it, and what has been corrected."""
    head, last = facts.head, facts.editions[-1] if facts.editions else None
    yield rich.heading("Om sammanställningen", 2)
    yield rich.paragraph("Varje mening vilar på ord i ett svar. Siffran efter meningen visar vilka.")
    words = reference(
        head.municipality,
        head.authority,
        head.title,
        diary_number=head.diary_number,
        number=last.number if last else 1,
        day=last.published_at if last else head.summary_published_at,
        url=f"{address_of(facts)}/sammanstallning" + (f"/utgava/{last.number}" if last else ""),
    )
    yield rich.paragraph(f"Hänvisa så här: {words.unescape()}")
    corrected = [one for one in facts.editions if one.reason]
    if corrected:
        yield rich.bullets(f"Utgåva {one.number}, {i18n.day(one.published_at, year=True)}: {one.reason}" for one in corrected)


def checked(outcome: CheckOutcome) -> str:
    """How the cited organisations stand to how they are rendered, in words."""
    if not outcome.held:
        return "Ingen faktakontroll gjordes"
    counts = (
        (outcome.confirmed, "bekräftar att de återges rätt"),
        (outcome.stale, "bekräftade en tidigare lydelse"),
        (outcome.corrections, "bad om en rättelse och har fått svar"),
        (outcome.objections, "har invändningar"),
        (outcome.silent, "har inte svarat"),
    )
    told = [f"{number} {words}" for number, words in counts if number]
    return f"{outcome.cited} organisationer återges" + (f": {i18n.listing(told)}" if told else "")


def who(voice: Voice) -> str:
    """The name that readers see; or for whom it speaks."""
    if voice.name:
        return voice.name
    groups = spoken_for(voice)
    return f"En organisation som talar för {groups}" if groups else "En organisation"


def spoken_for(voice: Voice) -> str:
    """The groups that it speaks for, inside a sentence."""
    return i18n.listing(inline(group.name) for group in voice.groups)


def anchored(voice: Voice) -> str:
    """How the answer was decided, as far as it is told."""
    if voice.preliminary:
        return "Preliminärt svar"
    if voice.confirmed:
        said = voice.confirmed
        return _told(confirmed_by(said.by), said.on, said.ref, said.asked, said.answered)
    return _told(i18n.label(voice.anchoring), voice.decided_on, voice.decision_ref, voice.asked, voice.answered)


def _told(how: str, on: date | None, ref: str, asked: int | None, answered: int | None) -> str:
    """As the pages tell it (macros/public.html): how and when, by which decision, and how many had a say."""
    some = f"{i18n.number(answered)} av {i18n.number(asked)} tillfrågade svarade" if asked and answered is not None else ""
    return ", ".join(filter(None, [f"{how} {i18n.day(on, year=True)}".strip(), i18n.ref(ref), some]))


def inline(name: str) -> str:
    """A group's name inside a sentence."""
    first = name.split(" ", 1)[0]
    return name if first[1:] != first[1:].lower() else name[:1].lower() + name[1:]


def made_at(facts: PaperFacts) -> datetime:
    """What the file says of when it was made: when what it tells was published."""
    return facts.editions[-1].published_at if facts.editions else facts.head.summary_published_at or facts.head.at
