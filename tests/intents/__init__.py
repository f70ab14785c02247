"""Tests that mirror intents."""
