"""How well the ear hears and the search finds, on what we tuned with (open) and what nobody tuned to (sealed)."""
