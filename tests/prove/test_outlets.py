"""Errors that work of tenants logs: one of each kind, counted."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import pytest

from codemods.prove.guest.outlets import Outlets
from codemods.prove.guest.shapes import Logged
from codemods.prove.guest.words import FIRST, NOBODY, SECOND, Words


def test_what_many_are_told_is_one_error_that_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    words, nothing = Words(), SimpleNamespace()
    made: Any = Outlets
    outlets = made(nothing, nothing, nothing, words)

    def log(viewer: str, message: object, level: int = logging.ERROR) -> None:
        monkeypatch.setattr(outlets, "viewer", lambda: viewer)
        outlets.handle(logging.LogRecord("chat", level, "", 1, message, (), None))

    log(SECOND, "it is\n  slow")
    for viewer in (FIRST, SECOND):
        log(viewer, {"logger_name": "memory", "event": f"cannot keep {words.new(viewer, 'a message')}"})
    log(NOBODY, "the process's own")
    log(FIRST, "no error", logging.WARNING)
    assert outlets.logged == [
        Logged("memory: cannot keep …", 2, [FIRST, SECOND]),
        Logged("chat: it is slow", 1, [SECOND]),
    ]
