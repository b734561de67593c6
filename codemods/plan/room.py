"""Room for LibCST: a stack for files that are nested deeply, and bytes for text that a file's encoding cannot hold."""

from __future__ import annotations

import ast
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from codemods.messages import phrase

_Answer = TypeVar("_Answer")
# LibCST's parser calls itself some times for each `elif`, operator and bracket, and so does whoever visits its trees.
_STACK, _DEPTH = 512 * 1024 * 1024, 50_000


def with_room(work: Callable[[], _Answer]) -> _Answer:
    """Do something on a stack that is deep enough for every file that ast takes. What is not used of it is not had."""
    done: Future[_Answer] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # whatever it is, it is the caller's
            done.set_exception(error)

    size, depth = threading.stack_size(_STACK), sys.getrecursionlimit()
    sys.setrecursionlimit(max(depth, _DEPTH))
    try:
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
    finally:
        threading.stack_size(size)
    try:
        return done.result()
    finally:
        sys.setrecursionlimit(depth)


def encoded(code: str, encoding: str) -> bytes:
    """A file's bytes. What its encoding cannot hold is written as escapes, which mean the same in a string.

    Raises SyntaxError where they would not.
    """
    try:
        return code.encode(encoding)
    except UnicodeError:
        lack = SyntaxError(phrase("{encoding} cannot hold what it gets", encoding=encoding))
    try:
        data = code.encode(encoding, "backslashreplace")
    except UnicodeError as error:  # an encoding that takes no escapes, as "idna"
        raise lack from error
    if ast.dump(ast.parse(data)) != ast.dump(ast.parse(code)):
        raise lack
    return data
