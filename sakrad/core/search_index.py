"""The search index: what is published, as readers see it, in tables beside the texts (DESIGN.md §3, the search writer)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sakrad.core.db import Base, UTCDateTime

# Beginnings are looked up as ranges, which only a plain order of code points makes right.
Stem = sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql")


class SearchEntry(Base):
    """A published text under its masks, with where it stands and what it can be filtered by. The kernel knows no domain: ids are bare."""

    __tablename__ = "search_entry"
    __table_args__ = (sa.Index("ix_search_entry_at", "at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)  # "answer:123": the same text is the same row
    part: Mapped[str] = mapped_column(sa.String(40), index=True)  # what it is indexed together with: "position:12"
    kind: Mapped[str] = mapped_column(sa.String(20), index=True)  # a pages.search_kinds.ResultKind
    path: Mapped[str] = mapped_column(sa.String(400))  # its address with the place on the page, without language
    title: Mapped[str] = mapped_column(sa.String(400))
    text: Mapped[str] = mapped_column(sa.Text, default="")  # masked as readers see it
    facts: Mapped[str] = mapped_column(sa.String(400), default="")  # the thread's place, as JSON for the template: codes and numbers
    consultation_id: Mapped[int | None] = mapped_column(index=True)
    municipality_id: Mapped[int | None] = mapped_column(index=True)
    organisation_id: Mapped[int | None] = mapped_column(index=True)
    organisation_kind: Mapped[str] = mapped_column(sa.String(40), default="")
    unit_id: Mapped[int | None]
    groups: Mapped[str] = mapped_column(sa.String(400), default="")  # ids between spaces: " 3 17 "
    subjects: Mapped[str] = mapped_column(sa.String(400), default="")
    year: Mapped[int] = mapped_column(default=0)  # in Stockholm
    facets: Mapped[str | None] = mapped_column(sa.String(1_000))  # all that it can be chosen by as one text; none in old rows
    at: Mapped[datetime] = mapped_column(UTCDateTime)  # when it was said or published: newest first
    visible_from: Mapped[datetime | None] = mapped_column(UTCDateTime)  # answers that become public at closing
    indexed_at: Mapped[datetime] = mapped_column(UTCDateTime)  # when it first could be found: what is new since a saved search
    digest: Mapped[str] = mapped_column(sa.String(64))  # of all the above: an unchanged row is not written


class SearchWord(Base):
    """A stem that stands in the index: for compounds, suggestions and names that are spelled in another way."""

    __tablename__ = "search_word"

    stem: Mapped[str] = mapped_column(Stem, primary_key=True)
    reversed: Mapped[str] = mapped_column(Stem, index=True)  # so that compounds are found by their last part
    is_name: Mapped[bool] = mapped_column(default=False)  # has stood in a name, of an organisation or a place, while it stood at all
