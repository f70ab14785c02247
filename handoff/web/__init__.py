"""The desk console: the queue, one case, and what staff do there."""
