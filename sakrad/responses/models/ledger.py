"""The promise ledger: commitments, the organisations' own parts of them, what was done, and decisions that bear on them."""

from __future__ import annotations

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.consultations.models import Consultation
from sakrad.core import ids
from sakrad.core.db import Appended, Base, UTCDateTime, code
from sakrad.core.files import StoredFile
from sakrad.directory.models import Function, Organisation
from sakrad.responses.models.answers import Response


class ProgressStatus(enum.StrEnum):
    under_way = "under_way"
    changed = "changed"
    done = "done"


class CommitmentParty(enum.StrEnum):
    """Whose it is. Only the municipality's can be late (PRACTICE.md 25)."""

    municipality = "municipality"
    organisation = "organisation"
    joint = "joint"


class Commitment(Base):
    """Åtagande: who (function) does what by when. Its state is the municipality's latest progress; overdue is derived and public.

    What organisations do stands in their parts (`Pledge`): never late, and public only when they have confirmed it. Of a
    commitment that is the organisations' own nothing is late, and `function` is whom to turn to at the municipality.
    """

    __tablename__ = "commitment"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "number"), sa.CheckConstraint("what <> ''", name="what"))

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    number: Mapped[int]
    party: Mapped[CommitmentParty] = mapped_column(code(CommitmentParty), default=CommitmentParty.municipality)
    response_id: Mapped[int] = mapped_column(sa.ForeignKey("response.id"), index=True)
    what: Mapped[str] = mapped_column(sa.String(300))
    function_id: Mapped[int] = mapped_column(sa.ForeignKey("function.id"))
    due_on: Mapped[date] = mapped_column(index=True)
    how_seen: Mapped[str] = mapped_column(sa.String(300), default="")  # how one will see that it is done
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)  # while the latest progress says so

    consultation: Mapped[Consultation] = relationship()
    response: Mapped[Response] = relationship(back_populates="commitments")
    function: Mapped[Function] = relationship()
    progress: Mapped[list[Progress]] = relationship(
        primaryjoin="and_(Progress.commitment_id == Commitment.id, Progress.pledge_id.is_(None))",
        back_populates="commitment",
        order_by="Progress.id",
    )  # the municipality's own
    pledges: Mapped[list[Pledge]] = relationship(back_populates="commitment", order_by="Pledge.id")


class Pledge(Base):
    """An organisation's part of a commitment. Proposed by the municipality, public only while the organisation has confirmed it.

    Its wording changes only until then; what was confirmed stands. It is planned, changed or done, by its own progress.
    """

    __tablename__ = "pledge"
    __table_args__ = (
        sa.UniqueConstraint("commitment_id", "organisation_id"),
        sa.CheckConstraint("part <> ''", name="part"),
        sa.CheckConstraint("confirmed_at IS NULL OR declined_at IS NULL", name="one_answer"),
        sa.CheckConstraint("withdrawn_at IS NULL OR confirmed_at IS NOT NULL", name="withdrawn_after_confirming"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)  # derives its mailed link
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    organisation_name: Mapped[str] = mapped_column(sa.String(160))  # of the day
    part: Mapped[str] = mapped_column(sa.String(300))  # what it does
    asked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    asked_words: Mapped[str] = mapped_column(sa.String(300), default="")  # the wording that it would rather confirm
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))  # None: by the mailed link
    declined_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # it no longer stands for it: not shown any more

    commitment: Mapped[Commitment] = relationship(back_populates="pledges")
    organisation: Mapped[Organisation] = relationship()
    progress: Mapped[list[Progress]] = relationship(back_populates="pledge", order_by="Progress.id")


class Progress(Appended, Base):
    """What was done towards a commitment. Appended, never changed.

    A moved due date keeps the former one beside it, so that the promise as it was first made can always be read.
    """

    __tablename__ = "progress"
    __table_args__ = (
        sa.CheckConstraint("text <> ''", name="text"),
        sa.CheckConstraint("(due_on IS NULL) = (former_due_on IS NULL)", name="moved_from_somewhere"),
        sa.CheckConstraint("due_on IS NULL OR status = 'changed'", name="moved_is_changed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    status: Mapped[ProgressStatus] = mapped_column(code(ProgressStatus))
    text: Mapped[str] = mapped_column(sa.Text)
    pledge_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pledge.id"), index=True)  # told by the organisation, of its part
    link: Mapped[str] = mapped_column(sa.String(500), default="")
    due_on: Mapped[date | None]  # the new due date, where this moved it
    former_due_on: Mapped[date | None]
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))  # proof: a stripped copy
    file_name: Mapped[str] = mapped_column(sa.String(200), default="")
    file_says: Mapped[str] = mapped_column(sa.String(300), default="")  # what it shows, in words
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    commitment: Mapped[Commitment] = relationship(back_populates="progress")
    pledge: Mapped[Pledge | None] = relationship(back_populates="progress")
    file: Mapped[StoredFile | None] = relationship()


class LinkedDecision(Appended, Base):
    """A decision of a nämnd or of the council that bears on the consultation, or on one commitment. Appended, never changed."""

    __tablename__ = "linked_decision"
    __table_args__ = (sa.CheckConstraint("body <> '' AND ref <> ''", name="says_who_and_which"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"), index=True)
    commitment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commitment.id"), index=True)
    body: Mapped[str] = mapped_column(sa.String(160))  # "Kommunfullmäktige"
    decided_on: Mapped[date]
    ref: Mapped[str] = mapped_column(sa.String(60))  # "§ 41"
    what: Mapped[str] = mapped_column(sa.String(300), default="")  # in one sentence
    minutes_url: Mapped[str] = mapped_column(sa.String(500), default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    consultation: Mapped[Consultation] = relationship()
    commitment: Mapped[Commitment | None] = relationship()
