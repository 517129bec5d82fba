"""The process that opens an uploaded file: the original on its standard input, the copy on its standard output."""

from __future__ import annotations

import logging
import resource
import sys
from collections.abc import Callable

from sakrad.core.stripped import docx, images, odt, pdf, sheet, template
from sakrad.core.stripped.refusal import Refusal

CPU = 15  # seconds
MEMORY = 1024 * 1024 * 1024  # bytes of address space
REFUSED = 3  # as in core.stripping
STRIPPERS: dict[str, Callable[[bytes], bytes]] = {
    "pdf": pdf.strip,
    "docx": docx.strip,
    "odt": odt.strip,
    "png": images.strip,
    "jpeg": images.strip,
    "xlsx": sheet.read,
    "template": template.strip,
}


def main(kind: str, largest: int) -> int:
    """Strip what comes in; a refusal's code goes out on standard error. Nothing else is ever said: files hold people's words."""
    logging.disable()  # parsers talk on standard error
    content = sys.stdin.buffer.read()
    _be_small()
    try:
        copy = STRIPPERS[kind](content)
        if len(copy) > largest:
            raise Refusal("too_complex")
    except Refusal as refusal:
        return _refuse(refusal.code)
    except (MemoryError, RecursionError):
        return _refuse("too_complex")
    except Exception:  # whatever a parser makes of a hostile file
        return _refuse("broken")
    sys.stdout.buffer.write(copy)
    sys.stdout.buffer.flush()
    return 0


def _be_small() -> None:
    """Take the limits before the file is looked at: no more memory, little time, no new files."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _refuse(code: str) -> int:
    sys.stderr.write(code)
    return REFUSED
