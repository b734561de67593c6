"""What Python's library gives back may be the tree's own object; what it makes itself is not."""

from __future__ import annotations

import pytest

from tests.analysis.test_reach import IMPORT, reaches, way

HEAD = f"""{IMPORT}
class Digger:
    def unearth(self):
        return dig()

"""
# Methods that the tree has by the same name, on what is none of its own.
IS_NO_WAY = {
    "a text": ("import json\ndef start(): return json.dumps(1).unearth()\n"),
    "an object of another library": ("import other\ndef start(): return other.Session().unearth()\n"),
    "an annotation of a container": ("from typing import List\ndef start(rows: List['Row']): return rows.unearth()\n"),
    "what has a name of its own on a list": ("def start(rows: list): return rows.unearth()\n"),
    "a container of texts": ("def start(rows: list[str]): return rows[0].unearth()\n"),
    "a text or none": ("from typing import Optional\ndef start(row: Optional[str]): return row.unearth()\n"),
    "a function of a module": ("import copy\ndef start(): return copy.unearth(1)\n"),
    "a method of what a class makes": (
        "import asyncio\nevent = asyncio.Event()\ndef start(): return event.unearth()\n"
    ),
    "a function that was imported": ("from copy import unearth\ndef start(): return unearth(1)\n"),
    "a request": ("from fastapi import Request\ndef start(request: Request): return request.url.unearth()\n"),
}
IS_A_WAY = {
    "a copy": ("import copy\ndef start(it): return copy.copy(it).unearth()\n"),
    "a copy with a name": (
        "from copy import deepcopy\ndef start(it):\n    other = deepcopy(it)\n    return other.unearth()\n"
    ),
    "replaced": ("import dataclasses\ndef start(it): return dataclasses.replace(it, a=1).unearth()\n"),
    "a variable of the context": (
        "import contextvars\nnow = contextvars.ContextVar('now')\ndef start(): return now.get().unearth()\n"
    ),
    "a weak reference": ("import weakref\ndef start(it):\n    kept = weakref.ref(it)\n    return kept().unearth()\n"),
    "a future": (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "def start(f): return ThreadPoolExecutor().submit(f).result().unearth()\n"
    ),
    "a task": (
        "import asyncio\n"
        "async def start(it):\n"
        "    task = asyncio.create_task(it())\n"
        "    return (await task).unearth()\n"
    ),
    "awaited for a time": ("import asyncio\nasync def start(it): return (await asyncio.wait_for(it(), 1)).unearth()\n"),
    "several at once": (
        "import asyncio\nasync def start(it):\n    a, b = await asyncio.gather(it(), it())\n    return a.unearth()\n"
    ),
    "an entry that is made when asked for": (
        "from collections import defaultdict\n"
        "made = defaultdict(lambda: Digger())\n"
        "def start(): return made['a'].unearth()\n"
    ),
    "a context manager": (
        "import contextlib\ndef start(it):\n    with contextlib.closing(it) as other: return other.unearth()\n"
    ),
    "the next one": ("def start(them): return next(them).unearth()\n"),
    "the largest": ("def start(them): return max(them, key=len).unearth()\n"),
    "said to be": ("from typing import cast\ndef start(it): return cast('Digger', it).unearth()\n"),
    "a new type": (
        "from typing import NewType\nNew = NewType('New', Digger)\ndef start(it: New): return it.unearth()\n"
    ),
    "any object": ("def start(it: object): return it.unearth()\n"),
    "anything": ("from typing import Any\ndef start(it: Any): return it.unearth()\n"),
    "any object or none": ("from typing import Optional\ndef start(it: Optional[object]): return it.unearth()\n"),
    **{
        f"in a {kind}": f"from typing import Any, Iterable, List\ndef start(it: {kind}): return {read}.unearth()\n"
        for kind, read in {
            "list": "it[0]",
            "dict": "it['a']",
            "List[Any]": "it[0]",
            "tuple": "it[0]",
        }.items()
    },
    "in a dict, looked up": ("def start(it: dict): return it.get('a').unearth()\n"),
    "among values": ("def start(it: dict):\n    for one in it.values():\n        return one.unearth()\n"),
    "gone through": ("from typing import Iterable\ndef start(it: Iterable):\n    for a in it: return a.unearth()\n"),
    "kept in a list": (
        "class Box:\n    def __init__(self): self.all: list = []\nbox = Box()\n"
        "def start(): return box.all[0].unearth()\n"
    ),
    "what is called": ("from typing import Callable\ndef start(it: Callable): return it().unearth()\n"),
    "of the same type": ("def start(it): return type(it)().unearth()\n"),
    "what an application keeps": (
        "from fastapi import Request\ndef start(request: Request): return request.app.state.digger.unearth()\n"
    ),
    "none or another": ("def start(it): return (None or it).unearth()\n"),
    "none if not": ("def start(it): return (None if it is None else it).unearth()\n"),
    "an item of a named tuple": (
        "from typing import NamedTuple\n"
        "class Row(NamedTuple):\n"
        "    digger: Digger\n"
        "row = Row(Digger())\n"
        "def start(): return row[0].unearth()\n"
    ),
    "a named tuple in parts": (
        "from typing import NamedTuple\n"
        "class Row(NamedTuple):\n"
        "    digger: Digger\n"
        "    name: str\n"
        "row = Row(Digger(), '')\n"
        "def start():\n"
        "    digger, _ = row\n"
        "    return digger.unearth()\n"
    ),
}


@pytest.mark.parametrize("form", IS_NO_WAY)
def test_what_others_make_is_none_of_the_trees(form: str) -> None:
    assert way(reaches(HEAD + IS_NO_WAY[form])) is None


@pytest.mark.parametrize("form", IS_A_WAY)
def test_what_is_handed_on_may_be_the_trees_own(form: str) -> None:
    found = way(reaches(HEAD + IS_A_WAY[form]))
    assert found is not None
    assert str(found) == "start → Digger.unearth → dig()"
