"""The ear: understands what residents write; pure functions without database, network or clock."""

from intents.acts import Act
from intents.assessment import Assessment, Evidence, TopicScore
from intents.codes import Crisis, Desk, Reason, Route, Topic
from intents.doubt import separating, torn
from intents.ear import Ear
from intents.household import Member
from intents.question import Question
from intents.ranking import Hit, Index
from intents.sounds import sounded
from intents.standing import Heard, Standing, hear
from intents.terms import Entry, Terms
from intents.text import canonical, kana_only
from intents.town_ear import TownEar
from intents.vocabulary import BadVocabulary, TownWord
from intents.words import Words

__all__ = [
    "Act",
    "Assessment",
    "BadVocabulary",
    "Crisis",
    "Desk",
    "Ear",
    "Entry",
    "Evidence",
    "Heard",
    "Hit",
    "Index",
    "Member",
    "Question",
    "Reason",
    "Route",
    "Standing",
    "Terms",
    "Topic",
    "TopicScore",
    "TownEar",
    "TownWord",
    "Words",
    "canonical",
    "hear",
    "kana_only",
    "separating",
    "sounded",
    "torn",
]
