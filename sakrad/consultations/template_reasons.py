"""Why a template's file is refused, and where in it; the words are given by `sentence`."""

from __future__ import annotations

import enum

from flask_babel import gettext as _


class TemplateFault(enum.StrEnum):
    """What may be wrong with a file."""

    too_large = "too_large"
    not_json = "not_json"
    not_template = "not_template"
    other_version = "other_version"
    twice = "twice"
    unknown_key = "unknown_key"
    missing = "missing"
    not_a_table = "not_a_table"
    not_a_list = "not_a_list"
    not_text = "not_text"
    not_truth = "not_truth"
    not_allowed = "not_allowed"
    too_long = "too_long"
    too_many = "too_many"
    options_misplaced = "options_misplaced"
    open_not_last = "open_not_last"


class RefusedTemplate(ValueError):
    """The file is no template. `place` is the way to what is wrong: ("questions", 2, "text"), numbers counted from 1."""

    def __init__(self, fault: TemplateFault, place: tuple[str | int, ...] = (), *, limit: int = 0, named: str = "") -> None:
        super().__init__(f"{'.'.join(map(str, place)) or 'file'}: {fault}")
        self.fault, self.place, self.limit, self.named = fault, place, limit, named


def sentence(refusal: RefusedTemplate) -> str:
    """The refusal in words, with the place first where it has one."""
    return ": ".join(filter(None, [_where(refusal), _why(refusal)]))


def _why(refusal: RefusedTemplate) -> str:
    match refusal.fault:
        case TemplateFault.too_large:
            return str(_("Filen är större än %(limit)d kB.", limit=refusal.limit))
        case TemplateFault.not_json:
            return str(_("Filen går inte att läsa. En mall är en JSON-fil som har laddats ned från Sakråd."))
        case TemplateFault.not_template:
            return str(_("Filen är ingen mall från Sakråd."))
        case TemplateFault.other_version:
            return str(_("Filen är gjord för en annan version av Sakråd."))
        case TemplateFault.twice:
            return str(_("Filen säger samma sak två gånger: ”%(name)s”.", name=refusal.named))
        case TemplateFault.unknown_key:
            return str(_("Filen har en uppgift som inte finns i en mall: ”%(name)s”.", name=refusal.named))
        case TemplateFault.missing:
            return str(_("Uppgiften saknas."))
        case TemplateFault.too_long:
            return str(_("Texten är längre än %(limit)d tecken.", limit=refusal.limit))
        case TemplateFault.too_many:
            return str(_("Fler än %(limit)d går inte att ha.", limit=refusal.limit))
        case TemplateFault.options_misplaced:
            return str(_("Behov och Val behöver minst två olika alternativ. De andra typerna har inga."))
        case TemplateFault.open_not_last:
            return str(_("Den öppna frågan ska stå sist."))
    return str(_("Värdet är inte ett sådant som en mall kan ha."))


def _where(refusal: RefusedTemplate) -> str:
    names = {
        "name": _("Mallens namn"),
        "description": _("Mallens beskrivning"),
        "origin": _("Varifrån mallen kommer"),
        "title": _("Rubrik"),
        "lead": _("Saken i en mening"),
        "need": _("Behov och tidpunkt"),
        "purpose": _("Syfte"),
        "background": _("Bakgrund"),
        "background_easy": _("Bakgrund på lättläst svenska"),
        "can_influence": _("Det här går att påverka"),
        "already_decided": _("Det här går inte att påverka"),
        "use_of_views": _("Så används svaren"),
        "selection_rationale": _("Varför just de här organisationerna?"),
        "inviting_function": _("Inbjuder"),
        "meeting": _("Förslag till möte"),
        "groups": _("Grupper"),
        "subjects": _("Ämnen"),
        "questions": _("Frågor"),
        "text": _("frågans text"),
        "help": _("hjälptexten"),
        "length_hint": _("hur långt svar"),
        "options": _("alternativen"),
        "kind": _("typen"),
    }
    return ", ".join(
        str(_("nummer %(number)d", number=part)) if isinstance(part, int) else str(names.get(part, part)) for part in refusal.place
    )
