"""What officials take along: the summary and the answers as documents, made by a job."""

from __future__ import annotations

from typing import NamedTuple

from flask import make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core import clock, files, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Missing
from sakrad.directory.queries_template import find_word_template
from sakrad.summaries import commands, policy, queries_exports
from sakrad.summaries.exporting import PUBLISHED, RECEIVED, SUMMARY
from sakrad.summaries.queries_exports import Document, Wanted
from sakrad.summaries.routes.staff import bp
from sakrad.summaries.routes.staff.desk import given, user

SECONDS = 5  # between two looks
HERE = "/sammanstallning/ta-med"


class Offer(NamedTuple):
    """What is offered under one heading."""

    title: str
    hint: str
    documents: list[Document]


@bp.get(HERE)
@requires(policy.may_compile, load=get_consultation)
def take_along(consultation: Consultation) -> ResponseReturnValue:
    """What can be had, and how far it has come; looks again by itself while something is being made."""
    offers = _offers(consultation)
    running = any(document.running for offer in offers for document in offer.documents)
    response = make_response(
        render_template(
            "summaries/staff/take_along.html",
            **given(consultation),
            offers=offers,
            dressed=find_word_template(consultation.municipality_id) is not None,
            running=running,
        )
    )
    if running:
        response.headers["Refresh"] = str(SECONDS)
    return response


def _offers(consultation: Consultation) -> list[Offer]:
    at, offers = clock.now(), []
    if consultation.summary_published_at is not None:
        listed = queries_exports.list_documents(consultation, SUMMARY, at)
        offers.append(Offer(_("Sammanställningen"), _("Som läsarna ser den, med källor."), listed))
    if consultation.announced_at is not None:
        hint = _("Som läsarna ser dem, i delar om högst hundra svar.")
        offers.append(Offer(_("Publicerade svar"), hint, queries_exports.list_documents(consultation, PUBLISHED, at)))
    hint = _("Omaskade, också det som inte publiceras. Bara för handläggningen.")
    offers.append(Offer(_("Alla svar som har kommit in"), hint, queries_exports.list_documents(consultation, RECEIVED, at)))
    return offers


@bp.post(f"{HERE}/<what>")
@requires(policy.may_take_along, load=queries_exports.get_wanted)
def ask_document(wanted: Wanted) -> ResponseReturnValue:
    """Have it made."""
    commands.ask_document(wanted.consultation, wanted.kind, actor=user(), at=clock.now())
    return htmx.go(url_for(".take_along", **wanted.consultation.address, _anchor=wanted.kind))


@bp.get(f"{HERE}/<reference>/<int:number>")
@requires(policy.may_take_along, load=queries_exports.get_volume)
def volume(wanted: Wanted) -> ResponseReturnValue:
    """One file, while it is true."""
    if wanted.file is None:
        raise Missing("volume")
    return files.download(wanted.file)
