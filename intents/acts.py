"""Hears the short answers inside a conversation: yes, a number, それ, stop, 「消して」."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

from intents.cues import DATA
from intents.text import canonical

_NOISE = re.compile(r"[\s。、,.!?~…♪「」『』・]+")
_POLITE = re.compile("(?:ください|下さい|ほしい|欲しい|ほしいです)$")
_ENDING = re.compile(
    "(?:です|でお願いします|お願いします|おねがいします|ください|下さい|だよ|だね|よ|ね|にします|にする|がいいです|がいい|でいい|でいいです|番|番目|ばん|ばんめ|番です|かな|わ)+$"
)
_NUMBERS = {
    word: value
    for value, words in enumerate(
        (
            "0 ゼロ",
            "1 一 いち ひとつ 一つ イチ ① 1番 最初",
            "2 二 に ふたつ 二つ ② 2番",
            "3 三 さん みっつ 三つ ③ 3番",
            "4 四 よん し よっつ 四つ ④",
            "5 五 ご いつつ 五つ ⑤",
            "6 六 ろく むっつ 六つ ⑥",
            "7 七 なな しち 七つ ⑦",
            "8 八 はち 八つ ⑧",
            "9 九 きゅう く 九つ ⑨",
            "10 十 じゅう とお ⑩",
        )
    )
    for word in words.split()
}
_POSTCODE = re.compile(r"^(?:〒|郵便番号(?:は|:)?)?\s*([0-9]{3})-?([0-9]{4})(?:です)?$")
_PLACE = re.compile(
    r"^(?:(?:私は|うちは|家は|住所は|住まいは|場所は|ここは|いまは|今は)?)([^\s、。]{1,18}?(?:[0-9一二三四五六七八九十]+丁目|丁目|町|村|区|市|郡|県|地区|地域|団地|小学校区|校区|駅|集落|自治会|ヶ丘|が丘|台|新田|通り))(?:の?(?:あたり|付近|近く|周辺|近辺))?(?:です|に住んでいます|に住んでます|に住んでいる|在住|だよ|です。|に住んどる)?$"
)
# Who must not know, and how people ask for it; whoever it is, the wish is the same.
_NOT_TOLD = re.compile(
    "^(?:家族|親|両親|父|母|父親|母親|お?父さん|お?母さん|夫|妻|旦那|主人|息子|娘|子ども|子供|嫁|義母|義父|義理の母|兄|姉|弟|妹"
    "|実家|家の人|学校|職場|会社|だれ|誰)(?:たち|さん)?(?:に|へ|と)?(?:は|も)?"
    "(?:(?:絶対に?)?(?:言わ|知らせ|話さ|伝え|教え|ばらさ|連絡し)ないで|(?:内緒|ないしょ|秘密)(?:で|に|にして)?"
    "|(?:知られ|ばれ|バレ)たくない)(?:です|くれ|ね)?$"
)
# What became of it, and another wording, are asked for in many ways.
_ASKED = {
    "status": re.compile(
        "^.{0,8}?(?:相談|件|申し込み|話)(?:の件)?(?:は|って|が|、)?(?:その後)?(?:どうなっ(?:た|て)|どうなりまし|進んで)"
    ),
    "easy_japanese": re.compile(
        "^(?:もっと)?(?:やさしい|優しい|簡単な|かんたんな)(?:日本語|にほんご)(?:で|に|が|を|$)(?!.*(?:教室|勉強|習|講座))"
    ),
    "plain_japanese": re.compile(
        "^(?:ふつう|普通|通常)(?:の(?:日本語|にほんご|言葉))?[にへで](?:戻|もど|して|お願い|いい|書|$)"
    ),
}
_KANA = re.compile("[ぁ-ゖ]")
_LONGEST = 30


@dataclass(frozen=True, slots=True)
class Act:
    """One act with its value: a number, a place, or the words themselves."""

    kind: str
    value: int | str | None = None


class Acts:
    """The phrases of rules/acts.toml, compared with the whole message."""

    def __init__(self) -> None:
        data = tomllib.loads((DATA / "acts.toml").read_text(encoding="utf-8"))
        self._kinds = {bare: kind for kind, phrases in data.items() for phrase in phrases.split() if (bare := _bare(phrase))}

    def hear(self, text: str) -> Act | None:
        """The act when the whole (canonical) message is one, else None; a number comes as an int, a place as its name."""
        text = text.strip()
        if not text or len(text) > _LONGEST:
            return None
        bare = _bare(text)
        postcode = _POSTCODE.match(text)
        if postcode:
            return Act("place", postcode[1] + "-" + postcode[2])
        for candidate in dict.fromkeys((bare, _POLITE.sub("", bare), _ENDING.sub("", bare))):
            if candidate in self._kinds:
                return Act(self._kinds[candidate], candidate)
            # A single letter counts only alone or counted: 「しね」 is not the number four.
            counted = (
                len(candidate) > 1 or bare == candidate or not _KANA.match(candidate) or bare.endswith(("です", "番", "ばん"))
            )
            if candidate in _NUMBERS and counted:
                return Act("number", _NUMBERS[candidate])
            if candidate.isdigit() and len(candidate) <= 3:
                return Act("number", int(candidate))
            if _NOT_TOLD.match(candidate):
                return Act("do_not_tell_family", candidate)
        for kind, asked in _ASKED.items():
            if asked.match(bare):
                return Act(kind, bare)
        place = _PLACE.match(_NOISE.sub("", text))
        if place and not re.search("[をがはにへ]|いる|ない|相談|困|したい|どこ|教え|役場|市役所|お|病院|自治会(?!$)", place[1]):
            return Act("place", place[1])
        return None


def _bare(text: str) -> str:
    return _NOISE.sub("", canonical(text, 200)).lower()
