"""The support record: entered in seconds, corrected without losing what stood there, and one list with calls and chat."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from handoff import outbox
from handoff.cases import Case, CaseEvent, point_of
from handoff.casework.records import SupportRecord
from handoff.states import Delivery
from handoff.transcript import Author, Kind
from resources.journal import JournalEntry
from resources.staff import Role
from tests.desk import Browser, World

Enter = Callable[..., Browser]
WORDS = "家賃の相談。次は来週、一緒に窓口へ行く"


@pytest.fixture
def case(small_world: World, enter_small: Enter) -> tuple[uuid.UUID, str, Browser]:
    """A taken case, and the owner's browser."""
    case_id = small_world.open_case("カナリアのことば", name="はな")
    owner = enter_small("yamada")
    owner.post(f"/desk/cases/{case_id}/take")
    return case_id, f"/desk/cases/{case_id}", owner


def entry(world: World, person: str = "yamada", **more: str) -> dict[str, str]:
    """Return the form of an entry as it stands when the page is opened, with words."""
    return {
        "day": "2026-11-24", "begin": "09:40", "end": "09:55", "means": "phone", "party": "resident", "counterpart": "",
        "told": WORDS, "staff": str(world.people[person]), **more,
    }  # fmt: skip


def rows(world: World) -> list[SupportRecord]:
    with world.database.reading(world.town) as session:
        return list(session.scalars(select(SupportRecord).order_by(SupportRecord.version)))


def moves(world: World, case_id: uuid.UUID) -> list[str]:
    with world.database.reading(world.town) as session:
        return list(session.scalars(select(CaseEvent.move).where(CaseEvent.case_id == case_id)))


def test_an_entry_needs_nothing_but_its_words(small_world: World, case: tuple[uuid.UUID, str, Browser]) -> None:
    case_id, path, owner = case
    page = owner.get(f"{path}/records").text
    fields = dict(re.findall(r'name="(day|begin|key)"[^>]*value="([^"]+)"', page))
    assert (fields["day"], fields["begin"]) == ("2026-11-24", "10:05")
    assert '<option value="phone" selected' in page and f'<option value="{small_world.people["yamada"]}" selected' in page
    for _ in range(2):
        answer = owner.post(f"{path}/records", **entry(small_world, key=fields["key"]))
        assert answer.headers["location"].endswith("records?said=recorded")
    assert len(rows(small_world)) == 1
    shown = owner.get(f"{path}/records").text
    assert WORDS in shown and "09:40" in shown and "–09:55" in shown and "相手先：本人" in shown
    assert small_world.read_case(case_id).waiting_since is not None  # it began before the resident wrote


def test_who_was_reached_is_not_waiting_any_more(small_world: World, case: tuple[uuid.UUID, str, Browser]) -> None:
    case_id, path, owner = case
    later = entry(small_world, begin="10:00", end="")
    owner.post(f"{path}/records", **(later | {"party": "missed", "told": ""}))
    assert small_world.read_case(case_id).waiting_since is not None
    owner.post(f"{path}/records", **(later | {"means": "agency_call", "counterpart": "社協 高橋"}))
    assert small_world.read_case(case_id).waiting_since is not None
    owner.post(f"{path}/records", **later)
    assert small_world.read_case(case_id).waiting_since is None
    assert "相手先：社協 高橋" in owner.get(f"{path}/records").text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"told": " "}, "記録が空です"),
        ({"told": "あ" * 4001}, "4,000文字まで"),
        ({"counterpart": "あ" * 81}, "80文字まで"),
        ({"begin": "11:00", "end": ""}, "日時を確かめて"),
        ({"end": "09:00"}, "日時を確かめて"),
        ({"day": "きのう"}, "日時を確かめて"),
        ({"means": "magic"}, "対応方法と相手先"),
        ({"staff": "00000000-0000-0000-0000-000000000000"}, "見られる担当者ではありません"),
        ({"lane": "00000000-0000-0000-0000-000000000000"}, "その所属の人だけが書けます"),
    ],
)
def test_a_refused_entry_changes_nothing_and_keeps_what_was_typed(
    small_world: World, case: tuple[uuid.UUID, str, Browser], wrong: dict[str, str], said: str
) -> None:
    case_id, path, owner = case
    typed = entry(small_world, counterpart="となりの人") | wrong
    answer = owner.post(f"{path}/records", **typed)
    assert answer.status_code == 409 and said in answer.text
    assert typed["told"].strip() in answer.text and (len(typed["counterpart"]) > 80 or "となりの人" in answer.text)
    assert rows(small_world) == [] and small_world.read_case(case_id).waiting_since is not None


def test_a_correction_keeps_what_stood_there_and_the_second_writer_is_told(
    small_world: World, enter_small: Enter, case: tuple[uuid.UUID, str, Browser]
) -> None:
    case_id, path, owner = case
    owner.post(f"{path}/records", **entry(small_world))
    one, colleague = f"{path}/records/{rows(small_world)[0].entry_id}", enter_small("sato")
    owner.get(one), colleague.get(one)
    small_world.offset = timedelta(minutes=3)
    assert owner.post(one, **entry(small_world, told="家賃二か月分の相談", seen="1")).status_code == 303
    late = colleague.post(one, **entry(small_world, told="家賃と電気代の相談", seen="1"))
    assert late.status_code == 409 and "ほかの人がこの記録を直しました" in late.text
    assert "家賃と電気代の相談" in late.text and "家賃二か月分の相談" in late.text and WORDS in late.text
    assert 'name="seen" value="2"' in late.text and 'name="seen" value="1"' not in late.text
    assert [row.version for row in rows(small_world)] == [1, 2]
    listed = owner.get(f"{path}/records").text
    assert "訂正あり" in listed and "家賃二か月分の相談" in listed and WORDS not in listed
    assert "山田が" in owner.get(one).text and "10:08" in owner.get(one).text
    assert moves(small_world, case_id)[-2:] == ["recorded", "record_corrected"]
    assert "経過記録を直した" in owner.get(f"{path}/history").text


def test_a_quick_call_stands_in_the_list_without_being_entered_twice(
    small_world: World, case: tuple[uuid.UUID, str, Browser]
) -> None:
    _, path, owner = case
    owner.post(f"{path}/spoken", means="call", manner="out", told="明日10時に来所とのこと", key="s1")
    owner.post(f"{path}/spoken", means="went", manner="missed", told="", key="s2")
    shown = owner.get(f"{path}/records").text
    assert shown.count("明日10時に来所とのこと") == 1 and "本人（つながらなかった）" in shown and rows(small_world) == []
    one = re.findall(rf'href="({path}/records/[0-9a-f-]+)"[^>]*の電話の記録', shown)
    assert len(one) == 1 and "明日10時に来所とのこと" in owner.get(one[0]).text
    fields = entry(small_world, begin="10:05", end="", told="明日10時30分に来所とのこと", seen="1")
    assert owner.post(one[0], **fields).status_code == 303
    shown = owner.get(f"{path}/records").text
    assert "明日10時30分に来所とのこと" in shown and "明日10時に来所とのこと" not in shown
    assert "明日10時に来所とのこと" in owner.get(path).text and "明日10時に来所とのこと" in owner.get(one[0]).text


def test_a_day_of_chat_is_one_line_each_way_and_no_word_of_it(
    small_world: World, enter_small: Enter, case: tuple[uuid.UUID, str, Browser]
) -> None:
    case_id, path, owner = case
    small_world.hear(case_id, "二つ目のことば")
    for number in range(3):
        owner.post(f"{path}/reply", words=f"返事{number}のことば", key=f"r{number}")
    small_world.offset = timedelta(days=1)
    small_world.hear(case_id, "次の日のことば")
    shown = enter_small("sato").get(f"{path}/records").text
    assert "チャット 2通" in shown and "チャット 3通" in shown and "チャット 1通" in shown
    assert "支援経過（3件）" in shown and "ことば" not in shown


def test_what_is_nowhere_or_in_another_lane_is_the_same(
    small_world: World, enter_small: Enter, case: tuple[uuid.UUID, str, Browser]
) -> None:
    case_id, path, owner = case
    owner.post(f"{path}/records", **entry(small_world, lane=str(small_world.desk_id)))
    hidden, other = f"{path}/records/{rows(small_world)[0].entry_id}", enter_small("suzuki")
    assert WORDS in owner.get(f"{path}/records").text and "所属だけ" in owner.get(f"{path}/records").text
    nowhere = f"{path}/records/{uuid.uuid4()}"
    for method in (other.get, lambda one: other.post(one, **entry(small_world, seen="1"))):
        assert method(hidden).headers.get("location") == method(nowhere).headers.get("location")
    assert WORDS not in other.get(f"{path}/records").text and "支援経過（1件）" in other.get(f"{path}/records").text
    assert "recorded" not in moves(small_world, case_id)
    with small_world.database.reading() as session:
        acts = session.scalars(select(JournalEntry.act).where(JournalEntry.subject_id == case_id)).all()
    assert acts.count("case.recorded") == 1


def test_reading_is_on_record_before_and_a_stranger_sees_nothing(
    small_world: World, enter_small: Enter, case: tuple[uuid.UUID, str, Browser]
) -> None:
    case_id, path, _ = case
    stranger, colleague = enter_small("tonari"), enter_small("sato")
    assert stranger.get(f"{path}/records").status_code == 404
    colleague.get(f"{path}/records")
    with small_world.database.reading() as session:
        last = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)).one()
    assert (last.act, last.subject_id, last.staff_id) == ("case.read", case_id, small_world.people["sato"])


def test_the_boxes_of_the_sheet_are_the_towns_own(
    small_world: World, enter_small: Enter, case: tuple[uuid.UUID, str, Browser]
) -> None:
    _, path, owner = case
    small_world.add_person("kanri", "管理", [Role.SUPERVISOR], [small_world.desk_id])
    head, second = enter_small("kanri"), enter_small("suzuki")
    usual = head.get("/settings/approval").text
    assert "課長\n係長\n担当" in usual
    for wrong in ("", "\n".join("あいうえおかきくけ"), "課長\n課長", "あ" * 13):
        assert head.post("/settings/approval", labels=wrong, seen="課長\n係長\n担当").status_code == 409
    done = head.post("/settings/approval", labels="所長\n主任\n担当\n", seen="課長\n係長\n担当")
    assert done.headers["location"].endswith("said=changed")
    second.get("/settings/approval")
    late = second.post("/settings/approval", labels="部長", seen="課長\n係長\n担当")
    assert late.status_code == 409 and "いまの欄：所長、主任、担当" in late.text and "部長" in late.text
    sheet = owner.get(f"{path}/records/sheet").text
    assert "<li>所長</li><li>主任</li><li>担当</li>" in sheet


def test_a_delivered_reply_is_a_line_of_the_person_who_wrote_it(small_world: World, case: tuple[uuid.UUID, str, Browser]) -> None:
    case_id, path, owner = case
    with small_world.database.writing(small_world.town) as session:
        point = point_of(session, session.get_one(Case, case_id))
        bubbles = [outbox.Bubble(Kind.TEXT, "自動の返事")]
        said = outbox.say(session, point, body="{}", bubbles=bubbles, author=Author.BOT, now=small_world.now)
        outbox.settle(said, Delivery.SENT, now=small_world.now)
    owner.post(f"{path}/reply", words="こんにちは", key="r")
    shown = owner.get(f"{path}/records").text
    assert "対応者：山田" in shown and shown.count("チャット 1通") == 2
