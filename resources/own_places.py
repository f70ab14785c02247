"""Who says that they have a place or an event and wish it to be known; whoever looks for one says it otherwise."""

from __future__ import annotations

import re

from intents import canonical

_PLACE = (
    r"(?:居場所|いばしょ|サロン|集まり|集会|食堂|カフェ|教室|体操|茶話会|お茶会|茶の間|ひろば|広場|たまり場|催し物?|イベント|行事|講座|講演会?"
    r"|お祭り?|[夏秋春冬]祭り?|まつり|マルシェ|場所|交流会|サークル|(?<=[の\w])会(?=[をが、]))"
)
# They hold it themselves, now or soon; やっているところ is somebody else's.
_OURS = re.compile(
    r"(?:やって|開いて|ひらいて|開催して|運営して|主催して|して)(?:い?ます(?!か)|おります|い?る(?=[。、]|$|ので|んです|けど|から))"
    r"|(?:開き|ひらき|始め|はじめ|開催し|主催し|運営し|やり|立ち上げ)(?:ます(?!か)|ました(?!か))|(?:運営|主催|代表)(?:者|をして|です)"
    rf"|(?:うち|私たち|わたしたち|私ども|自分たち)の(?:{_PLACE}|団体|お?店)|(?:私たち|わたしたち|私ども|当会|当団体|当法人)(?:で|が|は)"
)
_LIST = re.compile(
    r"(?:載せ|のせ|掲載し)(?:たい|て(?:ほし|欲し|もらえ|もらいた|くだ|下さ|いただ|頂))"
    r"|(?:紹介|登録)(?:し(?:たい|て(?:ほし|欲し|もらいた|もらえ|くだ|下さ|いただ|頂)))|知らせたい|(?<!教室に)(?<!サロンに)(?<!会に)登録をお願い"
)
# 載せてほしい alone is asked by whoever has something to list, as long as nothing but the place is named.
_JUST_LIST = re.compile(
    rf".{{0,10}}{_PLACE}[をも、]?(?:(?:名簿|台帳|一覧|地図|ここ|町の名簿)に)?"
    r"(?:載せ|のせ|掲載し)(?:たい|て(?:ほし|欲し|もらえ|もらいた|くだ|下さ|いただ|頂))\w*[。!]?"
)
# A bare wish to make a place or to tell of one, for everybody or nobody in particular.
_WISH = re.compile(
    rf"(?:(?:この|新しい|新しく|自分で|自分たちで|地域|近所|町|町内|みんな|誰でも|だれでも|子ども|子供|高齢者|若者)(?:の|に|が|で|も)?(?:集まれる|来られる|通える)?)*"
    rf"(?:こども|子ども)?{_PLACE}を(?:作り|つくり|始め|はじめ|開き|ひらき|立ち上げ|紹介し|提案し|知らせ)たい(?:です|と思い?(?:って)?(?:い?ます)?)?[。!]?"
)
_OTHERS = re.compile(
    r"(?:やって|開いて|開催して|運営して|して)(?:い|くれ)?る(?:ところ|所|場所|団体|人|方)|(?:母|父|親|息子|娘|孫|夫|妻|家族|子(?:ども|供)?)(?:さん|たち)?に"
    r"|がな(?:い|く)|困|不登校の|ひきこもりの|引きこもりの"
)


def told(text: str) -> bool:
    """Say whether somebody has a place or an event, or wishes to make one, and wants it known."""
    plain = canonical(text).strip()
    if _WISH.fullmatch(plain) or (_JUST_LIST.fullmatch(plain) and not _OTHERS.search(plain)):
        return True
    return bool(re.search(_PLACE, plain) and _OURS.search(plain) and _LIST.search(plain)) and not _OTHERS.search(plain)
