"""How the database grew: one file a step, run by `uketome db upgrade`."""
