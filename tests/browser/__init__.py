"""Tests that mirror browser."""
