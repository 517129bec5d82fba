"""What a consultation asks and found, in other languages and in easy Swedish."""

from __future__ import annotations

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.consultations.models.matter import Consultation
from sakrad.core.db import Base, UTCDateTime, code


class ContentLanguage(enum.StrEnum):
    """A language of a version: easy Swedish, English, the national minorities' languages, and others that many read."""

    easy = "easy"
    english = "english"
    finnish = "finnish"
    meankieli = "meankieli"
    northern_sami = "northern_sami"
    lule_sami = "lule_sami"
    southern_sami = "southern_sami"
    romani = "romani"
    yiddish = "yiddish"
    arabic = "arabic"
    somali = "somali"
    persian = "persian"
    tigrinya = "tigrinya"
    ukrainian = "ukrainian"
    polish = "polish"
    turkish = "turkish"
    spanish = "spanish"
    sign_language = "sign_language"  # a text that leads to a film


class ContentAbout(enum.StrEnum):
    """What it is a version of."""

    consultation = "consultation"
    summary = "summary"


class ContentVersion(Base):
    """A version of an announced consultation or a published summary. The Swedish original is what counts, and the page says so."""

    __tablename__ = "content_version"
    __table_args__ = (sa.UniqueConstraint("consultation_id", "about", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(sa.ForeignKey("consultation.id"))
    about: Mapped[ContentAbout] = mapped_column(code(ContentAbout))
    language: Mapped[ContentLanguage] = mapped_column(code(ContentLanguage))
    title: Mapped[str] = mapped_column(sa.String(160))
    lead: Mapped[str] = mapped_column(sa.String(300), default="")
    text: Mapped[str] = mapped_column(sa.Text, default="")  # Markdown
    questions: Mapped[list[list[int | str]]] = mapped_column(sa.JSON, default=list)  # [number, text] of each question that it has
    made_by: Mapped[str] = mapped_column(sa.String(160), default="")  # "Översatt av Språkhuset": a body, not a name
    version: Mapped[int] = mapped_column(default=1)
    original: Mapped[str] = mapped_column(sa.String(64), default="")  # digest of the Swedish words when it was published: changed since?
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    consultation: Mapped[Consultation] = relationship()
