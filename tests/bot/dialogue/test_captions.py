"""A picture that comes with words: the words are answered, and of the picture is said who can look at it."""

from __future__ import annotations

import json
from pathlib import Path

from bot.channels import telegram_webhook
from bot.reply import Reply
from handoff.accounts import Platform
from intents import Ear
from tests.bot.dialogue.playing import Stage, staged


def send(stage: Stage, number: int, caption: str) -> list[str]:
    """Send a photo with words under it; return what was said to it."""
    person = {"id": 700_000_001, "is_bot": False, "first_name": "花子"}
    message = {
        "message_id": number, "from": person, "chat": {"id": 700_000_001, "type": "private"},
        "date": int(stage.clock.at.timestamp()), "photo": [{"file_id": "a", "width": 90}], "caption": caption,
    }  # fmt: skip
    before = stage._outgoing_ids()
    body = json.dumps({"update_id": number, "message": message}).encode()
    stage.acceptor.store_now(stage._door(), telegram_webhook.arrivals(body, now=stage.clock.at))
    while stage.turns.take_one("worker"):
        pass
    said: list[Reply] = [_reply(body) for key, body in stage._outgoing() if key not in before]
    return [bubble.words for one in said for bubble in one.bubbles]


def _reply(body: str) -> Reply:
    from bot.reply import from_json

    return from_json(body)


def test_the_words_are_answered_and_the_picture_is_not_passed_over(demo_town: Path, tmp_path: Path, ear: Ear) -> None:
    with staged(demo_town, tmp_path, ear, town="992011", platform=Platform.TELEGRAM) as stage:
        words = send(stage, 1, "子育てサロンに行ってみたい")
        assert stage.texts.say("leaving.file_beside_alone") in words and len(words) > 1, words
        assert stage.case() is None
        danger = send(stage, 2, "もう死にたい")
        assert stage.texts.say("leaving.file_beside") not in danger and stage.case() is not None
