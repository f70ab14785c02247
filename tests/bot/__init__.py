"""Tests that mirror bot."""
