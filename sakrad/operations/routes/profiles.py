"""Hiding words in what an organisation says of itself: a municipality that has verified it, or the operator."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Missing
from sakrad.operations import commands_profiles as commands
from sakrad.operations import policy
from sakrad.operations.queries_profiles import Profile, get_profile
from sakrad.records.masking import MaskableText, MaskForm, get_masks, list_hidden
from sakrad.records.queries_profiles import list_texts

bp = Blueprint("operations_profiles", __name__)
PLACES = ("/handlaggning/<kommun>/organisationer/<org>/maska", "/drift/organisationer/<org>/maska")


def _user() -> Any:
    return current_user._get_current_object()


@bp.get(PLACES[0])
@bp.get(PLACES[1])
@requires(policy.may_mask_profile, load=get_profile)
def masks(profile: Profile) -> ResponseReturnValue:
    """What readers see of it, with what is hidden, and a form for each text."""
    return _page(profile)


@bp.post(PLACES[0])
@bp.post(PLACES[1])
@requires(policy.may_mask_profile, load=get_profile)
def mask(profile: Profile) -> ResponseReturnValue:
    """Hide the chosen words of ?text=, or every place where the written words stand."""
    text = _chosen(profile)
    form, whose = MaskForm(key=text.key), {"municipality": profile.municipality, "actor": _user(), "at": clock.now()}
    if not form.hides(partial(commands.mask_profile, profile.organisation, text.kind, **whose)):
        return _page(profile, {text.key: form}), 422
    flash(_("Orden är dolda överallt där texten visas."))
    return htmx.go(_address(".masks", profile))


@bp.post(f"{PLACES[0]}/visa-igen")
@bp.post(f"{PLACES[1]}/visa-igen")
@requires(policy.may_mask_profile, load=get_profile)
def unmask(profile: Profile) -> ResponseReturnValue:
    """Show the words again that a mask over ?text= hides."""
    for standing in get_masks(_chosen(profile), request.form.get("mask", "")):
        commands.unmask_profile(profile.organisation, standing, municipality=profile.municipality, actor=_user(), at=clock.now())
    return htmx.go(_address(".masks", profile))


def _chosen(profile: Profile) -> MaskableText:
    for text in list_texts(profile.organisation):
        if text.key == request.args.get("text"):
            return text
    raise Missing("text")


def _address(endpoint: str, profile: Profile, **more: Any) -> str:
    place: dict[str, Any] = {"kommun": profile.municipality.slug} if profile.municipality else {}
    return url_for(endpoint, org=profile.organisation.slug, **place, **more)


def _page(profile: Profile, forms: dict[str, MaskForm] | None = None) -> str:
    texts = list_texts(profile.organisation)
    return render_template(
        "operations/staff/profile.html",
        municipality=profile.municipality,
        organisation=profile.organisation,
        texts=[(text, list_hidden(text), (forms or {}).get(text.key) or MaskForm(formdata=None, key=text.key)) for text in texts],
        address=lambda endpoint, **more: _address(endpoint, profile, **more),
    )
