"""Fetch what others made and put the part that we use in static/vendor/. For developers only.

    python deploy/vendor.py            fetch with `npm pack`, verify, extract, write manifest.json
    python deploy/vendor.py --check    no network: every file is the one in the manifest, and no other

A package is pinned by the sha256 of its tarball. To move to a newer version, change the row and
run: the script refuses, and says the new sum, which you write here when you have read the package.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
MANIFEST = VENDOR / "manifest.json"


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    licence: str
    sha256: str
    copies: tuple[tuple[str, str], ...]
    """(path in the package, path in static/vendor)"""
    parts: tuple[str, ...] = ()
    """style sheets to gather into `extract`, in this order"""
    extract: str = ""


PACKAGES = (
    Package(
        "htmx.org",
        "2.0.11",
        "0BSD",
        "165a2655073e9e6e55e307a7c74e8ebcdb76afb7701f9c16cfd106a13add408e",
        (("dist/htmx.min.js", "htmx.min.js"), ("LICENSE", "htmx.LICENCE.txt")),
    ),
    Package(
        "@digdir/designsystemet-css",
        "1.22.0",
        "MIT",
        "0eeef1d967ee4f21e5e59f37c20666db8b66f20d93d4617907c4c4661f52298c",
        (("LICENSE", "designsystemet.LICENCE.txt"),),
        parts=("button", "fieldset", "field", "input", "error-summary"),
        extract="designsystemet.css",
    ),
    Package(
        "@fontsource/newsreader",
        "5.3.0",
        "OFL-1.1",
        "7f1d2c554aeecf94161c07b45dc99fcea400b2f1293605e27df5d0e64856a024",
        (
            ("files/newsreader-latin-500-normal.woff2", "fonts/newsreader-latin-500-normal.woff2"),
            ("files/newsreader-latin-400-italic.woff2", "fonts/newsreader-latin-400-italic.woff2"),
            ("LICENSE", "fonts/newsreader.LICENCE.txt"),
        ),
    ),
    Package(
        "@fontsource-variable/source-sans-3",
        "5.3.0",
        "OFL-1.1",
        "115c2d5a38a05d52c77ba02e4d939644bae30585a30a2e4657a3be2c99d5c7dc",
        (
            ("files/source-sans-3-latin-wght-normal.woff2", "fonts/source-sans-3-latin-wght-normal.woff2"),
            ("LICENSE", "fonts/source-sans-3.LICENCE.txt"),
        ),
    ),
)

# What of the library's style sheets we do not use: selectors with any of these are left out,
# and a rule without selectors goes with them. (Our own .choice draws radios and checkboxes as
# boxes; our own words mark what can only be read; our script counts characters.)
UNUSED_SELECTORS = re.compile(
    r"role=switch|affix|clickdelegatefor|click-delegate|data-field=|readonly|data-fullwidth"
    r"|data-variant=outline|data-position|indeterminate|data-width|data-icon|\.ds-field:(has|where)"
    r"|\[size\]|legend\+p|\*\{--_ds--focus|-webkit-hyphens|:dir\(rtl\)|focus-visible \*|:-moz-|::-moz"
)
UNUSED_DECLARATIONS = re.compile(
    r"^(--dsc-field-counter|--dsc-input-(background|border-color|color)--readonly|-webkit-print-color-adjust"
    r"|-moz-appearance|-webkit-appearance|--_stroke-width-fallback|animation:_is-visible|height:-moz-|width:-moz-"
    r"|--dsc-input-outline-(color--toggle|width|style|color)--?.*hover)"
)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def rules(css: str) -> list[tuple[str, str]]:
    """The sheet as (prelude, body without its braces); a prelude without a body is dropped."""
    found, depth, start, prelude, quote = [], 0, 0, "", ""
    for i, char in enumerate(css):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "{":
            if depth == 0:
                prelude, start = css[start:i].strip(), i + 1
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                found.append((prelude, css[start:i]))
                start = i + 1
        elif char == ";" and depth == 0:
            start = i + 1
    return found


def split_outside(text: str, separator: str) -> list[str]:
    """Split at the separator where it is inside no parenthesis, bracket or string."""
    pieces, depth, quote, piece = [], 0, "", ""
    for char in text:
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "([":
            depth += 1
        elif char in ")]":
            depth -= 1
        if char == separator and depth == 0 and not quote:
            pieces.append(piece)
            piece = ""
        else:
            piece += char
    return [p for p in (*pieces, piece) if p.strip()]


def used(css: str) -> str:
    out = []
    for prelude, body in rules(css):
        if prelude.startswith(("@media", "@supports")):
            inner = used(body)
            if inner and "-webkit-hyphens" not in prelude:
                out.append(f"{prelude}{{{inner}}}")
        elif not prelude.startswith("@"):
            selectors = [s for s in split_outside(prelude, ",") if not UNUSED_SELECTORS.search(s)]
            declarations = [d for d in split_outside(body, ";") if not UNUSED_DECLARATIONS.search(d)]
            if selectors and declarations:
                out.append(f"{','.join(selectors)}{{{';'.join(declarations)}}}")
    return "\n".join(out)


def pack(package: Package, into: Path) -> Path:
    spec = f"{package.name}@{package.version}"
    npm = shutil.which("npm") or sys.exit("npm is needed to fetch; --check does without")
    run = subprocess.run([npm, "pack", "--silent", spec], cwd=into, check=True, capture_output=True, text=True)
    tarball = into / run.stdout.strip().splitlines()[-1]
    if digest(tarball) != package.sha256:
        sys.exit(f"{spec}: expected sha256 {package.sha256}, got {digest(tarball)}")
    with tarfile.open(tarball) as tar:
        tar.extractall(into / "x", filter="data")
    return into / "x" / "package"


def place(package: Package) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        root = pack(package, Path(folder))
        written = []
        for source, target in package.copies:
            (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
            (VENDOR / target).write_bytes((root / source).read_bytes())
            written.append(target)
        if package.extract:
            sheets = [used((root / "dist" / "src" / f"{part}.css").read_text("utf-8")) for part in package.parts]
            parts = ", ".join(package.parts)
            head = f"/* {package.name} {package.version}, {package.licence}: {parts}. Extracted by deploy/vendor.py. */\n"
            (VENDOR / package.extract).write_text(head + "\n".join(sheets) + "\n", "utf-8")
            written.append(package.extract)
    return written


def update() -> None:
    rows = []
    for package in PACKAGES:
        files = [{"path": path, "sha256": digest(VENDOR / path)} for path in sorted(place(package))]
        rows.append(
            {
                "name": package.name,
                "version": package.version,
                "licence": package.licence,
                "tarball_sha256": package.sha256,
                "files": files,
            }
        )
    MANIFEST.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", "utf-8")


def check() -> list[str]:
    """What is wrong, in words; empty when all is well."""
    expected = {f["path"]: f["sha256"] for row in json.loads(MANIFEST.read_text("utf-8")) for f in row["files"]}
    present = {p.relative_to(VENDOR).as_posix() for p in VENDOR.rglob("*") if p.is_file() and p != MANIFEST}
    wrong = [f"missing: {path}" for path in sorted(expected.keys() - present)]
    wrong += [f"not in the manifest: {path}" for path in sorted(present - expected.keys())]
    wrong += [f"changed: {path}" for path in sorted(expected.keys() & present) if digest(VENDOR / path) != expected[path]]
    pinned = {(p.name, p.version, p.sha256) for p in PACKAGES}
    listed = {(r["name"], r["version"], r["tarball_sha256"]) for r in json.loads(MANIFEST.read_text("utf-8"))}
    return wrong + [f"manifest and script differ: {row[0]}" for row in sorted(pinned ^ listed)]


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        problems = check()
        print("\n".join(problems) or "static/vendor: as in the manifest")
        sys.exit(bool(problems))
    update()
