"""What staff do at the desk, over HTTP as a browser does it: take, answer, note, hand back, end; and what is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from handoff.cases import Case
from handoff.outbox import Outgoing
from handoff.presence import person_present
from handoff.states import CaseState, Outcome
from handoff.transcript import Author, Message
from resources.journal import JournalEntry
from tests.desk import HANDED_BACK, Browser, World

Enter = Callable[..., Browser]


def key_of(page: str) -> str:
    return page.split('name="key" value="')[1].split('"')[0]


def replies(world: World) -> int:
    with world.database.reading(world.town) as session:
        return session.scalar(select(func.count()).select_from(Outgoing).where(Outgoing.author == Author.STAFF)) or 0


def test_take_answer_note_and_end(world: World, enter: Enter) -> None:
    case_id = world.open_case("家賃もう2か月…", name="はな")
    browser, path = enter("yamada"), f"/desk/cases/{case_id}"
    page = browser.get(path)
    assert "家賃もう2か月…" in page.text and "はなさん" in page.text and "この相談を受ける" in page.text
    assert browser.post(f"{path}/take").headers["location"] == f"{path}?said=taken"
    page = browser.get(f"{path}?said=taken")
    assert "山田さんが受けました" in page.text and "返信を送る" in page.text
    assert browser.post(f"{path}/reply", key=key_of(page.text), words="はじめまして").status_code == 303
    page = browser.get(path)
    assert "はじめまして" in page.text and "未送信" in page.text and "応答ずみ" in page.text
    assert browser.post(f"{path}/note", note="母の介護も聞く").status_code == 303
    assert "母の介護も聞く" in browser.get(path).text
    assert browser.post(f"{path}/close", outcome="informed").headers["location"].endswith("said=closed")
    case = world.read_case(case_id)
    assert (case.state, case.outcome, case.present) == (CaseState.CLOSED, Outcome.INFORMED, False)
    assert "終了しています" in browser.get(path).text


def test_the_second_to_take_is_told_who_was_first(world: World, enter: Enter) -> None:
    case_id = world.open_case("こんにちは")
    first, second, path = enter("yamada"), enter("sato"), f"/desk/cases/{case_id}"
    second.get(path)
    assert first.post(f"{path}/take").status_code == 303
    answer = second.post(f"{path}/take")
    assert answer.status_code == 409 and "先に山田さんが受けました" in answer.text
    assert world.read_case(case_id).owner_id == world.people["yamada"]
    assert first.post(f"{path}/take").status_code == 409


def test_of_many_who_press_at_once_exactly_one_becomes_the_owner(world: World, enter: Enter) -> None:
    case_id = world.open_case("こんにちは")
    browsers = [enter(name) for name in ("yamada", "sato", "suzuki")]
    answers: list[int] = []
    barrier = threading.Barrier(len(browsers))

    def press(browser: Browser) -> None:
        barrier.wait()
        answers.append(browser.post(f"/desk/cases/{case_id}/take").status_code)

    threads = [threading.Thread(target=press, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409, 409]


def test_a_double_press_sends_once(world: World, enter: Enter) -> None:
    case_id = world.open_case("こんにちは")
    browser, path = enter("yamada"), f"/desk/cases/{case_id}"
    browser.post(f"{path}/take")
    key = key_of(browser.get(path).text)
    answers = [browser.post(f"{path}/reply", key=key, words="一度だけ").status_code for _ in range(3)]
    assert answers == [303, 303, 303] and replies(world) == 1


def test_simultaneous_presses_send_once(world: World, enter: Enter) -> None:
    case_id = world.open_case("こんにちは")
    browser, path = enter("yamada"), f"/desk/cases/{case_id}"
    browser.post(f"{path}/take")
    key = key_of(browser.get(path).text)
    threads = [
        threading.Thread(target=browser.post, args=(f"{path}/reply",), kwargs={"key": key, "words": "一度だけ"})
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert replies(world) == 1


def test_only_the_owner_answers_and_the_words_of_others_are_kept(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("こんにちは")
    owner, other, path = enter_small("yamada"), enter_small("sato"), f"/desk/cases/{case_id}"
    owner.post(f"{path}/take")
    other.get(path)
    answer = other.post(f"{path}/reply", key="k", words="わたしからも")
    assert answer.status_code == 409 and "受けている担当者だけ" in answer.text and replies(small_world) == 0


def test_an_empty_or_endless_reply_is_refused_and_what_was_typed_stays(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("こんにちは")
    browser, path = enter_small("yamada"), f"/desk/cases/{case_id}"
    browser.post(f"{path}/take")
    assert "返信が空です" in browser.post(f"{path}/reply", key="a", words="  \n ").text
    answer = browser.post(f"{path}/reply", key="b", words="長" * 2001)
    assert answer.status_code == 409 and "長" * 2001 in answer.text and replies(small_world) == 0


def test_a_form_whose_session_ended_keeps_what_was_typed_and_goes_through_after_signing_in(
    small_world: World, enter_small: Enter
) -> None:
    case_id = small_world.open_case("こんにちは")
    browser, path = enter_small("yamada"), f"/desk/cases/{case_id}"
    browser.post(f"{path}/take")
    small_world.offset = timedelta(hours=2)
    answer = browser.post(f"{path}/reply", key="k", words="消えないことば")
    assert answer.status_code == 401 and "消えないことば" in answer.text and "サインインの期限" in answer.text
    assert replies(small_world) == 0
    assert browser.sign_in("yamada").status_code == 303
    browser.csrf = ""
    answer = browser.post(f"{path}/reply", key="k", words="消えないことば")
    assert answer.status_code == 403 and "消えないことば" in answer.text
    assert browser.post(f"{path}/reply", key="k", words="消えないことば").status_code == 303
    assert replies(small_world) == 1


def test_handing_back_leaves_the_case_waiting_and_tells_the_resident(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("こんにちは")
    browser, path = enter_small("yamada"), f"/desk/cases/{case_id}"
    browser.post(f"{path}/take")
    assert browser.post(f"{path}/return").headers["location"].endswith("said=returned")
    case = small_world.read_case(case_id)
    assert (case.state, case.owner_id, case.present) == (CaseState.WAITING, None, False)
    assert case.waiting_since is not None
    assert HANDED_BACK in browser.get(path).text


def test_some_endings_need_words_and_a_second_person(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("こんにちは")
    first, second, path = enter_small("yamada"), enter_small("sato"), f"/desk/cases/{case_id}"
    first.post(f"{path}/take")
    first.get(path)
    assert "受け入れた方の所属と名前" in first.post(f"{path}/close", outcome="accepted_elsewhere").text
    assert first.post(f"{path}/close", outcome="").status_code == 409
    asked = first.post(f"{path}/close", outcome="lost_contact", attempts="3回電話した")
    assert asked.headers["location"].endswith("said=asked")
    assert first.post(f"{path}/close", outcome="lost_contact", attempts="もう一度").headers["location"].endswith("said=asked")
    assert small_world.read_case(case_id).state == CaseState.TAKEN
    assert "同意して終了する" in second.get(path).text
    assert second.post(f"{path}/close", outcome="not_a_consultation", attempts="x").status_code == 409
    assert second.post(f"{path}/close", outcome="lost_contact").headers["location"].endswith("said=closed")
    assert small_world.read_case(case_id).outcome == Outcome.LOST_CONTACT


def test_not_ours_is_not_an_ending(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("こんにちは")
    browser, path = enter_small("yamada"), f"/desk/cases/{case_id}"
    browser.post(f"{path}/take")
    for invented in ("not_ours", "declined", "withdrawn", "silence"):
        assert browser.post(f"{path}/close", outcome=invented).status_code == 409
    assert small_world.read_case(case_id).state == CaseState.TAKEN


def test_a_message_takes_back_the_question_whether_contact_was_lost(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("こんにちは")
    first, second, path = enter_small("yamada"), enter_small("sato"), f"/desk/cases/{case_id}"
    first.post(f"{path}/take")
    first.get(path)
    first.post(f"{path}/close", outcome="lost_contact", attempts="3回電話した")
    small_world.hear(case_id, "すみません、います")
    second.get(path)
    assert second.post(f"{path}/close", outcome="lost_contact").status_code == 409


def test_opening_a_case_marks_its_messages_seen_and_writes_down_who_read(world: World, enter: Enter) -> None:
    case_id = world.open_case("ひとつめ", "ふたつめ")
    browser = enter("yamada")
    assert "ここから未読" in browser.get(f"/desk/cases/{case_id}").text
    assert "ここから未読" not in browser.get(f"/desk/cases/{case_id}").text
    with world.database.reading(world.town) as session:
        assert session.scalar(select(func.count()).select_from(Message).where(Message.seen_at.is_(None))) == 0
        readers = session.scalars(select(JournalEntry.staff_id).where(JournalEntry.act == "case.read")).all()
        assert readers == [world.people["yamada"]] * 2
    browser.get(f"/desk/cases/{case_id}")
    assert "山田　3回" in browser.get(f"/desk/cases/{case_id}/history").text


def test_without_the_record_of_who_reads_there_is_no_page(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("カナリアのことば")
    browser = enter_small("yamada")
    with small_world.database.writer.begin() as connection:
        JournalEntry.__table__.drop(connection)  # type: ignore[attr-defined]
    for path in (f"/desk/cases/{case_id}", f"/desk/cases/{case_id}/lines", "/desk"):
        answer = browser.get(path)
        assert answer.status_code == 503 and "カナリア" not in answer.text and "記録できませんでした" in answer.text


def test_a_note_for_the_own_desk_is_not_shown_to_an_overseer(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("こんにちは")
    browser, path = enter_small("yamada"), f"/desk/cases/{case_id}"
    browser.post(f"{path}/note", note="所属だけのメモ", lane="own")
    browser.post(f"{path}/note", note="みんなのメモ")
    assert "所属だけのメモ" in enter_small("sato").get(path).text
    overseen = enter_small("suzuki").get(path).text
    assert "みんなのメモ" in overseen and "所属だけのメモ" not in overseen


def test_a_telephone_call_stops_the_waiting_clock_only_with_a_note(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("こんにちは", ago=timedelta(hours=40))
    browser, path = enter_small("yamada"), f"/desk/cases/{case_id}"
    assert str(case_id) in browser.get("/desk?tab=handover").text
    assert browser.post(f"{path}/note", note=" ", reached="yes").status_code == 409
    assert str(case_id) in browser.get("/desk?tab=handover").text
    browser.post(f"{path}/note", note="電話で話した", reached="yes")
    assert str(case_id) not in browser.get("/desk?tab=handover").text


def test_present_away_and_stale(world: World, enter: Enter) -> None:
    case_id = world.open_case("こんにちは")
    browser, path = enter("yamada"), f"/desk/cases/{case_id}"
    contact = world.read_case(case_id).contact_id

    def presence() -> tuple[str, bool]:
        with world.database.reading(world.town) as session:
            found = person_present(session, contact, now=world.clock())
            return found.owner_name, found.present

    assert presence() == ("", False)
    browser.post(f"{path}/take")
    assert presence() == ("山田", True)
    world.offset = timedelta(minutes=14)
    browser.get(path)
    assert browser.post(f"{path}/present").status_code == 200
    world.offset = timedelta(minutes=28)
    assert presence() == ("山田", True)
    world.offset = timedelta(minutes=30)
    assert presence() == ("山田", False)
    browser.post(f"{path}/back")
    browser.post(f"{path}/away", until="60")
    with world.database.reading(world.town) as session:
        away = person_present(session, contact, now=world.clock())
    assert away.away and away.away_returns_at == world.clock() + timedelta(minutes=60) and not away.absence_told
    browser.post(f"{path}/away", until="next")
    with world.database.reading(world.town) as session:
        tomorrow = person_present(session, contact, now=world.clock()).away_returns_at
    assert tomorrow is not None and f"{tomorrow.astimezone(world.now.tzinfo):%m-%d %H:%M}" == "11-25 08:30"


def test_a_live_question_tells_ids_and_marks_but_no_words(small_world: World, enter_small: Enter) -> None:
    case_id = small_world.open_case("カナリアのことば", name="はなさん")
    browser = enter_small("yamada")
    for path in ("/desk/live?tab=waiting", f"/desk/cases/{case_id}/live"):
        answer = browser.get(path)
        assert answer.headers["content-type"] == "application/json"
        assert "カナリア" not in answer.text and "はな" not in answer.text
    before = browser.get("/desk/live?tab=waiting").json()
    small_world.open_case("もうひとり")
    after = browser.get("/desk/live?tab=waiting").json()
    assert before["version"] != after["version"] and len(after["ids"]) == 2 and after["counts"]["waiting"] == 2


def test_reading_pages_cannot_write(small_world: World) -> None:
    case_id = small_world.open_case("こんにちは")
    with small_world.database.reading(small_world.town) as session:
        session.get_one(Case, case_id).receipt = "X"
        with pytest.raises(OperationalError):
            session.flush()
