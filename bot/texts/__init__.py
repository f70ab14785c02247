"""Every sentence residents read: once, in two registers, written and approved by people."""

from bot.texts.loading import BadTexts, Texts, Wording

__all__ = ["BadTexts", "Texts", "Wording"]
