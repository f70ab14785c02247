"""Stand-ins for LINE and Telegram that hold every request to the platform's contract."""
