"""The desk: contacts, what was said, cases, routing, and the console where people take over."""
