"""What officials take along: the summary and the answers as documents, made by a job."""

from __future__ import annotations

from typing import NamedTuple

from flask import make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations.models import Consultation
from sakrad.consultations.queries import get_consultation
from sakrad.core import clock, exports, files, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Missing
from sakrad.core.exports import Export
from sakrad.summaries import commands, policy, queries_paper
from sakrad.summaries.exporting import PUBLISHED, RECEIVED, SUMMARY
from sakrad.summaries.routes.staff import bp
from sakrad.summaries.routes.staff.desk import here, user

SECONDS = 4  # between two looks
HERE = "/sammanstallning/ta-med"
KINDS = (*SUMMARY.values(), *PUBLISHED.values(), *RECEIVED.values())


class Document(NamedTuple):
    """A kind and how far its present document has come."""

    kind: str
    form: str
    export: Export | None


class Group(NamedTuple):
    """What is offered under one heading."""

    title: str
    hint: str
    documents: list[Document]


@bp.get(HERE)
@requires(policy.may_compile, load=get_consultation)
def take_along(consultation: Consultation) -> ResponseReturnValue:
    groups = _groups(consultation)
    running = any(one.export and not one.export.finished_at and not one.export.failed_at for group in groups for one in group.documents)
    response = make_response(
        render_template(
            "summaries/staff/take_along.html",
            consultation=consultation,
            municipality=consultation.municipality,
            here=here(consultation),
            groups=groups,
            template=queries_paper.find_template(consultation.id),
            running=running,
        )
    )
    if running:
        response.headers["Refresh"] = str(SECONDS)
    return response


def _groups(consultation: Consultation) -> list[Group]:
    at = clock.now()

    def documents(kinds: dict[str, str]) -> list[Document]:
        found = [(kind, form, exports.find(kind, consultation.id, stamp(kind))) for form, kind in kinds.items()]
        return [Document(kind, form, export) for kind, form, export in found]

    def stamp(kind: str) -> str:
        return exports.stamp_of(kind, consultation.id, at)

    published = [Group(_("Sammanställningen"), _("Som läsarna ser den, med källor."), documents(SUMMARY))] if _is_published(consultation) else []
    answers = Group(_("Publicerade svar"), _("Som läsarna ser dem, maskade, i delar om högst hundra svar."), documents(PUBLISHED))
    received = Group(_("Alla svar som har kommit in"), _("Omaskade, också det som inte publiceras. För handläggningen."), documents(RECEIVED))
    return [*published, answers, received]


def _is_published(consultation: Consultation) -> bool:
    return consultation.summary_published_at is not None


@bp.post(f"{HERE}/<kind>")
@requires(policy.may_compile, load=lambda kommun, slug, kind: (get_consultation(kommun, slug), _known(kind)))
def ask_document(wish: tuple[Consultation, str]) -> ResponseReturnValue:
    consultation, kind = wish
    commands.ask_document(consultation, kind, actor=user(), at=clock.now())
    return htmx.go(url_for(".take_along", **here(consultation)))


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise Missing("kind")
    return kind
