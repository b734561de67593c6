"""The migrated tree with the oldest FastAPI that the sample tree declares."""

from __future__ import annotations

import pytest

from tests.behaviour.conftest import OLD_PYTHON, Observed
from tests.behaviour.test_handlers import expected, shown

READ_THERE = [
    "/api/webui/person/list",
    "/api/webui/emoji/list",
    "/api/webui/expression/all",
    "/api/webui/jargon/list",
    "/api/webui/export/messages.jsonl",
    "/api/webui/export/persons.jsonl",
    "/api/webui/export/person/person-{tenant}",
]

pytestmark = pytest.mark.skipif(
    not OLD_PYTHON, reason="TENANTIZE_OLD_FASTAPI does not name a Python that has fastapi==0.116.0"
)


@pytest.fixture
def old(observed: dict[str, Observed]) -> Observed:
    """What the migrated tree shows with that FastAPI."""
    return observed["old after"]


@pytest.fixture
def old_before(observed: dict[str, Observed]) -> Observed:
    """What the unmigrated tree shows with that FastAPI."""
    return observed["old before"]


@pytest.mark.parametrize("scenario", ["openapi", "parameters", "validation"])
def test_fastapi_sees_what_it_saw_before(old: Observed, old_before: Observed, scenario: str) -> None:
    assert old[scenario] == old_before[scenario]


@pytest.mark.parametrize("path", READ_THERE)
def test_a_handler_shows_the_admins_rows(old: Observed, path: str) -> None:
    assert shown(path, old["reads"][path]) == expected(path, "admin")


@pytest.mark.parametrize(
    "scenario",
    ["writes", "background_tasks", "sync_handlers", "ways_to_choose", "sockets", "jargon_socket", "cancelled"],
)
def test_everything_else_goes_as_with_the_newest(old: Observed, after: Observed, scenario: str) -> None:
    assert old[scenario] == after[scenario]


def test_two_tenants_chat_at_once(old: Observed, after: Observed) -> None:
    assert old["chats_at_once"]["heard"] == after["chats_at_once"]["heard"]


def test_the_bot_answers_in_the_chat(old: Observed) -> None:
    assert [each["type"] for each in old["chat_socket"]["heard"]] == ["user_message", "bot_message", "pong"]


@pytest.mark.parametrize("shape", ["one", "several", "untyped", "keyword_only", "no_parameters", "dependent"])
def test_fastapi_publishes_the_handlers_own_interface(old: Observed, shape: str) -> None:
    assert old["same_interface"][shape]


@pytest.mark.parametrize("handler", ["plain", "quoted", "all_quoted", "defined_later"])
def test_postponed_annotations_are_read_as_before(old: Observed, handler: str) -> None:
    assert old["postponed_annotations"][handler]
