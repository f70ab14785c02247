"""Files as residents and attackers send them, made here and small, and one put into a case without a platform."""

from __future__ import annotations

import io
import struct
import uuid
import wave
import zipfile
import zlib
from typing import Any

from PIL import Image
from sqlalchemy import select

from handoff import attachments
from handoff.accounts import Account
from handoff.attachments import Attachment, Found
from handoff.cases import Case, point_of
from handoff.transcript import Kind, hear
from resources.db import EVERYWHERE
from tests.desk import World

GPS_MARK = b"GPSMARK"
PROGRAM = b"MZ\x90\0\x03\0\0\0" + b"\0" * 400
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), **how: Any) -> bytes:
    """A picture with something on it."""
    sheet = Image.linear_gradient("L").resize(size).convert("RGBA" if kind in ("PNG", "WEBP") else "RGB")
    made = io.BytesIO()
    sheet.save(made, kind, **how)
    return made.getvalue()


def with_place(size: tuple[int, int] = (640, 480)) -> bytes:
    """A JPEG lying on its side, with the place it was taken at."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    exif[0x010E] = GPS_MARK.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (35.0, 40.0, 0.0), 3: "E", 4: (139.0, 44.0, 0.0)})
    return picture(size=size, exif=exif, comment=GPS_MARK)


def bomb() -> bytes:
    """A PNG of 900 million pixels in a hundred kilobytes."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"\0" * (1 << 20), 9)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A PNG with a comment that unpacks to a hundred megabytes."""
    whole = picture("PNG", (8, 8))
    data = b"Comment\0\0" + zlib.compress(b"A" * 100_000_000, 9)
    bad = struct.pack(">I", len(data)) + b"zTXt" + data + struct.pack(">I", zlib.crc32(b"zTXt" + data))
    return whole[:33] + bad + whole[33:]


def archive(**files: bytes) -> bytes:
    """A ZIP; double underscores in the names stand for slashes, single trailing dots for nothing."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        for name, data in files.items():
            zipped.writestr(name, data)
    return made.getvalue()


def office(main: str = "word/document.xml", **more: bytes) -> bytes:
    """A document as Word or Excel writes it."""
    return archive(**{"[Content_Types].xml": b"<Types/>", main: b"<w/>", **more})


def sound() -> bytes:
    """A WAV, which is none of the kinds we keep."""
    made = io.BytesIO()
    with wave.open(made, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(8000)
        out.writeframes(b"\x80" * 800)
    return made.getvalue()


def mp4(brand: bytes = b"isom") -> bytes:
    """The beginning of an MP4 or M4A."""
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0" + brand + b"isom" + b"\0\0\0\x08mdat" + b"\x11" * 64


OGG = b"OggS\0\x02" + b"\0" * 22 + b"OpusHead" + b"\0" * 40
MP3 = b"ID3\x04\0\0\0\0\0\0" + b"\xff\xfb\x90\0" + b"\0" * 100


def put_file(
    world: World, case_id: uuid.UUID, found: Found | None = None, *, name: str = "", kind: Kind = Kind.IMAGE,
    state: str = "stored",
) -> uuid.UUID:  # fmt: skip
    """Let a resident have sent a file, as the worker leaves it; `state` is stored, waiting, or why it was refused."""
    with world.database.writing(EVERYWHERE) as session:
        case = session.scalars(select(Case).where(Case.id == case_id)).one()
        point = point_of(session, case)
        message = hear(session, point, "", kind=kind, said_at=world.clock(), now=world.clock())
        account = session.scalars(select(Account).where(Account.id == point.account_id)).one()
        row = attachments.expect(session, message, account.id, handle="1", name=name, now=world.clock())
        row_id = row.id
        if state == "stored":
            arrive(world, row, found or seen())
        elif state != "waiting":
            attachments.refuse(row, state, now=world.clock())
            return row_id
    return row_id


def arrive(world: World, row: Attachment, found: Found) -> None:
    """Let what was waited for be there."""
    from sqlalchemy.orm import object_session

    session = object_session(row)
    assert session is not None
    parts = attachments.seal_parts(session.info["sealer"], row.custodian, row.contact_id, found)
    for part in parts:
        attachments.write_part(session, row, part)
    attachments.finish(session, row, found, parts=parts, now=world.clock())


def seen(size: tuple[int, int] = (640, 480)) -> Found:
    """A photo as it is kept."""
    small = picture(size=(320, 320 * size[1] // size[0]))
    return Found("image/jpeg", picture(size=size), small, *size)
