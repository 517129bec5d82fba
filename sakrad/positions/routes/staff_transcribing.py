"""Entering what came in by e-mail, on paper, by phone or at a meeting, and having its sender read it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.accounts.queries import barred_for
from sakrad.consultations.models import Consultation, Question
from sakrad.consultations.queries import dates_of, get_consultation
from sakrad.core import clock, files, htmx, ids
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, Missing, Stale, show_beside
from sakrad.core.files import FileKind, RefusedFile, StoredFile, Upload
from sakrad.directory.models import Organisation
from sakrad.directory.queries import list_groups, list_groups_named
from sakrad.directory.queries_names import find_named
from sakrad.positions import commands, policy, queries, queries_transcribed, read_back
from sakrad.positions import forms_transcribing as forms
from sakrad.positions import lifecycle_transcribing as lifecycle
from sakrad.positions.models import Channel, PositionVersion
from sakrad.positions.routes.staff import LISTA, SVAR, bp

__all__ = ["bp"]  # whose routes these are

SCANS = (FileKind.pdf, FileKind.png, FileKind.jpeg)
Prepared = Upload | RefusedFile | None


def _user() -> Any:
    return current_user._get_current_object()


def _scan() -> Prepared:
    """Store the scan before the lock is taken."""
    try:
        return files.receive(request.files.get("scan"), SCANS)
    except RefusedFile as refusal:
        return refusal


@bp.route(f"{SVAR}/nytt", methods=["GET", "POST"])
@requires(policy.may_transcribe, load=get_consultation, prepare=_scan)
def transcribe(consultation: Consultation, prepared: Prepared) -> ResponseReturnValue:
    """Enter it in one piece: for an e-mail three fields, who, when and the text."""
    return _enter(consultation, [], prepared)


@bp.route(f"{SVAR}/nytt/fragor", methods=["GET", "POST"])
@requires(policy.may_transcribe, load=get_consultation, prepare=_scan)
def transcribe_questions(consultation: Consultation, prepared: Prepared) -> ResponseReturnValue:
    """Enter it question by question."""
    return _enter(consultation, consultation.questions, prepared)


def _enter(consultation: Consultation, questions: Sequence[Question], prepared: Prepared) -> ResponseReturnValue:
    again = _again(consultation)
    groups = [(group.slug, group.name) for group in list_groups()]
    form = forms.transcription_form(questions, groups, _begun(again))
    if form.is_submitted() and _is_valid(form, prepared) and (organisation := _sender(form, consultation)) is not None:
        try:
            version = commands.transcribe(
                consultation,
                organisation,
                channel=Channel(form.channel.data),
                received_at=form.received.instant,
                whole="" if questions else form.text.data,
                answers=[commands.Said(question, **forms.said(form[forms.part_name(question)].form)) for question in questions],
                stated=_stated(form[forms.FACTS].form),
                scan=_scan_of(prepared, again),
                submission_key=_key(form),
                actor=_user(),
                at=clock.now(),
            )
        except Blocked as blocked:
            show_beside(form, blocked)
        except Stale:
            form.submission_key.data = ids.reference(32)
            form.form_errors.append(
                _("Ett svar är redan inskrivet från det här formuläret. Läs igenom, och spara igen om det här är nytt.")
            )
        else:
            flash(_told(version))
            return htmx.go(_next(version))
    return _draw(consultation, questions, form, again)


def _draw(consultation: Consultation, questions: Sequence[Question], form: Any, again: PositionVersion | None) -> ResponseReturnValue:
    return render_template(
        f"positions/staff/{'transcribe_questions' if questions else 'transcribe'}.html",
        consultation=consultation,
        municipality=consultation.municipality,
        questions=questions,
        form=form,
        facts=form[forms.FACTS].form,
        again=again,
        senders=queries_transcribed.list_senders(consultation, barred_for(_user())),
        blockers=lifecycle.blockers_to_begin(dates_of(consultation)),
    ), (422 if form.errors else 200)


def _is_valid(form: Any, prepared: Prepared) -> bool:
    valid: bool = form.validate()
    if isinstance(prepared, RefusedFile):
        refusals = {
            "too_large": _("Filen är större än 20 MB."),
            "empty": _("Filen är tom."),
            "kind": _("Filen är inte en PDF, PNG eller JPEG."),
        }
        form.scan.errors = [refusals[str(prepared)]]
        return False
    return valid


def _sender(form: Any, consultation: Consultation) -> Organisation | None:
    """Whom the form names; None when it names nobody, several, or one whose member enters it, and then the field says so."""
    found = find_named(form.sender.data)
    if form.new.data and not found:
        return commands.register_sender(consultation, name=form.sender.data, email=form.email.data or "", actor=_user(), at=clock.now())
    if form.new.data:
        wrong = _("Det finns redan en organisation som heter så. Ta bort bocken, eller skriv orten i namnet.")
    elif not found:
        wrong = _("Ingen organisation i registret heter så. Välj i listan, eller bocka för att lägga till den.")
    elif len(found) > 1:
        wrong = _("Flera organisationer heter så. Skriv %(ways)s.", ways=_(" eller ").join(f"{one.name} ({one.slug})" for one in found))
    elif found[0].id in barred_for(_user()) or not policy.may_transcribe_for(_user(), consultation, found[0]):
        wrong = _("Jäv: ni är medlem i organisationen. Be en kollega skriva in svaret.")
    else:
        return found[0]
    form.sender.errors = [wrong]
    return None


def _stated(part: Any) -> commands.Stated:
    return commands.Stated(**{name: part[name].data for name in commands.STATED}, groups=list_groups_named(part.groups.data or []))


def _again(consultation: Consultation) -> PositionVersion | None:
    """The entered version that is entered anew, with corrections, when the address or the form names one."""
    number = request.form.get("again") or request.args.get("fran")
    if not number:
        return None
    version = queries.get_by_receipt(consultation.municipality.slug, number)
    of = version.position
    if of.consultation_id != consultation.id or not policy.may_transcribe_for(_user(), consultation, of.organisation):
        raise Missing("version")
    if version.is_view:  # entered anew it would become an answer
        raise Missing("version")
    queries_transcribed.entry_of(version)
    return version


def _begun(again: PositionVersion | None) -> dict[str, Any]:
    """What the form begins with."""
    if again is None:
        return {"submission_key": ids.reference(32)}
    entry = queries_transcribed.entry_of(again)
    return {
        **forms.stored(again),
        "submission_key": ids.reference(32),
        "again": again.receipt_number,
        "channel": again.channel.value,
        "sender": again.position.organisation.name,
        "received": again.received_at.astimezone(clock.STOCKHOLM).replace(tzinfo=None),
        "text": "\n\n".join(answer.text for answer in again.answers if answer.text) if entry.whole else "",
    }


def _scan_of(prepared: Prepared, again: PositionVersion | None) -> Upload | StoredFile | None:
    """The new scan, or else that of the version which is entered anew."""
    if isinstance(prepared, Upload):
        return prepared
    return again.transcription.scan if again is not None and again.transcription is not None else None


def _key(form: Any) -> str:
    """The form's key, when it is one that was given out."""
    key = form.submission_key.data or ""
    return key if len(key) == 32 and set(key) <= set(ids.ALPHABET) else ""


def _told(version: PositionVersion) -> str:
    address = version.position.organisation.email
    if not address:
        return str(_("Svaret är inskrivet. Organisationen har ingen e-postadress: skriv ut sidan för återläsning."))
    entry = queries_transcribed.entry_of(version)
    return str(_("Svaret är inskrivet. En länk för återläsning går till avsändaren.") if entry.unconfirmed else _("Svaret är inskrivet."))


def _next(version: PositionVersion) -> str:
    """The review, for whoever may do it; else the list."""
    consultation = version.position.consultation
    if policy.may_review(_user(), version):
        return url_for(".review", **consultation.address, org=version.position.organisation.slug)
    return url_for(".received", **consultation.address)


# --- the original, and reading back -------------------------------------------------------------------------------------


@bp.get(f"{LISTA}/<number>/original")
@requires(policy.may_register, load=queries.get_by_receipt)
def scan(version: PositionVersion) -> ResponseReturnValue:
    """The scan of what came in."""
    entry = queries_transcribed.entry_of(version)
    if entry.scan is None:
        raise Missing("scan")
    return files.download(entry.scan)


@bp.get(f"{LISTA}/<number>/aterlasning.pdf")
@requires(policy.may_register, load=queries.get_by_receipt)
def read_back_page(version: PositionVersion) -> ResponseReturnValue:
    """A page to send or hand over: what was written down, and how to say whether it is right."""
    queries_transcribed.entry_of(version)
    return files.attachment(read_back.sheet(version), read_back.file_name(version), "application/pdf")


@bp.post(f"{LISTA}/<number>/aterlasning")
@requires(policy.may_register, load=queries.get_by_receipt)
def send_read_back(version: PositionVersion) -> ResponseReturnValue:
    """Mail the sender the link."""
    commands.send_read_back(version, actor=_user(), at=clock.now())
    flash(_("En länk för återläsning går till avsändaren."))
    return htmx.go(_next(version))
