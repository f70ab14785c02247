"""A picture that a telephone's camera reads, as an image that needs no other request."""

from __future__ import annotations

import segno


def picture(words: str) -> str:
    """Return a QR code of some words as the address of an image, black on white in every colour scheme."""
    code = segno.make(words, error="m", micro=False)
    uri: str = code.svg_data_uri(scale=6, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None)
    return uri
