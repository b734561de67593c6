"""All the text that a value shows."""

from __future__ import annotations

import asyncio
import logging
from collections import UserList, deque
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from codemods.prove.guest.seeing import Sight


@dataclass
class Note:
    text: str
    inner: object = None


@dataclass(slots=True)
class Slotted:
    text: str
    inner: object = None


@dataclass(slots=True)
class Below(Slotted):
    more: str = "more"


def shown(value: object) -> set[str]:
    return set(Sight().text(value).split("\n"))


def test_containers_are_looked_into() -> None:
    value = {"key": ["a", ("b", {"c"}, b"d", Path("e"))], "deep": Note("f", Note("g"))}
    assert {"key", "a", "b", "c", "d", "e", "f", "g"} <= shown(value)
    assert {"x", "y"} <= shown([deque(["x"]), (letter for letter in "y")])


def test_numbers_stay_and_times_do_not() -> None:
    assert shown([3, 0.5, 1_700_000_000.0, True, None]) == {"3", "0.5", "<time>"}


def test_circles_end() -> None:
    value: list[object] = ["a"]
    value.append(value)
    assert shown(value) == {"a"}


def test_machinery_is_opaque() -> None:
    assert shown([logging.getLogger("x"), logging, Note, asyncio.Lock(), shown]) == {""}


def test_what_the_process_has_one_of_is_nobodys_answer() -> None:
    sight, only = Sight(), Note("secret")
    sight.shared = {id(only)}
    assert "secret" not in sight.text([only])
    assert "secret" in sight.text(only)


def test_views_and_what_is_read_as_it_is_asked_for_are_looked_into() -> None:
    kept = {"key": "value"}
    assert {"key", "value"} <= shown([kept.keys(), kept.values()])
    assert shown(kept.items()) == {"key", "value"}
    assert shown([map(str.upper, ["a"]), filter(None, ["b"]), zip(["c"], ["d"], strict=True), UserList("e")]) == set(
        "Abcde"
    )


def test_slots_and_namespaces_are_looked_into() -> None:
    assert {"text", "a", "b", "c"} <= shown([Slotted("a", Below("b")), SimpleNamespace(text="c")])
