"""The guest: runs in the interpreter and copy of a tree, asks its ways, and writes what it sees, a line each."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import NoReturn, TextIO

from .limits import Warden, end_with, shut_in
from .services import Services
from .shapes import Line, Names, Task
from .texts import parted, phrase, said_by, short


def main() -> None:
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the tree prints is no line of ours
    read = json.loads(sys.stdin.readline())
    task = Task(**{**read, "names": Names(**read["names"])})
    warden = shut_in(str(Path(task.tree).parent), task.cpu_seconds, task.memory)
    end_with(sys.stdin, warden)
    leave, os._exit = os._exit, _refuse_to_leave
    os.chdir(task.tree)
    try:
        asyncio.run(_run(task, warden, stream))
    except BaseException as error:  # whatever the tree does ends in a sentence
        tell(stream, Line(fails=short(said_by(error))))
    # The tree's threads need not be waited for.
    leave(0)


class _Leaving(Exception):
    """The tree would end the process. It may, and the proof goes on: its button for that is a way like any other."""


def _refuse_to_leave(status: object = None) -> NoReturn:
    raise _Leaving(f"it would end the process with {status}")


def tell(stream: TextIO, line: Line) -> None:
    stream.write(json.dumps(parted(line), ensure_ascii=False) + "\n")
    stream.flush()


async def _run(task: Task, warden: Warden, stream: TextIO) -> None:
    from .proof import Proof

    tell(stream, Line(begins=phrase("the import of the tree")))
    services = Services(task.names.planning, task.names.plan)
    services.configure(Path(task.tree), task.names.configuration)
    sys.exit = _refuse_to_leave
    proof = Proof(task, services, warden)
    for name, ask in proof.steps():
        tell(stream, Line(begins=name))
        for seen in await ask():
            tell(stream, Line(seen=seen))
    tell(stream, Line(logged=proof.logged, done=True))


if __name__ == "__main__":
    main()
