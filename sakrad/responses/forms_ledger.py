"""The forms of the promise ledger: what has happened, organisations' parts, and linked decisions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField, URLField
from wtforms.validators import DataRequired, InputRequired, Optional

from sakrad.core.fields import Day, at_most
from sakrad.core.i18n import choices
from sakrad.core.text import normalised
from sakrad.directory.models import Organisation
from sakrad.positions.forms_received import LARGEST_ATTACHMENT
from sakrad.records.models import MaskGround, ReviewDecision
from sakrad.responses.lifecycle_pledging import LINE
from sakrad.responses.models import Commitment, ProgressStatus

TOLD = 5_000  # code points
LARGEST_PROOF = LARGEST_ATTACHMENT


def _line(label: Any, limit: int, hint: Any = "", *rules: Any) -> StringField:
    return StringField(label, description=hint, filters=[normalised], validators=[*(rules or [Optional()]), at_most(limit)])


class ProgressForm(FlaskForm):
    """What has happened."""

    status = RadioField(_("Läget"), choices=lambda: choices(ProgressStatus), validators=[InputRequired(_("Välj läget."))])
    text = TextAreaField(
        _("Vad har hänt?"),
        description=_("Visas offentligt och kan inte ändras efteråt. Skriv inga namn."),
        filters=[normalised],
        validators=[at_most(TOLD)],
    )
    due_on = Day(
        _("Ny dag"),
        description=_("Bara när läget är ”Ändrat”. Den tidigare dagen står kvar bredvid."),
        validators=[Optional()],
    )
    link = URLField(
        _("Länk"), filters=[normalised], description=_("Till något som visar det, om det finns."), validators=[Optional(), at_most(500)]
    )
    file = FileField(
        _("Fil som visar det"),
        description=_("PDF, Word (docx), ODT, PNG eller JPEG, högst 10 MB. Läsarna får en kopia utan dolda uppgifter."),
    )
    file_says = _line(_("Vad visar filen?"), 300, _("I ord, för den som inte kan se eller öppna den."))


class OwnProgressForm(FlaskForm):
    """What an organisation tells of its part."""

    status = RadioField(
        _("Läget"),
        choices=[
            SelectChoice(ProgressStatus.under_way.value, _("Går som planerat")),
            SelectChoice(ProgressStatus.changed.value, _("Ändrat")),
            SelectChoice(ProgressStatus.done.value, _("Klart")),
        ],
        validators=[InputRequired(_("Välj läget."))],
    )
    text = TextAreaField(
        _("Berätta"),
        description=_("Kommunen läser det före publicering. Det kan inte ändras efteråt. Skriv inga namn."),
        filters=[normalised],
        validators=[at_most(TOLD)],
    )
    link = URLField(
        _("Länk"), filters=[normalised], description=_("Till något som visar det, om det finns."), validators=[Optional(), at_most(500)]
    )


class PledgeForm(FlaskForm):
    """A part that an organisation could take."""

    organisation = SelectField(_("Organisation"), validators=[InputRequired(_("Välj en organisation."))])
    part = _line(
        _("Vad gör organisationen?"),
        LINE,
        _("Ett förslag. Det syns för andra först när organisationen har bekräftat det, och de kan be om en annan lydelse."),
        DataRequired(_("Skriv vad organisationen gör.")),
    )

    def offer(self, organisations: Iterable[Organisation]) -> None:
        """Give the organisations to choose from."""
        self.organisation.choices = [SelectChoice("", _("Välj")), *(SelectChoice(one.slug, one.name) for one in organisations)]


class PartForm(FlaskForm):
    """The wording of a part that has not been asked for yet."""

    part = _line(_("Vad gör organisationen?"), LINE, "", DataRequired(_("Skriv vad organisationen gör.")))


class ConfirmForm(FlaskForm):
    """The wording that the organisation has seen and stands for."""

    seen = HiddenField()


class CounterForm(FlaskForm):
    """Another wording, that the organisation would rather confirm."""

    words = _line(
        _("Vi skulle hellre skriva"), LINE, _("Kommunen svarar, och ni bekräftar sedan."), DataRequired(_("Skriv er egen lydelse."))
    )


class DecisionForm(FlaskForm):
    """A decision that bears on what was promised."""

    about = SelectField(_("Gäller"), validators=[InputRequired(_("Välj vad beslutet gäller."))])
    body = _line(_("Vem beslutade?"), 160, _("Till exempel Kommunfullmäktige."), DataRequired(_("Skriv vem som beslutade.")))
    decided_on = Day(_("Beslutets dag"), validators=[InputRequired(_("Ange dagen för beslutet."))])
    ref = _line(_("Paragraf eller nummer"), 60, _("Till exempel § 41."), DataRequired(_("Skriv paragraf eller nummer.")))
    what = _line(_("Vad beslutades?"), 300, _("I en mening."))
    minutes_url = URLField(_("Länk till protokollet"), filters=[normalised], validators=[Optional(), at_most(500)])

    def offer(self, commitments: Iterable[Commitment]) -> None:
        """Give what the decision may be about: the whole, or one of the commitments."""
        one_by_one = [SelectChoice(str(one.number), f"{one.number}. {one.what}") for one in commitments]
        self.about.choices = [SelectChoice("", _("Välj")), SelectChoice("0", _("Hela sakrådet")), *one_by_one]


class StepReviewForm(FlaskForm):
    """Whether readers get what an organisation has told of its part."""

    decision = RadioField(
        _("Ska det publiceras?"), choices=lambda: choices(ReviewDecision), validators=[InputRequired(_("Välj ett svar."))]
    )
    ground = SelectField(
        _("Rättslig grund"),
        description=_("När något maskas eller inte publiceras. Kritik är aldrig en grund."),
        choices=lambda: [("", _("Välj")), *choices(MaskGround)],
        validators=[Optional()],
    )
    reason = _line(_("Skäl"), 500, _("När det inte publiceras. Internt; skriv inte det som ska skyddas."))

    def validate(self, extra_validators: Any = None) -> bool:
        """What is masked or withheld rests on law, and what is withheld says why."""
        valid: bool = super().validate(extra_validators)
        decision = self.decision.data
        if decision in (ReviewDecision.masked.value, ReviewDecision.withheld.value) and not self.ground.data:
            self.ground.errors = [*self.ground.errors, _("Välj en grund.")]
            valid = False
        if decision == ReviewDecision.withheld.value and not self.reason.data:
            self.reason.errors = [*self.reason.errors, _("Skriv skälet.")]
            valid = False
        return valid
