"""More than forty files as attackers and old phones make them: each is drawn anew, handed out only, or refused."""

from __future__ import annotations

import asyncio
import gzip
import io
import tarfile

import pytest
from PIL import Image

from bot import pictures
from handoff.attachments import Found
from handoff.files import File
from handoff.recognising import DOCX, HEIC, PDF, PICTURES, SOUNDS, TEXT, VIDEO, XLSX, NotOpened, recognise
from handoff.transcript import Kind
from tests import sent_files as made

SERVED = {"image/jpeg", *SOUNDS}


def taken_in(data: bytes, kind: Kind = Kind.FILE) -> Found:
    """Do what the worker does with what it fetched."""
    media = recognise(data, kind)
    return asyncio.run(pictures.redraw(data)) if media in PICTURES else Found(media, data)


def tar() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"))
    return packed.getvalue()


ZIP = made.archive(**{"a.txt": b"a"})
DRAWN = {
    "jpeg": made.picture(),
    "png": made.picture("PNG"),
    "gif": made.picture("GIF"),
    "webp": made.picture("WEBP"),
    "grey jpeg": made.picture(size=(1, 1)),
    "long picture": made.picture("PNG", (9, 4000)),
    "gps": made.with_place(),
    "jpeg and page": made.picture() + made.HTML,
    "jpeg and zip": made.picture() + ZIP,
    "page in a comment": made.picture(comment=made.HTML),
    "gif and script": made.picture("GIF") + b"*/=1;alert(1)//",
    "png and program": made.picture("PNG") + made.PROGRAM,
    "text bomb that is skipped": made.picture("PNG", (8, 8)),
}
KEPT = {
    "pdf": (made.PDF, PDF),
    "docx": (made.office(), DOCX),
    "xlsx": (made.office("xl/workbook.xml"), XLSX),
    "txt": ("これは文字です。\r\n".encode(), TEXT),
    "old japanese txt": ("これは文字です。".encode("cp932"), TEXT),
    "ogg": (made.OGG, "audio/ogg"),
    "mp3": (made.MP3, "audio/mpeg"),
    "m4a": (made.mp4(b"M4A "), "audio/mp4"),
    "mp4": (made.mp4(), VIDEO),
    "heic": (made.mp4(b"heic"), HEIC),
}
REFUSED = {
    "empty": (b"", "empty"),
    "html": (made.HTML, "markup"),
    "html behind blanks": (b"\n \t<html><body>", "markup"),
    "html in utf-16": ("<html><script>".encode("utf-16"), "markup"),
    "page in a text": ("お知らせ <img src=x onerror=alert(1)>".encode(), "markup"),
    "svg": (made.SVG, "markup"),
    "exe": (made.PROGRAM, "program"),
    "elf": (b"\x7fELF" + b"\0" * 100, "program"),
    "script": (b"#!/bin/sh\nrm -rf /", "program"),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "program"),
    "zip": (ZIP, "archive"),
    "jar": (made.archive(**{"META-INF/MANIFEST.MF": b"x"}), "archive"),
    "gzip": (gzip.compress(b"x"), "archive"),
    "tar": (tar(), "archive"),
    "rar": (b"Rar!\x1a\x07\x01\0", "archive"),
    "docm": (made.office(**{"word/vbaProject.bin": b"x"}), "macro"),
    "docx with a program": (made.office(**{"word/embeddings/a.exe": b"MZ"}), "archive"),
    "docx behind a program": (made.PROGRAM + made.office(), "program"),
    "docx behind something": (b"PK\x03\x04" + b"\0" * 40 + made.office(), "archive"),
    "docx that climbs": (made.office(**{"../../x": b"x"}), "archive"),
    "pdf and zip": (made.PDF + ZIP, "polyglot"),
    "pdf and page": (made.PDF[:9] + made.HTML + made.PDF, "polyglot"),
    "mp3 and zip": (made.MP3 + ZIP, "polyglot"),
    "wav": (made.sound(), "unknown"),
    "noise": (b"\x01\x02\x03\x04" * 50, "unknown"),
    "text with a bell": (b"abc\x07\x08", "unknown"),
    "cut jpeg": (made.picture()[:2000], "broken_picture"),
    "jpeg of nothing": (b"\xff\xd8\xff\xe0", "broken_picture"),
    "png of nothing": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "broken_picture"),
    "bomb": (made.bomb(), "bomb"),
    "text bomb": (made.text_bomb(), "broken_picture"),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_is_drawn_anew_and_brings_nothing_along(name: str) -> None:
    found = taken_in(DRAWN[name])
    assert found.media == "image/jpeg"
    for kept, longest in ((found.content, 2000), (found.small, 320)):
        with Image.open(io.BytesIO(kept)) as shown:
            shown.load()
            assert shown.format == "JPEG" and max(shown.size) <= longest and not dict(shown.getexif())
        assert not [mark for mark in (made.GPS_MARK, b"<script", b"MZ\x90", b"PK\x03\x04", b"alert(") if mark in kept]


@pytest.mark.parametrize("name", KEPT)
def test_a_document_is_kept_and_only_sounds_are_ever_played(name: str) -> None:
    data, media = KEPT[name]
    found = taken_in(data)
    assert (found.media, found.content, found.small) == (media, data, b"")
    shown = File(None, None, Kind.FILE, "stored", "", "x.html", media, 1, 0, 0)  # type: ignore[arg-type]
    assert shown.shown_as in SERVED | {""} and bool(shown.shown_as) == (media in SOUNDS)
    assert not shown.download_name.endswith((".html", ".exe", ".svg"))


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_do_harm_is_refused_with_its_reason(name: str) -> None:
    data, reason = REFUSED[name]
    with pytest.raises(NotOpened) as refusal:
        taken_in(data)
    assert refusal.value.reason == reason


def test_a_voice_in_the_shape_of_a_film_is_a_voice() -> None:
    assert recognise(made.mp4(b"mp42"), Kind.VOICE) == "audio/mp4"


def test_the_child_learns_nothing_of_ours_and_has_little_memory() -> None:
    source = pictures._PROGRAM.read_text(encoding="utf-8")
    for limit in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_CORE"):
        assert limit in source
    assert "from handoff" not in source and "from bot" not in source and "from resources" not in source
