"""Looks through very long texts for alarming words, so that no danger hides in the middle of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intents.text import canonical

_LIMIT = 400_000
_ALARMING = re.compile(
    "死|しに[たた]|シニタ|ｼﾆﾀ|しぬ|タヒ|ﾀﾋ|殺|ころ[さす]|消えた|きえた|いなくなりた|自傷|リスカ|ﾘｽｶ|リストカ|遺書|首[をつ吊絞]|飛び降|飛び込|練炭|殴|なぐ|ﾅｸﾞ|叩[いかくき]|蹴|暴力|虐待|暴行|レイプ|ﾚｲﾌﾟ|触[らっり]|さわ[らっりる]|無理やり|むりやり"
    "|裸|強姦|痴漢|襲|刺[さし]|包丁|刃物|倒れ|たおれ|意識|いしき|息をし|呼吸|火事|燃え|ガス|救急|助けて|たすけて|ﾀｽｹﾃ|生きて|生きる|終わりに|楽になり|大量|OD|オーバー|脅|監禁|閉じ込め|取り上げ|帰ってこ|返事がな|徘徊|年金を|置き去り|心中"
)
_AROUND = 70
_MOST = 24


def alarming_windows(raw: str, cap: int) -> Iterator[str]:
    """Canonical snippets around alarming words of a text longer than the cap, at most a few dozen."""
    if len(raw) <= cap:
        return
    reached = -1
    given = 0
    for match in _ALARMING.finditer(raw[:_LIMIT]):
        if match.start() < reached:
            continue
        reached = match.end() + _AROUND
        yield canonical(raw[max(0, match.start() - _AROUND) : reached], 3 * _AROUND)
        given += 1
        if given == _MOST:
            return
