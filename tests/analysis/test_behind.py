"""What is made in a scope and run behind it. What stays in the scope comes first."""

from __future__ import annotations

import pytest

from tests.analysis.test_reach import IMPORT, reaches, way

HEAD = (
    IMPORT
    + "import asyncio\nasync def load(*given): dig()\ndef all():\n    yield dig()\ndef plain(): dig()\nkept = []\n"
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
