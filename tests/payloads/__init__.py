"""What LINE and Telegram may send us, odd and broken things included."""
