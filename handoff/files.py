"""A photo, voice or file as the desk sees it: what it is, whether it can be opened here, and why it cannot."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import attachments
from handoff.attachments import Attachment, FileState
from handoff.cases import Case
from handoff.recognising import DOCX, ENDINGS, HEIC, PDF, SOUNDS, TEXT, VIDEO, XLSX
from handoff.transcript import Kind, Message
from resources import journal
from resources.access import Actor
from resources.journal import JournalEntry
from resources.sealing import reveal, sealer

OPENED: Final = "case.file"
_SHOWN: Final = "image/jpeg"
_LONGEST_NAME: Final = 120


@dataclass(frozen=True)
class File:
    """One file of a conversation, ready to be shown."""

    id: uuid.UUID
    at: datetime
    kind: Kind
    state: FileState
    reason: str  # why it cannot be opened, in words
    name: str  # without anything that could make it look like another one
    media: str
    size: int
    width: int
    height: int

    @property
    def label(self) -> str:
        """What it is, in words."""
        return _LABELS.get(self.media, _KINDS.get(self.kind, "ファイル"))

    @property
    def weight(self) -> str:
        """How large it is, in words."""
        if self.size >= 1024 * 1024:
            return f"{self.size / 1024 / 1024:.1f}MB"
        return f"{max(1, self.size // 1024)}KB"

    @property
    def is_picture(self) -> bool:
        """Whether it can be looked at on a page."""
        return self.state == FileState.STORED and self.media == _SHOWN

    @property
    def is_sound(self) -> bool:
        """Whether it can be listened to on a page."""
        return self.state == FileState.STORED and self.media in SOUNDS

    @property
    def shown_as(self) -> str:
        """The media type under which a page may show it; empty for what is only handed out."""
        return self.media if self.is_picture or self.is_sound else ""

    @property
    def download_name(self) -> str:
        """The name under which it is handed out; its ending is that of what it really is."""
        endings = ENDINGS.get(self.media, (".bin",))
        name = re.sub(r'[\\/:*?"<>|]', "_", self.name).strip(" .") or _KINDS.get(self.kind, "ファイル")
        return name if name.lower().endswith(endings) else f"{name}{endings[0]}"


def of_messages(session: Session, messages: Sequence[Message]) -> dict[uuid.UUID, File]:
    """Return the files of messages by message; what was taken back brings none."""
    ids = [one.id for one in messages if one.kind in _KINDS and one.withdrawn_at is None and one.erased_at is None]
    if not ids:
        return {}
    said = {message.id: message.said_at for message in messages}
    rows = session.scalars(select(Attachment).where(Attachment.message_id.in_(ids)))
    return {row.message_id: _file(session, row, said[row.message_id]) for row in rows}


def find(session: Session, case: Case, file_id: uuid.UUID) -> File | None:
    """Return a file of the conversation of a case; None for another one's, and for what was taken back."""
    found = _row(session, case, file_id)
    return None if found is None else _file(session, found[0], found[1])


def content(session: Session, case: Case, file_id: uuid.UUID, *, small: bool = False) -> bytes:
    """Return the bytes of a stored file, or of its small picture; empty when there are none."""
    found = _row(session, case, file_id)
    if found is None or found[0].state != FileState.STORED:
        return b""
    return attachments.content(session, sealer(session), found[0], small=small)


def note_opening(session: Session, case: Case, file: File, how: str, *, actor: Actor, now: datetime) -> None:
    """Write down who opens a file, and how (a code); committed before it is shown."""
    journal.record(
        session, OPENED, municipality=case.custodian, subject_kind="case", subject_id=case.id, staff_id=actor.staff_id,
        now=now, detail=_how(file, how),
    )  # fmt: skip


def opened_lately(session: Session, case: Case, file: File, how: str, *, actor: Actor, now: datetime) -> bool:
    """Whether it stands in the book already that this person opened it so within a day."""
    query = select(JournalEntry.id).where(
        JournalEntry.subject_kind == "case", JournalEntry.subject_id == case.id, JournalEntry.at > now - timedelta(days=1),
        JournalEntry.act == OPENED, JournalEntry.staff_id == actor.staff_id, JournalEntry.detail == _how(file, how),
    )  # fmt: skip
    return session.scalars(query.limit(1)).first() is not None


def _how(file: File, how: str) -> str:
    return f"{how} {file.id}"


def _row(session: Session, case: Case, file_id: uuid.UUID) -> tuple[Attachment, datetime] | None:
    query = (
        select(Attachment, Message.said_at)
        .join(Message, Message.id == Attachment.message_id)
        .where(
            Attachment.id == file_id, Attachment.contact_id == case.contact_id, Message.contact_id == case.contact_id,
            Message.withdrawn_at.is_(None), Message.erased_at.is_(None),
        )
    )  # fmt: skip
    found = session.execute(query).first()
    return None if found is None else (found[0], found[1])


def _file(session: Session, row: Attachment, at: datetime) -> File:
    return File(
        id=row.id,
        at=at,
        kind=Kind(row.kind),
        state=FileState(row.state),
        reason=_REASONS.get(row.reason, "") if row.reason else "",
        name=plain(reveal(session, row, "name_sealed") or ""),
        media=row.media,
        size=row.size,
        width=row.width or 0,
        height=row.height or 0,
    )


def plain(name: str) -> str:
    """Return a name without characters nobody sees: they turn its ending around, or end it early."""
    seen = "".join(sign for sign in name if unicodedata.category(sign)[0] not in "CZ" or sign in " 　")
    return seen.strip()[:_LONGEST_NAME]


_KINDS = {Kind.IMAGE: "写真", Kind.VOICE: "音声", Kind.FILE: "ファイル"}
_LABELS = {
    _SHOWN: "写真", HEIC: "写真（HEIC形式）", PDF: "PDF", DOCX: "Wordの文書", XLSX: "Excelの表", TEXT: "文字だけのファイル",
    "audio/mp4": "音声", "audio/ogg": "音声", "audio/mpeg": "音声", VIDEO: "動画",
}  # fmt: skip
_REASONS = {
    "too_large": "大きすぎるため、受け取りませんでした。",
    "too_many": "この人から一日に受け取れる数をこえたため、受け取りませんでした。",
    "day_full": "この人から一日に受け取れる量をこえたため、受け取りませんでした。",
    "empty": "中身が空でした。",
    "program": "プログラムのため、安全のために受け取りませんでした。",
    "archive": "圧縮ファイルは、中に何があるか確かめられないため、受け取りませんでした。",
    "markup": "ウェブページの形のファイルは、安全のために受け取りませんでした。",
    "macro": "マクロのある文書は、安全のために受け取りませんでした。",
    "polyglot": "別の種類のファイルとしても開けるように作られているため、安全のために受け取りませんでした。",
    "unknown": "種類が分からないため、安全のために受け取りませんでした。",
    "bomb": "開くと異常に大きくなる写真のため、受け取りませんでした。",
    "broken_picture": "写真が壊れていて、開けませんでした。",
    "broken": "受け取りの途中で失敗が続いたため、あきらめました。",
    "gone": "送ったサービスに、もう残っていませんでした。",
    "unreachable": "送ったサービスから取り出せませんでした。",
    "taken_back": "本人が取り消しました。",
}
