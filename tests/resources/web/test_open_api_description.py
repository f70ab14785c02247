"""The description of the open interface is true: whatever it allows is answered, and never with a failure of ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from resources import directory
from tests.desk import World, served
from tests.resources.web.test_open_api import HIDDEN, ODD, SALON

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def address(small_world: World) -> Iterator[str]:
    """The address of a server with a few entries."""
    with small_world.database.writing() as session:
        for at, draft in enumerate((SALON, ODD, HIDDEN)):
            made = small_world.now - timedelta(days=at)
            directory.add(session, draft, municipality=small_world.town, by="編集", now=made)
    with served(small_world) as found:
        yield found


def test_no_request_the_description_allows_makes_the_server_fail(address: str) -> None:
    description = schemathesis.openapi.from_url(f"{address}/api/openapi.json")
    tried: list[str] = []
    for operation in description.get_all_operations():
        call = operation.ok()

        @hypothesis.seed(1124)
        @hypothesis.settings(
            max_examples=20, deadline=None, database=None, suppress_health_check=list(hypothesis.HealthCheck),
            phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        )  # fmt: skip
        @hypothesis.given(case=call.as_strategy())
        def asked(case: Any) -> None:
            case.call_and_validate(checks=CHECKS)

        asked()
        tried.append(call.path)
    assert len(tried) == 11
