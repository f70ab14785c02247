"""Every sentence residents read: once, in two registers, written and approved by people."""

from bot.texts.checking import Wording
from bot.texts.loading import BadTexts, Texts

__all__ = ["BadTexts", "Texts", "Wording"]
