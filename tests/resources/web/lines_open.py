"""Which role may open which page of the open directory, and which pages a browser test looks at."""

from __future__ import annotations

_READ = ("/places", "/places/{code}", "/places/{code}/{service_id}")
LINES: dict[tuple[str, str], frozenset[str] | None] = {("GET", path): None for path in _READ}
LINES["POST", "/places/{code}"] = None
LOOKED_AT: set[str] = set(_READ)
