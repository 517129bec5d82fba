"""What the commands write and record, and what they refuse."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from sakrad.consultations import commands, links, queries
from sakrad.consultations.lifecycle import Phase
from sakrad.consultations.models import Consultation, DeclineReason, Invitation, QuestionKind
from sakrad.core import clock
from sakrad.core.db import db, transaction
from sakrad.core.errors import Blocked, Missing, Stale
from sakrad.core.events import Event, EventName
from sakrad.core.files import FileKind, put
from tests import factories as make

AT = clock.start_of(date(2027, 9, 20)) + timedelta(hours=9)


def events(consultation: Consultation) -> list[str]:
    return list(db.session.scalars(sa.select(Event.name).where(Event.consultation_id == consultation.id).order_by(Event.id)))


def ready(**values: object) -> Consultation:
    """A draft that nothing stands in the way of announcing at AT."""
    function = make.function()
    authority = function.unit.authority
    with transaction():
        consultation = commands.draft_consultation(
            authority,
            title="Stöd och skydd",
            actor=None,
            at=AT,
            **{
                "lead": "Vad behövs?",
                "purpose": "En plan.",
                "background": "I fjol.",
                "can_influence": "Vägen in",
                "already_decided": "Ramen",
                "selection_rationale": "De möter dem.",
                "function": function,
            }
            | values,
        )
        commands.add_question(consultation, kind=QuestionKind.experience, text="Vad ser ni?", actor=None, at=AT)
    return consultation


def test_a_draft_has_its_open_question_and_proposed_dates(app):
    consultation = ready()
    assert [(question.number, question.kind) for question in consultation.questions] == [
        (1, QuestionKind.experience),
        (2, QuestionKind.open),
    ]
    assert consultation.questions[-1].text == "Något annat ni vill säga?"
    assert clock.last_day(consultation.closes_at) == date(2027, 11, 1)
    assert consultation.summary_due_on == date(2027, 12, 6)
    assert consultation.feedback_due_on is not None
    assert consultation.unit is consultation.function.unit
    assert events(consultation)[0] == EventName.consultation_drafted


def test_two_of_the_same_title_get_different_addresses(app):
    authority = make.authority()
    with transaction():
        slugs = [commands.draft_consultation(authority, title="Äldres vardag", actor=None, at=AT).slug for _ in range(2)]
    assert slugs == ["aldres-vardag", "aldres-vardag-2"]


def test_no_title_takes_the_address_of_the_page_for_new_ones(app):
    authority = make.authority()
    with transaction():
        slugs = [commands.draft_consultation(authority, title="Nytt", actor=None, at=AT).slug for _ in range(2)]
    assert slugs == ["nytt-2", "nytt-3"]


def test_a_function_of_another_authority_is_refused(app):
    authority, function = make.authority(), make.function()
    with pytest.raises(commands.FunctionElsewhere), transaction():
        commands.draft_consultation(authority, title="Fel", function=function, actor=None, at=AT)


def test_a_change_raises_the_version_and_an_old_one_is_stale(app):
    consultation = ready()
    seen = consultation.version
    with transaction():
        commands.change_consultation(consultation, values={"purpose": "Ett nytt syfte."}, seen_version=seen, actor=None, at=AT)
    assert consultation.version == seen + 1
    with pytest.raises(Stale) as caught, transaction():
        commands.change_consultation(consultation, values={"purpose": "Ett annat."}, seen_version=seen, actor=None, at=AT)
    assert caught.value.theirs is consultation
    assert consultation.purpose == "Ett nytt syfte."


def test_announcing_lists_every_blocker_and_writes_nothing(app):
    authority = make.authority()
    with transaction():
        consultation = commands.draft_consultation(authority, title="Tomt", actor=None, at=AT)
    with pytest.raises(Blocked) as caught, transaction():
        commands.announce(consultation, actor=None, at=AT)
    assert len(caught.value.blockers) == 8
    assert consultation.announced_at is None


def test_announcing_opens_it_when_no_day_was_given_and_invites_those_picked(app):
    consultation = ready()
    organisation = make.organisation()
    with transaction():
        invitation = commands.invite(consultation, organisation, actor=None, at=AT)
    assert EventName.organisation_invited not in events(consultation)
    with transaction():
        commands.announce(consultation, actor=None, at=AT)
    assert consultation.opens_at == AT
    assert queries.phase_of(consultation, AT) is Phase.open
    invited = db.session.scalars(sa.select(Event).where(Event.name == EventName.organisation_invited)).all()
    assert [(event.subject_id, event.organisation_id) for event in invited] == [(invitation.id, organisation.id)]


def test_a_day_that_began_today_opens_at_the_announcement(app):
    consultation = ready(opens_at=clock.start_of(date(2027, 9, 20)))
    with transaction():
        commands.announce(consultation, actor=None, at=AT)
    assert consultation.opens_at == AT


def test_a_soft_gate_is_passed_with_a_public_reason(app):
    consultation = ready(closes_at=clock.end_of(date(2027, 10, 1)))
    with pytest.raises(Blocked), transaction():
        commands.announce(consultation, actor=None, at=AT)
    with transaction():
        commands.announce(consultation, reasons={"short_time_reason": "Lagen ändras."}, actor=None, at=AT)
    assert consultation.short_time_reason == "Lagen ändras."
    assert consultation.announced_at == AT


def test_after_the_announcement_an_invitation_goes_out_at_once_and_only_once(app):
    consultation, organisation = make.consultation(Phase.open), make.organisation()
    with transaction():
        commands.invite(consultation, organisation, actor=None, at=clock.now())
    with pytest.raises(commands.AlreadyInvited), transaction():
        commands.invite(consultation, organisation, actor=None, at=clock.now())
    assert events(consultation).count(EventName.organisation_invited) == 1


def test_an_announced_one_cannot_be_changed_below_the_gates(app):
    consultation = ready(opens_at=clock.start_of(date(2027, 9, 27)))
    with transaction():
        commands.announce(consultation, actor=None, at=AT)
    for values in ({"purpose": ""}, {"opens_at": None}, {"closes_at": clock.end_of(date(2027, 10, 1))}):
        with pytest.raises(Blocked), transaction():
            commands.change_consultation(consultation, values=values, seen_version=consultation.version, actor=None, at=AT)
    with pytest.raises(Blocked) as caught, transaction():
        commands.remove_question(consultation.questions[0], actor=None, at=AT)
    assert [blocker.code for blocker in caught.value.blockers] == ["question_missing"]
    with transaction():
        commands.change_consultation(consultation, values={"purpose": "Klarare."}, seen_version=consultation.version, actor=None, at=AT)
    assert consultation.purpose == "Klarare."


def test_questions_keep_their_order_without_gaps_and_the_open_one_last(app):
    consultation = ready()
    with transaction():
        for text in ("B", "C"):
            commands.add_question(consultation, kind=QuestionKind.proposal, text=text, actor=None, at=AT)
        commands.move_question(consultation.questions[2], by=-1, actor=None, at=AT)
        commands.move_question(consultation.questions[0], by=-1, actor=None, at=AT)  # is first: nothing happens
        commands.move_question(consultation.questions[2], by=1, actor=None, at=AT)  # the open one stays last
        commands.remove_question(consultation.questions[0], actor=None, at=AT)
    assert [(question.number, question.text) for question in consultation.questions] == [
        (1, "C"),
        (2, "B"),
        (3, "Något annat ni vill säga?"),
    ]


def test_the_open_question_can_be_reworded_but_neither_moved_nor_removed(app):
    last = ready().questions[-1]
    with transaction():
        commands.change_question(
            last, kind=QuestionKind.open, text="Mer?", help="", length_hint="", required=False, options=[], actor=None, at=AT
        )
    assert last.text == "Mer?"
    for refused in (
        lambda: commands.remove_question(last, actor=None, at=AT),
        lambda: commands.move_question(last, by=-1, actor=None, at=AT),
    ):
        with pytest.raises(Blocked), transaction():
            refused()


@pytest.mark.parametrize(
    ("kind", "options"),
    [(QuestionKind.need, []), (QuestionKind.choice, ["En"]), (QuestionKind.choice, ["En", "En"]), (QuestionKind.proposal, ["Ja", "Nej"])],
    ids=["a need without options", "one option", "the same twice", "options on a proposal"],
)
def test_options_belong_to_needs_and_choices(app, kind, options):
    consultation = ready()
    with pytest.raises(commands.OptionsMisplaced), transaction():
        commands.add_question(consultation, kind=kind, text="Vad?", options=options, actor=None, at=AT)


def test_what_is_frozen_when_it_opens(app):
    consultation = make.consultation(Phase.open)
    now = clock.now()
    upload = put(b"%PDF-1.4", "underlag.pdf", FileKind.pdf)
    for change in (
        lambda: commands.change_consultation(consultation, values={"purpose": "x"}, seen_version=1, actor=None, at=now),
        lambda: commands.add_question(consultation, kind=QuestionKind.proposal, text="x", actor=None, at=now),
        lambda: commands.move_question(consultation.questions[0], by=1, actor=None, at=now),
        lambda: commands.remove_question(consultation.questions[0], actor=None, at=now),
        lambda: commands.add_material(consultation, upload=upload, title="x", description="x", actor=None, at=now),
    ):
        with pytest.raises(Blocked) as caught, transaction():
            change()
        assert [blocker.code for blocker in caught.value.blockers] == ["frozen_at_opening"]


def test_material_is_added_and_removed_before_the_opening(app):
    consultation = ready()
    with transaction():
        upload = put(b"%PDF-1.4", "underlag.pdf", FileKind.pdf)
        material = commands.add_material(consultation, upload=upload, title="Underlag", description="Siffror.", actor=None, at=AT)
    assert queries.get_material(consultation.municipality.slug, consultation.slug, material.reference) is material
    with pytest.raises(Missing):
        queries.get_public_material(consultation.municipality.slug, consultation.slug, material.reference)
    with transaction():
        commands.remove_material(material, actor=None, at=AT)
    assert events(consultation)[-2:] == [EventName.material_added, EventName.material_removed]


def test_more_time_can_be_given_and_less_cannot(app):
    consultation = make.consultation(Phase.open)
    later = consultation.closes_at + timedelta(days=7)
    with transaction():
        commands.move_closing(consultation, closes_at=later, reason="Fler hann inte.", actor=None, at=clock.now())
    assert consultation.closes_at == later
    with pytest.raises(Blocked), transaction():
        commands.move_closing(consultation, closes_at=later - timedelta(days=1), reason="Mindre tid.", actor=None, at=clock.now())
    assert consultation.closes_at == later
    assert events(consultation) == [EventName.closing_moved]


def test_its_course_to_the_end(app):
    consultation, now = make.consultation(Phase.compiling), clock.now()
    with pytest.raises(Blocked), transaction():
        commands.mark_answered(consultation, now)
    with transaction():
        commands.mark_summarised(consultation, now)
        commands.mark_answered(consultation, now)
        commands.begin_follow_up(consultation, now)
        commands.begin_follow_up(consultation, now + timedelta(days=1))
    assert consultation.follow_up_began_at == now
    with transaction():
        commands.end(consultation, actor=None, at=now)
    assert queries.phase_of(consultation, now) is Phase.ended
    with pytest.raises(Blocked), transaction():
        commands.cancel(consultation, reason="För sent.", actor=None, at=now)


def test_the_summary_waits_for_the_closing(app):
    consultation = make.consultation(Phase.open)
    with pytest.raises(Blocked), transaction():
        commands.mark_summarised(consultation, clock.now())


def test_cancelling_keeps_its_reason(app):
    consultation = make.consultation(Phase.open)
    with transaction():
        commands.cancel(consultation, reason="Lagen kom inte.", actor=None, at=clock.now())
    assert consultation.cancel_reason == "Lagen kom inte."
    assert events(consultation) == [EventName.consultation_cancelled]


def test_an_organisation_declines_and_changes_its_mind(app):
    invitation, now = make.invitation(make.consultation(Phase.open)), clock.now()
    with transaction():
        commands.decline(invitation, reason=DeclineReason.no_time, at=now)
    assert invitation.declined_at == now
    with transaction():
        commands.intend(invitation, at=now)
    assert (invitation.declined_at, invitation.decline_reason, invitation.intends_at) == (None, None, now)
    assert events(invitation.consultation) == [EventName.invitation_declined, EventName.invitation_intended]


def test_the_mailer_marks_the_first_sending_and_the_bounce(app):
    invitation, now = make.invitation(make.consultation(Phase.open)), clock.now()
    with transaction():
        commands.mark_sent(invitation, now)
        commands.mark_sent(invitation, now + timedelta(hours=1))
        commands.mark_bounced(invitation, now)
    assert (invitation.sent_at, invitation.bounced_at) == (now, now)


def test_before_announcing_one_can_be_taken_off_the_list(app):
    consultation, organisation = ready(), make.organisation()
    with transaction():
        invitation = commands.invite(consultation, organisation, actor=None, at=AT)
    with transaction():
        commands.uninvite(invitation, actor=None, at=AT)
    assert db.session.scalar(sa.select(sa.func.count(Invitation.id))) == 0
    sent = make.invitation(make.consultation(Phase.open))
    with pytest.raises(Blocked), transaction():
        commands.uninvite(sent, actor=None, at=clock.now())


def test_a_true_link_finds_its_invitation_and_a_false_one_nothing(app):
    invitation = make.invitation(make.consultation(Phase.open))
    token = links.token_of(invitation)
    assert queries.get_invitation(token) is invitation
    for false in (token[:-1] + ("0" if token[-1] != "0" else "1"), invitation.reference, f"{invitation.reference}.", "å.ä", ""):
        with pytest.raises(Missing):
            queries.get_invitation(false)


def test_a_link_to_a_draft_opens_nothing(app):
    invitation = make.invitation(make.consultation(Phase.draft))
    with pytest.raises(Missing):
        queries.get_invitation(links.token_of(invitation))
