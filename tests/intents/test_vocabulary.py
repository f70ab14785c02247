"""The data files hold no duplicates, no dead entries and no expression that means nothing."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest

from intents import Ear
from intents.codes import Topic
from intents.cues import Reading, parse
from intents.vocabulary import DATA, BadVocabulary, Concept, Vocabulary, load
from intents.words import Words, heavy

# Words so common that an expression made of one of them alone would be found in every sentence.
TOO_COMMON = frozenset(
    ["居る", "為る", "有る", "ない", "成る", "と", "時", "彼", "来る", "行く", "見る", "出る", "事", "物", "中", "た", "て", "様"]
)


def test_no_expression_is_written_twice_in_a_concept() -> None:
    for path in sorted(DATA.glob("*.toml")):
        for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
            repeated = [word for word, count in Counter(entry["words"].split()).items() if count > 1]
            assert repeated == [], (path.name, name)


def test_every_expression_becomes_words(ear: Ear) -> None:
    assert ear.vocabulary.untokenisable == []


def test_every_expression_is_found_in_its_own_text(ear: Ear) -> None:
    dead = []
    for concept in load(Words()).concepts.values():
        for expression in concept.words:
            cut = ear.words.cut(expression)
            found = ear.vocabulary.read(expression, cut) + ear.vocabulary.read_by_sound(expression, cut)
            if all(mention.concept != concept.name for mention in found):
                dead.append((concept.name, expression))
    assert dead == []


def test_no_topic_hangs_on_a_word_that_is_everywhere(ear: Ear) -> None:
    for concept in load(Words()).concepts.values():
        if concept.topics:
            for expression in concept.words:
                cut = ear.words.cut(expression)
                lemmas = [cut[place].lemma for place in heavy(cut)]
                assert not (len(lemmas) == 1 and lemmas[0] in TOO_COMMON), (concept.name, expression)


def test_every_topic_has_a_broad_vocabulary() -> None:
    counts = Counter(topic for concept in load(Words()).concepts.values() for topic, _ in concept.topics for _ in concept.words)
    assert all(counts[topic] >= 20 for topic in Topic), counts


def test_a_concept_defined_twice_is_refused() -> None:
    with pytest.raises(BadVocabulary, match="twice"):
        Vocabulary(Words(), [Concept("a", ("猫",)), Concept("a", ("犬",))])


def test_a_rule_with_an_unknown_concept_is_refused(ear: Ear) -> None:
    with pytest.raises(BadVocabulary, match="no concept"):
        parse("nobody_knows_this .. hit", ear.vocabulary)


def test_a_pattern_respects_order_distance_and_endings() -> None:
    words = Words()
    vocabulary = Vocabulary(words, [Concept("who", ("父", "母")), Concept("act", ("殴る",))])
    pattern = parse("who<が> .. act[!neg]", vocabulary)

    def fits(text: str) -> bool:
        return Reading(text, vocabulary.read(text, words.cut(text))).find(pattern) is not None

    assert fits("父が殴る")
    assert not fits("父を殴る")
    assert not fits("父が殴らない")
    assert not fits("殴る父が")
    assert not fits("父が" + "とても" * 15 + "殴る")
