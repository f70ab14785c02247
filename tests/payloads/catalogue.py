"""The catalogue of bad texts as messages: each alone, beside a sibling, and with a cry for help inside it."""

from collections.abc import Iterator
from typing import Any

DANGER = "もう死にたい"
# Signs nobody sees stand between the characters of the cry for help; all other texts stand before it.
UNSEEN: dict[str, str] = {
    "nul": "\0",
    "escape": "\x1b",
    "delete_and_c1": "\x7f\x85",
    "zero_width_space": "\u200b",
    "zero_width_joiners": "\u200d\u200c",
    "word_joiner_and_bom": "\u2060\ufeff",
    "direction_marks": "\u202e\u202d\u2069",
    "variation_selectors": "\ufe0f\U000e0100",
    "tag_characters": "\U000e0041",
    "soft_hyphen": "\u00ad",
    "blank_between": " ",
    "ideographic_blank_between": "\u3000",
    "written_downwards": "\n",
    "line_separators": "\u2028\u2029",
}
TEXTS: dict[str, str] = {
    "lone_high_surrogate": "\ud800",
    "lone_low_surrogate": "相談\udc00です",
    "supplementary_kanji": "𠮷野家の𩸽",
    "noncharacters": "\ufffe\uffff\U0001ffff",
    "family_emoji": "👨\u200d👩\u200d👧\u200d👦" * 200,
    "skin_tones_flags_keycaps": "👍🏽🇯🇵1️⃣",
    "variant_kanji": "葛󠄀城の髙﨑",
    "half_width_kana": "ｼｴﾝｾﾝﾀｰ ｶﾞｯｺｳ",
    "decomposed_kana": "テ\u3099イサーヒ\u3099ス",
    "full_width_markup": "＜script＞alert（1）＜/script＞",
    "waves_and_minuses": "10〜12時 ～ − － ‖ ∥ ¬ ￢",
    "long_vowels": "ケアマネージャー ケアマネ―ジャ― ケアマネ-ジャ-",
    "squared_letters": "㍿㌔㍍" * 300,
    "growing_ligature": "\ufdfa" * 1000,
    "towers_of_marks": "あ" + "\u0301" * 1000,
    "homoglyphs": "pаypаl のことで",
    "private_use": "\ue000\ue001",
    "unassigned": "\u0378\U000e1000",
    "old_kana_and_rare_kanji": "\U0001b002\U00031350",
    "five_languages": "你好 hello xin chào olá 안녕 こんにちは",
    "hiragana_only": "おかねがなくてこまっています",
    "romaji": "tasukete kudasai",
    "one_token": "ア" * 4800,
    "many_digits": "9" * 4800,
    "cries": "ああ…！" * 1000,
    "brackets": "[" * 4000,
    "sql": "' OR 1=1--; DROP TABLE message;",
    "wildcards": "%_\\ 100%",
    "filter_operator": "query_operator=OR 1=1&sort=id;drop",
    "picture_with_script": "<img src=x onerror=alert(1)><svg onload=alert(1)>",
    "script_address": "javascript:alert(1) data:text/html,x http://[::1",
    "templates": "{{7*7}} ${7*7} %s %(a)s {0.__class__} {name}",
    "telegram_markup": "*_[]()~`>#+-=|{}.! <b>x</i>",
    "flex_breaker": '"}],"contents":[{"type":"text","text":"x',
    "emoji_placeholder": "$ @All {mention} ($)",
    "log_forging": "困っています\r\n2026-11-24 INFO login ok\x00\x1b[2J",
}
# Longer than either platform carries, so only for a door that is knocked at by hand.
LONG: dict[str, str] = {
    "hundred_thousand_digits": "9" * 100_000,
    "hundred_thousand_kana": "あ" * 100_000,
    "fourteen_thousand_families": "👨\u200d👩\u200d👧" * 14_000,
    "ligature_of_the_catalogue": "\ufdfa" * 4096,
}


def rows(platform: str) -> Iterator[dict[str, Any]]:
    """Return the rows of one platform's table."""
    calm = {**{name: f"{sign}介{sign}護{sign}" for name, sign in UNSEEN.items()}, **TEXTS, **LONG}
    crying = {name: sign.join(("", *DANGER, "")) for name, sign in UNSEEN.items()}
    crying |= {name: f"{words} {DANGER}" for name, words in (TEXTS | LONG).items()}
    made = [(f"catalogue_{name}", words, None) for name, words in calm.items()]
    made += [(f"catalogue_{name}_in_danger", words, True) for name, words in crying.items()]
    for number, (name, words, urgent) in enumerate(made):
        body = _line(number, words) if platform == "line" else _telegram(number, words)
        heard = 2 if platform == "line" else 1
        expect = {"stored": heard, "messages": heard, "replies": "some", "contacts": heard, "urgent": urgent}
        yield {"name": name, "why": "trust.md, catalogue of bad texts", "body": body, "expect_http": 200, "expect": expect}


def _line(number: int, words: str) -> dict[str, Any]:
    sibling = _line_event(number, 2, "介護のことを聞きたい")
    return {"destination": "U" + "b" * 32, "events": [_line_event(number, 1, words), sibling]}


def _line_event(number: int, person: int, words: str) -> dict[str, Any]:
    at = number * 10 + person
    return {
        "type": "message", "mode": "active", "timestamp": 1795400000000 + person,
        "source": {"type": "user", "userId": f"U{person:032x}"}, "webhookEventId": f"01JK{at:022d}",
        "deliveryContext": {"isRedelivery": False}, "replyToken": f"cc{at:030d}",
        "message": {"type": "text", "id": f"5629{at:014d}", "text": words, "quoteToken": "q"},
    }  # fmt: skip


def _telegram(number: int, words: str) -> dict[str, Any]:
    person = {"id": 700000301, "is_bot": False, "first_name": "花子"}
    chat = {"id": 700000301, "type": "private", "first_name": "花子"}
    message = {"message_id": 1, "from": person, "chat": chat, "date": 1795400000, "text": words}
    return {"update_id": 940000000 + number, "message": message}
