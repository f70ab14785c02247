"""The door: channels, dialogue, resident sentences, settings and the command line."""
