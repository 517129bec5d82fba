"""One open page's saves, told apart, so that a page meets its own words again and not a stranger's.

The network may lose the answer to a save that was executed. The page then knows an old version while its own words
already stand there, and what is typed meanwhile would look like somebody else's edit. So each save may carry a mark:
the page's random name and a number that rises ("k3f9x0ab.7"). It is kept with the version that the save made.
"""

from __future__ import annotations

import re

MARK = re.compile(r"([0-9a-z]{8,16})\.([0-9]{1,9})")


def marked(version: int, mark: str) -> str:
    """What is kept with the version. It names the version, so that a later one made by other means is nobody's."""
    return f"{version}:{mark}" if MARK.fullmatch(mark) else ""


def continues(kept: str, version: int, mark: str) -> bool:
    """Whether the version that stands there was made by an earlier save of the very page that now saves.

    A save that was delayed on the way, and comes after a later one of the same page, does not continue it.
    """
    made, _colon, earlier = kept.partition(":")
    before, now = MARK.fullmatch(earlier), MARK.fullmatch(mark)
    return bool(before and now and made == str(version) and before[1] == now[1] and int(before[2]) < int(now[2]))
