"""Which changes a public address is made anew by."""

from __future__ import annotations

import pytest

from sakrad.core.stamps import ALL, SHARED, scopes_of

OWN = (SHARED, "ekhamra")


@pytest.mark.parametrize(
    ("path", "scopes"),
    [
        ("/", (ALL,)),
        ("/kommun", (ALL,)),
        ("/kommun/", (ALL,)),
        ("/lan/brukslanet.atom", (ALL,)),
        ("/kalender.ics", (ALL,)),
        ("/kommun/ekhamra", OWN),
        ("/kommun/ekhamra.atom", OWN),
        ("/kommun/ekhamra/bild.png", OWN),
        ("/kommun/ekhamra/kalender.ics", OWN),
        ("/kommun/ekhamra/kalender", (ALL,)),  # the neighbours stand there too
        ("/kommun/ekhamra/sakrad/skolvagar.atom", OWN),
    ],
)
def test_an_address_depends_on_what_it_shows(path: str, scopes: tuple[str, ...]) -> None:
    assert scopes_of(path) == scopes
