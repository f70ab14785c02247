"""What was reached is kept: the figures of `make eval` on sets nobody tuned to do not fall below these."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from intents import Ear
from tests.evaluation import searching, understanding
from tests.evaluation.searching import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, ear: Ear) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("evaluation"), ear)
    yield made
    made.close()


def test_messages_nobody_tuned_to(ear: Ear) -> None:
    heard = understanding.messages(ear, "third")
    assert heard.found / heard.dangers >= 0.95 and heard.false / heard.calm <= 0.02
    assert heard.route / heard.messages >= 0.94 and heard.topics.f1 >= 0.88 and heard.reasons.f1 >= 0.93


def test_pieces_nobody_tuned_to(ear: Ear) -> None:
    heard = understanding.messages(ear, "pieces")
    assert heard.found / heard.dangers >= 0.95 and heard.false / heard.calm <= 0.07
    assert heard.route / heard.messages >= 0.81 and heard.topics.f1 >= 0.76 and heard.reasons.f1 >= 0.87


def test_conversations_nobody_tuned_to(ear: Ear) -> None:
    heard = understanding.conversations(ear, "sealed")
    assert heard.found / heard.dangers >= 0.95 and heard.route / heard.messages >= 0.77
    assert heard.topics.f1 >= 0.78 and heard.reasons.f1 >= 0.8


@pytest.mark.parametrize(("name", "hit"), [("demo_a_sealed", 0.86), ("demo_b_sealed", 0.97), ("real_sealed", 0.87)])
def test_queries_nobody_tuned_to(world: World, name: str, hit: float) -> None:
    if not world.real and name.startswith("real"):
        pytest.skip("the published files are not at hand")
    found = searching.judge(world, name)
    best = max(one.mrr() for finder, one in found.items() if finder != "ours")
    assert found["ours"].hit() >= hit and found["ours"].mrr() >= best + 0.1
