"""The ear: understands what residents write; pure functions without database, network or clock."""

from intents.acts import Act
from intents.assessment import Assessment, Evidence, TopicScore
from intents.codes import Crisis, Desk, Reason, Route, Topic
from intents.ear import Ear
from intents.household import Member
from intents.ranking import Entry, Hit, Index
from intents.text import canonical
from intents.vocabulary import BadVocabulary, TownWord

__all__ = [
    "Act",
    "Assessment",
    "BadVocabulary",
    "Crisis",
    "Desk",
    "Ear",
    "Entry",
    "Evidence",
    "Hit",
    "Index",
    "Member",
    "Reason",
    "Route",
    "Topic",
    "TopicScore",
    "TownWord",
    "canonical",
]
