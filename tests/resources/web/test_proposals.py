"""Proposals by the public form, and what editors make of them."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from resources import deciding_proposals, directory, proposals
from resources.access import actor_for
from resources.drafts import Draft, PhoneNumber
from resources.editing.kept import KeptSheet
from resources.kinds import Kinds
from resources.proposals import Proposal, Said, Sort, State, Why
from resources.staff import Role, Staff
from tests.desk import Browser, World

Enter = Callable[..., Browser]
FORM = "/propose/990019"
SALON = {"sort": "place", "name": "こもれびサロン", "held": "第2・4水曜 10時〜12時", "place": "緑町集会所", "whom": "どなたでも"}


@pytest.fixture(autouse=True)
def editors(world: World) -> None:
    """Two people who keep the directory of みらい市, and one of another town."""
    for name, shown in (("editor", "編集"), ("second", "第二")):
        world.add_person(name, shown, [Role.DIRECTORY_EDITOR], [])
    world.add_person("far", "遠く", [Role.DIRECTORY_EDITOR], [], world.other_town)


def receipt_of(page: str) -> str:
    found = re.search(r'name="receipt" value="([\w-]{43})"', page)
    assert found is not None
    return found[1]


def kept(world: World) -> list[Proposal]:
    with world.database.reading() as session:
        return list(session.scalars(select(Proposal).order_by(Proposal.id)))


def proposed(world: World, **more: str) -> str:
    with world.database.writing() as session:
        said = Said(**{**SALON, "sort": Sort.PLACE, **more})  # type: ignore[arg-type]
        row = proposals.keep(session, said, town=world.town, now=world.clock(), receipt=uuid.uuid4().hex)
        return f"/directory/proposals/{row.id}"


def test_a_proposal_is_kept_once_and_its_receipt_tells_what_became_of_it(world: World, enter: Enter) -> None:
    stranger, editor = enter(), enter("editor")
    assert "となり町" in stranger.get("/propose").text
    fields = SALON | {"receipt": receipt_of(stranger.get(FORM).text)}
    for _ in range(2):
        sent = stranger.post(FORM, **fields)
        assert sent.status_code == 303
    (row,) = kept(world)
    assert (row.name, row.state, row.from_chat) == ("こもれびサロン", State.WAITING, False)
    receipt = stranger.get(sent.headers["location"]).text
    assert "職員が確かめています" in receipt and fields["receipt"].encode() not in (row.receipt_hash or b"")
    assert "こもれびサロン" in editor.get("/directory/proposals").text
    page = f"/directory/proposals/{row.id}"
    assert "第2・4水 10:00〜12:00" in editor.get(page).text
    assert editor.post(f"{page}/add").status_code == 303
    assert "名簿に載せました" in stranger.get(sent.headers["location"]).text
    (row,) = kept(world)
    with world.database.reading() as session:
        draft = directory.get(session, row.service_id or uuid.UUID(int=0)).draft
    assert (draft.name, draft.address, draft.eligibility_description) == ("こもれびサロン", "緑町集会所", "どなたでも")
    assert stranger.get("/propose/receipts/nothing").status_code == 404


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"name": "　"}, "名前を書いてください"),
        ({"held": "水曜 電話は099-000-1234"}, "「問い合わせ先」に書いてください"),
        ({"about": "くわしくは hana@example.jp へ"}, "メールアドレスは"),
        ({"reach": "099-000-1234"}, "印を付けて"),
        ({"place": "佐藤さんの家"}, "人の名前・個人の家と読める"),
        ({"sort": "event", "day": "2026-11-01"}, "今日より後"),
        ({"sort": "event", "day": "いつか"}, "日付を読み取れません"),
        ({"whom": "あ" * 301}, "300文字まで"),
        ({"homepage": "https://example.com"}, "自動で入力された欄"),
    ],
)
def test_what_cannot_be_taken_comes_back_with_everything_written(
    world: World, enter: Enter, changed: dict[str, str], says: str
) -> None:
    stranger = enter()
    stranger.get(FORM)
    page = stranger.post(FORM, **SALON | {"about": "お茶を飲みます"} | changed)
    assert page.status_code == 409 and says in page.text and kept(world) == []
    assert "緑町集会所" in page.text or "place" in changed
    assert "https://example.com" not in page.text


def test_a_contact_is_kept_only_with_the_tick_and_an_event_keeps_its_days(world: World, enter: Enter) -> None:
    stranger = enter()
    stranger.get(FORM)
    event = {
        "sort": "event", "name": "冬の市", "held": "12月5日（土）、12月6日（日）10時〜15時", "day": "2026-12-05",
        "reach": "電話 099-000-1234、冬の会", "published": "on",
    }  # fmt: skip
    assert stranger.post(FORM, **event).status_code == 303
    (row,) = kept(world)
    assert (row.dates, row.reach) == (["2026-12-05", "2026-12-06"], "電話 099-000-1234、冬の会")
    editor = enter("editor")
    editor.get(f"/directory/proposals/{row.id}")
    editor.post(f"/directory/proposals/{row.id}/add")
    (row,) = kept(world)
    with world.database.reading() as session:
        draft = directory.get(session, row.service_id or uuid.UUID(int=0)).draft
    assert draft.phones == (PhoneNumber("099-000-1234"),) and draft.hours_note.startswith("12月5日")
    assert [(one.starts.day, one.opens, one.closes) for one in draft.closures] == [(5, 600, 900), (6, 600, 900)]


def test_one_address_sends_so_much_an_hour_and_a_town_takes_so_much(world: World, enter: Enter) -> None:
    stranger = enter()
    for number in range(10):
        stranger.get(FORM)
        assert stranger.post(FORM, **SALON, receipt=f"{number:043}").status_code == 303
    refused = stranger.post(FORM, **SALON, receipt="x" * 43)
    assert refused.status_code == 409 and "短い時間に" in refused.text and "緑町集会所" in refused.text
    world.offset = timedelta(minutes=61)
    assert stranger.post(FORM, **SALON, receipt="x" * 43).status_code == 303
    for _ in range(29):
        proposed(world)
    crowded = stranger.post(FORM, **SALON, receipt="y" * 43)
    assert crowded.status_code == 409 and "混み合って" in crowded.text
    assert len(kept(world)) == 40


def test_the_first_of_two_editors_decides_and_the_other_is_told(world: World, enter: Enter) -> None:
    page, editor, second = proposed(world), enter("editor"), enter("second")
    editor.get(page)
    second.get(page)
    assert "理由を選んで" in editor.post(f"{page}/decline").text
    assert editor.post(f"{page}/decline", why="unclear").status_code == 303
    for act in ("add", "write", "decline", "give-back"):
        late = second.post(f"{page}/{act}", why="known")
        assert late.status_code == 409 and "編集さんが先に見送りました" in late.text, act
    (row,) = kept(world)
    assert (row.state, row.why) == (State.DECLINED, Why.UNCLEAR)
    with world.database.reading() as session:
        assert directory.whole(session, world.town) == []
    assert "内容を確かめられない" in editor.get("/directory/proposals?show=decided").text


def test_two_who_press_in_one_moment_make_one_entry(world: World) -> None:
    page = proposed(world)
    row_id, together = uuid.UUID(page.rpartition("/")[2]), threading.Barrier(2)

    def press(name: str) -> str:
        with world.database.reading() as session:
            actor = actor_for(session, session.get_one(Staff, world.people[name]))
        together.wait()
        try:
            with world.database.writing() as session:
                deciding_proposals.add(session, row_id, kinds=Kinds.load(), actor=actor, now=world.now)
        except deciding_proposals.DecidedMeanwhile as refused:
            return str(refused)
        return ""

    with ThreadPoolExecutor(2) as both:
        said = sorted(both.map(press, ("editor", "second")))
    assert said[0] == "" and "さんが先に台帳に載せました" in said[1]
    with world.database.reading() as session:
        assert len(directory.whole(session, world.town)) == 1


def test_a_form_that_arrives_twice_in_one_moment_is_kept_once(world: World) -> None:
    together = threading.Barrier(2)

    def arrive(_: int) -> uuid.UUID:
        together.wait()
        with world.database.writing() as session:
            said = Said(**{**SALON, "sort": Sort.PLACE})  # type: ignore[arg-type]
            return proposals.keep(session, said, town=world.town, now=world.now, receipt="r" * 43).id

    with ThreadPoolExecutor(2) as both:
        first, second = both.map(arrive, range(2))
    assert first == second and len(kept(world)) == 1


def test_a_proposal_opened_as_an_entry_is_decided_by_the_entry(world: World, enter: Enter) -> None:
    page, editor, second = proposed(world), enter("editor"), enter("second")
    editor.get(page)
    form = editor.post(f"{page}/write").headers["location"]
    assert "緑町集会所" in editor.get(form).text
    assert "編集さんが書いています" in second.get(page).text
    assert "編集さんが先に書きはじめています" in second.post(f"{page}/add").text
    # Whoever waits too long may let it wait for everybody again.
    assert second.post(f"{page}/give-back").status_code == 303
    # The form is still open on the first one's screen: it makes no second entry beside what is made of the proposal now.
    opened = form.partition("draft=")[2]
    assert "まだ保存していません" in editor.post("/directory/new", draft=opened, of_town=world.town, name="こもれびサロン").text
    with world.database.reading() as session:
        assert directory.whole(session, world.town) == []
    assert editor.post(f"{page}/write").headers["location"] != form
    key = editor.post(f"{page}/write").headers["location"].partition("draft=")[2]
    made = editor.post("/directory/new", draft=key, of_town=world.town, name="こもれびサロン", address="緑町集会所")
    assert made.status_code == 303
    late = second.post(f"{page}/decline", why="known")
    assert late.status_code == 409 and "編集さんが先に台帳に載せました" in late.text
    (row,) = kept(world)
    assert row.state == State.ACCEPTED and made.headers["location"].startswith(f"/directory/{row.service_id}")


def test_what_looks_like_it_is_shown_and_a_thrown_away_draft_waits_again(world: World, enter: Enter) -> None:
    with world.database.writing() as session:
        known = Draft("こもれび サロン", kind="salon", address="みらい市緑町1")
        directory.add(session, known, municipality=world.town, by="編集", now=world.now)
    page, editor = proposed(world, name="こもれびサロン"), enter("editor")
    assert "こもれび サロン" in editor.get(page).text
    key = editor.post(f"{page}/write").headers["location"].partition("draft=")[2]
    editor.get(f"/directory/new?draft={key}")
    editor.post("/directory/new/let-go", draft=key)
    assert enter("second").get(page).status_code == 200
    assert editor.post(f"{page}/decline", why="known").status_code == 303
    with world.database.reading() as session:
        assert [row.cells for row in session.scalars(select(KeptSheet))] == [{}]


def test_another_towns_proposal_does_not_exist_and_a_hidden_house_is_not_added_as_it_is(world: World, enter: Enter) -> None:
    page, far = proposed(world, name="みらい女性シェルター"), enter("far")
    far.get("/directory/proposals")
    assert far.get(page).status_code == 404 and far.post(f"{page}/decline", why="known").status_code == 404
    editor = enter("editor")
    editor.get(page)
    refused = editor.post(f"{page}/add")
    assert refused.status_code == 409 and "場所を知られてはいけない" in refused.text
    assert kept(world)[0].state == State.WAITING


def test_what_was_decided_long_ago_is_deleted(world: World, enter: Enter) -> None:
    old, fresh = proposed(world), proposed(world)
    editor = enter("editor")
    editor.get(old)
    editor.post(f"{old}/decline", why="business")
    # What is about one person is not even kept so long.
    editor.post(f"{proposed(world)}/decline", why="personal")
    assert [(row.name, row.place) for row in kept(world)][2] == ("（消しました）", "")
    proposals.purge(world.database, world.now + timedelta(days=89))
    assert len(kept(world)) == 3
    proposals.purge(world.database, world.now + timedelta(days=91))
    assert [f"/directory/proposals/{row.id}" for row in kept(world)] == [fresh]
