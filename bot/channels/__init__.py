"""The doors: LINE, Telegram, the browser page and the terminal, each turning a platform's ways into ours and back."""
