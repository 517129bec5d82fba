"""The desk's pages about others: concurring with a published answer, and naming who stands behind a joint one."""

from __future__ import annotations

from typing import Any

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Question
from sakrad.consultations.queries import phase_of
from sakrad.core import clock, htmx
from sakrad.core.errors import Blocked, Missing, Stale, show_beside
from sakrad.positions import commands, forms, forms_together, queries_own, queries_parties, queries_together
from sakrad.positions.models import Draft, DraftConcurrence
from sakrad.positions.queries_own import Desk
from sakrad.positions.queries_together import Choosing
from sakrad.positions.routes.desk import actor_at, address, at_desk, bp, page

__all__ = ["bp"]  # whose routes these are


def _draft(desk: Desk) -> Draft:
    return desk.draft or commands.open_draft(desk.organisation, desk.consultation, actor=actor_at(desk), at=clock.now())


# --- Vi instämmer --------------------------------------------------------------------------------------------------


@at_desk("/instam")
def agree(desk: Desk) -> ResponseReturnValue:
    """The published answers of others."""
    now = clock.now()
    return page(
        desk,
        "agree",
        choices=queries_together.list_choices(desk.organisation, desk.consultation, desk.draft, now),
        open=phase_of(desk.consultation, now) is Phase.open,
    )


@at_desk("/instam/<key>")
def agree_with(desk: Desk) -> ResponseReturnValue:
    """One of them in full, to agree with whole or answer by answer."""
    choosing = queries_together.get_choice(desk.organisation, desk.consultation, desk.key, clock.now())
    return _agree_page(desk, choosing, forms_together.agree_form([said.question.number for said in choosing.said], _stored(desk, choosing)))


def _stored(desk: Desk, choosing: Choosing) -> dict[str, Any]:
    """What the draft agrees with, in the shape of the form."""
    stored: dict[str, Any] = {"version": str(choosing.voice.version)}
    for part, question in _parts(choosing):
        if found := _found(desk, choosing, question):
            stored[part] = {"agree": True, "reservation": found.reservation, "seen": commands.reservation_seen(found.reservation)}
    return stored


def _parts(choosing: Choosing) -> list[tuple[str, Question | None]]:
    return [(forms_together.WHOLE, None), *((forms.part_name(said.question), said.question) for said in choosing.said)]


def _found(desk: Desk, choosing: Choosing, question: Question | None) -> DraftConcurrence | None:
    return queries_together.find_concurrence(desk.draft, choosing.position, question) if desk.draft else None


def _agree_page(desk: Desk, choosing: Choosing, form: Any, status: int = 200) -> ResponseReturnValue:
    open_now = phase_of(desk.consultation, clock.now()) is Phase.open
    outdated = any(one.outdated and one.key == choosing.position.reference for one in _agreements(desk))
    return page(desk, "agree_with", status, choosing=choosing, form=form, open=open_now, outdated=outdated)


def _agreements(desk: Desk) -> list[queries_together.Agreement]:
    return queries_together.list_agreements(desk.draft, clock.now()) if desk.draft else []


@at_desk("/instam/<key>", methods=("POST",))
def save_agreement(desk: Desk) -> ResponseReturnValue:
    """The page says all that one agrees with in this answer: what is no longer ticked is taken out of the draft."""
    choosing = queries_together.get_choice(desk.organisation, desk.consultation, desk.key, clock.now())
    form = forms_together.agree_form([said.question.number for said in choosing.said])
    if not form.validate():
        return _agree_page(desk, choosing, form, 422)
    draft, whole = _draft(desk), True
    try:
        for name, question in _parts(choosing):
            whole = _save_part(desk, draft, choosing, question, form, form[name].form) and whole
    except Blocked as blocked:
        show_beside(form, blocked)
        return _agree_page(desk, choosing, form, 409)
    except Stale:
        form.version.data = str(choosing.voice.version)
        form.form_errors.append(_("Organisationen har fått en nyare version publicerad. Läs den nedan innan ni instämmer."))
        return _agree_page(desk, choosing, form, 422)
    if not whole:
        return _agree_page(desk, choosing, form, 422)
    flash(_("Sparat i ert utkast."))
    return htmx.go(address(desk, "agree"))


def _save_part(desk: Desk, draft: Draft, choosing: Choosing, question: Question | None, form: Any, part: Any) -> bool:
    """False when a colleague has saved another reservation in between: both stand on the page, and nothing is written."""
    found = queries_together.find_concurrence(draft, choosing.position, question)
    who: dict[str, Any] = {"actor": actor_at(desk), "at": clock.now()}
    if not part.agree.data:
        if found is not None and part.seen.data:  # one that a colleague has added since was never unticked
            commands.remove_concurrence(found, **who)
        return True
    if found is not None and found.reservation != part.reservation.data and part.seen.data != commands.reservation_seen(found.reservation):
        part.seen.data = commands.reservation_seen(found.reservation)
        theirs = found.reservation or "–"
        part.reservation.errors = [
            _("Någon hann spara före er: ”%(theirs)s”. Gör en text av båda och spara igen, så gäller den.", theirs=theirs)
        ]
        return False
    commands.concur(
        draft, choosing.position, question=question, reservation=part.reservation.data, seen_version=_seen(form.version.data), **who
    )
    return True


def _seen(version: str | None) -> int:
    return int(version) if version and version.isdigit() and len(version) < 9 else -1


@at_desk("/instam", methods=("POST",))
def disagree(desk: Desk) -> ResponseReturnValue:
    """Take one concurrence out of the draft: also with an answer that is published no longer."""
    reference = request.form.get("instammande", "")
    found = next((one for one in (desk.draft.concurrences if desk.draft else ()) if one.reference == reference), None)
    if found is None:
        raise Missing("concurrence")
    commands.remove_concurrence(found, actor=actor_at(desk), at=clock.now())
    flash(_("Ni instämmer inte längre med det svaret i ert utkast."))
    return htmx.go(address(desk, "agree"))


# --- Svara tillsammans ---------------------------------------------------------------------------------------------


@at_desk("/tillsammans")
def together(desk: Desk) -> ResponseReturnValue:
    """Who else stands behind."""
    return _together_page(desk, forms_together.NamePartyForm(formdata=None))


def _together_page(
    desk: Desk, form: forms_together.NamePartyForm, *, blocked: Blocked | None = None, status: int = 200
) -> ResponseReturnValue:
    words = request.args.get("sok", "")[:200]
    position = queries_own.find_position(desk)
    return page(
        desk,
        "together",
        status,
        form=form,
        words=words,
        found=queries_parties.search_organisations(desk.draft, desk.organisation, words),
        blockers=blocked.blockers if blocked else [],
        sent=queries_parties.list_sent_parties(position) if position else [],
        position=position,
    )


@at_desk("/tillsammans", methods=("POST",))
def name_party(desk: Desk) -> ResponseReturnValue:
    """Name one that is not in the register."""
    form = forms_together.NamePartyForm()
    if not form.validate():
        return _together_page(desk, form, status=422)
    try:
        commands.add_party(_draft(desk), name=form.name.data, email=form.email.data, actor=actor_at(desk), at=clock.now())
    except Blocked as blocked:
        return _together_page(desk, form, blocked=blocked, status=409)
    return _named(desk)


@at_desk("/tillsammans/registrerad", methods=("POST",))
def name_registered(desk: Desk) -> ResponseReturnValue:
    """Name a registered organisation."""
    organisation = queries_parties.get_listed(request.form.get("organisation", ""))
    try:
        commands.add_party(_draft(desk), organisation=organisation, actor=actor_at(desk), at=clock.now())
    except Blocked as blocked:
        return _together_page(desk, forms_together.NamePartyForm(formdata=None), blocked=blocked, status=409)
    return _named(desk)


def _named(desk: Desk) -> ResponseReturnValue:
    flash(_("Sparat i ert utkast. Organisationen får frågan när ni har skickat in svaret."))
    return htmx.go(address(desk, "together"))


@at_desk("/tillsammans/ta-bort", methods=("POST",))
def unname_party(desk: Desk) -> ResponseReturnValue:
    """Name it no more."""
    reference = request.form.get("part", "")
    found = next((party for party in (desk.draft.parties if desk.draft else ()) if party.reference == reference), None)
    if found is None:
        raise Missing("party")
    commands.remove_party(found, actor=actor_at(desk), at=clock.now())
    flash(_("Organisationen står inte längre med i utkastet."))
    return htmx.go(address(desk, "together"))
