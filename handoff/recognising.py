"""What a file really is, told by its bytes and never by its name, and why some are not opened here."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from typing import Final

from handoff.transcript import Kind

# Pictures that are drawn anew before anybody sees them.
PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
HEIC: Final = "image/heic"
PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT: Final = "text/plain"
SOUNDS: Final = frozenset({"audio/mp4", "audio/ogg", "audio/mpeg"})
VIDEO: Final = "video/mp4"
# The endings under which each kind is handed out; the first is added where another one stands.
ENDINGS: Final = {
    "image/jpeg": (".jpg", ".jpeg"), HEIC: (".heic", ".heif"), PDF: (".pdf",), DOCX: (".docx",), XLSX: (".xlsx",),
    TEXT: (".txt", ".csv"), "audio/mp4": (".m4a",), "audio/ogg": (".ogg", ".oga"), "audio/mpeg": (".mp3",), VIDEO: (".mp4",),
}  # fmt: skip

_PROGRAMS: Final = (
    b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\0asm",
    b"L\0\0\0", b"!<arch>", b"dex\n", b"\xd0\xcf\x11\xe0",
)  # fmt: skip
_ARCHIVES: Final = (b"PK", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"MSCF", b"\x60\xea")
_MARKUP: Final = re.compile(
    rb"<\s*(!doctype|html|svg|script|\?xml|head|body|iframe|img|object|embed|meta|style|math)", re.IGNORECASE
)
_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif"})
_MP4_BRANDS: Final = frozenset(
    {
        b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"M4A ", b"M4B ", b"3gp4", b"3gp5",
        b"3gp6", b"3g2a", b"dash", b"qt  ",
    }
)  # fmt: skip
# Where browsers and virus scanners look for the beginning of a page.
_HEAD: Final = 4096
_MOST_ENTRIES, _LARGEST_DIRECTORY = 5_000, 1024 * 1024


class NotOpened(ValueError):
    """この種類のファイルは、安全のため受け取りません。"""

    def __init__(self, reason: str) -> None:
        """`reason` is a code the desk reads in words."""
        super().__init__(reason)
        self.reason = reason


def recognise(data: bytes, kind: Kind) -> str:
    """Return the media type of a file; raises NotOpened with the reason when it is none of those we keep."""
    if not data:
        raise NotOpened("empty")
    if data.startswith(_PROGRAMS):
        raise NotOpened("program")
    media = _picture(data)
    if media in PICTURES:
        return media  # Drawn anew: nothing of these bytes is ever handed out.
    media = media or _office(data) or _plain_kind(data, kind)
    if not media:
        raise NotOpened(_why(data))
    if media not in (DOCX, XLSX) and _is_also_something_else(data):
        raise NotOpened("polyglot")
    return media


def _picture(data: bytes) -> str:
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    return HEIC if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS else ""


def _plain_kind(data: bytes, kind: Kind) -> str:
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"OggS"):
        return "audio/ogg"
    if data.startswith(b"ID3") or (data[:1] == b"\xff" and len(data) > 3 and data[1] & 0xE6 == 0xE2 and data[2] & 0xF0 != 0xF0):
        return "audio/mpeg"
    if data[4:8] == b"ftyp" and data[8:12] in _MP4_BRANDS:
        return "audio/mp4" if kind == Kind.VOICE or data[8:11] == b"M4A" else VIDEO
    return TEXT if _is_text(data) else ""


def _is_text(data: bytes) -> bool:
    if b"\0" in data or data.startswith(_ARCHIVES) or _MARKUP.search(data[:_HEAD]):
        return False
    for encoding in ("utf-8", "cp932"):
        try:
            words = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return re.search(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]", words) is None
    return False


def _office(data: bytes) -> str:
    """Return the kind of an office document without macros; what is odd about its shape makes it an archive."""
    if not data.startswith(b"PK\x03\x04") or not _small_directory(data):
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError):
        return ""
    names = {entry.filename for entry in entries}
    if any("vbaproject" in name.lower() or "/activex/" in name.lower() for name in names):
        raise NotOpened("macro")
    # Nothing may stand before the first entry, nothing may be hidden under a key, nothing may point outside.
    plain = entries and min(entry.header_offset for entry in entries) == 0 and not any(entry.flag_bits & 1 for entry in entries)
    if not plain or "[Content_Types].xml" not in names or any(".." in name or name.startswith("/") for name in names):
        return ""
    if any(name.lower().endswith((".exe", ".dll", ".js", ".vbs", ".html", ".hta", ".bat")) for name in names):
        return ""
    return DOCX if "word/document.xml" in names else XLSX if "xl/workbook.xml" in names else ""


def _small_directory(data: bytes) -> bool:
    """Whether the list of contents can be read without harm: short, and at the very end of the file."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 22))
    if end < 0:
        return False
    entries, size = struct.unpack_from("<HI", data, end + 10)
    return bool(entries <= _MOST_ENTRIES and size <= _LARGEST_DIRECTORY)


def _is_also_something_else(data: bytes) -> bool:
    """Whether a file that is kept as it is could also be opened as a page, a program or an archive."""
    return _MARKUP.search(data[:_HEAD]) is not None or bool(zipfile.is_zipfile(io.BytesIO(data)))


def _why(data: bytes) -> str:
    if data.startswith(_ARCHIVES) or data[257:262] == b"ustar" or zipfile.is_zipfile(io.BytesIO(data)):
        return "archive"
    return "markup" if _MARKUP.search(data[:_HEAD]) or _looks_like_wide_markup(data) else "unknown"


def _looks_like_wide_markup(data: bytes) -> bool:
    return bool(_MARKUP.search(data[:_HEAD].replace(b"\0", b"")))
