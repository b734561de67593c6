"""Handlers of the process's start: what stays, what moves to each tenant, what is split, what is left to a person."""

from __future__ import annotations

from textwrap import indent

import pytest

from codemods.survey.plugins.start_handler import LEFT, MOVES, SPLITS, STAYS
from tests.survey.plugins.small import NOBODYS, PAIR, PROCESS, TENANT, decided, handler, plugin

RETURN = "return True, True, None, None, None"


def body(*lines: str) -> str:
    return "\n".join([*lines, RETURN])


@pytest.mark.parametrize("line", [NOBODYS, PROCESS])
def test_stays_where_it_does_nothing_of_a_tenants(line: str) -> None:
    found = decided(handler(body(line)))
    assert (found.decision, found.tenant, found.holders) == (STAYS, [], [])
    assert found.reason == "does nothing of a tenant's"


@pytest.mark.parametrize("event", ["EventType.ON_MESSAGE", "EventType.ON_STOP", "'after_llm'"])
def test_handlers_of_other_events_are_not_looked_at(event: str) -> None:
    assert plugin(handler(body(TENANT), event)).handlers == []


def test_moves_where_it_does_a_tenants_work_only() -> None:
    found = decided(handler(body(NOBODYS, TENANT)))
    assert (found.decision, found.process) == (MOVES, [])
    assert found.reason.startswith("does a tenant's work once for all: line ")


def test_moves_with_what_it_keeps() -> None:
    found = decided(handler(body("_words.append(global_config.bot)"), before="_words = []"))
    assert found.decision == MOVES
    assert [str(holder) for holder in found.holders] == ["_words"]


def test_is_split_where_its_statements_separate() -> None:
    found = decided(handler(body(TENANT, PROCESS)))
    assert found.decision == SPLITS
    assert found.partition is not None
    assert "and the process's" in found.reason


FOR_A_PERSON = {
    "one line does both": (handler(body("atexit.register(global_config.bot)")), "does both"),
    "an exit between the halves": (
        handler(body(TENANT, f"if {TENANT}:\n    return", PROCESS)),
        "may end the handler before",
    ),
    "an event that cannot be told": (handler(body(TENANT), event="[EventType.ON_START, other()]"), "cannot be told"),
    "the stop as well": (
        handler(body(TENANT), event="[EventType.ON_START, EventType.ON_STOP]"),
        "it is called for ON_STOP as well",
    ),
    "a class of a function": (
        "def make():" + indent(handler(body(TENANT)), "    ") + "\n    return Start\n",
        "it is a class of a function",
    ),
    "work as the plugin is registered": (
        handler(body(TENANT)) + f"\n    def __init__(self):\n        for _ in (1, 2):\n            {TENANT}\n",
        "its __init__ does a tenant's work",
    ),
    "what it keeps is used on import": (
        handler(body("_words.append(global_config.bot)"), before="_words = []") + "\n\n_words.append(1)\n",
        "_words is once for all tenants",
    ),
    "halves that ask for the same base": (handler(body(TENANT, PROCESS, "super().stop()")), "asks for super()"),
}


@pytest.mark.parametrize("form", FOR_A_PERSON)
def test_is_left_to_a_person(form: str) -> None:
    text, reason = FOR_A_PERSON[form]
    found = decided(text)
    assert found.decision == LEFT
    assert reason in found.obstacles[0]


def test_a_handler_that_is_registered_twice_is_not_split() -> None:
    assert decided(handler(body(TENANT, PROCESS)), f"{PAIR}, {PAIR}").obstacles == ("it is registered more than once",)
    assert decided(handler(body(TENANT)), f"{PAIR}, {PAIR}").decision == MOVES


def test_all_that_stands_in_the_way_is_told() -> None:
    text, _ = FOR_A_PERSON["halves that ask for the same base"]
    found = decided(text, f"{PAIR}, {PAIR}")
    assert "asks for super()" in found.reason or "registered more than once" in found.reason
    told = " ".join((found.reason, *found.details))
    assert "asks for super()" in told
    assert "it is registered more than once" in told
