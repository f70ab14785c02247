"""The town of a page for everybody, by the code that stands in its path."""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy.orm import Session

from resources.places import Level, Municipality
from resources.web.console import NoSuchPage

_CODE: Final = re.compile("[0-9]{6}")


def town_of(session: Session, code: str) -> Municipality:
    """Return a town by its code; anything that is no code, or no town's, is a page that does not exist."""
    # What is no code is not even asked for: PostgreSQL refuses some signs a path may hold.
    town = session.get(Municipality, code) if _CODE.fullmatch(code) else None
    if town is None or town.level != Level.MUNICIPALITY:
        raise NoSuchPage(NoSuchPage.__doc__)
    return town
