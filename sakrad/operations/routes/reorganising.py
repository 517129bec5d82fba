"""Reorganising, as the coordinator does it: a unit ends, and what it had to do is another's."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from sakrad.core import clock, htmx
from sakrad.core.access import requires
from sakrad.core.errors import Blocked, show_beside
from sakrad.operations import commands_reorganising, policy, queries_reorganising
from sakrad.operations.forms_reorganising import reorganise_form
from sakrad.operations.queries_reorganising import Plan, UnitList

bp = Blueprint("operations_reorganising", __name__)
UNITS = "/handlaggning/<kommun>/organisation"


@bp.get(UNITS)
@requires(policy.may_reorganise, load=queries_reorganising.get_units)
def units(found: UnitList) -> ResponseReturnValue:
    """The units that there are, and those that have ended."""
    return render_template("operations/reorganising/units.html", municipality=found.municipality, found=found)


@bp.route(f"{UNITS}/<reference>", methods=["GET", "POST"])
@requires(policy.may_reorganise, load=queries_reorganising.get_plan)
def unit(plan: Plan) -> ResponseReturnValue:
    """End one: who takes over, and what happens when the button is pressed."""
    form = reorganise_form(plan.functions, plan.heirs)
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            heir = next(one for one in plan.heirs if one.reference == form.heir.data)
            there = {function.reference: function for one in plan.heirs for function in one.functions}
            heirs = {one.id: there[chosen] for one in plan.functions if (chosen := form.choice_of(one))}
            name, heir_name = plan.unit.name, heir.name
            try:
                commands_reorganising.reorganise_unit(
                    plan.unit, heir, heirs=heirs, actor=current_user._get_current_object(), at=clock.now()
                )
            except Blocked as blocked:
                show_beside(form, blocked)
            else:
                flash(_("%(name)s har upphört. %(heir)s har tagit över.", name=name, heir=heir_name))
                return htmx.go(url_for(".units", kommun=plan.municipality.slug))
    return render_template("operations/reorganising/unit.html", municipality=plan.municipality, plan=plan, form=form), status
