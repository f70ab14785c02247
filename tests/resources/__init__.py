"""Tests that mirror resources."""
