"""The words for mails on the operator's pages: the kind and what became of it, never what a mail says."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from sakrad.core import i18n
from sakrad.notifications.models import MailKind

OWN_SPACE = _("Eget utrymme")  # one word for all: a kind of its own would tell that somebody writes, and what they are about to do

i18n.name_all(
    {
        MailKind.draft_mention: OWN_SPACE,
        MailKind.draft_to_approve: OWN_SPACE,
        MailKind.draft_decided: OWN_SPACE,
        MailKind.still_right: OWN_SPACE,
        MailKind.approval_rule_changed: OWN_SPACE,
        MailKind.confirm_address: _("Bekräfta adress"),
        MailKind.address_known: _("Känd adress"),
        MailKind.reset_password: _("Nytt lösenord"),
        MailKind.join_invitation: _("Inbjudan till en roll"),
        MailKind.invitation: _("Inbjudan till ett sakråd"),
        MailKind.receipt: _("Kvitto"),
        MailKind.received_for_registrar: _("Inkommet svar till registrator"),
        MailKind.position_disowned: _("Svar som inte är organisationens"),
        MailKind.position_withdrawn: _("Återtaget svar"),
        MailKind.position_ratified: _("Bekräftat svar"),
        MailKind.summary_published: _("Sammanställning publicerad"),
        MailKind.feedback_published: _("Nämndens svar publicerat"),
        MailKind.progress_added: _("Nytt om åtagande"),
        MailKind.closing_moved: _("Längre svarstid"),
        MailKind.consultation_cancelled: _("Sakråd inställt"),
        MailKind.enquiry_receipt: _("Kvitto på fråga"),
        MailKind.enquiry_for_mailbox: _("Fråga till kommunen"),
        MailKind.organisations_merged: _("Sammanslagning att godkänna"),
        MailKind.feedback_overdue: _("Nämndens svar är försenat"),
        MailKind.commitment_overdue: _("Försenat åtagande"),
        MailKind.pledge_asked: _("Fråga om en del av ett åtagande"),
        MailKind.pledge_answered: _("Svar om en del av ett åtagande"),
        MailKind.pledge_progress_added: _("Uppföljning från en organisation"),
        MailKind.follow_up_asked: _("Fråga om hur ett åtagande går"),
    }
)
