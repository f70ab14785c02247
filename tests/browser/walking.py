"""How a browser test looks at a page: light and dark, wide and narrow, and what axe says of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

AA = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}
# All that the scheme can change.
_COLOURED = ["color-contrast", "link-in-text-block"]
COLOURS = {"runOnly": {"type": "rule", "values": _COLOURED}, "resultTypes": ["violations"]}
COLOURLESS = AA | {"rules": {name: {"enabled": False} for name in _COLOURED}}
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 400, "height": 844}
# 1280 pixels at a zoom of 200 %.
ZOOMED = {"width": 640, "height": 450}
# Every rule in both widths; colours, which no width changes and which cost most, in each scheme and each width once.
LOOKS = ((NARROW, "dark", COLOURS), (NARROW, "light", COLOURLESS), (WIDE, "light", AA))
# What makes a page scroll sideways.
WIDER = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) { return []; }
  return [...document.querySelectorAll("main *")].filter((one) => one.getBoundingClientRect().right > width + 0.5)
    .map((one) => one.outerHTML.slice(0, 90));
}"""
SMALL = """() => [...document.querySelectorAll(
    "button, select, textarea, summary, .button, .tabs a, .crumbs a, .brand, .check, input:not([type=hidden])")]
  .filter((one) => one.offsetParent && !["checkbox", "radio"].includes(one.type))
  .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, box]) => box.height && (box.height < 43.5 || box.width < 43.5)).map(([html]) => html)"""


class Walk:
    """A walk through the console that looks at every page it comes to."""

    def __init__(self, shot: Callable[..., None]) -> None:
        self.shot = shot
        self.paths: set[str] = set()

    def saw(self, pages: set[str]) -> bool:
        """Whether all these pages of the route table were come to."""
        return all(any(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", one), path) for path in self.paths) for one in pages)

    def look(self, page: Any, name: str) -> None:
        """Look at a page in both schemes and widths; details are opened first."""
        page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        self.paths.add(page.evaluate("location.pathname"))
        for size in (ZOOMED, NARROW, WIDE):
            page.set_viewport_size(size)
            assert page.evaluate(WIDER) == [], (name, size)
            assert page.evaluate(SMALL) == [], (name, size)
        for size, scheme, rules in LOOKS:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert barriers(page, rules) == [], (name, size, scheme)
            if scheme == "light":
                self.shot(page, f"{name}-{size['width']}")


def barriers(page: Any, rules: dict[str, Any] = AA) -> list[tuple[str, list[str]]]:
    """Return what axe finds wrong with a page: the rule and the places; the script is brought once a page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("(rules) => axe.run(document, rules).then((found) => found.violations)", rules)
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]
