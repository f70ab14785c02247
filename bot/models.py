"""Every table of the product, named once, so that migrations and tests see them all."""

# ruff: noqa: F401

import bot.conversations
import handoff.accounts
import handoff.alarms
import handoff.alert_contacts
import handoff.attachments
import handoff.canned
import handoff.cases
import handoff.casework.approval
import handoff.casework.check_ins
import handoff.casework.disclosures
import handoff.casework.endings
import handoff.casework.gap_matches
import handoff.casework.gaps
import handoff.casework.household
import handoff.casework.meeting_members
import handoff.casework.meeting_names
import handoff.casework.meetings
import handoff.casework.membership
import handoff.casework.minutes
import handoff.casework.outreach
import handoff.casework.plans
import handoff.casework.prefecture_requests
import handoff.casework.records
import handoff.casework.referrals
import handoff.casework.report_tables
import handoff.casework.sheet
import handoff.casework.tasks
import handoff.casework.volunteers
import handoff.casework.welfare_tables
import handoff.consent
import handoff.contacts
import handoff.drafts
import handoff.duty
import handoff.help_requests
import handoff.inbox
import handoff.later
import handoff.looking
import handoff.notes
import handoff.outbox
import handoff.presses
import handoff.receipts
import handoff.routing_table
import handoff.same_person
import handoff.transcript
import handoff.wording
import handoff.workers
import resources.areas
import resources.attendance
import resources.cadences
import resources.change_sets
import resources.desks
import resources.duplicates
import resources.editing.kept
import resources.entry_reports
import resources.importing.jobs
import resources.importing.kept
import resources.importing.remembering
import resources.journal
import resources.locations
import resources.near_misses
import resources.organizations
import resources.phones
import resources.places
import resources.provider_links
import resources.renewals
import resources.schedules
import resources.services
import resources.staff
import resources.stored_terms
import resources.town_words
import resources.verification
from resources.db import Base

metadata = Base.metadata
