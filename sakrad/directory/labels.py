"""The words of the directory's enums on screen."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from sakrad.core import i18n
from sakrad.directory.models import ApprovalRule, MunicipalityKind, OrganisationKind, VerificationBasis
from sakrad.directory.register_file import Choice, Field, Match, Remark

i18n.name_all(
    {
        MunicipalityKind.municipality: _("Kommun"),
        MunicipalityKind.region: _("Region"),
        OrganisationKind.association: _("Förening"),
        OrganisationKind.umbrella: _("Paraplyorganisation"),
        OrganisationKind.faith_community: _("Trossamfund"),
        OrganisationKind.study_association: _("Studieförbund"),
        OrganisationKind.foundation: _("Stiftelse"),
        OrganisationKind.cooperative: _("Kooperativ"),
        OrganisationKind.network: _("Nätverk"),
        ApprovalRule.one: _("En person gör allt"),
        ApprovalRule.two: _("Två tillsammans"),
        ApprovalRule.board: _("Styrelsen"),
        VerificationBasis.org_number: _("Organisationsnumret är kontrollerat"),
        VerificationBasis.statutes: _("Stadgarna är lästa"),
        VerificationBasis.known: _("Kommunen känner organisationen"),
    }
)
# Each apart: a code equals a text, and several of these are alike.
i18n.name_all(
    {
        Field.name: _("Namn"),
        Field.org_number: _("Organisationsnummer"),
        Field.email: _("E-post"),
        Field.email_other: _("E-post i andra hand"),
        Field.kind: _("Slag av organisation"),
        Field.groups: _("Grupper som den talar för"),
        Field.subjects: _("Ämnen"),
        Field.area: _("Kommundel eller område"),
        Field.address: _("Postadress"),
        Field.postal_code: _("Postnummer"),
        Field.city: _("Ort"),
    }
)
i18n.name_all(
    {
        Remark.name_missing: _("Namn saknas, så raden kan inte tas in"),
        Remark.number_personal: _("Numret ser ut som ett personnummer och tas inte in"),
        Remark.number_wrong: _("Organisationsnumret stämmer inte och tas inte in"),
        Remark.email_wrong: _("E-postadressen går inte att använda och tas inte in"),
        Remark.email_personal: _("Adressen ser ut att vara en persons. Ta hellre en gemensam adress"),
        Remark.unreachable: _("Har varken e-post eller postadress och kan inte bjudas in än"),
        Remark.care_of: _("Postadressen går hem till en person (c/o)"),
        Remark.shelter: _("Kan behöva skydd. Då tas varken kommun, område eller postadress in"),
        Remark.group_unknown: _("En grupp eller ett ämne känns inte igen och tas inte in"),
    }
)
i18n.name_all(
    {
        Match.number: _("Samma organisationsnummer"),
        Match.name: _("Samma namn"),
        Match.email: _("Samma e-postadress"),
    }
)
i18n.name_all(
    {
        Choice.add: _("Lägg till"),
        Choice.update: _("Fyll i det som är tomt"),
        Choice.skip: _("Hoppa över"),
    }
)
