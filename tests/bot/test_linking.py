"""Numbers can be dialled and addresses opened, and nothing a person wrote becomes markup."""

from __future__ import annotations

import pytest

from bot.web.linking import linked


@pytest.mark.parametrize("number", ["119", "110", "0120-061-338", "#8891", "099-000-1101"])
def test_a_number_can_be_dialled(number: str) -> None:
    assert f'href="tel:{number}"' in linked(f"いま危ないときは、{number}に電話してください。")


@pytest.mark.parametrize("words", ["R-26-1124-01", "24時間は", "110人", "2026-11-24"])
def test_what_is_no_number_stays_plain(words: str) -> None:
    assert "<a" not in linked(words)


def test_an_address_can_be_opened_and_ends_where_it_ends() -> None:
    said = linked("・チャット https://talkme.jp/（文字で）")
    assert '<a href="https://talkme.jp/" rel="noopener noreferrer" target="_blank">https://talkme.jp/</a>（' in said


def test_markup_is_shown_not_obeyed() -> None:
    assert linked("<script>alert(1)</script>") == "&lt;script&gt;alert(1)&lt;/script&gt;"
    assert "javascript" not in linked('https://x.example/"onmouseover="x').split("href=")[1].split(">")[0]
