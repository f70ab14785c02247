"""Tells greetings, thanks and small talk from needs, and a vague cry from a request."""

from __future__ import annotations

import re
import tomllib

from intents.cues import DATA, Reading
from intents.text import canonical

_ORDER = ("who_are_you", "scolding", "greeting", "thanks", "small_talk")
_NOISE = re.compile(r"[\s。、,.!?~ーw笑♪★☆…・「」()\[\]^_:;'\"/\\\-—\U0001F000-\U0001FAFF☀-➿]+")
_SHORTEST_REQUEST = 8
_ASKS_FOR = re.compile(
    "どこ|ありますか|ある\\?|できますか|手続|方法|申請|申し込|教えて|知りたい|どうやって|やり方|いつ|いくら|もらえ|[っいりしえて]たい(?:です|の|ん|$)|窓口|届|誰に"
)
_NOUN = re.compile("[一-鿿々]{2,}|[ァ-ヺー]{3,}")
_GENERAL = re.compile(
    "相談|質問|電話|連絡|今日|明日|昨日|最近|自分|私達|本当|全部|色々|一番|何処|場所|窓口|方法|手続|申請|相手|職員"
    "|担当|返事|意味|理由|問題|状況|状態|状|気持|大丈夫|無理|一人|誰|話|時間|回答|返信|情報|案内"
)
_PICTURES = re.compile(r"[\s\U0001F000-\U0001FAFF☀-➿♪★☆♡♥]+")
_TAIL = re.compile(
    "(?:です|ですね|だよ|だね|よ|ね|な|なあ|なー|ねえ|さん|か|かな|の|だ|ぞ|わ|ございます|した|ました|じゃん|やん|やんか|やね|やな|やねん|やろ|だろ|でしょ|よね)+$"
)
_LEAD = re.compile(
    "^(?:あなた|お前|おまえ|あんた|君|きみ|これ|このボット|ここ|ボット)?(?:は|って|の|が)?(?:ほんとに?|本当に|まじで?|マジで?|全然|ぜんぜん|まったく|今日は?|とても|すごく|もう)?"
)
_LONGEST = 30
_LONGEST_SAID = 60
# Somebody who asks, wants or suffers something is not chatting.
_NEEDS = re.compile(
    "困|悩|相談|助けて|教え|知りた|ありますか|あります\\?|どこ|ほしい|欲し|どうすれ|どうした|どうし|払|お願い|申し込|申込|もらえ|探し|使いた|受けた|行きた|参加し|手伝|かかり"
    "|できますか|ですか|ますか|でしょうか|いつ|いくら|紹介|方法|手続|なくて|ないです"
)
_SUFFERS = re.compile(
    "つら|辛い|しんど|苦し|不安|心配|嫌|いや[だで]|やだ|怖|こわ|疲れ|悲し|寂し|さみし|痛|泣きた|消え|死|無理|ない|ません|辞め|離婚|お金|病"
)
# A message that ends in a place or a group asks for it: 「ボードゲームができる会」.
_NOUN_END = re.compile("(?:会|ところ|とこ|所|場所|場|教室|サロン|カフェ|集まり|仲間|方法|窓口)[。?]?$")
_GRATEFUL = re.compile("(?:助かりました|ありがとうございま(?:す|した)|ありがとう)[。!~ー]*$")
_FAREWELL = re.compile("(?:また|今後|これから|引き続き)[^。]{0,14}お願い(?:し|いた|致)[^。]*")
_EARNEST = re.compile("困|悩|相談|助けて|教え|ありますか|ほしい|欲し|どうすれ|払|どこ(?:で|に|へ|です)|申し込|行きた")
_SHORTEST_CHAT = 4
_DID = re.compile("(?:てきた|できた|行った|見た|食べた|買った|飲んだ|遊んだ|作った|終わった)(?:よ|ね|わ|ぞ|[!。~ーw])*$")
_LIGHT = re.compile("(?:笑|w+|草|♪|ねえ?|ね[~ー]*|なあ|なー|わ|やな|やね|よ[~ー]*|[!！~〜])[。!~ー]*$")
_VAGUE = re.compile(
    r"^(?:あの|えっと|すみません|すいません|ちょっと|実は|少し|いろいろ|色々|もう)*(?:(?:子ども|こども|子供|家族|お金|仕事|学校|家庭|親|体|からだ|生活|将来|家|近所|人間関係|夫|妻|母|父|息子|娘|自分)のこと(?:で|なんですが|なんですけど|です|について|が)?"
    r"(?:相談(?:したい|です|したいです|があります|があるんですが|に乗ってほしい)?|悩んでいます|悩んでる|困っています|困ってる|心配|聞きたい|ちょっと)?|助けて(?:ください|下さい|ほしい|くれ|え)?|たすけて(?:ください)?|help|ヘルプ)$",
    re.IGNORECASE,
)


class Social:
    """The phrases of rules/social.toml, compared with the whole message."""

    def __init__(self) -> None:
        data = tomllib.loads((DATA / "social.toml").read_text(encoding="utf-8"))
        self._said = tuple((kind, re.compile(data["said"][kind])) for kind in ("scolding", "thanks", "who_are_you", "small_talk"))
        self._phrases = {kind: frozenset(_bare(phrase) for phrase in data[kind].split()) - {""} for kind in _ORDER}

    def kind(self, message: str, reading: Reading) -> str | None:
        """Which social act the whole message is, or None when it holds anything else."""
        if not message:
            return None
        if _PICTURES.fullmatch(message):
            return "small_talk"
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

    def said(self, message: str) -> str | None:
        """Which social act a longer sentence is when no subject was found in it: scolding, thanks, who are you."""
        if len(message) > _LONGEST_SAID:
            return None
        kind = next((kind for kind, pattern in self._said if pattern.search(message)), None)
        message = _FAREWELL.sub("", message)
        asks = _NEEDS.search(message) and not _GRATEFUL.search(message)
        return None if kind in ("thanks", "small_talk") and asks else kind

    def _one(self, piece: str) -> str | None:
        spellings = {
            piece,
            _TAIL.sub("", piece),
            _LEAD.sub("", piece),
            _TAIL.sub("", _LEAD.sub("", piece)),
        }
        spellings = {spelling for spelling in spellings if len(spelling) >= 2 or spelling == piece}
        for kind in _ORDER:
            if spellings & self._phrases[kind]:
                return kind
        return None

    @staticmethod
    def concrete(message: str) -> bool:
        """True when something definite is asked for, though no subject was recognised: it belongs to everything else."""
        if len(message) < _SHORTEST_REQUEST or not _ASKS_FOR.search(message):
            return False
        return any(not _GENERAL.fullmatch(noun) for noun in _NOUN.findall(message))

    @staticmethod
    def vague(message: str) -> bool:
        """True for a bare 「子どものこと」 or 「助けて」: something is wanted, nobody can tell what."""
        return bool(_VAGUE.match(_NOISE.sub("", message)))

    @staticmethod
    def chatting(reading: Reading) -> bool:
        """True when the message tells of something light and asks for nothing."""
        text = reading.text
        if len(text) < _SHORTEST_CHAT:
            return False
        light = reading.has("chat_subject", "fiction", "idiom_die") or bool(
            _DID.search(text) and reading.has("pastime", "food_item", "pet", "chat_subject")
        )
        mood = reading.has("chat_mood", "pleasant") or _LIGHT.search(text)
        if light and mood:
            return not re.search(
                "困|悩|相談|助けて|教え|ありますか|ほしい|欲し|どうすれ|払|どこ(?:で|に|へ|です)|申し込|行きた",
                text,
            )
        if _NEEDS.search(text) or (reading.has("trouble_bare") and "楽し" not in text):
            return False
        return bool((light or mood) and not _SUFFERS.search(text) and not _NOUN_END.search(text))


def _bare(text: str) -> str:
    return _NOISE.sub("", canonical(text, 200)).lower()
