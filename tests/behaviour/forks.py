"""Work in a copy of this process, which is as before when it is done."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable
from typing import Any


class WorkStoppedError(Exception):
    """What was to be done in a fork has failed; the message is its traceback."""


def in_fork(work: Callable[[], Any]) -> Any:
    """What the work returns, as JSON.

    Raises WorkStoppedError with the traceback of the work, or when its process ended.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            answer = json.dumps([work(), None], ensure_ascii=False)
        except BaseException:
            answer = json.dumps([None, traceback.format_exc()])
        with os.fdopen(writing, "w", encoding="utf-8") as pipe:
            pipe.write(answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    if not text:
        raise WorkStoppedError("the process ended")
    answer, stopped = json.loads(text)
    if stopped:
        raise WorkStoppedError(stopped)
    return answer
