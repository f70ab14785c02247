"""Pages and doors of the web that speak the dialogue."""
