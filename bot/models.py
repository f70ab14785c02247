"""Every table of the product, named once, so that migrations and tests see them all."""

from resources.db import Base

metadata = Base.metadata
