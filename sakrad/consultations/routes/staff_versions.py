"""The officers' pages for other languages: which there are, and one of them beside its original."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations import commands, forms_versions, policy, queries_versions
from sakrad.consultations import lifecycle_versions as lifecycle
from sakrad.consultations.forms import Difference
from sakrad.consultations.lifecycle_versions import VersionFacts
from sakrad.consultations.models import Consultation, ContentAbout, ContentVersion
from sakrad.consultations.queries import dates_of
from sakrad.consultations.queries_versions import KEYS, Writing
from sakrad.consultations.routes.staff import ONE, bp, go, handles, user
from sakrad.consultations.tongues import TONGUES
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, Stale, show_beside
from sakrad.records.masking import MaskForm, get_masks, list_hidden, shown

__all__ = ["bp"]  # whose routes these are
VERSION = f"{ONE}/sprak/<about>/<language>"
handles_version = requires(policy.may_handle_version, load=queries_versions.get_version)


@bp.get(f"{ONE}/sprak")
@handles
def versions(consultation: Consultation) -> ResponseReturnValue:
    """Every language: what is published, what is begun, and what can be."""
    found = queries_versions.list_versions(consultation)
    dates = dates_of(consultation)
    originals = {}
    for about in ContentAbout:
        if not lifecycle.blockers_to_write_version(VersionFacts(about, dates)):
            originals[about] = queries_versions.original_of(consultation, about).digest
    return render_template(
        "consultations/staff/versions.html",
        consultation=consultation,
        municipality=consultation.municipality,
        parts=[(about, KEYS[about], {one.language: one for one in found if one.about is about}) for about in originals],
        tongues=TONGUES,
        originals=originals,
    )


@bp.route(VERSION, methods=["GET", "POST"])
@requires(policy.may_write_version, load=queries_versions.get_writing)
def version(writing: Writing) -> ResponseReturnValue:
    """Write it beside the original; look at it as readers will; save it; publish it."""
    consultation, about, version = writing.consultation, writing.about, writing.version
    is_published = version is not None and version.published_at is not None
    facts = VersionFacts(about, dates_of(consultation), is_published=is_published)
    blockers = lifecycle.blockers_to_write_version(facts)
    if blockers:
        raise Blocked(blockers)
    original = queries_versions.original_of(consultation, about)
    is_easy = writing.tongue.is_easy and about is ContentAbout.consultation
    form = forms_versions.version_form(original.questions, version, consultation.background_easy if is_easy else "")
    status, differences = 200, []
    if form.is_submitted() and "forhandsgranska" not in request.form:
        status = 422
        if form.validate():
            try:
                _save(writing, form)
            except Blocked as refusal:
                show_beside(form, refusal)
                status = 422 if all(blocker.field in form for blocker in refusal.blockers) else 409
            except Stale as stale:
                differences = _differences(form, stale.theirs)
                if not differences:  # both wrote the same
                    return htmx.go(request.path)
                form.version.data, status = str(stale.theirs.version), 409
            else:
                return htmx.go(request.path)
    typed = form.text.data or ""
    return render_template(
        "consultations/staff/version.html",
        consultation=consultation,
        municipality=consultation.municipality,
        writing=writing,
        version=version,
        original=original,
        outdated=version is not None and is_published and version.original != original.digest,
        form=form,
        differences=differences,
        preview=queries_versions.shown(typed, writing.tongue) if "forhandsgranska" in request.form else None,
        blockers=[] if facts.is_published else lifecycle.blockers_to_publish_version(VersionFacts(about, facts.dates, "…")),
    ), status


def _save(writing: Writing, form: Any) -> None:
    publish = "publicera" in request.form
    saved = commands.write_version(
        writing.consultation,
        writing.about,
        writing.tongue.language,
        words=form.words(),
        seen_version=form.seen,
        publish=publish,
        actor=user(),
        at=clock.now(),
    )
    flash(_("Sparat och publicerat.") if saved.published_at else _("Sparat. Ingen annan ser det förrän ni publicerar."))


def _differences(form: Any, theirs: ContentVersion) -> list[Difference]:
    """The fields in which somebody else has saved something else."""
    saved = forms_versions.values_of(theirs)
    return [
        Difference(field.short_name, str(field.label.text), field.data or "", saved.get(field.short_name, ""))
        for field in form
        if field.short_name not in ("version", "csrf_token") and (field.data or "") != saved.get(field.short_name, "")
    ]


@bp.post(f"{VERSION}/ta-tillbaka")
@handles_version
def withdraw_version(version: ContentVersion) -> ResponseReturnValue:
    """Show it no more."""
    commands.withdraw_version(version, actor=user(), at=clock.now())
    flash(_("Versionen visas inte längre. Orden finns kvar här."))
    return go("consultations_staff.versions", version.consultation)


@bp.route(f"{VERSION}/maska", methods=["GET", "POST"])
@handles_version
def mask_version(version: ContentVersion) -> ResponseReturnValue:
    """Hide words of it in every published copy."""
    texts = queries_versions.texts_of(version)
    forms = {text.key: MaskForm(key=text.key, formdata=request.form if request.form.get("text") == text.key else None) for text in texts}
    chosen = next((text for text in texts if text.key == request.form.get("text")), None)
    if chosen is not None:
        if mask := request.form.get("mask"):
            commands.unmask_version(version, get_masks(chosen, mask), actor=user(), at=clock.now())
            return htmx.go(request.path)
        if forms[chosen.key].hides(partial(commands.mask_version, version, chosen, actor=user(), at=clock.now())):
            flash(_("Orden är dolda på alla sidor."))
            return htmx.go(request.path)
    return render_template(
        "consultations/staff/mask_version.html",
        version=version,
        consultation=version.consultation,
        municipality=version.consultation.municipality,
        parts=[(text, forms[text.key], list_hidden(text), shown(text)) for text in texts],
        errors=forms[chosen.key] if chosen else None,
    ), 422 if chosen else 200
