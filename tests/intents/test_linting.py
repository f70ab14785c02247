"""The words and rules hold nothing twice, nothing dead, and nothing that no labelled message reaches (`make words`)."""

from __future__ import annotations

import pytest

from intents.vocabulary import Concept
from tests.intents.linting import Linter, findings


@pytest.fixture(scope="module")
def linter() -> Linter:
    return Linter()


@pytest.mark.timeout(300)
def test_there_is_nothing_to_mend(linter: Linter) -> None:
    assert findings(linter) == []


def test_what_stands_there_twice_or_for_nothing_is_seen() -> None:
    linter = Linter()
    debt, kind = linter.concepts["debt"], linter.concepts["kind_salon"]
    linter.concepts = {
        "debt": Concept("debt", ("借金", "しゃっきん", "借金が"), debt.topics),
        "loan": Concept("loan", ("借金", "ローン地獄"), debt.topics),
        "kind_salon": Concept("kind_salon", ("サロン",), (), kind.kinds),
        "nothing": Concept("nothing", ("名前",)),
    }
    assert ("debt", "借金") in set(linter.twice())
    assert ("loan", "借金", "debt") in list(linter.doubled())
    assert linter.idle() == ["nothing"]
