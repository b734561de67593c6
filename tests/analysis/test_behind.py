"""What is made in a scope and run behind it. What stays in the scope comes first."""

from __future__ import annotations

import pytest

from tests.analysis.test_reach import IMPORT, reaches, way

HEAD = (
    IMPORT
    + "import asyncio, functools\nfrom starlette.concurrency import run_in_threadpool\n"
    + "async def load(*given): dig()\ndef all():\n    yield dig()\ndef plain(): dig()\nkept = []\n"
)
INSIDE = {
    "awaited": "    await load()",
    "awaited by its name": "    coro = load()\n        await coro",
    "gathered": "    coros = [load() for _ in 'ab']\n        await asyncio.gather(*coros)",
    "a task": "    task = asyncio.create_task(load())\n    await task",
    "a list of tasks": "    tasks = [asyncio.create_task(load())]\n    await asyncio.wait(tasks)",
    "what is no coroutine": "    found = plain()\n    return found",
    "gone through": "    for item in map(plain, 'ab'):\n            pass",
    "a list of it": "    found = list(map(plain, 'ab'))\n    return found",
    "a list of what is lazy": "    found = list(plain() for _ in 'ab')\n    return found",
    "what it goes through": "    return (item for item in plain())",
    "collected and awaited": "    coros = []\n        coros.append(load())\n        await asyncio.gather(*coros)",
    "only made": "    coro = load()",
    "in a thread": "    found = await asyncio.to_thread(plain)\n    return found",
    "in a thread, by a name": "    coro = asyncio.to_thread(plain)\n        return await coro",
    "a task in a thread": "    task = asyncio.create_task(asyncio.to_thread(plain))\n    await task",
    "threads that are gathered": "    coros = [asyncio.to_thread(plain)]\n        await asyncio.gather(*coros)",
    "what a thread is given": "    coro = asyncio.to_thread(print, plain())\n    await coro",
    "waited for": "    coro = asyncio.wait_for(load(), 3)\n        await coro",
}
BEHIND = {
    "a coroutine": "    coro = load()\n    await coro",
    "an answer": "    return load()",
    "of several": "    coros = [load() for _ in 'ab']\n    await asyncio.gather(*coros)",
    "appended": "    coros.append(load())\n    await asyncio.gather(*coros)",
    "kept": "    kept[0] = load()",
    "by a second name": "    coro = load()\n        other = coro\n    await other",
    "either": "    coro = load() if coros else load(1)\n    await coro",
    "a map": "    found = map(plain, 'ab')\n    return list(found)",
    "a filter": "    return filter(plain, 'ab')",
    "a generator": "    found = (plain() for _ in 'ab')\n    return list(found)",
    "a function that is one": "    found = all()\n    return list(found)",
    "in a thread": "    coro = asyncio.to_thread(plain)\n    await coro",
    "in a thread, an answer": "    return asyncio.to_thread(plain, 'a')",
    "in a pool": "    coro = run_in_threadpool(plain)\n    await coro",
    "a lambda in a thread": "    coro = asyncio.to_thread(lambda: plain())\n    await coro",
    "a lambda in a pool": "    coro = run_in_threadpool(lambda: plain())\n    await coro",
    "a partial in a thread": "    coro = asyncio.to_thread(functools.partial(plain, 1), 2)\n    await coro",
    "threads": "    coros = [asyncio.to_thread(plain) for _ in 'ab']\n    await asyncio.gather(*coros)",
    "waited for": "    coro = asyncio.wait_for(load(), 3)\n    await coro",
    "a thread waited for": "    coro = asyncio.wait_for(asyncio.to_thread(plain), 3)\n    await coro",
    "a map of a map": "    found = map(str, map(plain, 'ab'))\n    return list(found)",
}


def found(lines: str) -> bool:
    """Whether the rows are read outside of the scope."""
    return way(reaches(HEAD + f"async def start(coros):\n    with scope():\n    {lines}\n")) is not None


@pytest.mark.parametrize("form", INSIDE)
def test_stays_inside(form: str) -> None:
    assert not found(INSIDE[form])


@pytest.mark.parametrize("form", BEHIND)
def test_runs_behind(form: str) -> None:
    assert found(BEHIND[form])
