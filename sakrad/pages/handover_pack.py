"""The handover pack as a PDF, and the list of what is easily forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask_babel import force_locale, gettext, ngettext

from sakrad.core import clock, documents, i18n
from sakrad.directory.models import ApprovalRule, Organisation
from sakrad.pages.queries_handover import Contact, Handover, Matter, Sent, Unsent
from sakrad.responses.queries_commitments import Undertaken

TEMPLATE = Path(__file__).parent / "typst" / "handover.typ"


def to_do() -> list[str]:
    """What is easily forgotten when people change."""
    return [
        gettext("Gör den nya personen till administratör, och se till att ni är minst två."),
        gettext("Ta bort roller för dem som har slutat. Det de har skrivit finns kvar."),
        gettext("Byt lösenord till organisationens e-postlåda: dit går inbjudningar, kvitton och länkar."),
        gettext("Se till att fler än en person läser e-posten."),
        gettext("Titta igenom profilen: namn, adress, grupper som ni talar för."),
        gettext("Bestäm om regeln för godkännande fortfarande passar er."),
        gettext("Gå igenom utkasten tillsammans: vem skriver klart, och när?"),
        gettext("Lägg in sista dagarna och löftenas datum i er egen kalender."),
        gettext("Spara kvittona med kontrollkod där nästa styrelse hittar dem."),
    ]


def file_name(pack: Handover) -> str:
    """What the PDF is called when it is saved."""
    return f"Överlämning {clock.day_of(pack.made_at).isoformat()}.pdf"


def pdf(pack: Handover) -> bytes:
    """The pack on paper, in Swedish."""
    with force_locale("sv"):
        return documents.pdf(TEMPLATE, _document(pack), made_at=pack.made_at)


def _document(pack: Handover) -> dict[str, Any]:
    organisation = pack.organisation
    return {
        "title": gettext("Överlämning"),
        "description": gettext("Det som nästa styrelse behöver veta om sakråden"),
        "organisation": organisation.name,
        "kicker": gettext("Gjord %(day)s", day=i18n.day(pack.made_at, year=True)),
        "foot": gettext("Eget utrymme: för organisationens egna personer"),
        "notice": gettext("Organisationen är skyddad. Lämna inte papperet där någon annan kan läsa det.") if organisation.protected else "",
        "sections": [
            _section(gettext("Öppna inbjudningar"), [_invitation(matter) for matter in pack.invitations], gettext("Ingen just nu.")),
            _section(gettext("Utkast"), [_draft(draft) for draft in pack.drafts], gettext("Inget utkast väntar.")),
            _section(gettext("Inskickade svar"), [_received(sent) for sent in pack.sent], gettext("Inget svar är inskickat.")),
            _section(
                gettext("Löften som vilar på det ni fört fram"),
                [_promise(promise, organisation) for promise in pack.promises],
                gettext("Inget åtagande än."),
            ),
            _section(gettext("Kontakter"), [_contact(contact) for contact in pack.contacts], gettext("Inget sakråd pågår.")),
            _section(gettext("Medlemmar och roller"), _people(pack), gettext("Ingen har konto.")),
        ],
        "to_do_heading": gettext("Att lämna över"),
        "to_do": to_do(),
    }


def _section(heading: str, rows: list[dict[str, str]], nothing: str) -> dict[str, Any]:
    return {"heading": heading, "rows": rows, "nothing": nothing}


def _row(title: str, *facts: str) -> dict[str, str]:
    return {"title": title, "facts": " · ".join(filter(None, facts))}


def _who(matter: Matter) -> str:
    return ", ".join(filter(None, [matter.authority, matter.municipality]))


def _invitation(matter: Matter) -> dict[str, str]:
    return _row(matter.title, _who(matter), gettext("svara till och med %(day)s", day=i18n.until(matter.closes_at, year=True)))


def _draft(draft: Unsent) -> dict[str, str]:
    return _row(
        draft.matter.title,
        _who(draft.matter),
        gettext("ändrat %(day)s", day=i18n.day(draft.changed_at, year=True)),
        gettext("ny version av ett inskickat svar") if draft.sent_before else "",
        _approval(draft),
        gettext("sista dag %(day)s", day=i18n.until(draft.matter.closes_at, year=True)),
    )


def _approval(draft: Unsent) -> str:
    """Where the draft stands on its way to be approved; empty when it is not on its way."""
    way = draft.on_the_way
    if way is None:
        return ""
    return str(gettext("%(given)s av %(needed)s godkännanden", given=way.given, needed=max(way.needed, 1)))


def _received(sent: Sent) -> dict[str, str]:
    return _row(
        sent.matter.title,
        _who(sent.matter),
        gettext("kvitto %(number)s", number=sent.receipt_number),
        gettext("inkom %(day)s", day=i18n.day(sent.received_at, year=True)),
        i18n.label(sent.matter.phase).lower(),
        gettext("återtaget") if sent.withdrawn else "",
        gettext("”Det var inte vi”") if sent.disowned else "",
        gettext("preliminärt: bekräfta senast %(day)s", day=i18n.day(sent.confirm_by_on, year=True)) if sent.confirm_by_on else "",
    )


def _promise(undertaken: Undertaken, organisation: Organisation) -> dict[str, str]:
    promise = undertaken.promise
    if promise.done_on:
        when = gettext("klart %(day)s", day=i18n.day(promise.done_on, year=True))
    elif promise.theirs:
        when = gettext("planerat till %(day)s", day=i18n.day(promise.due_on, year=True))
    else:
        when = gettext("senast %(day)s", day=i18n.day(promise.due_on, year=True))
    whose = gettext("organisationernas eget: %(names)s", names=i18n.listing(promise.theirs)) if promise.theirs else promise.function
    state = "" if promise.done_on else i18n.label(promise.standing.state).lower()
    where = "" if organisation.protected else undertaken.municipality
    return _row(promise.what, undertaken.title, undertaken.authority, where, whose, state, when)


def _contact(contact: Contact) -> dict[str, str]:
    return _row(
        ", ".join(filter(None, [contact.function, contact.holder])) or contact.authority,
        contact.unit,
        contact.authority,
        contact.phone,
        contact.email,
        gettext("officiell brevlåda %(mailbox)s", mailbox=contact.mailbox)
        if contact.mailbox
        else gettext("adress och telefon står på sakrådets sida"),
        i18n.listing(contact.titles),
    )


def _people(pack: Handover) -> list[dict[str, str]]:
    people = [_row(person.name, i18n.listing(i18n.label(membership.role).lower() for membership in person.roles)) for person in pack.people]
    rule = pack.organisation.approval_rule
    words = i18n.label(rule)
    if rule is ApprovalRule.board:
        words = f"{words}, {ngettext('%(num)s godkännande', '%(num)s godkännanden', pack.organisation.approvals_needed)}"
    rows = [*people, _row(gettext("Så godkänner ni svar"), words)]
    if pack.holders.alone:
        rows.append(
            _row(gettext("En enda person håller i organisationen"), gettext("Gör en till administratör, så att ni inte blir utelåsta."))
        )
    return rows
