"""What can be found: the kinds of results, best first among equals, and what is said of each one's place in its thread."""

from __future__ import annotations

import enum


class ResultKind(enum.StrEnum):
    """What a result is. The order is the order of rank: what is asked comes before what is said of it."""

    consultation = "consultation"
    question = "question"
    finding = "finding"
    response = "response"
    commitment = "commitment"
    organisation = "organisation"
    answer = "answer"


# SearchEntry.facts, as JSON: {"number": 2} is the question's, finding's or commitment's number in its consultation (a response has its
# finding's). Names are not kept: consultation_id, municipality_id and organisation_id are there to join. The consultation's title as
# readers see it is the title of the entry "consultation:<id>". An answer without a name has no organisation_id and {"unnamed": true}.
# {"versions": "812en 1533fi 2044+en"} is where in a consultation's text its versions in other languages begin, each with its title,
# by the key of its address; with "+" those of the summary.
