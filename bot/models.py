"""Every table of the product, named once, so that migrations and tests see them all."""

# ruff: noqa: F401

import bot.conversations
import handoff.accounts
import handoff.attachments
import handoff.cases
import handoff.consent
import handoff.contacts
import handoff.duty
import handoff.inbox
import handoff.notes
import handoff.outbox
import handoff.presses
import handoff.receipts
import handoff.routing
import handoff.transcript
import handoff.workers
import resources.areas
import resources.change_sets
import resources.desks
import resources.journal
import resources.locations
import resources.near_misses
import resources.organizations
import resources.phones
import resources.places
import resources.schedules
import resources.services
import resources.staff
import resources.stored_terms
import resources.town_words
from resources.db import Base

metadata = Base.metadata
