"""Marks what no single word says: a refusal that was told, money nearly gone, two prefectures, someone who speaks for a post."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intents.vocabulary import Mention

# 65歳からと言われた, 入れないと断られた, ダメって言われて: what was told is a limit or a denial.
_LIMIT = (
    r"(?:(?<!担当では)(?<!担当じゃ)(?<!うちでは)(?<!うちじゃ)ない|なし|ません|へん|られん|できん|えん|出ん|ならん"
    r"|無理|むり|駄目|だめ|ダメ|あかん|対象外|範囲外|不可|不要|以上|以下|未満|超え(?:て|る)[^、。]{0,4}"
    r"|じゃないと|でないと|オーバー|若い|若すぎ|軽い|軽すぎ|重い|重すぎ|足りない|不足|違う|ちがう|先"
    r"|満員|満室|定員|いっぱい|一杯|待ち|まで|のみ|だけ|[歳才代円人年月日]から|今度|次)"
)
_SOFT = r"(?:です|でした|だ|だった|だから|ですから|ので|から|の|ん|よ|ね|わ|と思う|らしい|かも|しれない|な|とのこと)*[」』)]?"
_TOLD = (
    r"(?:と|って|て|とか|などと|っち|ゆうて|いうて)[、\s]?[^。、]{0,8}?"
    r"(?:言わ|いわ|云わ|説明さ|断|ことわ|返さ|突き返|通知|告げ|返答|返事|ハネ|はね)"
)
_TOLD_NO = re.compile(_LIMIT + _SOFT + _TOLD)
# Letters without which nobody tells of an answer.
_MAY_BE_TOLD = re.compile("言わ|いわ|云わ|説明さ|断|ことわ|返|通知|告げ|ハネ|はね|って|とのこと|だそうで|一点張り")
_TRAILING = re.compile(
    _LIMIT
    + r"(?:です|だ|ですよ)?[」』]?(?:だって|ですって|なんだって|だそうです|だそうで|とのこと|との返事|って(?:[。!]|$)|の一点張り)"
)

_MONEY = r"(?:所持金|財布|さいふ|手持ち|手元|残高|口座|貯金|全財産|有り金|ポケット|小銭|現金|お金|おかね|金)"
_YEN = re.compile(
    _MONEY
    + r"[^。\n]{0,12}?([0-9][0-9,]{0,5})円|([0-9][0-9,]{0,5})円[^。\n]{0,6}(?:しか|だけ|ぽっち|しかな|で(?:あと|次|給料日|年金))"
    r"|(?:残り|のこり|あと)[^。\n]{0,4}?([0-9][0-9,]{0,5})円"
)
_SMALL = 3000
_PREFECTURES = (
    "北海道|青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|東京|神奈川|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|愛知|三重|滋賀|京都|大阪|兵庫|奈良"
    "|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄"
)
_PREFECTURE = re.compile(f"({_PREFECTURES})(?!さん|くん|ちゃん|先生|弁)")
# How people say for whom they speak: so many letters of what they are, and then one of these.
_DO = r"(?:い|お)?(?:る|ます|まして|り)"
_BE = r"(?:です|でして|ですが|だが|なんですが|なのですが|ですけど)"
_POSTS = {
    "1,12": rf"(?:の者|のもの|の人間|担当の者|してる者|している者|いる者){_BE}",
    "0,10": r"(?:員|師|士|屋|長|教諭|教師|教員|担任|マスター|ママ|大家|家主|管理人|管理会社|オーナー|ケアマネ[^\s、。]{0,4}"
    r"|ヘルパー|カウンセラー|ワーカー|スタッフ|サポーター|レジ|窓口|ドライバー|運転手|店主|店員|住職|コーチ|校長|医師|検針|配達|塾)"
    rf"を?(?:して{_DO}|やって{_DO}|やってる|です[。が]|だけど|ですけど|ですが|の者)",
    "2,12": rf"(?:で働いて|に勤めて|で勤めて|勤務して|で(?:パート|バイト|レジ)をして|でバイトして){_DO}",
    "1,10": rf"を(?:配って|回って|配達して|まわって|巡回して|運営して|経営して|営んで){_DO}",
    "1,8": rf"(?:で回って|でまわって){_DO}",
}
_POST = re.compile("|".join(rf"[^\s、。]{{{letters}}}{told}" for letters, told in _POSTS.items()))
# The same without what stands before is seen at once, and nearly never there.
_MAY_HOLD_POST = re.compile("|".join(_POSTS.values()))


def inferred(text: str) -> Iterator[Mention]:
    """The marks of one canonical text, as mentions of concepts that rules can name."""
    told, post = _MAY_BE_TOLD.search(text), _MAY_HOLD_POST.search(text)
    for pattern, concept in ((_TOLD_NO, "told_no"), (_TRAILING, "told_no")) if told else ():
        match = pattern.search(text)
        if match:
            yield _mention(concept, match.start(), match.end(), text)
    match = _POST.search(text) if post else None
    if match:
        yield _mention("post_held", match.start(), match.end(), text)
    for match in _YEN.finditer(text) if "円" in text else ():
        amount = int((match[1] or match[2] or match[3]).replace(",", "") or 0)
        if amount <= _SMALL:
            yield _mention("purse_empty", match.start(), match.end(), text)
            break
    named = list(_PREFECTURE.finditer(text))
    if len({match[1] for match in named}) == 1:
        yield _mention("one_region", named[0].start(), named[0].end(), text)
    elif named:
        yield _mention("two_regions", named[0].start(), named[-1].end(), text)


def _mention(concept: str, start: int, end: int, text: str) -> Mention:
    return Mention(concept, start, end, text[start:end], 0, 0)
