"""Masking words in what is published: the same hour, everywhere, with the original kept."""

from __future__ import annotations

from functools import partial

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from sakrad.accounts import policy as accounts
from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import dates_of, get_consultation
from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Missing, refuse_unless_clear
from sakrad.records.masking import MaskableText, MaskForm, get_masks, list_hidden
from sakrad.records.models import TextKind
from sakrad.summaries import commands, lifecycle, policy
from sakrad.summaries.queries_hidden import list_repeated
from sakrad.summaries.queries_masking import list_texts, objecting
from sakrad.summaries.routes.staff import bp
from sakrad.summaries.routes.staff.desk import given, user


@bp.get("/sammanstallning/maska")
@requires(policy.may_compile, load=get_consultation)
def masks(consultation: Consultation) -> ResponseReturnValue:
    """One text of ?text= at a time, with links to the others."""
    refuse_unless_clear(lifecycle.blockers_to_mask(dates_of(consultation)))
    return _page(consultation, MaskForm(formdata=None))


@bp.post("/sammanstallning/maska")
@requires(policy.may_compile, load=get_consultation)
def mask(consultation: Consultation) -> ResponseReturnValue:
    """Hide the chosen words of ?text=, or every place where the written words stand."""
    form = MaskForm()
    chosen = _chosen(_texts(consultation))
    hide = partial(commands.mask_words, consultation, chosen.kind, chosen.ids, source=chosen.text, actor=user(), at=clock.now())
    if not form.hides(hide):
        return _page(consultation, form, 422)
    flash(gettext("Orden är dolda överallt där texten visas."))
    return htmx.go(_address(consultation, chosen.key))


@bp.post("/sammanstallning/maska/visa-igen")
@requires(policy.may_compile, load=get_consultation)
def unmask(consultation: Consultation) -> ResponseReturnValue:
    """Show the words again that a mask over ?text= hides."""
    chosen = _chosen(_texts(consultation))
    found = get_masks(chosen, request.form.get("mask", ""))
    commands.unmask_words(consultation, found, source=chosen.text, actor=user(), at=clock.now())
    return htmx.go(_address(consultation, chosen.key))


def _texts(consultation: Consultation) -> list[MaskableText]:
    """All but the objections of organisations that the official belongs to."""
    barred = [number for number, organisation in objecting(consultation).items() if accounts.is_partial(user(), organisation)]
    return [text for text in list_texts(consultation) if text.kind is not TextKind.objection or text.ids[0] not in barred]


def _chosen(texts: list[MaskableText]) -> MaskableText:
    wanted = request.args.get("text")
    for text in texts:
        if wanted in (None, text.key):
            return text
    raise Missing("text")


def _address(consultation: Consultation, key: str) -> str:
    return url_for("summaries_staff.masks", **consultation.address, text=key)


def _page(consultation: Consultation, form: MaskForm, status: int = 200) -> ResponseReturnValue:
    texts = _texts(consultation)
    chosen = _chosen(texts)
    html = render_template(
        "summaries/staff/masks.html",
        **given(consultation),
        texts=texts,
        chosen=chosen,
        hidden=list_hidden(chosen),
        repeated=list_repeated(consultation, texts),
        form=form,
    )
    return html, status
