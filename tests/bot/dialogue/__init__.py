"""Conversations with residents, played through the real dialogue."""
