"""Draws one picture anew, in a process of its own with little memory: only what can be seen survives.

Run by its path and told nothing else: the picture comes in, a line about it, the picture and a small one go out.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from typing import Final

MEMORY: Final = 1024 * 1024 * 1024
SECONDS: Final = 15
LONGEST: Final = 2000
SMALL: Final = 320
# What is decoded at once; a telephone's JPEG may be larger, for it is decoded at a fraction of its size.
_PIXELS: Final = 50_000_000
_PIXELS_OF_A_PHOTO: Final = 250_000_000
_FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP")


class TooManyPixels(ValueError):
    """A picture that is small as a file and enormous when it is opened."""


def redraw(data: bytes) -> tuple[dict[str, object], bytes, bytes]:
    """Return what a picture is like, the picture drawn anew, and a small one; raises whatever is wrong with it."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # Counted here, before anything is decoded.
    with Image.open(io.BytesIO(data), formats=_FORMATS) as opened:
        if opened.width * opened.height > (_PIXELS_OF_A_PHOTO if opened.format == "JPEG" else _PIXELS):
            raise TooManyPixels
        opened.draft("RGB", (LONGEST, LONGEST))
        if opened.width * opened.height > _PIXELS:
            raise TooManyPixels
        opened.load()
        turned = ImageOps.exif_transpose(opened) or opened
    turned.thumbnail((LONGEST, LONGEST))
    paper = turned.convert("RGBA")
    # New sheets of paper: what was hidden in the file (places, names, earlier versions) stays behind.
    sheet = Image.new("RGB", paper.size, "white")
    sheet.paste(paper, mask=paper.getchannel("A"))
    small = sheet.copy()
    small.thumbnail((SMALL, SMALL))
    return {"width": sheet.width, "height": sheet.height}, _jpeg(sheet, 88), _jpeg(small, 80)


def _jpeg(sheet: object, quality: int) -> bytes:
    made = io.BytesIO()
    sheet.save(made, "JPEG", quality=quality, optimize=True)  # type: ignore[attr-defined]
    return made.getvalue()


def main() -> None:
    """Read a picture, answer, and end; the first line says what came of it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        told, picture, small = redraw(sys.stdin.buffer.read())
    except (TooManyPixels, MemoryError):
        told, picture, small = {"trouble": "bomb"}, b"", b""
    told |= {"sizes": [len(picture), len(small)]}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + picture + small)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
