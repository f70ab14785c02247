"""The conversation with a resident: one file a step, and one table that names them."""
