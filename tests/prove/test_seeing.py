"""All the text that a value shows."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from codemods.prove.guest.seeing import Sight


@dataclass
class Note:
    text: str
    inner: object = None


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
