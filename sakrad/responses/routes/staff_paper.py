"""The tjänsteskrivelse: written here, taken along as a Word document."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sakrad.consultations.models import Consultation
from sakrad.core import clock, files, htmx
from sakrad.core.errors import Blocked, Missing, Stale
from sakrad.core.files import MEDIA_TYPES, FileKind
from sakrad.directory.queries_template import find_word_template
from sakrad.responses import commands, lifecycle, paper, queries, queries_desk, queries_paper
from sakrad.responses.forms import Difference
from sakrad.responses.forms_paper import PaperForm
from sakrad.responses.paper_document import paper_docx
from sakrad.responses.routes.staff import bp, handles, refused, user
from sakrad.summaries.paper import paper_of
from sakrad.summaries.queries_paper import get_paper_facts

LONGEST_APPENDIX = 400_000  # code points of people's words: beyond it a job makes the summary's own document
PAPER = "/handlaggning/<kommun>/sakrad/<slug>/tjansteskrivelse"


@bp.route(PAPER, methods=["GET", "POST"], endpoint="paper")
@handles
def write_paper(consultation: Consultation) -> ResponseReturnValue:
    """Write it, from a first wording that the sakråd gives. A lost race shows both texts and keeps every word."""
    saved = queries_paper.find_paper(consultation)
    facts = queries_paper.paper_facts(consultation)
    first = paper.first_wording(facts)
    form = PaperForm(data=paper.values_of(saved) if saved else first)
    overtaken: list[Difference] = []
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            at = clock.now()
            try:
                commands.save_paper(consultation, **form.values(), seen_version=form.version.data or 0, actor=user(), at=at)
            except Blocked as blocked:
                status = refused(form, blocked)
            except Stale as stale:
                status, overtaken = 409, form.overtaken(paper.values_of(stale.theirs))
            else:
                flash(_("Tjänsteskrivelsen är sparad."))
                return htmx.go(url_for(".paper", **consultation.address))
    release = queries.find_release(consultation)
    texts = {name: form[name].data or "" for name in paper.FIELDS}
    return render_template(
        "responses/staff/paper.html",
        consultation=consultation,
        municipality=consultation.municipality,
        form=form,
        saved=saved,
        concealed=saved is not None and queries_paper.concealed(consultation, texts) != texts,
        proposed=len(facts.outcomes),
        overtaken=overtaken,
        anew=[(form[name], first[name]) for name in paper.FIELDS if saved and first[name] and first[name] != form[name].data],
        template=find_word_template(consultation.municipality_id),
        short=queries_paper.appendix_length(consultation) <= LONGEST_APPENDIX,
        blockers=lifecycle.blockers_to_change(queries.release_facts(consultation, release), clock.now()),
    ), status


@bp.get(f"{PAPER}.docx")
@handles
def paper_file(consultation: Consultation) -> ResponseReturnValue:
    """It as Word, with all proposed answers and the summary: what is saved, or else the first wording."""
    if consultation.summary_published_at is None:
        raise Missing("summary")
    at = clock.now()
    saved = queries_paper.find_paper(consultation)
    written = paper.values_of(saved) if saved else paper.first_wording(queries_paper.paper_facts(consultation))
    written = queries_paper.concealed(consultation, written)
    template = find_word_template(consultation.municipality_id)
    look = files.read(template.file.key) if template else None
    short = queries_paper.appendix_length(consultation) <= LONGEST_APPENDIX
    summary = paper_of(get_paper_facts(consultation.municipality.slug, consultation.slug, at)) if short else None
    content = paper_docx(consultation, written, queries_paper.list_proposed(queries_desk.get_desk(consultation), at), summary, look, at)
    return files.attachment(content, f"tjansteskrivelse-{consultation.slug}.docx", MEDIA_TYPES[FileKind.docx])
