"""Says what in a reply could be easier to read or kinder, and proposes other words; it advises and forbids nothing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from intents.words import Word

Cut = Callable[[str], Sequence[Word]]
LONG: Final = 50
SENTENCES: Final = 3
_COMMAS: Final = 3
_KANJI_SHARE: Final = 0.45
_KANJI_LEAST: Final = 16
_AROUND: Final = 10
_MOST: Final = 30

_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]*")
_PARENTHESES = re.compile(r"（[^）]*）")
_KANJI = re.compile(r"[一-鿿々〆]")
_RUN = re.compile(r"[一-鿿々]{6,}(?!（)")
_DOUBLE = re.compile(
    "なくはない|なくはありません|ないわけではな|ないわけではありません|なければなりません|なければならない|なくてはなりません|"
    "なくてはならない|ないといけません|ないといけない|ざるをえ|ざるを得|ないことはない|ないことはありません|ないとも限"
)
_DATE = re.compile(r"(?<![\d/.])(?:(\d{4})[/.])?(\d{1,2})[/](\d{1,2})(?![\d/])|\b[RHS]\d{1,2}[./]\d{1,2}(?:[./]\d{1,2})?")
_CLOCK = re.compile(r"(?<![\d:])([01]?\d|2[0-3])[:：]([0-5]\d)(?!\d)")
_ERA = re.compile(r"(令和|平成|昭和)(元|\d{1,2})年")
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
_POLITE = re.compile(
    "(です|ます|ました|ません|でした|ください|下さい|でしょう|ましょう|ありがとう|こんにちは|こんばんは|おはよう|はじめまして)"
    "(か|ね|よ|よね|が|けど)?$"
)
_PROMISE = re.compile(
    "必ず|絶対に?|間違いなく|確実に|保証し|すぐに?解決|全部解決|きっと(?:通り|もらえ|うまく)|(?:私|こちら)に(?:全部|すべて)?(?:お)?任せ|"
    "心配(?:は)?(?:いりません|ありません)|何も心配|100%|100％"
)
_WISH = re.compile("(ください|下さい)[。！!]*$")
_BLAME = re.compile(
    "(?:なぜ|なんで|どうして)[^。？?]*(?:なかった|しない|ないの|来ない)|もっと早く|自業自得|自己責任|あなた(?:が|も)悪い|努力が足り|"
    "べきでした|べきだった|すべきです|甘え(?:て|です|では)|しっかりして|わがまま|言い訳|約束を破|何度も(?:言|伝え|説明)|がんばって|頑張って"
)


class Rule(StrEnum):
    """What may be hard, in the order in which it is shown."""

    PROMISE = "promise"
    BLAME = "blame"
    HARD = "hard"
    PHRASE = "phrase"
    KATAKANA = "katakana"
    LONG = "long"
    MANY = "many"
    DOUBLE = "double"
    PASSIVE = "passive"
    KANJI = "kanji"
    PLAIN_END = "plain_end"
    DATE = "date"
    CROWDED = "crowded"

    @property
    def label(self) -> str:
        """The rule as staff read it."""
        return _LABELS[self]


_LABELS = {
    Rule.PROMISE: "約束に聞こえます",
    Rule.BLAME: "責められたと感じるかもしれません",
    Rule.HARD: "むずかしいことば",
    Rule.PHRASE: "役所の言い方",
    Rule.KATAKANA: "カタカナの業務用語",
    Rule.LONG: "文が長い",
    Rule.MANY: "一つの文に、いくつものこと",
    Rule.DOUBLE: "二重の否定",
    Rule.PASSIVE: "「〜される」の文",
    Rule.KANJI: "漢字が多い",
    Rule.PLAIN_END: "「です・ます」ではない",
    Rule.DATE: "日づけ・時刻の書き方",
    Rule.CROWDED: "一度に送る文が多い",
}
_SAY = {
    Rule.PROMISE: "できることと、まだ分からないことを分けて書く。例：「確かめて、ここでお伝えします」",
    Rule.BLAME: "気持ちを先に受けとめる。例：「書いてくださって、ありがとうございます」「どんなことが大変でしたか」",
    Rule.LONG: f"一つの文を{LONG}文字までにする",
    Rule.MANY: "一つの文に一つのことだけを書く",
    Rule.DOUBLE: "「〜してください」「〜が必要です」のように、まっすぐ言う",
    Rule.PASSIVE: "だれがするのかを書く。例：「決定されます」→「市が決めます」",
    Rule.KANJI: "ひらがなにするか、ふりがなを（ ）で付ける",
    Rule.PLAIN_END: "文の終わりを「です」「ます」「ください」にする",
    Rule.CROWDED: f"一度に{SENTENCES}文まで。残りは次に送る",
}


@dataclass(frozen=True)
class Advice:
    """One thing that could be easier: where it stands, and what to write instead."""

    rule: Rule
    start: int
    words: str
    before: str
    after: str
    say: str

    @property
    def label(self) -> str:
        """What may be hard about it."""
        return self.rule.label


@cache
def vocabulary() -> dict[str, tuple[Rule, str]]:
    """Return the hard words with what to say instead."""
    raw = tomllib.loads(files("handoff").joinpath("plain.toml").read_text(encoding="utf-8"))
    groups = {"official": Rule.HARD, "phrase": Rule.PHRASE, "katakana": Rule.KATAKANA}
    return {hard: (rule, easy) for group, rule in groups.items() for hard, easy in raw[group].items()}


def check(words: str, *, cut: Cut) -> list[Advice]:
    """Return what in a reply could be easier, by weight and then by place; `cut` tells its words apart."""
    found = [*_passages(words, cut(words))]
    for sentence in _SENTENCE.finditer(words):
        found += _of_sentence(words, sentence, cut)
    # The things of a list are no sentences.
    sentences = [one for one in _SENTENCE.finditer(words) if _bare(one[0]) and not one[0].lstrip().startswith(("・", "-", "●"))]
    if len(sentences) > SENTENCES:
        found.append(_advice(words, Rule.CROWDED, sentences[SENTENCES].start(), sentences[-1].end()))
    order = list(Rule)
    return sorted(found, key=lambda one: (order.index(one.rule), one.start))[:_MOST]


def _passages(words: str, tokens: Sequence[Word]) -> Iterator[Advice]:
    """What is hard wherever it stands: words of the list, forms of verbs, dates."""
    yield from _listed(words, tokens)
    explained = _explained(words)
    for rule, pattern in ((Rule.DOUBLE, _DOUBLE), (Rule.BLAME, _BLAME), (Rule.KANJI, _RUN)):
        for hit in pattern.finditer(words):
            if not any(start <= hit.start() < end for start, end in explained):
                yield _advice(words, rule, hit.start(), hit.end())
    for hit in _DATE.finditer(words):
        yield _advice(words, Rule.DATE, hit.start(), hit.end(), _day(hit))
    for hit in _CLOCK.finditer(words):
        yield _advice(words, Rule.DATE, hit.start(), hit.end(), _clock(int(hit[1]), int(hit[2])))
    for hit in _ERA.finditer(words):
        year = _ERAS[hit[1]] + (1 if hit[2] == "元" else int(hit[2]))
        yield _advice(words, Rule.DATE, hit.start(), hit.end(), f"{year}年（{hit[0]}）")
    for before, token in pairwise(tokens):
        # 来られる and 見られる say mostly that something is possible; with する nobody says who does it.
        if token.lemma == "れる" and token.pos == "助動詞" and before.lemma == "為る":
            yield _advice(words, Rule.PASSIVE, before.start, token.end)


def _listed(words: str, tokens: Sequence[Word]) -> Iterator[Advice]:
    """Words of the list, the longest first, where they stand as whole words and are not explained already."""
    starts, ends = {token.start for token in tokens}, {token.end for token in tokens}
    taken: list[tuple[int, int]] = _explained(words)
    for hard in sorted(vocabulary(), key=len, reverse=True):
        for hit in re.finditer(re.escape(hard), words):
            start, end = hit.span()
            if start not in starts or end not in ends or any(start < e and s < end for s, e in taken):
                continue
            taken.append((start, end))
            rule, easy = vocabulary()[hard]
            if words[end : end + 1] != "（":
                yield _advice(words, rule, start, end, easy)


def _of_sentence(words: str, sentence: re.Match[str], cut: Cut) -> Iterator[Advice]:
    bare = _bare(sentence[0])
    if not bare:
        return
    start, end = sentence.span()
    if len(bare) > LONG:
        yield _advice(words, Rule.LONG, start, end)
    if bare.count("、") >= _COMMAS and len(bare) > LONG // 2:
        yield _advice(words, Rule.MANY, start, end)
    kanji = len(_KANJI.findall(bare))
    if len(bare) >= _KANJI_LEAST and kanji / len(bare) > _KANJI_SHARE:
        yield _advice(words, Rule.KANJI, start, end)
    if not _WISH.search(sentence[0].strip()):
        for hit in _PROMISE.finditer(sentence[0]):
            yield _advice(words, Rule.PROMISE, start + hit.start(), start + hit.end())
    if not _is_polite(bare, cut):
        yield _advice(words, Rule.PLAIN_END, start, end)


def _is_polite(bare: str, cut: Cut) -> bool:
    """Whether a sentence ends as one speaks to a stranger; an item of a list and a name have no ending."""
    ending = bare.rstrip("。！？!?…〜～ 」』")
    if _POLITE.search(ending) or ending.startswith(("・", "-", "1", "2", "3", "①", "②", "③")):
        return True
    tokens = [token for token in cut(ending) if token.pos != "補助記号"]
    return not tokens or tokens[-1].pos not in ("動詞", "助動詞", "形容詞")


def _bare(sentence: str) -> str:
    return _PARENTHESES.sub("", sentence).strip().rstrip("。")


def _explained(words: str) -> list[tuple[int, int]]:
    return [hit.span() for hit in _PARENTHESES.finditer(words)]


def _advice(words: str, rule: Rule, start: int, end: int, say: str = "") -> Advice:
    before, after = words[max(0, start - _AROUND) : start], words[end : end + _AROUND]
    near = before.rpartition("\n")[2], after.partition("\n")[0]
    return Advice(rule, start, words[start:end].strip(), *near, say or _SAY[rule])


def _day(hit: re.Match[str]) -> str:
    if hit[2] is None:
        return "何年何月何日か、ことばで書く"
    year = f"{hit[1]}年" if hit[1] else ""
    return f"{year}{int(hit[2])}月{int(hit[3])}日"


def _clock(hour: int, minute: int) -> str:
    half, shown = ("午前", hour) if hour < 12 else ("午後", hour - 12)
    return f"{half}{shown}時" + (f"{minute}分" if minute else "")
