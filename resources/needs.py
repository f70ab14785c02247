"""What gathering places need themselves, helpers, food, a room; and who writes that they would give it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from intents import canonical
from resources import distances
from resources.drafts import Draft
from resources.records import Record


class Need(StrEnum):
    """What a place may be in need of."""

    HELPERS = "helpers"
    FOOD = "food"
    ROOM = "room"

    def of(self, draft: Draft) -> str:
        """Return what an entry says it needs of this, empty when nothing."""
        return {Need.HELPERS: draft.helpers_wanted, Need.FOOD: draft.food_wanted, Need.ROOM: draft.room_wanted}[self].strip()


# Somebody gives when they say so of themselves. Who asks for what others give (提供してくれる, 使っていい) says none of these.
_WISH = r"(?:し(?:たい|ます(?!か)|ようと|て(?:も(?:い|よ|良|構|かま)|みたい))|させて(?!も|く?れ))"
_DONATE = rf"(?:寄付|寄贈|差し入れ|お?裾分け|おすそ分け)を?(?:{_WISH}|でき(?:ます|る)|の?希望|[はのも]?受け?付け?)"
_PROVIDE = rf"提供(?:を?{_WISH}|でき(?:ます(?!か)|る(?:$|[。、と]|ので|けど|も?の(?:が|も)あ)))"
_HAND_OVER = (
    r"(?:譲|ゆず)り(?:たい|ます(?!か))|(?:譲|ゆず)れ(?:ます(?!か)|る(?:$|[。、と]|ので|も?の(?:が|も)あ))|寄せたい|配りたい"
    r"|(?:あげ|差し上げ|さしあげ|届け|分け)(?:たい|ます(?!か)|られ(?:ます(?!か)|る(?:$|[。、と]|ので)))|お(?:分け|ゆずり|譲り)し(?:たい|ます(?!か))"
    r"|もらって(?:ほし|欲し|くだ|下さ|くれ|いただけ|頂け|もらえ)|余って(?:い?る|い?ます|おります)(?:$|[。、]|ので|から|けど|ん)"
)
_LEND = (
    r"貸し(?:たい|ます(?!か)|て(?:も(?:い|よ|良|構|かま)(?!.{0,4}か)|あげ))|貸せ(?:ます(?!か)|る(?:$|[。、と]|よ|の?で|けど|ん|部屋|場所))"
    r"|使って(?:ほし|欲し|くだ|下さ|いただき|頂き|いただいて|頂いて|もらい|もらって|もらえ(?:れば|たら|ると))"
)
_HELP = (
    r"手伝い(?:に行き)?(?:たい|ます(?!か))|手伝って(?:みたい|あげ)|手伝わせて(?!も)|何か.{0,4}手伝え(?:ます|る)"
    r"|手伝え(?:ます(?!か)|る(?:こと|$|[。、と]|よ|ので|けど))"
    rf"|手伝い[がはをも]?(?:{_WISH}|に行(?:き(?:たい|ます(?!か))|け(?:ます(?!か)|る(?:$|[。、と])))|でき(?:ます(?!か)|る(?:こと|$|[。、と]|ので)))"
    rf"|ボランティア.{{0,6}}?(?:{_WISH}|[やな]りたい|始めたい|やってみたい|参加でき|でき(?:ます|る(?!人|方)|ない(?:か|で))|希望|に興味)"
    r"|(?:力|役)に(?:なり|立ち)たい"
)
_THINGS = r"(?:食べ物|食べもの|たべもの|食品|食料|食材|野菜|お?米|缶詰|お?菓子|レトルト|飲み物)"
_ROOMS = r"(?:部屋|場所|空き家|空き店舗|集会所|会場|広間|座敷|スペース|倉庫|台所|調理室|お?店)"
_OFFERS = {
    need: re.compile(rf"{what}.{{0,20}}?(?:{given})|(?:{given}).{{0,6}}{what}" if what else given)
    for need, what, given in (
        (Need.FOOD, _THINGS, f"{_DONATE}|{_PROVIDE}|{_HAND_OVER}"),
        (Need.ROOM, _ROOMS, f"{_PROVIDE}|{_LEND}"),
        (Need.HELPERS, "", _HELP),
    )
}
_KIN = r"(?:母|父|親|息子|娘|孫|夫|妻|旦那|主人|嫁|祖[父母]|お?ばあ|お?じい|兄|姉|弟|妹|家族|実家|彼氏|彼女|(?:うち|自分|私)の子)"
# Who asks for help, tells of trouble or of what others say, or speaks of their own home, offers nothing to a place.
_OTHERWISE = re.compile(
    r"手伝って(?:ほし|欲し|もら|くれ|くだ|いただ)|借りた|借りられ|(?<!使って)もらいた|(?<!使って)もらえ(?:る|ます|ない)(?!人|方)"
    r"|(?<!使って)(?<!もらって)ほしい(?:です)?$|介護|家事|育児|看病|引っ?越し"
    r"|(?<!余って)困って(?!い?る(?:人|方|家|子|ところ))|(?<!余って)困りま|疲れ|つかれた|しんど|つらい|辛い|苦しい|足りな|買えな"
    r"|と(?:言|い)(?:わ|っ[てた])|って(?:言|い[うわっ])|と聞|と頼"
    rf"|{_KIN}(?:さん|ちゃん|たち)?[のにをへ](?!会)|家の(?:こと|手伝)|子(?:ども|供)?に.{{0,10}}(?:あげ|届け)"
)
# 使い道がない is a reason to give; お金がない, 食べるものがなくて is none.
_LACK = re.compile(
    r"(?<!使い道)(?<!使う人)(?<!食べる人)(?<!置き場)(?<!置く場所)(?<!もらい手)[がもは](?:全然|もう|あまり)?(?:な(?:い|く)|ありませ)"
)


# What is left of an offer without these words names what somebody wants to help with.
_ANYWHERE = re.compile(
    r"どこか|どこ|何か|なにか|なんか|なに|何|だれか|誰か|人|町|地域|近所|近く|ところ|場所|こと|自分|私|わたし|僕|ぼく|も|手伝\w*|お手伝い\w*|ボランティア"
    r"|活動|力|役|に?なりた\w*|立ちた\w*|した\w*|やりた\w*|参加\w*|始め\w*|でき\w*|希望|あります?|あり|探して\w*|です|ます|か|が|は|を|に|で|と|の|へ"
    r"|[、。!?~・…ー\s]"
)


def anywhere(text: str) -> bool:
    """Say whether an offer to help names nothing to help with: any place will do."""
    return not _ANYWHERE.sub("", canonical(text))


def offered(text: str) -> Need | None:
    """Return what somebody offers, None when they offer nothing."""
    plain = canonical(text)
    if _OTHERWISE.search(plain) or _LACK.search(plain):
        return None
    return next((need for need, words in _OFFERS.items() if words.search(plain)), None)


def places(
    records: Iterable[Record], needs: Iterable[Need], *, today: date, near: tuple[float, float] | None = None
) -> list[Record]:
    """Return the entries that need something of it, the nearest and the last confirmed first; those that rest need nothing."""
    wanted = tuple(needs)
    found = [one for one in records if not one.draft.rests(today) and any(need.of(one.draft) for need in wanted)]
    far = float("inf")

    def order(one: Record) -> tuple[float, int, str]:
        away = distances.between(near, one.draft)
        seen = one.draft.assured_date.toordinal() if one.draft.assured_date else 0
        return far if away is None else away, -seen, one.draft.name

    return sorted(found, key=order)
