"""Tests that mirror handoff."""
