"""Cuts a sentence into words and tells for each its dictionary form and what was done to it (wished, denied, suffered)."""

from __future__ import annotations

import re
import threading
from typing import NamedTuple

import fugashi
import unidic_lite

from intents.pages import give_back

_CACHE_LIMIT = 40_000
_RUN = re.compile("[0-9]{25,}|[A-Za-z]{60,}")
_IN_KANA = re.compile("[ぁ-ヺー]*")

# One spelling for endings that differ only in politeness, dialect or contraction.
_SAME = {
    "無い": "ない",
    "ず": "ない",
    "ぬ": "ない",
    "へん": "ない",
    "ん": "ない",
    "まい": "ない",
    "られる": "れる",
    "させる": "せる",
    "てる": "居る",
    "とる": "居る",
    "よる": "居る",
    "ちゃう": "仕舞う",
    "ちまう": "仕舞う",
    "とく": "置く",
    "頂く": "貰う",
    "下さる": "呉れる",
}
# The dictionary keeps a western 出ん or 食べん in one piece; it is 出ない, 食べない.
_DENIED = "否定-撥音便"
# It also takes the order 死ね for the beginning of 死ねば.
_ORDER = "命令形"
_SKIPPED_PARTICLES = frozenset(["を", "が", "は", "も", "て", "って", "さえ"])
_SKIPPED_ENDINGS = frozenset(["ます", "です", "だ", "じゃ", "や"])
_SKIPPED_AFFIXES = frozenset(["御", "さん", "ちゃん", "様", "君", "達", "方々"])
_SKIPPED_ADVERBS = frozenset(["全然", "全く", "何", "殆ど", "中々", "凄い", "とても", "余り"])
# Words that slip into the middle of an expression and leave it what it is: スマホを「毎日」見る, 頭を「何度も」叩く.
ASIDES = frozenset(
    [
        "毎日", "毎晩", "毎朝", "毎回", "毎度", "毎週", "毎月", "毎年", "何時", "ずっと", "度", "度々", "良く",
        "時々", "偶に", "全部", "全て", "一切", "絶対", "必ず", "直ぐ", "急", "突然", "つい", "思わず", "又",
        "もう", "未だ", "少し", "一寸", "多分", "強い", "思い切り", "勝手", "昨日", "今日", "今朝", "今", "さっき",
        "先程", "今夜", "昨夜", "夜", "一晩", "一日中", "夜中", "本当", "マジ", "無理矢理", "皆", "最近", "次々",
        "一回", "一度", "随分", "結構", "無断", "段々", "何回", "回", "わざと", "平気", "未だに", "そのまま",
        "皆んな",
    ]
)  # fmt: skip
# Words that only carry an ending along: 殴られ「て い ない」, 死ん「で も いい」.
_CARRIERS = frozenset(
    [
        "居る", "仕舞う", "来る", "行く", "貰う", "呉れる", "見る", "置く", "為る", "良い", "欲しい", "成る", "訳",
        "事", "ない", "有る", "積もり", "気", "様", "御座る", "出す", "始める", "続ける", "物", "方", "所", "まし",
        "増し",
    ]
)  # fmt: skip
_FLAG_OF = {
    "ない": "neg",
    "れる": "passive",
    "せる": "cause",
    "たい": "want",
    "たがる": "want",
    "た": "past",
    "仕舞う": "regret",
    "来る": "come",
    "貰う": "get",
    "呉れる": "give",
    "欲しい": "wish",
    "そう": "seem",
    "様": "seem",
    "みたい": "seem",
    "らしい": "seem",
    "良い": "good",
    "居る": "prog",
    "積もり": "plan",
    "か": "ask",
    "ば": "cond",
    "たら": "cond",
    "なら": "cond",
    "たり": "some",
    "方": "rather",
    "過ぎる": "much",
    "増し": "rather",
    "まし": "rather",
    "気": "plan",
    "行く": "go",
}
_STOPPING = frozenset(["から", "けど", "けれど", "が", "ので", "のに", "し", "と", "に", "で", "を", "へ", "まで", "より"])


class Word(NamedTuple):
    """One word of a sentence, with the place where it stands."""

    surface: str
    lemma: str
    pos: str
    form: str
    reading: str
    start: int
    end: int

    @property
    def in_kana(self) -> bool:
        """True when the word is written without kanji."""
        return _IN_KANA.fullmatch(self.surface) is not None


class Words:
    """The tokeniser: one MeCab tagger, one text at a time, features read at once, because they are views into its memory.

    A tagger per thread would map the dictionary once a thread, 200 MB each, and threads tokenise no faster than one.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._tagger: fugashi.Tagger | None = None
        self._known: dict[str, tuple[str, str, str, str]] = {}
        self._read_since = False

    def cut(self, text: str) -> list[Word]:
        """The words of a canonical text; absurdly long numbers and letter salads are shortened first."""
        found: list[Word] = []
        position = 0
        if _RUN.search(text):
            text = _RUN.sub(lambda run: run.group()[:8] + " " * (len(run.group()) - 8), text)
        for surface, raw in self._parse(text):
            start = position if text.startswith(surface, position) else text.find(surface, position)
            position = start + len(surface)
            features = self._known.get(raw)
            if features is None:
                features = self._remember(raw)
            pos, lemma, form, reading = features
            if form == _DENIED and len(surface) > 1:
                found.append(Word(surface[:-1], lemma, pos, "未然形-一般", reading, start, position - 1))
                found.append(Word("ん", "ない", "助動詞", "終止形-撥音便", "ズ", position - 1, position))
                continue
            if form != "仮定形-一般" and found and found[-1].form == "仮定形-一般" and surface != "ば":
                found[-1] = found[-1]._replace(form=_ORDER)
            found.append(Word(surface, lemma or surface, pos, form, reading or surface, start, position))
        if found and found[-1].form == "仮定形-一般":
            found[-1] = found[-1]._replace(form=_ORDER)
        return found

    def lemmas(self, text: str) -> list[str]:
        """The dictionary forms of a canonical text."""
        return [word.lemma for word in self.cut(text)]

    def spoken(self, text: str) -> str:
        """How a canonical text is read, in katakana as the dictionary has it; names of people and places by guess."""
        return "".join(word.reading for word in self.cut(text))

    def pieces(self, text: str) -> list[tuple[str, list[str]]]:
        """The pieces of a canonical text with their kind as the dictionary has it: 名詞, 固有名詞, 人名."""
        return [(surface, raw.split(",", 3)[:3]) for surface, raw in self._parse(text)]

    def rest(self) -> None:
        """Give the dictionary's pages back when they were used: they would be two thirds of a process that only waits."""
        if self._read_since:
            self._read_since = False
            give_back(unidic_lite.DICDIR)

    def _parse(self, text: str) -> list[tuple[str, str]]:
        with self._turn:
            if self._tagger is None:
                self._tagger = fugashi.Tagger(f'-d "{unidic_lite.DICDIR}"')
            found = [(node.surface, node.feature_raw) for node in self._tagger.parseToNodeList(text)]
            self._read_since = True
        return found

    def _remember(self, raw: str) -> tuple[str, str, str, str]:
        fields = raw.split(",")
        lemma = reading = ""
        if len(fields) > 7:
            lemma, reading = fields[7].partition("-")[0], fields[6]
            if lemma == "*" or fields[8] == "か":
                lemma = ""
            elif fields[8] == "推し":
                # The star one is a fan of, not what is pushed.
                lemma = "推し"
            elif lemma == "た" and fields[5].startswith("仮定"):
                lemma = "たら"
            elif fields[4].startswith("下一段") and len(fields) > 11 and len(fields[11]) > len(fields[6]):
                lemma += "(可能)"
        form = fields[5] if len(fields) > 5 else ""
        if form == "連体形-撥音便" and fields[4].startswith(("上一段", "下一段", "助動詞-レル")):
            form = _DENIED
        features = (fields[0], _SAME.get(lemma, lemma), form, "" if reading == "*" else reading)
        if len(self._known) > _CACHE_LIMIT:
            self._known = {}
        self._known[raw] = features
        return features


def is_light(word: Word) -> bool:
    """True for words that come and go without changing an expression (particles, politeness, お, さん)."""
    if word.pos == "助詞":
        return word.lemma in _SKIPPED_PARTICLES
    if word.pos == "助動詞":
        return word.lemma in _SKIPPED_ENDINGS
    if word.pos in ("接頭辞", "接尾辞"):
        return word.lemma in _SKIPPED_AFFIXES
    return word.lemma in _SKIPPED_ADVERBS


def heavy(words: list[Word]) -> list[int]:
    """The places of the words that make an expression; あり in ありません is not one."""
    found = []
    for place, word in enumerate(words):
        if is_light(word) or is_progressive(words, place):
            continue
        if word.lemma == "有る" and any(following.lemma == "ない" for following in words[place + 1 : place + 3]):
            continue
        found.append(place)
    return found


def is_order(word: Word) -> bool:
    """True for a verb that commands: 死ね, 出て行け, 消えろ."""
    return word.pos == "動詞" and word.form.startswith(_ORDER)


def is_progressive(words: list[Word], place: int) -> bool:
    """True for the いる of ている, which expressions are compared without."""
    word = words[place]
    if word.lemma != "居る" or place == 0:
        return False
    return word.pos == "助動詞" or (words[place - 1].pos == "助詞" and words[place - 1].lemma == "て")


def ends_in_past(words: list[Word]) -> bool:
    """True when the last word is た or だ of the past."""
    return words[-1].pos == "助動詞" and words[-1].lemma == "た"


def own_flags(words: list[Word]) -> list[str]:
    """What the end of an expression named in a rule insists on: finished (た), going on (ている), willed (よう)."""
    flags = []
    if len(words) > 1 and ends_in_past(words):
        flags.append("past")
    if len(words) > 1 and is_progressive(words, len(words) - 1):
        flags.append("prog")
    if words[-1].form.startswith("意志推量"):
        flags.append("will")
    return flags


def particle_after(words: list[Word], last: int) -> str:
    """The particle that marks the part a noun plays: が, を, に, から …; empty when it was left out."""
    for word in words[last + 1 : last + 4]:
        if word.pos == "接尾辞":
            continue
        if word.pos == "助詞":
            return word.lemma
        return "に" if word.lemma == "だ" and word.surface == "に" else ""
    return ""


def flags_after(words: list[Word], last: int) -> frozenset[str]:
    """What the endings behind a predicate say: denied, suffered, wished, regretted, asked …"""
    flags = set()
    if words[last].form.startswith("意志推量"):
        flags.add("will")
    elif words[last].form.startswith("仮定"):
        flags.add("cond")
    for word in words[last + 1 : last + 13]:
        lemma = word.lemma
        if (
            word.pos not in ("助動詞", "助詞", "接尾辞")
            and lemma != "知れる"
            and lemma not in _CARRIERS
            and lemma not in _FLAG_OF
        ):
            break
        if word.pos == "助詞" and lemma in _STOPPING and not (lemma == "と" and "past" not in flags):
            if lemma == "と":
                flags.add("quote")
            break
        if (word.form.startswith("意志推量") and word.pos != "助動詞") or (
            word.form.startswith("意志推量") and lemma == "仕舞う"
        ):
            flags.add("will")
        if word.form.startswith("仮定") and lemma != "だ":
            flags.add("cond")
        if lemma == "知れる":
            flags.discard("ask")
            break
        flag = _FLAG_OF.get(lemma)
        if flag:
            flags.add(flag)
    return frozenset(flags)
