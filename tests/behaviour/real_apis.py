"""The three questions, asked of every plugin API function of a real checkout. Runs inside the tree.

Does it answer without a tenant? Does it give or change what is another tenant's? Does its owner get what it got
before? Each call runs in a fork of the process that has the tenants, on a database and files of its own, so that
no call sees what another did: `python -m tests.behaviour.real_apis OUTPUT`, DATABASE_URL naming an SQLite file.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import json
import logging
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

from tests.behaviour.forks import in_fork
from tests.behaviour.real import create_tables
from tests.behaviour.real_calls import Call, all_calls, public_functions
from tests.behaviour.real_tenants import CALLERS, NOBODY, SECOND, STORAGE, TENANTS, markers, owner_of
from tests.behaviour.real_world import Recorder, World
from tests.behaviour.sample import inside, module

logging.disable(logging.CRITICAL)

SECONDS = 30
SECOND_AGENT = "second agent"
# Who calls, and with whose ids. The admin is asked about whole-process functions only.
MODES: dict[str, tuple[str | None, str]] = {
    "without a tenant": (None, "acme"),
    "stranger": ("beta", "acme"),
    "unknown ids": ("beta", NOBODY),
    "owner": ("acme", "acme"),
    "other": ("beta", "beta"),
    SECOND_AGENT: (SECOND, "acme"),
    "admin": ("admin", "acme"),
}
# Each tenant for itself: what it is answered when nobody else is there to be mixed up with.
ALONE = {"owner": "acme", "other": "beta"}


def main(output: str) -> None:
    database = Path(os.environ["DATABASE_URL"].removeprefix("sqlite:///"))
    module("plugin_system.apis")
    module("main")
    recorder = Recorder()
    recorder.put_in_place()
    create_tables()
    empty = Snapshot(database)
    found: dict[str, Any] = {
        "functions": sorted(public_functions()),
        "called": sorted({call.function for call in all_calls()}),
        "whole process": sorted(call.id for call in all_calls() if call.whole_process),
        "together": in_fork(lambda: observe(World(database, recorder), TENANTS, MODES)),
    }
    for mode, tenant in ALONE.items():
        empty.restore()
        found[f"{mode} alone"] = in_fork(
            lambda mode=mode, tenant=tenant: observe(World(database, recorder), [tenant], [mode])  # type: ignore[misc]
        )
    Path(output).write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    os._exit(0)


class Snapshot:
    """The database and the tenants' files as they are now."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._kept = database.with_name(f"{database.name}.kept-{os.getpid()}")
        db = module("common.database.database").db
        db.connect(reuse_if_open=True)
        db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        shutil.copyfile(database, self._kept)
        STORAGE.mkdir(parents=True, exist_ok=True)
        self._files = shutil.copytree(STORAGE, self._kept.with_name(f"{self._kept.name}-files"))

    def restore(self) -> None:
        for suffix in ("-wal", "-shm", "-journal"):
            Path(f"{self._database}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self._kept, self._database)
        shutil.rmtree(STORAGE)
        shutil.copytree(self._files, STORAGE)


def observe(world: World, tenants: Collection[str], modes: Iterable[str]) -> dict[str, Any]:
    """Call → mode → what came back, what changed, and what of it is another's."""
    asyncio.run(world.seed(tenants))
    kept = Snapshot(world.database)
    state = world.state()
    # What is there now need not be looked at, and so copied, by the collector of each fork.
    gc.freeze()
    runs: dict[str, dict[str, Any]] = {}
    for call in all_calls():
        runs[call.id] = {}
        for mode in modes:
            if mode == "admin" and not call.whole_process:
                continue
            runs[call.id][mode] = in_fork(lambda call=call, mode=mode: run(world, state, call, *MODES[mode]))  # type: ignore[misc]
            kept.restore()
        if "stranger" in runs[call.id]:
            judge(call, runs[call.id])
    places = sorted({f"{whose}: {place}" for whose, place in state})
    return {"places": places, "runs": runs, "network": world.recorder.network}


def run(world: World, state: dict[Any, str], call: Call, caller: str | None, ids: str) -> dict[str, Any]:
    random.seed(0)
    recorder = world.recorder
    recorder.sent.clear()
    recorder.prompts.clear()
    arguments = call.arguments(world.owned[ids])
    given = world.summary(arguments)
    with inside(CALLERS[caller]) if caller else contextlib.nullcontext():
        answer = _answer(world, call.target(), arguments)
    after = world.state()
    changes = sorted(_changes(state, after), key=str)
    sent = [[*who, world.shown(str(stream)), world.shown(str(text))] for *who, stream, text in recorder.sent]
    return {
        **answer,
        "changed": changes,
        "sent": sent,
        "network": recorder.network,
        "foreign": _foreign(world, caller, given, answer, changes, sent, after),
    }


def _answer(world: World, function: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
    """What a call returns or raises; a call that hangs raises TimeoutError."""

    async def call() -> Any:
        value = function(**arguments)
        while inspect.isawaitable(value):
            value = await value
        for _ in range(20):
            await asyncio.sleep(0)
        return value

    def too_long(*_: Any) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(SECONDS)
    try:
        return {"answer": world.summary(asyncio.run(call()))}
    except Exception as error:
        bases = [each.__name__ for each in type(error).__mro__]
        return {"raises": type(error).__name__, "bases": bases, "message": world.shown(str(error))[:300]}
    finally:
        signal.alarm(0)


def _changes(before: dict[Any, str], after: dict[Any, str]) -> list[list[str]]:
    """[whose, where, new, gone or changed]"""
    found = []
    for key in before.keys() | after.keys():
        if before.get(key) != after.get(key):
            what = "new" if key not in before else "gone" if key not in after else "changed"
            found.append([*key, what])
    return found


def _foreign(
    world: World,
    caller: str | None,
    given: Any,
    answer: dict[str, Any],
    changes: list[list[str]],
    sent: list[Any],
    after: dict[Any, str],
) -> dict[str, list[str]]:
    """What of another's was given, changed, created, reached by a message or shown to a language model."""
    known = markers(given)

    def others(value: Any) -> set[str]:
        return {each for each in markers(value) if owner_of(each) not in (caller, NOBODY)}

    found = {
        "answer": sorted(others(answer) - known),
        "changed": [f"{what} {where}" for whose, where, what in changes if whose in TENANTS and whose != caller],
        "process": [f"{what} {where}" for whose, where, what in changes if whose == "process" and caller != "admin"],
        "named": [
            f"{what} {where}"
            for whose, where, what in changes
            if whose == caller and where.startswith("row") and others(_chat_of(world, after.get((whose, where), "{}")))
        ],
        "sent": sorted(others([stream for *_, stream, _ in sent])),
        "prompt": sorted(others([world.shown(prompt) for prompt in world.recorder.prompts]) - known),
    }
    return {kind: each for kind, each in found.items() if each}


def _chat_of(world: World, row: str) -> str:
    """The chat that a row says it belongs to."""
    return world.shown(str(json.loads(row).get("chat_id")))


def judge(call: Call, runs: dict[str, Any]) -> None:
    """Set a stranger's answer against the one for unknown ids.

    What is the same but for the name is worked out of the arguments alone, and so nobody's. What is not the same tells
    that there is such an id, be it by a number that names nobody.
    """
    unknown = runs["unknown ids"]
    worked_out = json.loads(json.dumps(unknown.get("answer")).replace(NOBODY, "acme"))
    for mode in ("stranger", SECOND_AGENT):
        ran = runs[mode]
        if ran.get("answer") == worked_out and not unknown["foreign"].get("answer"):
            ran["foreign"].pop("answer", None)
        elif mode == "stranger" and "answer" in ran and ran["answer"] != worked_out and not call.whole_process:
            ran["foreign"]["known"] = [
                f"not as for an unknown id: {json.dumps(ran['answer'], ensure_ascii=False)[:200]}"
            ]


if __name__ == "__main__":
    main(*sys.argv[1:])
