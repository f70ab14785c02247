"""A toy in place of the product, honest or not, by which the harness itself is tested.

TOY_MANNER: honest keeps everything and marks what may be a repeat; forgetful answers 200 and keeps what it got in
memory; careless keeps everything but repeats without a mark.
"""

import json
import os
import sqlite3
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MANNER = os.environ.get("TOY_MANNER", "honest")
TABLES = """
CREATE TABLE IF NOT EXISTS inbox (key TEXT PRIMARY KEY, channel TEXT, person TEXT, token TEXT, answered INT DEFAULT 0,
    attempts INT DEFAULT 0, retry_key TEXT);
"""


class Toy:
    """Stores what arrives and answers it, one after another."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        where = os.environ["UKETOME_DATABASE_URL"].removeprefix("sqlite:///")
        self.database = sqlite3.connect(where, check_same_thread=False, isolation_level=None)
        self.database.execute("PRAGMA journal_mode=WAL")
        self.database.executescript(TABLES)
        self.memory: list[tuple[Any, ...]] = []

    def accept(self, channel: str, body: dict[str, Any]) -> None:
        """Keep the events of one webhook, durably or not."""
        if channel == "line":
            rows = [(e["webhookEventId"], channel, e["source"]["userId"], e["replyToken"]) for e in body["events"]]
        else:
            part = body.get("message") or body["callback_query"]
            rows = [(str(body["update_id"]), channel, str(part["from"]["id"]), "")]
        with self.lock:
            if MANNER == "forgetful":
                self.memory.extend((*row, 0, 0, str(uuid.uuid4())) for row in rows)
                return
            for row in rows:
                self.database.execute(
                    "INSERT OR IGNORE INTO inbox (key, channel, person, token, retry_key) VALUES (?, ?, ?, ?, ?)",
                    (*row, str(uuid.uuid4())),
                )

    def work(self) -> None:
        """Answer forever."""
        while True:
            with self.lock:
                found = self.database.execute(
                    "SELECT * FROM inbox WHERE NOT answered ORDER BY rowid LIMIT 1"
                ).fetchone()
                if MANNER == "forgetful":
                    found = self.memory.pop(0) if self.memory else None
            if found is None:
                time.sleep(0.005)
                continue
            key, attempts = found[0], found[5]
            self.set("attempts = attempts + 1", key)
            if self.answer(*found, again=attempts > 0) or MANNER == "forgetful":
                self.set("answered = 1", key)

    def set(self, change: str, key: str) -> None:
        """Change one row and commit."""
        with self.lock:
            self.database.execute(f"UPDATE inbox SET {change} WHERE key = ?", (key,))

    def answer(
        self,
        key: str,
        channel: str,
        person: str,
        token: str,
        answered: int,
        attempts: int,
        retry_key: str,
        *,
        again: bool,
    ) -> bool:
        """Try to send; whether nothing more is to be done."""
        words = f"お返事 {key}"
        if channel == "telegram":
            marked = f"（再送）{words}" if again and MANNER == "honest" else words
            url = f"{os.environ['TOY_TELEGRAM_URL']}/bot{os.environ['TOY_TELEGRAM_TOKEN']}/sendMessage"
            return self.post(url, {"chat_id": int(person), "text": marked}, {}) == 200
        url = f"{os.environ['TOY_LINE_URL']}/v2/bot/message/"
        messages = [{"type": "text", "text": words}]
        headers = {"Authorization": f"Bearer {os.environ['TOY_LINE_TOKEN']}"}
        if again and MANNER == "careless":
            headers["X-Line-Retry-Key"] = str(uuid.uuid4())
            return self.post(url + "push", {"to": person, "messages": messages}, headers) == 200
        # A refused reply token on a second try has been used by the first.
        done = (200, 400) if again else (200,)
        return self.post(url + "reply", {"replyToken": token, "messages": messages}, headers) in done

    def post(self, url: str, body: dict[str, Any], headers: dict[str, str]) -> int:
        """The status of one call, 0 when nobody knows."""
        request = urllib.request.Request(
            url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers}
        )
        try:
            with urllib.request.urlopen(request, timeout=0.4) as response:
                json.loads(response.read())
                return int(response.status)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == 429:
                time.sleep(1.05)
            return int(error.code)
        except (OSError, ValueError, HTTPException):
            return 0


def main() -> None:
    """Serve at the port that `serve --host … --port N` names."""
    toy = Toy()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply(b'{"worker": true}')

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            toy.accept(self.path.split("/")[2], json.loads(body))
            self.reply()

        def reply(self, body: bytes = b"") -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Stay silent."""

    threading.Thread(target=toy.work, daemon=True).start()
    port = int(sys.argv[sys.argv.index("--port") + 1])
    ThreadingHTTPServer.daemon_threads = True
    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main()
