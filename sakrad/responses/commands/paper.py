"""Saving the tjänsteskrivelse."""

from __future__ import annotations

from datetime import datetime

from sakrad.consultations.models import Consultation
from sakrad.core import events
from sakrad.core.db import db
from sakrad.core.errors import Stale, refuse_unless_clear
from sakrad.core.events import Actor, EventName
from sakrad.core.text import normalised
from sakrad.responses import lifecycle, queries, queries_paper
from sakrad.responses.commands.recording import scope
from sakrad.responses.models import BoardPaper


def save_paper(
    consultation: Consultation,
    *,
    proposal: str,
    in_short: str,
    matter: str,
    consequences: str,
    civil_society: str,
    basis: str,
    seen_version: int,
    actor: Actor | None,
    at: datetime,
) -> BoardPaper:
    """Save what the administration writes to the authority, as long as the answers may change.

    Args:
        seen_version: 0 where nothing had been saved.

    Raises:
        Blocked: the summary is not published, or the answers are decided.
        Stale: it is not the version that was seen; `theirs` is the paper as it stands.
    """
    facts = queries.release_facts(consultation, queries.find_release(consultation))
    refuse_unless_clear(lifecycle.blockers_to_change(facts, at))
    paper = queries_paper.find_paper(consultation)
    if (paper.version if paper else 0) != seen_version:
        raise Stale(paper)
    if paper is None:
        paper = BoardPaper(consultation_id=consultation.id, version=0)
        db.session.add(paper)
    paper.proposal, paper.in_short, paper.matter = normalised(proposal), normalised(in_short), normalised(matter)
    paper.consequences, paper.civil_society, paper.basis = normalised(consequences), normalised(civil_society), normalised(basis)
    paper.version += 1
    paper.saved_at, paper.saved_by_id = at, actor.id if actor else None
    db.session.flush()
    events.record(EventName.board_paper_changed, at=at, actor=actor, subject_id=consultation.id, **scope(consultation))
    return paper
