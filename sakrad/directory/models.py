"""Who there is: municipalities and regions, their authorities, units, functions and councils; organisations; groups; subjects."""

from __future__ import annotations

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from sakrad.core import ids
from sakrad.core.db import Appended, Base, UTCDateTime, code
from sakrad.core.files import StoredFile


class MunicipalityKind(enum.StrEnum):
    municipality = "municipality"
    region = "region"


class OrganisationKind(enum.StrEnum):
    association = "association"
    umbrella = "umbrella"
    faith_community = "faith_community"
    study_association = "study_association"
    foundation = "foundation"
    cooperative = "cooperative"
    network = "network"


class ApprovalRule(enum.StrEnum):
    """Who must approve an answer before it is sent: the organisation's own setting (PRACTICE.md 22)."""

    one = "one"
    two = "two"
    board = "board"


class VerificationBasis(enum.StrEnum):
    """What the municipality looked at (METHOD.md §6.10: an organisation number is optional)."""

    org_number = "org_number"
    statutes = "statutes"
    known = "known"


class Municipality(Base):
    """A kommun or region (SCB code as text: it may begin with 0). Switched on one by one by the operator."""

    __tablename__ = "municipality"

    id: Mapped[int] = mapped_column(primary_key=True)
    scb_code: Mapped[str] = mapped_column(sa.String(4), unique=True)
    kind: Mapped[MunicipalityKind] = mapped_column(code(MunicipalityKind))
    name: Mapped[str] = mapped_column(sa.String(120))
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    county_code: Mapped[str] = mapped_column(sa.String(2), index=True)
    county: Mapped[str] = mapped_column(sa.String(120))
    mailbox: Mapped[str] = mapped_column(sa.String(254), default="")
    active: Mapped[bool] = mapped_column(default=False, index=True)
    sample: Mapped[bool] = mapped_column(default=False)

    authorities: Mapped[list[Authority]] = relationship(back_populates="municipality", order_by="Authority.name")

    @property
    def full_name(self) -> str:
        """ "Ekhamra kommun"; a region is its own full name."""
        return self.name if self.kind is MunicipalityKind.region else f"{self.name} kommun"


class Authority(Base):
    """Nämnd: its own authority, with its own register, mailbox and receipt series (PRACTICE.md 1)."""

    __tablename__ = "authority"
    __table_args__ = (sa.UniqueConstraint("municipality_id", "slug"), sa.UniqueConstraint("municipality_id", "short"))

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipality.id"))
    slug: Mapped[str] = mapped_column(sa.String(80))
    name: Mapped[str] = mapped_column(sa.String(160))
    short: Mapped[str] = mapped_column(sa.String(12))  # "SN", begins the receipt numbers
    mailbox: Mapped[str] = mapped_column(sa.String(254))

    municipality: Mapped[Municipality] = relationship(back_populates="authorities")
    units: Mapped[list[Unit]] = relationship(back_populates="authority", order_by="Unit.name")


class Unit(Base):
    """Förvaltning or enhet under an authority."""

    __tablename__ = "unit"
    __table_args__ = (sa.UniqueConstraint("authority_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)  # its address
    authority_id: Mapped[int] = mapped_column(sa.ForeignKey("authority.id"))
    name: Mapped[str] = mapped_column(sa.String(160))
    head_email: Mapped[str] = mapped_column(sa.String(254), default="")  # of its head, told of what is long overdue; never published
    ended_on: Mapped[date | None]  # reorganised: history stays here, what is still to be done is the heir's
    heir_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)

    authority: Mapped[Authority] = relationship(back_populates="units")
    heir: Mapped[Unit | None] = relationship(remote_side=[id])
    functions: Mapped[list[Function]] = relationship(back_populates="unit", order_by="Function.title")


class Function(Base):
    """A function that owns matters: people come and go, the function stays. Holder and deputy are officials in their role."""

    __tablename__ = "function"
    __table_args__ = (sa.UniqueConstraint("unit_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)  # its address
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    title: Mapped[str] = mapped_column(sa.String(160))
    holder: Mapped[str] = mapped_column(sa.String(120), default="")
    deputy: Mapped[str] = mapped_column(sa.String(120), default="")
    email: Mapped[str] = mapped_column(sa.String(254), default="")
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    deputy_email: Mapped[str] = mapped_column(sa.String(254), default="")  # told when the owner has let a date pass
    ended_on: Mapped[date | None]
    heir_id: Mapped[int | None] = mapped_column(sa.ForeignKey("function.id"), index=True)  # whose its promises are since it ended

    unit: Mapped[Unit] = relationship(back_populates="functions")
    heir: Mapped[Function | None] = relationship(remote_side=[id])

    @property
    def present(self) -> Function:
        """The function itself, or whose its matters are since it was reorganised; directory.heirs is its twin in SQL."""
        return self.heir or self


class Council(Base):
    """Råd (pensionärsråd, funktionsrättsråd …): the municipality's own body, never counted as an organisation."""

    __tablename__ = "council"
    __table_args__ = (sa.UniqueConstraint("municipality_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipality.id"))
    name: Mapped[str] = mapped_column(sa.String(160))


class TargetGroup(Base):
    """A group of people whom a consultation concerns, or for whom an organisation says that it speaks."""

    __tablename__ = "target_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(120))


class Subject(Base):
    """A subject area."""

    __tablename__ = "subject"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(120))


organisation_group = sa.Table(
    "organisation_group",
    Base.metadata,
    sa.Column("organisation_id", sa.ForeignKey("organisation.id"), primary_key=True),
    sa.Column("target_group_id", sa.ForeignKey("target_group.id"), primary_key=True, index=True),
)


organisation_subject = sa.Table(
    "organisation_subject",
    Base.metadata,
    sa.Column("organisation_id", sa.ForeignKey("organisation.id"), primary_key=True),
    sa.Column("subject_id", sa.ForeignKey("subject.id"), primary_key=True, index=True),
)


class Organisation(Base):
    """An organisation of civil society. The organisation number is optional (METHOD.md §6.10) and checked when given."""

    __tablename__ = "organisation"
    __table_args__ = (
        sa.CheckConstraint("voice_bearer OR provider", name="role"),
        sa.CheckConstraint(
            "(approval_rule = 'one' AND approvals_needed = 1) OR (approval_rule = 'two' AND approvals_needed = 2) OR "
            "(approval_rule = 'board' AND approvals_needed BETWEEN 2 AND 20)",
            name="approvals_needed",
        ),
        sa.CheckConstraint("(heir_id IS NULL) = (merged_at IS NULL)", name="merged"),
        sa.CheckConstraint("NOT protected OR (area = '' AND postal_address = '')", name="protected_has_no_place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(160), index=True)
    kind: Mapped[OrganisationKind] = mapped_column(code(OrganisationKind), default=OrganisationKind.association)
    org_number: Mapped[str | None] = mapped_column(sa.String(11), unique=True)  # NNNNNN-NNNN
    email: Mapped[str] = mapped_column(sa.String(254))  # the registered address; never published
    municipality_id: Mapped[int | None] = mapped_column(sa.ForeignKey("municipality.id"), index=True)
    description: Mapped[str] = mapped_column(sa.Text, default="")
    added_value: Mapped[str] = mapped_column(sa.Text, default="")  # "vårt mervärde", in its own words
    voice_bearer: Mapped[bool] = mapped_column(default=True)
    provider: Mapped[bool] = mapped_column(default=False)
    protected: Mapped[bool] = mapped_column(default=False)  # shows no place or person because none is held
    area: Mapped[str] = mapped_column(sa.String(80), default="")  # the part of the municipality where it is at home: "Norrby"
    postal_address: Mapped[str] = mapped_column(sa.String(300), default="")  # for letters; never published
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    imported_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # from a föreningsregister: unconfirmed until it has answered
    sample: Mapped[bool] = mapped_column(default=False)
    approval_rule: Mapped[ApprovalRule] = mapped_column(code(ApprovalRule), default=ApprovalRule.one)
    approvals_needed: Mapped[int] = mapped_column(default=1)  # 1 for one, 2 for two together, 2 or more for the board
    asked_right_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # the yearly "still right?" mail
    right_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when the organisation last said that the facts are right
    heir_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)  # merged into that one
    merged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    municipality: Mapped[Municipality | None] = relationship()
    heir: Mapped[Organisation | None] = relationship(remote_side=[id])
    groups: Mapped[list[TargetGroup]] = relationship(secondary=organisation_group, order_by="TargetGroup.name")
    subjects: Mapped[list[Subject]] = relationship(secondary=organisation_subject, order_by="Subject.name")


class FormerName(Base):
    """A name that an organisation had; received answers keep the name of their day anyhow. One merged into another keeps its own row."""

    __tablename__ = "former_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(160))
    until: Mapped[datetime] = mapped_column(UTCDateTime)


class ProfileVersion(Appended, Base):
    """What an organisation has said of itself: its own words, appended at each change, so that they can be masked like all else."""

    __tablename__ = "profile_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    description: Mapped[str] = mapped_column(sa.Text, default="")
    added_value: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class MergerSide(enum.StrEnum):
    """Which of the two organisations of a merger: the one that has been merged, or the one that it has been merged into."""

    merged = "merged"
    heir = "heir"


class Merger(Base):
    """That the operator has merged a duplicate into its heir. Drafts stay sealed until both sides have accepted.

    One row per merged organisation; merged anew after an undone merger, the row gets a new reference, so that old links die.
    """

    __tablename__ = "merger"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)  # derives each side's link
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), unique=True)
    heir_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # by the merged one
    heir_accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # a mistake, taken back before any side had accepted

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    heir: Mapped[Organisation] = relationship(foreign_keys=[heir_id])

    @property
    def in_force(self) -> bool:
        """Both sides have accepted: what was sealed is open, and the members of both are the heir's."""
        return self.accepted_at is not None and self.heir_accepted_at is not None

    def of(self, side: MergerSide) -> Organisation:
        """The organisation on that side."""
        return self.organisation if side is MergerSide.merged else self.heir


class Verification(Base):
    """That a municipality has looked at the organisation. Publication of its answers there waits for it."""

    __tablename__ = "verification"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "municipality_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipality.id"), index=True)
    basis: Mapped[VerificationBasis] = mapped_column(code(VerificationBasis))
    verified_at: Mapped[datetime] = mapped_column(UTCDateTime)
    verified_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class RegisterImport(Base):
    """A föreningsregister that has been read but not yet taken in: its rows wait here while columns are matched and duplicates shown.

    Rows are emptied when it has been taken in or given up, and after a week by the worker: they hold addresses.
    """

    __tablename__ = "register_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(20), unique=True, default=ids.reference)
    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipality.id"), index=True)
    file_name: Mapped[str] = mapped_column(sa.String(160))
    header: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    rows: Mapped[list[list[str]]] = mapped_column(sa.JSON, default=list)
    columns: Mapped[dict[str, int]] = mapped_column(sa.JSON, default=dict)  # the register's field → the file's column
    choices: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)  # a row's index → what somebody chose for it; PLACED
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # taken in, or given up
    added: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)

    municipality: Mapped[Municipality] = relationship()


class WordTemplate(Base):
    """The municipality's own Word template: its styles dress what is taken along as DOCX. Only a clean copy is kept."""

    __tablename__ = "word_template"

    municipality_id: Mapped[int] = mapped_column(sa.ForeignKey("municipality.id"), primary_key=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))  # without text, macros, links out and authors
    name: Mapped[str] = mapped_column(sa.String(200))  # of the file that was uploaded
    styles: Mapped[list[str]] = mapped_column(sa.JSON, default=list)  # the names of its heading and paragraph styles that were found
    uploaded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    municipality: Mapped[Municipality] = relationship()
    file: Mapped[StoredFile] = relationship(lazy="joined")
