"""What may happen with a meeting, and when. Pure: facts and the time are arguments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sakrad.core.errors import Blocker
from sakrad.meetings.models import MeetingForm, RegistrationState

MOST_EACH = 50  # people from one organisation
LONGEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is settled about a meeting before it stands."""

    form: MeetingForm
    starts_at: datetime
    ends_at: datetime
    register_until: datetime  # exclusive
    seats: int | None
    seats_each: int
    place: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules judge a meeting by."""

    form: MeetingForm
    starts_at: datetime
    register_until: datetime
    seats: int | None
    seats_each: int
    cancelled: bool
    announced: bool  # the consultation is
    called_off: bool  # the consultation is cancelled or ended
    taken: int = 0  # seats in the room, by other organisations
    waiting: int = 0  # other organisations in the queue that could be given what they wait for
    coming: int = 0  # other organisations that come, in the room or by the link


@dataclass(frozen=True, slots=True)
class Wish:
    """How an organisation takes part."""

    people: int
    digital: bool = False


def seats_for(form: MeetingForm, wish: Wish) -> int:
    """How many seats they take. None in a room that they do not come to, since they take part by the link."""
    return 0 if wish.digital and form is MeetingForm.hybrid else wish.people


@dataclass(frozen=True, slots=True)
class Queued:
    """A place in the queue: whose, and for how many seats."""

    key: int
    people: int


def blockers_to_plan(plan: Plan, *, called_off: bool, at: datetime) -> list[Blocker]:
    """Why the consultation may not have the meeting."""
    found = [Blocker("meeting_matter_over")] if called_off else []
    if plan.starts_at <= at:
        found.append(Blocker("meeting_passed", field="on"))
    if not plan.starts_at < plan.ends_at <= plan.starts_at + LONGEST:
        found.append(Blocker("meeting_ends_before_start", field="ends"))
    if plan.register_until > plan.starts_at:
        found.append(Blocker("meeting_register_after_start", field="register_on"))
    if plan.form is not MeetingForm.digital and not plan.place:
        found.append(Blocker("meeting_place_missing", field="place"))
    if plan.form is not MeetingForm.on_site and not plan.link:
        found.append(Blocker("meeting_link_missing", field="link"))
    if plan.seats is not None and plan.seats_each > plan.seats:
        found.append(Blocker("meeting_seats_each", field="seats_each"))
    return found


def blockers_to_change(facts: Facts, at: datetime) -> list[Blocker]:
    """Why the meeting stands as it is: it has begun, or is called off."""
    found = _over(facts)
    if not found and facts.starts_at <= at:
        found.append(Blocker("meeting_begun"))
    return found


def blockers_to_cancel(facts: Facts, at: datetime) -> list[Blocker]:
    """Why it can no longer be called off."""
    return blockers_to_change(facts, at)


def blockers_to_register(facts: Facts, wish: Wish, at: datetime) -> list[Blocker]:
    """Why an organisation may not register. That the seats are taken is no hindrance: it then waits in the queue."""
    found = _closed(facts, at)
    if not 0 < wish.people <= min(facts.seats_each, MOST_EACH):
        found.append(Blocker("meeting_people_each", {"seats": facts.seats_each}, field="people"))
    if wish.digital and facts.form is MeetingForm.on_site:
        found.append(Blocker("meeting_not_digital", field="digital"))
    return found


def blockers_to_enlarge(facts: Facts, before: Wish, wish: Wish, at: datetime) -> list[Blocker]:
    """Why one that comes may not have more seats: they are taken, or others wait. It keeps what it has."""
    found = blockers_to_register(facts, wish, at)
    if not found and seats_for(facts.form, wish) > seats_for(facts.form, before) and not has_room(facts, wish):
        found.append(Blocker("meeting_seats_taken", {"people": before.people}, field="people"))
    return found


def blockers_to_leave(facts: Facts, at: datetime) -> list[Blocker]:
    """Why it can no longer say that it does not come: until the meeting begins it can, also after the last day to register."""
    return blockers_to_change(facts, at)


def blockers_to_ask(facts: Facts, at: datetime) -> list[Blocker]:
    """Why nobody can say what they need."""
    return blockers_to_change(facts, at)


def blockers_to_note_attendance(facts: Facts, at: datetime) -> list[Blocker]:
    """Who came is noted once it has begun."""
    found = [Blocker("meeting_cancelled")] if facts.cancelled else []
    if facts.starts_at > at:
        found.append(Blocker("meeting_not_begun"))
    return found


def _closed(facts: Facts, at: datetime) -> list[Blocker]:
    found = _over(facts)
    if not facts.announced:
        found.append(Blocker("not_announced"))
    if not found and facts.starts_at <= at:
        found.append(Blocker("meeting_begun"))
    elif not found and facts.register_until <= at:
        found.append(Blocker("meeting_registration_closed", {"until": facts.register_until}))
    return found


def _over(facts: Facts) -> list[Blocker]:
    if facts.cancelled:
        return [Blocker("meeting_cancelled")]
    return [Blocker("meeting_matter_over")] if facts.called_off else []


def has_room(facts: Facts, wish: Wish) -> bool:
    """Whether there are seats for so many, and nobody stands before them in the queue; always for those who need no seat."""
    people = seats_for(facts.form, wish)
    return people == 0 or facts.seats is None or (facts.waiting == 0 and facts.taken + people <= facts.seats)


def state_for(facts: Facts, wish: Wish) -> RegistrationState:
    """What a new registration becomes."""
    return RegistrationState.registered if has_room(facts, wish) else RegistrationState.waiting


def stands_in_line(people: int, seats: int | None, seats_each: int) -> bool:
    """Whether so many seats could ever be given at once. Who waits for more, since the meeting has become smaller, holds nobody up."""
    return people <= seats_each and (seats is None or people <= seats)


def promoted(queue: Sequence[Queued], seats: int | None, taken: int, seats_each: int = MOST_EACH) -> list[int]:
    """Who in the queue comes now, in order. Nobody is passed who could: where the first does not fit, the others wait too.

    Who needs no seat any more passes nobody.
    """
    chosen: list[int] = []
    full = False
    for waiting in queue:
        if not stands_in_line(waiting.people, seats, seats_each):
            continue
        full = full or (seats is not None and taken + waiting.people > seats)
        if waiting.people and full:
            continue
        chosen.append(waiting.key)
        taken += waiting.people
    return chosen


@dataclass(frozen=True, slots=True)
class Other:
    """Another meeting: its title and when."""

    title: str
    starts_at: datetime
    ends_at: datetime


def hints(plan: Plan, *, holiday: str, closes_at: datetime | None, others: Iterable[Other], at: datetime) -> list[Blocker]:
    """What to think of, privately: nothing here stops anybody.

    Args:
        holiday: the name of the holiday that the day is; empty when it is none.
        closes_at: when the time to answer is over, exclusive.
    """
    found = [Blocker("hint_meeting_holiday", {"name": holiday})] if holiday else []
    found += [
        Blocker("hint_meeting_clash", {"title": other.title, "starts_at": other.starts_at})
        for other in others
        if other.starts_at < plan.ends_at and plan.starts_at < other.ends_at
    ]
    if at < plan.starts_at < at + timedelta(days=14):
        found.append(Blocker("hint_meeting_soon"))
    if closes_at is not None and plan.starts_at >= closes_at:
        found.append(Blocker("hint_meeting_after_closing"))
    return found
