"""The national method's steps as a short flow: what each asks for, an example of each sort, and a checklist (METHOD.md §1.2 and §1.6).

Data: the pages are drawn from it. An item's code is what is kept when it is ticked, so it is never changed.
"""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from sakrad.consultations.hints import COUNCIL_ITEM
from sakrad.consultations.models import Consultation


class StepState(enum.StrEnum):
    """How far a step has come."""

    todo = "todo"
    filled = "filled"
    ready = "ready"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its part of the address, its words, its fields in the officers' form, and what to tick off."""

    code: str
    title: Any
    help: Any
    good: Any
    bad: Any
    items: tuple[tuple[str, Any], ...]
    fields: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()  # the fields without which the step is not filled in


@dataclass(frozen=True, slots=True)
class Preparing:
    """A step of one consultation."""

    consultation: Consultation
    step: Step


STEPS = (
    Step(
        "behov",
        _("Behov och tidpunkt"),
        _("Fråga medan svaret kan ändra något: innan förslaget är skrivet, eller medan det går att skriva om."),
        _("Planen går ut i december. Arbetet med den nya börjar i höst, och ingenting är skrivet än."),
        _("Förslaget är klart och vi vill stämma av det före beslutet."),
        (
            ("tid_fore_forslag", _("Ingenting är bestämt som svaren skulle kunna ändra")),
            ("behov_annan_vag", _("Ett sakråd är rätt väg – inte en remiss, medborgardialog eller förhandling")),
            ("behov_vetat_redan", _("Vi har läst det organisationerna redan har sagt i frågan")),
        ),
        ("need", "policy_stage"),
        ("need",),
    ),
    Step(
        "sak",
        _("Avgränsad fråga"),
        _("En enda sak, som går att säga i en mening. Bakgrunden är det man behöver veta för att svara, på högst två sidor."),
        _("Hur ska den som utsätts för våld få hjälp första gången den söker?"),
        _("Civilsamhällets roll i framtidens välfärd."),
        (
            ("sak_en_mening", _("Någon utanför förvaltningen förstår meningen")),
            ("sak_bakgrund_rakor", _("Bakgrunden räcker för den som inte har läst något annat")),
            ("sak_underlag_text", _("Bilagor finns också som text")),
        ),
        ("title", "lead", "background", "background_easy"),
        ("lead", "background"),
    ),
    Step(
        "syfte",
        _("Syfte"),
        _("Säg vad svaren ska användas till och vilket beslut de går in i. Alla som svarar ska veta det från början."),
        _("Nämnden ska besluta om en handlingsplan i mars. Svaren avgör vilka åtgärder vi föreslår."),
        _("Vi vill ha en god dialog med civilsamhället."),
        (
            ("syfte_forankrat", _("Nämnden eller chefen står bakom syftet")),
            ("syfte_pengar", _("Vi har sagt om frågan rör pengar eller avtal")),
        ),
        ("purpose", "touches_money"),
        ("purpose",),
    ),
    Step(
        "paverkan",
        _("Vad som går att påverka"),
        _("Var ärlig om gränserna. Den som vet vad som redan är bestämt lägger sin tid på det som går att ändra."),
        _("Går att påverka: öppettider, vem som svarar. Går inte att påverka: budgeten, som fullmäktige har beslutat."),
        _("Alla synpunkter är välkomna."),
        (
            ("paverkan_verklig", _("Minst en sak går verkligen att påverka, och nämnden är beredd att ändra den")),
            ("paverkan_vem", _("Det står vem som har bestämt det som inte går att påverka")),
        ),
        ("can_influence", "already_decided"),
        ("can_influence", "already_decided"),
    ),
    Step(
        "roster",
        _("Vilkas röster"),
        _("Börja med grupperna som frågan gäller, och sedan vilka som talar för dem. Tänk på dem som sällan blir frågade."),
        _("Jourerna, funktionsrätten och två nya föreningar på norra sidan – de möter dem som inte söker hjälp själva."),
        _("De föreningar som brukar vara med."),
        (
            ("roster_sallan", _("Vi har frågat oss vilka som brukar saknas")),
            ("roster_dubbelt", _("Vi vet om samma föreningar får andra frågor de här veckorna")),
            (COUNCIL_ITEM, _("Ska rådet behandla frågan först? Vi har tagit ställning till det")),
        ),
        ("groups", "selection_rationale", "open_invitation", "subjects"),
        ("groups", "selection_rationale"),
    ),
    Step(
        "fragor",
        _("Frågor"),
        _("Tre till fem frågor räcker. Fråga en sak i taget, och fråga efter sådant som organisationerna vet bättre än ni."),
        _("Vad hindrar dem ni möter från att söka hjälp första gången?"),
        _("Tycker ni att förslaget är bra?"),
        (
            ("fragor_provade", _("Någon som inte har skrivit frågorna har provat att svara")),
            ("fragor_anvands", _("Vi vet vad vi ska använda varje svar till")),
        ),
        ("questions",),
    ),
    Step(
        "form",
        _("Form och ansvar"),
        _("Alla ska kunna svara skriftligt. Ett möte är bra för att höra mer, men ersätter inte svaret. En funktion tar emot frågor."),
        _("Skriftliga svar i sex veckor, ett möte på plats och ett digitalt. Utredaren svarar i telefon."),
        _("Ett möte en vardag klockan tio. Kontakta kommunen vid frågor."),
        (
            ("form_behov", _("Den som behöver tolk eller anpassning kan säga det utan att uppge namn")),
            ("form_nar", _("Tider och platser passar den som arbetar ideellt")),
            ("form_roller", _("Det är klart vem som leder, antecknar och registrerar – inte alla är samma person")),
        ),
        ("function", "inviting_function", "participation_level", "answers_public", "comments_rule"),
        ("function",),
    ),
    Step(
        "anvandning",
        _("Hur synpunkterna tas om hand"),
        _("Berätta vad som händer med ett svar: vem som läser och sammanställer, hur det kontrolleras och vem som svarar."),
        _("Två handläggare läser alla svar. Ni får se hur ni återges. Nämnden svarar på varje samlad synpunkt."),
        _("Vi tar med oss synpunkterna i det fortsatta arbetet."),
        (
            ("anvandning_tid", _("Någon har tid avsatt för att läsa och sammanställa")),
            ("anvandning_faktakontroll", _("Organisationerna hinner kontrollera att de återges rätt")),
        ),
        ("use_of_views",),
        ("use_of_views",),
    ),
    Step(
        "aterkoppling",
        _("Datum och återkoppling"),
        _("Räkna baklänges från nämndens möte: sex veckor att svara, fem till sammanställningen, tio arbetsdagar till faktakontroll."),
        _("Svara senast 14 november. Nämnden tar upp det den 20 januari, och svaret publiceras senast den 3 februari."),
        _("Återkoppling sker löpande."),
        (
            ("datum_namnd", _("Mötet står i nämndens kalender, och handlingsstoppet är känt")),
            ("datum_foreningar", _("En styrelse hinner träffas minst en gång under svarstiden")),
            ("datum_uppfoljning", _("Någon är ansvarig för att följa upp")),
        ),
        ("decision_on", "opens_on", "closes_on", "summary_due_on", "feedback_due_on", "follow_up_on"),
        ("closes_on", "feedback_due_on"),
    ),
)
BY_CODE = {step.code: step for step in STEPS}
# Where a gate's or a hint's field is mended, when it is not called as a field of a step.
_ELSEWHERE = {"short_time_reason": "closes_on", "early_decision_reason": "decision_on", "group_not_invited_reason": "groups"}


def place_of(field: str | None) -> tuple[Step, str] | None:
    """The step in which a gate's or a hint's field is mended, and the field there; None where it is mended on another page."""
    name = _ELSEWHERE.get(field or "", field)
    return next(((step, name) for step in STEPS if name and name in step.fields), None)


def state_of(step: Step, *, filled: Collection[str], gated: Collection[str | None], ticked: Collection[str], blanks: int = 0) -> StepState:
    """How far the step has come.

    Args:
        filled: the fields that hold something.
        gated: the fields of the gates that stand in the way.
        ticked: the items that are ticked.
        blanks: how many of a template's places are still to be filled in.
    """
    if blanks or any(name not in filled for name in step.needed) or any((place := place_of(name)) and place[0] is step for name in gated):
        return StepState.todo
    return StepState.ready if all(code in ticked for code, _words in step.items) else StepState.filled


def next_after(step: Step) -> Step | None:
    """The step that follows."""
    index = STEPS.index(step) + 1
    return STEPS[index] if index < len(STEPS) else None
