"""Tells greetings, thanks and small talk from needs, and a vague cry from a request."""

from __future__ import annotations

import re
import tomllib

from intents.cues import DATA, Reading
from intents.text import canonical

_ORDER = ("who_are_you", "scolding", "greeting", "thanks", "small_talk")
_NOISE = re.compile(r"[\s。、,.!?~ーw笑♪★☆…・「」()\[\]^_:;'\"/\\\-—\U0001F000-\U0001FAFF☀-➿]+")
_TAIL = re.compile("(?:です|ですね|だよ|だね|よ|ね|な|なあ|なー|ねえ|さん|か|かな|の|だ|ぞ|わ|ございます|した|ました)$")
_LEAD = re.compile(
    "^(?:あなた|お前|おまえ|あんた|君|きみ|これ|このボット|ここ|ボット)?(?:は|って|の|が)?(?:ほんとに?|本当に|まじで?|マジで?|全然|ぜんぜん|まったく|今日は?|とても|すごく|もう)?"
)
_LONGEST = 30
_VAGUE = re.compile(
    r"^(?:あの|えっと|すみません|すいません|ちょっと|実は|少し|いろいろ|色々|もう)*(?:(?:子ども|こども|子供|家族|お金|仕事|学校|家庭|親|体|からだ|生活|将来|家|近所|人間関係|夫|妻|母|父|息子|娘|自分)のこと(?:で|なんですが|なんですけど|です|について|が)?"
    r"(?:相談(?:したい|です|したいです|があります|があるんですが|に乗ってほしい)?|悩んでいます|悩んでる|困っています|困ってる|心配|聞きたい|ちょっと)?|助けて(?:ください|下さい|ほしい|くれ|え)?|たすけて(?:ください)?|help|ヘルプ)$",
    re.IGNORECASE,
)


class Social:
    """The phrases of rules/social.toml, compared with the whole message."""

    def __init__(self) -> None:
        data = tomllib.loads((DATA / "social.toml").read_text(encoding="utf-8"))
        self._phrases = {kind: frozenset(_bare(phrase) for phrase in data[kind].split()) - {""} for kind in _ORDER}

    def kind(self, message: str, reading: Reading) -> str | None:
        """Which social act the whole message is, or None when it holds anything else."""
        if not message:
            return None
        bare = _bare(message)
        if not bare or len(message) > _LONGEST:
            return None
        pieces = [piece for piece in (_bare(part) for part in re.split(r"[。!?、\n\s]+", message)) if piece]
        kinds = [self._one(piece) for piece in pieces] if pieces else []
        whole = self._one(bare)
        if whole:
            return whole
        if kinds and all(kinds):
            return next(kind for kind in _ORDER if kind in kinds)
        return None

    def _one(self, piece: str) -> str | None:
        spellings = {piece, _TAIL.sub("", piece), _LEAD.sub("", piece), _TAIL.sub("", _LEAD.sub("", piece))}
        spellings = {spelling for spelling in spellings if len(spelling) >= 2 or spelling == piece}
        for kind in _ORDER:
            if spellings & self._phrases[kind]:
                return kind
        return None

    @staticmethod
    def vague(message: str) -> bool:
        """True for a bare 「子どものこと」 or 「助けて」: something is wanted, nobody can tell what."""
        return bool(_VAGUE.match(_NOISE.sub("", message)))

    @staticmethod
    def cheerful(reading: Reading) -> bool:
        """True when the message tells of something pleasant and asks for nothing."""
        return (
            reading.has("pleasant") and not reading.has("request") and (not reading.has("trouble_bare") or "楽し" in reading.text)
        )


def _bare(text: str) -> str:
    return _NOISE.sub("", canonical(text, 200)).lower()
