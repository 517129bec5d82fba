"""Make static/sakrad.css, the one style sheet that pages load, of its parts.

    python deploy/css.py            write it
    python deploy/css.py --check    fail when the committed file is not what its parts make

Order: tokens; elements and layout in the layer "base"; the library in the layer "ds", which wins over
elements; components and print outside every layer, which win over both.
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
BUNDLE = STATIC / "sakrad.css"
PARTS = (
    ("css/tokens.css", "@layer base,ds;{}"),
    ("css/base.css", "@layer base{{{}}}"),
    ("vendor/designsystemet.css", "@layer ds{{{}}}"),
    ("css/components.css", "{}"),
    ("css/reading.css", "{}"),
    ("css/print.css", "@media print{{{}}}"),
)
HEAD = "/* Made by deploy/css.py: change static/css/, not this. Contains parts of Designsystemet (MIT, see vendor/). */\n"


def minify(css: str) -> str:
    strings: list[str] = []

    def keep(match: re.Match[str]) -> str:
        strings.append(match[0])
        return f"\x00{len(strings) - 1}\x00"

    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r'"[^"]*"|\'[^\']*\'', keep, css)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};,>]) ?", r"\1", css)
    css = re.sub(r": ", ":", css)
    css = css.replace(";}", "}").strip()
    return re.sub(r"\x00(\d+)\x00", lambda match: strings[int(match[1])], css)


def bundle() -> str:
    parts = [wrap.format(minify((STATIC / path).read_text("utf-8"))) for path, wrap in PARTS]
    return HEAD + re.sub(r'url\("\.\./([^"]+)"\)', stamped, "\n".join(parts)) + "\n"


def stamped(match: re.Match[str]) -> str:
    """The parts lie one folder down; the stamp lets a browser keep the file for ever."""
    content = (STATIC / match[1]).read_bytes()
    return f'url("{match[1]}?v={hashlib.sha256(content).hexdigest()[:8]}")'


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        if BUNDLE.read_text("utf-8") != bundle():
            sys.exit("static/sakrad.css is not what static/css makes: run python deploy/css.py")
        print("static/sakrad.css: as its parts make it")
    else:
        BUNDLE.write_text(bundle(), "utf-8")
