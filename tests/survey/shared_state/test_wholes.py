"""What is only right as a whole."""

from __future__ import annotations

from codemods.analysis.kept import ATTRIBUTE, NAME, Holder
from codemods.survey.shared_state.sharing import Sharing
from tests.survey.shared_state.small import SERVE, name, small

TEXT = """
import asyncio


class Manager:
    def __init__(self):
        self.first = 0
        self.second = 0
        self.apart = 0

    def work(self):
        self.first += 1
        self.second = 2

    def other(self):
        self.apart += 1

    async def loop(self):
        while True:
            await asyncio.sleep(1)
            inside()

    async def once(self):
        outside()


def inside():
    return 1


def outside():
    return 2


manager = Manager()
model = None


def make():
    global model
    model = dict(a=1)


def end():
    global model
    model = None


def lazily():
    make()
    return model


def bare():
    return model
"""
WORK = """    manager.work()
    manager.other()
    asyncio.create_task(manager.loop())
    asyncio.create_task(manager.once())
    make(), end(), lazily(), bare()
"""


def sharing() -> Sharing:
    return Sharing(small(TEXT + SERVE + WORK))


def test_what_a_loop_runs() -> None:
    found = {item.qualname for item in sharing().parts.wholes.in_loops}
    assert {"Manager.loop", "inside"} <= found
    assert found.isdisjoint({"Manager.once", "outside", "serve"})


def test_who_uses_what_another_function_made() -> None:
    parts, holder = sharing().parts, Holder(NAME, name("model"))
    uses = [item for item in parts.mentions.of(holder) if item.frame.qualname != "<module>"]
    by = {item.frame.qualname: item for item in uses}
    assert parts.wholes.set_up_elsewhere(holder, [by["make"], by["end"], by["lazily"]]) == ""
    assert parts.wholes.set_up_elsewhere(holder, uses) == "make makes it, and bare uses it as it is"


def test_what_changes_in_one_function_changes_together() -> None:
    wholes = sharing().parts.wholes
    found = wholes.together(Holder(ATTRIBUTE, name("Manager.first")))
    assert [item.name for item in found] == ["second"]
    assert wholes.together(Holder(ATTRIBUTE, name("Manager.apart"))) == []
