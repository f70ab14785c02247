"""Casework: several agencies, one household, and nobody is turned away (Social Welfare Act arts. 106-3, 106-4, 106-6)."""
