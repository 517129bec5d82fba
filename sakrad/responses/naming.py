"""A hint to whoever writes an answer: the words give away an organisation that readers are not told the name of. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from sakrad.core.words import STOP, WORD, stem, tokens

SHORTEST = 4  # letters of a word that may give a name away
COMMON = frozenset(
    stem(word)
    for word in """
    arbete avdelning barn bygd centrum distrikt familj folk forum församling förbund förening gemenskap grupp hjälp
    idrott idrottsförening intresseförening jour klubb kommun krets kultur kulturförening kvinna lokal lokalavdelning lokalförening
    medborgare natur nätverk organisation region riks riksförbund råd sam samarbete samfund samverkan sektion senior skola
    social stad stiftelse stöd svensk svenska sverige syd norr norra södra östra västra sällskap ungdom ung union verksamhet vän
    """.split()  # noqa: SIM905 - a list of words reads best as words
)


def given_away(texts: Iterable[str], names: Iterable[str], around: Iterable[str] = ()) -> list[str]:
    """The words of the names that stand in the texts, in any form. It is only a hint: nothing is refused for it.

    Args:
        names: of organisations that readers are not told of.
        around: texts whose words give nobody away, such as the consultation's title and the municipality's name.
    """
    written = {token.stem for text in texts for token in tokens(text)}
    harmless = COMMON | {token.stem for text in around for token in tokens(text)}
    words = {match[0] for name in names for match in WORD.finditer(name)}
    return sorted(
        word
        for word in words
        if len(word) >= SHORTEST and word.casefold() not in STOP and stem(word) in written and stem(word) not in harmless
    )
