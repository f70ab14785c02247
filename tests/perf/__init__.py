"""Figures of the running product, measured only through its shipped entry points."""
