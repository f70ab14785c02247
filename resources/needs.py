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


_OFFERS = {
    Need.FOOD: re.compile(
        r"(?:食べ物|食べもの|たべもの|食品|食料|食材|野菜|お?米|缶詰|お?菓子|レトルト|飲み物).{0,14}"
        r"(?:寄付|寄贈|寄せたい|譲|ゆず|あげたい|あげられ|提供|差し上げ|さしあげ|届けたい|余って|分けたい|もらって)"
    ),
    Need.ROOM: re.compile(
        r"(?:部屋|場所|空き家|空き店舗|集会所|会場|広間|座敷|スペース|倉庫|台所|調理室|お?店).{0,12}"
        r"(?:貸せ(?![なへん])|貸した|貸しま|貸して(?:も(?!ら)|あげ)|提供|使って(?:も|ほしい|欲しい|くだ|いい|いただ))"
    ),
    Need.HELPERS: re.compile(
        r"手伝い(?:た|ます|ができ|でき|に行)|手伝え(?!って|と)|お手伝い(?:し|を?させ|が?でき)|手伝わせて|ボランティア.{0,6}(?:した|やりた|参加|でき|始め|しよう|希望)"
        r"|(?:力|役)に(?:なりた|立ちた)"
    ),
}
# Who asks for help, or speaks of work at home, offers nothing to a place.
_OTHERWISE = re.compile(
    r"手伝って(?:ほし|欲し|もら|くれ|くだ|いただ)|借りた|借りられ|もらいた|もらえ(?:る|ます|ない)|ほしい(?:です)?$|介護|家事|育児|看病|引っ?越し"
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
    if _OTHERWISE.search(plain):
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
