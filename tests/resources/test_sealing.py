"""Words under lock: they open in their own place with their own key, and nowhere else."""

from __future__ import annotations

import stat
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.sealing import (
    KeyFileMissing,
    KeyFileOpen,
    MasterKeys,
    Place,
    Sealer,
    Unreadable,
    create_key_file,
    read_key_file,
)

PLACE = Place("990019", uuid.uuid4(), "message", "words_sealed", uuid.uuid4())


def test_sealed_words_open_in_their_place(sealer: Sealer) -> None:
    assert sealer.open(PLACE, sealer.seal(PLACE, "家賃が払えません")) == "家賃が払えません"


def test_sealed_words_show_nothing(sealer: Sealer) -> None:
    assert "家賃".encode() not in sealer.seal(PLACE, "家賃が払えません")


@pytest.mark.parametrize("moved", ["custodian", "subject", "table", "column", "row"])
def test_moved_words_stay_closed(sealer: Sealer, moved: str) -> None:
    elsewhere = uuid.uuid4() if moved in ("subject", "row") else "990027"
    sealer.seal(replace(PLACE, **{moved: elsewhere}), "x")  # the other place has keys of its own
    with pytest.raises(Unreadable):
        sealer.open(replace(PLACE, **{moved: elsewhere}), sealer.seal(PLACE, "家賃"))


@pytest.fixture(scope="module")
def lasting_sealer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sealer]:
    folder = tmp_path_factory.mktemp("keys")
    create_key_file(folder / "k")
    made = Sealer(f"sqlite:///{folder}/keys.db", read_key_file(folder / "k"))
    yield made
    made.close()


@given(position=st.integers(0, 60))
def test_changed_words_stay_closed(position: int, lasting_sealer: Sealer) -> None:
    sealed = bytearray(lasting_sealer.seal(PLACE, "家賃が払えません"))
    sealed[position % len(sealed)] ^= 1
    with pytest.raises(Unreadable):
        lasting_sealer.open(PLACE, bytes(sealed))


def test_forgotten_subject_is_unreadable_for_good(sealer: Sealer) -> None:
    sealed = sealer.seal(PLACE, "家賃")
    sealer.forget(PLACE.subject)
    with pytest.raises(Unreadable):
        sealer.open(PLACE, sealed)
    sealer.seal(PLACE, "新しい")
    with pytest.raises(Unreadable):
        sealer.open(PLACE, sealed)


def test_a_column_of_many_opens_at_once_but_for_what_was_forgotten_or_moved(sealer: Sealer) -> None:
    places = [replace(PLACE, subject=uuid.uuid4(), row=uuid.uuid4()) for _ in range(3)]
    rows = [(place.subject.hex, place.row.hex, sealer.seal(place, f"相談{at}")) for at, place in enumerate(places)]
    assert list(sealer.open_column(PLACE.custodian, PLACE.table, PLACE.column, rows)) == ["相談0", "相談1", "相談2"]
    sealer.forget(places[1].subject)
    assert list(sealer.open_column(PLACE.custodian, PLACE.table, PLACE.column, rows)) == ["相談0", None, "相談2"]
    assert list(sealer.open_column(PLACE.custodian, PLACE.table, PLACE.column, [])) == []
    with pytest.raises(Unreadable):
        list(sealer.open_column(PLACE.custodian, PLACE.table, "name_sealed", rows))


def test_two_processes_share_keys(tmp_path: Path) -> None:
    create_key_file(tmp_path / "k")
    first, second = (Sealer(f"sqlite:///{tmp_path}/keys.db", read_key_file(tmp_path / "k")) for _ in range(2))
    assert second.open(PLACE, first.seal(PLACE, "家賃")) == "家賃"
    assert first.blind("990019", "name", "はな") == second.blind("990019", "name", "はな")
    first.close()
    second.close()


def test_a_name_is_found_however_it_was_typed(sealer: Sealer) -> None:
    typed = ("ガク", "ｶﾞｸ", "ガク")
    assert len({sealer.blind("990019", "name", name) for name in typed}) == 1


def test_a_new_master_key_reads_what_the_old_one_wrapped(tmp_path: Path) -> None:
    create_key_file(tmp_path / "k")
    before = read_key_file(tmp_path / "k")
    url = f"sqlite:///{tmp_path}/keys.db"
    old = Sealer(url, before)
    sealed, found = old.seal(PLACE, "家賃"), old.blind(PLACE.custodian, "name", "はな")
    old.close()
    new = Sealer(url, MasterKeys("k2", {**before.keys, "k2": b"2" * 32}))
    assert new.open(PLACE, sealed) == "家賃"
    assert new.blind(PLACE.custodian, "name", "はな") == found
    later = replace(PLACE, subject=uuid.uuid4())
    wrapped_by_new = new.seal(later, "あと")
    new.close()
    without = Sealer(url, before)
    with pytest.raises(Unreadable):
        without.open(later, wrapped_by_new)
    without.close()


def test_equal_names_of_two_towns_do_not_match(sealer: Sealer) -> None:
    assert sealer.blind("990019", "name", "はな") != sealer.blind("990027", "name", "はな")


def test_key_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "k"
    create_key_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        create_key_file(path)
    path.chmod(0o640)
    with pytest.raises(KeyFileOpen):
        read_key_file(path)


def test_missing_key_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(KeyFileMissing):
        read_key_file(tmp_path / "none")
