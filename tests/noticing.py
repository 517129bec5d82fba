"""Notes what a POST writes and which events it records: what readers see must not change without the cache being told.

A page is kept until a stamp moves, and stamps move with events (pages/seen.py). A command that writes to what public pages
read, and records no event that readers see, would leave the old page standing: at worst with the word that was just masked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from sakrad.consultations.models import Consultation
from sakrad.core.events import Event
from sakrad.pages.seen import UNSEEN
from sakrad.summaries.models import Summary

# What no public page reads, whatever stands in it. Any other table is taken to be read by some.
PRIVATE = frozenset(
    {
        "access_need",
        "answer_task",
        "approval",
        "assignment",
        "barred_address",
        "board_paper",
        "checked_item",
        "checklist_item",
        "comment_report",
        "device",
        "disclosure_request",
        "draft",
        "draft_answer",
        "draft_attachment",
        "draft_concurrence",
        "draft_party",
        "draft_revision",
        "enquiry",
        "event",
        "event_delivery",
        "export",
        "export_file",
        "follow",
        "job",
        "join_invitation",
        "mail",
        "membership",
        "notes_correction",
        "notification",
        "participation_request",
        "party_approval",
        "phrase",
        "rate_limit",
        "reading",
        "receipt_series",
        "register_import",
        "remark",
        "remark_mention",
        "search_entry",
        "search_word",
        "stamp",
        "stored_file",
        "subscriber",
        "suggestion",
        "suggestion_run",
        "survey",
        "survey_question",
        "survey_ticket",
        "user",
        "word_template",
        "worker_heartbeat",
    }
)


# Read by pages, but only beside rows of other tables: the events that are shown are all seen, and a file by whatever names it.
BESIDE = frozenset({"event", "stored_file"})
# Columns of tables that are read otherwise.
OWN = {
    "invitation": {"sent_at", "bounced_at", "intends_at", "letter_digest"},
    "organisation": {"approval_rule", "approvals_needed"},
    "response": {"review_asked_at", "review_note", "reviewed_at", "reviewed_by_id", "reviewed_version", "reviewer_id", "version"},
}
# What the summary is made of: read by nobody until it is published.
WORK = frozenset(
    {"citation", "finding", "finding_version", "nothing_to_take_up", "point", "point_change", "point_group", "summary"}
    | {"theme", "theme_change"}
)


class Noted:
    """The tables that the present transaction has written to, and the events that it has recorded."""

    def __init__(self) -> None:
        self.tables: set[str] = set()
        self.events: set[str] = set()

    def forget(self, *_: Any) -> None:
        self.tables.clear()
        self.events.clear()

    def flushed(self, session: Session, _context: UOWTransaction) -> None:
        for row in (*session.new, *session.deleted):
            self.tables |= {str(table) for table in sa.inspect(type(row)).tables}
            if isinstance(row, Event):
                self.events.add(row.name)
        for row in session.dirty:
            state = sa.inspect(row)
            changed = {attribute.key for attribute in state.attrs if attribute.history.has_changes()}
            if changed - OWN.get(row.__tablename__, set()):
                self.tables |= {str(table) for table in state.mapper.tables}

    def executed(self, state: ORMExecuteState) -> None:
        if not (state.is_insert or state.is_update or state.is_delete):
            return
        table = state.statement.table.name  # type: ignore[attr-defined]
        values = getattr(state.statement, "_values", None) if state.is_update else None
        if values is None or {column.key for column in values} - OWN.get(table, set()):
            self.tables.add(table)
        if table == Event.__tablename__:
            rows = state.parameters if isinstance(state.parameters, list) else [state.parameters or {}]
            self.events |= {str(row["name"]) for row in rows if "name" in row}

    def before_commit(self, session: Session) -> None:
        shown = self.tables - PRIVATE
        if not shown or not self.events <= UNSEEN:
            return
        if not session.scalar(sa.select(sa.exists().where(Consultation.announced_at.is_not(None)))):
            shown -= {"invitation"}
        if not session.scalar(sa.select(sa.exists().where(Summary.published_at.is_not(None)))):
            shown -= WORK
        if shown:
            raise AssertionError(
                f"Readers may see {', '.join(sorted(shown))}, but the events of the transaction move no stamp: "
                f"{', '.join(sorted(self.events)) or 'none'}. Record an event that readers see, or take it out of pages/seen.UNSEEN."
            )


@contextmanager
def noticing() -> Iterator[None]:
    """Refuse a commit that changes what readers see without moving a stamp, while the block runs."""
    noted = Noted()
    listeners = {
        "after_flush": noted.flushed,
        "do_orm_execute": noted.executed,
        "before_commit": noted.before_commit,
        "after_commit": noted.forget,
        "after_rollback": noted.forget,
    }
    for name, listener in listeners.items():
        sa.event.listen(Session, name, listener)
    try:
        yield
    finally:
        for name, listener in listeners.items():
            sa.event.remove(Session, name, listener)
