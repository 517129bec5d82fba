"""Pictures: turned as the camera held them, then written anew as picture elements and nothing else."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from sakrad.core.stripped.refusal import Refusal

MOST = 50_000_000  # picture elements: a large camera's
QUALITY = 90


def strip(content: bytes) -> bytes:
    """The same picture as PNG or JPEG, whichever it was, without EXIF, XMP, IPTC, comments, profiles, previews and what trails it."""
    warnings.simplefilter("error")
    Image.MAX_IMAGE_PIXELS = MOST
    try:
        picture = Image.open(io.BytesIO(content), formats=["PNG", "JPEG"])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refusal("too_complex") from None
    with picture:
        is_png = picture.format == "PNG"
        if picture.width * picture.height > MOST:
            raise Refusal("too_complex")
        picture.load()
        turned = ImageOps.exif_transpose(picture)
        # A palette's transparent entry is part of the picture; all else in `info` is about it.
        kept = {"transparency": turned.info["transparency"]} if is_png and "transparency" in turned.info else {}
        if not is_png and turned.mode not in ("L", "RGB"):
            turned = turned.convert("RGB")
        turned.info = {}
        out = io.BytesIO()
        if is_png:
            turned.save(out, "PNG", **kept)
        else:
            turned.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
