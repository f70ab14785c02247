"""How far it is from where somebody is, and what nearness counts."""

from __future__ import annotations

import math

from resources.drafts import Draft

# Beside a place named by the resident, one 2 km away counts little more than half as much.
_HALF_WAY_M = 2_000.0
_FAR_SHARE = 0.3
_EARTH_M = 6_371_000.0


def closeness(away: int | None) -> float:
    """Return what is left of a score at a distance in metres; a place nobody knows the way to counts as far."""
    return _FAR_SHARE + (1 - _FAR_SHARE) * (0.0 if away is None else math.exp2(-away / _HALF_WAY_M))


def between(near: tuple[float, float] | None, draft: Draft) -> int | None:
    """Return metres over the ground between a position and an entry; None when either is not known or hidden."""
    if near is None or draft.latitude is None or draft.longitude is None or draft.confidential:
        return None
    first, second = math.radians(near[0]), math.radians(draft.latitude)
    across = math.radians(draft.longitude - near[1])
    inner = math.sin((second - first) / 2) ** 2 + math.cos(first) * math.cos(second) * math.sin(across / 2) ** 2
    return round(2 * _EARTH_M * math.asin(min(1.0, math.sqrt(inner))))
