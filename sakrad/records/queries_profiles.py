"""What an organisation says of itself, as texts in which words can be hidden."""

from __future__ import annotations

from sakrad.core.i18n import label
from sakrad.directory.models import Organisation
from sakrad.directory.queries import find_profile_version
from sakrad.records.masking import MaskableText
from sakrad.records.models import TextKind

KINDS = {TextKind.description: "description", TextKind.added_value: "added_value"}  # and the columns where they lie


def list_texts(organisation: Organisation) -> list[MaskableText]:
    """What the organisation says of itself and readers see. No row before it was kept as a version: then nothing is masked."""
    last = find_profile_version(organisation)
    ids = (last.id,) if last else ()
    said = {kind: getattr(organisation, name) for kind, name in KINDS.items()}
    return [MaskableText(kind.value, kind, ids, label(kind), words) for kind, words in said.items() if words]
