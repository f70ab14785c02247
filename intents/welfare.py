"""The wish to apply for 生活保護 beside words that only ask about it, refuse it, or tell that somebody has it."""

from __future__ import annotations

import re
from typing import Final

_REFUSES: Final = re.compile(
    "(?:申請|受け|もらい|頼り|なり).{0,4}(?:たくな|たくありま|たくはな)|(?:申請|利用)(?:は|を)?し(?:ない|ません)"
)
# To have it, to know of it, to be near it: what is asked or told then is something else than to apply.
_HAS: Final = re.compile(
    "受給中|受給者|不正受給|受けながら|受け(?:て|と)い?[るま]|もらってい?[るま]|ケースワーカー|医療券|の人[でがはお]"
)
_ASKS: Final = re.compile(
    "知りた|聞きた|ききた|教え|おしえ|調べ|しらべ|とは|どこ(?:です|で|に|か)|いくら|何[日時]|違い|しくみ|仕組み|種類|審査|基準"
    "|詳し|くわし|パンフレット|勉強会|電話番号|担当課"
)
# Whoever says one of these may mean to apply: the wish is heard, and a person finds out.
_MAY_WISH: Final = re.compile(
    "申請|しんせい|申し?込|手続|やり方|届|書類|用紙|受けた[いか]|うけた[いか]|受けさせ|[受う]け(?:よう|られ|れ)|もらいた|もらえ|頼[りみむ]|世話に"
    "|なりた|なろう|にした|してもら|考えて|迷って|しかない|お?願い|おねがい|希望|決め|かか?けた|使いた|利用した|切り[替か]|はじめた|始めた|出し|補い|借りた"
    "|手伝って|付き添|断られ|追い返|帰され|回して|欲し|(?<!教えて)ほしい|(?<!教えて)ください"
)
# In need somebody asks for help, not for knowledge.
_NEED: Final = re.compile(
    "お金が|所持金|貯金|残高|食べ[る物]|払え|働け(?!ますか)|失業|クビ|仕事[がも]な|家[がも]な|限界|暮らせな|生活できな|困っ|こまっ|助けて"
)
_MAY_I: Final = re.compile(
    "(?:生活保護|生保|せいかつほご).{0,12}"
    "(?:もらえ|[受う]けられ|申請(?:が|は)?でき|お願いでき|使え|利用でき)(?:ます|る|ない|ません)?(?:で?しょう|の)?か"
)


def asks_in_need(text: str) -> bool:
    """Whether somebody in need asks whether they may have it: that is a wish to apply, in the shape of a question."""
    return bool(_MAY_I.search(text) and _NEED.search(text)) and not (_HAS.search(text) or _REFUSES.search(text))


def wishes_nothing(text: str) -> bool:
    """Whether a canonical text that names 生活保護 holds no wish to apply for it; in doubt it holds one."""
    if _REFUSES.search(text):
        return True
    if _NEED.search(text) or _MAY_WISH.search(text):
        return False
    return bool(_HAS.search(text) or _ASKS.search(text))
