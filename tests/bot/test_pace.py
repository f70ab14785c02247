"""How fast we speak to Telegram, and what we do when it asks for silence."""

from __future__ import annotations

from bot.channels.pace import Pace


def test_one_chat_gets_about_one_message_a_second_and_holds_back_nobody_else() -> None:
    pace = Pace(lambda: 100.0)
    waits = [pace.reserve("1") for _ in range(4)]
    assert waits[:2] == [0.0, 0.0] and 1.0 < waits[2] < 1.1 and 2.1 < waits[3] < 2.2
    assert pace.reserve("2") == 0.0


def test_whole_bot_stays_below_thirty_a_second() -> None:
    pace = Pace(lambda: 100.0)
    waits = [pace.reserve(str(chat)) for chat in range(56)]
    assert waits[27] == 0.0 and waits[28] > 0.0 and 0.9 < waits[-1] < 1.1


def test_silence_asked_for_one_chat_is_kept_there_and_others_go_on() -> None:
    now = [100.0]
    pace = Pace(lambda: now[0])
    pace.silence("1", 30.0)
    assert (pace.reserve("1"), pace.reserve("2")) == (30.0, 0.0)
    now[0] = 131.0
    assert pace.reserve("1") == 0.0


def test_silence_asked_for_two_chats_at_once_is_kept_by_the_whole_bot() -> None:
    pace = Pace(lambda: 100.0)
    pace.silence("1", 30.0)
    pace.silence("2", 20.0)
    assert (pace.reserve("1"), pace.reserve("2"), pace.reserve("3")) == (30.0, 20.0, 20.0)


def test_silence_that_is_over_does_not_count() -> None:
    now = [100.0]
    pace = Pace(lambda: now[0])
    pace.silence("1", 3.0)
    now[0] = 104.0
    pace.silence("2", 3.0)
    assert pace.reserve("3") == 0.0
