"""What a draft and a received answer have in common: the field's terms and the facts about who stands behind."""

from __future__ import annotations

import enum
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sakrad.core.db import code

ANSWER_LIMIT = 20_000  # code points
REASON_LIMIT = 200  # of leaving a question out


class Stance(enum.StrEnum):
    """Ställningstagande, only on a question that holds a proposal (METHOD.md §5.1)."""

    supports = "supports"
    supports_with_reservations = "supports_with_reservations"
    opposes = "opposes"
    no_position = "no_position"


class AnchoringLevel(enum.StrEnum):
    """Who decided the answer (METHOD.md §5.4). Shown, never scored."""

    annual_meeting = "annual_meeting"
    member_consultation = "member_consultation"
    board = "board"
    working_group = "working_group"
    official = "official"
    not_yet = "not_yet"


class PublicationWish(enum.StrEnum):
    """PRACTICE.md 23."""

    named = "named"
    unnamed = "unnamed"
    municipality_only = "municipality_only"


class Channel(enum.StrEnum):
    """How the answer came in."""

    web = "web"
    email = "email"
    paper = "paper"
    phone = "phone"
    meeting = "meeting"


SPOKEN = (Channel.phone, Channel.meeting)  # written down by an official, so that the sender must be asked whether it is right


class Anchored:
    """How an answer is anchored and what its sender wishes: the same facts in the draft and in what was sent."""

    signed_role: Mapped[str] = mapped_column(sa.String(120), default="")  # "Ordförande"; never a name
    anchoring: Mapped[AnchoringLevel | None] = mapped_column(code(AnchoringLevel))
    decided_on: Mapped[date | None]
    decision_ref: Mapped[str] = mapped_column(sa.String(60), default="")  # "§ 7"
    asked: Mapped[int | None]
    answered: Mapped[int | None]
    dissent: Mapped[str] = mapped_column(sa.Text, default="")
    wish: Mapped[PublicationWish | None] = mapped_column(code(PublicationWish))
    reuse: Mapped[bool] = mapped_column(default=False)  # may be reused as open data
    confirm_by_on: Mapped[date | None]  # preliminary (anchoring not_yet): when it is to be confirmed
    member_counts: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)  # what may be told (member_counts)
