"""The words of the directory's enums on screen."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from sakrad.core import i18n
from sakrad.directory.models import ApprovalRule, MunicipalityKind, OrganisationKind, VerificationBasis

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
