"""Makes telephone numbers and addresses in sentences of ours touchable."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

# Our own sentences write numbers with hyphens; a date or a receipt number is none.
_FOUND = re.compile(
    r"(?P<url>https://[!-'*-;=?-~]+)"
    r"|(?<![0-9A-Za-z-])(?P<number>0\d{1,4}-\d{1,4}-\d{2,5}|#\d{4}|119|110|189)(?![0-9A-Za-z-]|[時人件円号])"
)


def linked(words: str) -> Markup:
    """Return words as safe HTML in which numbers can be dialled and addresses opened."""
    parts, at = [], 0
    for match in _FOUND.finditer(words):
        parts.append(escape(words[at : match.start()]))
        if match["url"]:
            parts.append(
                Markup('<a href="{}" rel="noopener noreferrer" target="_blank">{}</a>').format(match["url"], match["url"])
            )
        else:
            parts.append(Markup('<a class="tel" href="tel:{}">{}</a>').format(match["number"], match["number"]))
        at = match.end()
    return Markup("").join([*parts, escape(words[at:])])
