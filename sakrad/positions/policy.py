"""Who may write in an organisation's own space, and who may handle what has been received. Never when."""

from __future__ import annotations

from sakrad.accounts import policy as accounts
from sakrad.accounts.models import User
from sakrad.consultations import policy as consultations
from sakrad.consultations.models import Consultation
from sakrad.directory.models import Municipality, Organisation
from sakrad.directory.queries import Case
from sakrad.meetings.models import Meeting
from sakrad.positions.models import PositionAttachment, PositionVersion
from sakrad.positions.queries_merging import Inherited
from sakrad.positions.queries_own import Desk
from sakrad.positions.queries_parties import Seat
from sakrad.positions.queries_portable import Brought


def may_be_home(user: User, organisation: Organisation) -> bool:
    """Sees the organisation's first page: its members."""
    return accounts.is_member(user, organisation)


def may_read_inherited(user: User, draft: Inherited) -> bool:
    """Reads a draft that came with an organisation merged into this one: members of this one."""
    return accounts.is_member(user, draft.organisation)


def may_write(user: User, desk: Desk) -> bool:
    """Writes at the desk and reads what was sent from it: the organisation's members, and nobody else whoever they are."""
    return accounts.may_write(user, desk.organisation)


def may_submit(user: User, desk: Desk) -> bool:
    """Sends for the organisation: its approvers and administrators."""
    return accounts.may_approve(user, desk.organisation)


def may_see_seat(user: User, seat: Seat) -> bool:
    """Reads the joint answer that the organisation is asked to stand behind: its members."""
    return accounts.is_member(user, seat.organisation)


def may_stand_behind(user: User, seat: Seat) -> bool:
    """Says whether the organisation stands behind it: its approvers and administrators."""
    return accounts.may_approve(user, seat.organisation)


def may_receive(user: User, consultation: Consultation) -> bool:
    """Sees the list of what has come in: the authority's registrars, and those who handle the consultation."""
    return consultations.may_register(user, consultation)


def may_transcribe(user: User, consultation: Consultation) -> bool:
    """Enters what came in by other ways than the web: the authority's registrars, and those who handle the consultation."""
    return may_receive(user, consultation)


def may_transcribe_for(user: User, consultation: Consultation, organisation: Organisation) -> bool:
    """The same, but no member of the sender (jäv)."""
    return may_transcribe(user, consultation) and not accounts.is_partial(user, organisation)


def may_enter_views(user: User, meeting: Meeting) -> bool:
    """Enters what organisations said at a meeting: those who may enter what came in by other ways."""
    return may_transcribe(user, meeting.consultation)


def may_keep_register(user: User, municipality: Municipality) -> bool:
    """Sees the list for the diary: anyone who works there; the rows are those of their own authorities."""
    return accounts.is_staff_of(user, municipality)


def may_register(user: User, version: PositionVersion) -> bool:
    """Ticks it as registered: the authority's registrars and those who handle it, but no member of any who stand behind (jäv)."""
    return consultations.may_register(user, version.position.consultation) and not is_partial(user, version)


def may_review(user: User, version: PositionVersion) -> bool:
    """Reads it whole and decides about publishing: those who handle the consultation, but no member of any who stand behind (jäv)."""
    return consultations.may_handle(user, version.position.consultation) and not is_partial(user, version)


def is_partial(user: User, version: PositionVersion) -> bool:
    """Barred (jäv): belongs to the sender, or to a party that has said itself that it stands behind. Being named by others bars nobody."""
    behind = [party.organisation for party in version.position.parties if party.organisation is not None and party.stands]
    return any(accounts.is_partial(user, organisation) for organisation in [version.position.organisation, *behind])


def may_read_attachment(user: User, attachment: PositionAttachment) -> bool:
    """Reads a file that came with an answer: whoever may tick the answer as registered."""
    return may_register(user, attachment.version)


def may_review_attachment(user: User, attachment: PositionAttachment) -> bool:
    """Lets its copy through, or takes it off the web: whoever reviews the answer."""
    return may_review(user, attachment.version)


def may_bring(user: User, organisation: Organisation) -> bool:
    """Takes in the organisation's answers from another installation: its administrators."""
    return accounts.may_administer(user, organisation)


def may_read_brought(user: User, brought: Brought) -> bool:
    """Reads what was brought: the organisation's members."""
    return accounts.is_member(user, brought.organisation)


def may_remove_brought(user: User, brought: Brought) -> bool:
    """Takes it away again: its administrators."""
    return may_bring(user, brought.organisation)


def may_review_imported(user: User, case: Case) -> bool:
    """Decides whether readers are told of it: a coordinator where the organisation is verified, no member of it (jäv)."""
    coordinates = accounts.is_coordinator(user, case.municipality) and case.verification is not None
    return coordinates and not accounts.is_partial(user, case.organisation)
