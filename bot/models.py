"""Every table of the product, named once, so that migrations and tests see them all."""

import bot.conversations
import handoff.accounts
import handoff.cases
import handoff.consent
import handoff.contacts
import handoff.duty
import handoff.inbox
import handoff.notes
import handoff.outbox
import handoff.presses
import handoff.routing
import handoff.transcript
import handoff.workers
import resources.areas
import resources.desks
import resources.journal
import resources.places
import resources.staff
from resources.db import Base

metadata = Base.metadata
