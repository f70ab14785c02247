"""The monthly counts of a town: how many, never who."""
