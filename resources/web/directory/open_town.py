"""The town of a page for everybody, by the code that stands in its path."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy.orm import Session

from resources.places import Municipality
from resources.web.console import NoSuchPage

_CODE: Final = re.compile("[0-9]{6}")


def find(session: Session, code: str) -> Municipality | None:
    """Return a town or what stands above towns by its code, None where there is none."""
    # What is no code is not even asked for: PostgreSQL refuses some signs a path may hold.
    return session.get(Municipality, code) if _CODE.fullmatch(code) else None


def town_of(session: Session, code: str) -> Municipality:
    """Return the same; anything that is no code, or nobody's, is a page that does not exist."""
    town = find(session, code)
    if town is None:
        raise NoSuchPage(NoSuchPage.__doc__)
    return town
