"""Which functions somebody calls: all forms in one file."""

from __future__ import annotations

from functools import cache

import pytest

from codemods.survey.background.called import called_functions
from tests.survey.judging import program_of

TEXT = """
import functools
from buses import Listener, bus
from src.common.message.tenant_local import TenantLocal
from src.plugin_system import BaseCommand

service = TenantLocal(None)


@bus.on("chat")
def decorated():
    behind()


def behind():
    service.value.begin()
    print(bus.value.finish())


class Ours(Listener):
    def on_chat(self):
        bus.call(handed_on)


def handed_on():
    pass


class Say(BaseCommand):
    async def execute(self):
        return self.own()

    def own(self):
        pass


if __name__ == "__main__":
    by_hand()


def by_hand():
    pass


@functools.lru_cache
def remembered():
    alone()


def alone():
    pass


class Plain:
    def start(self):
        pass

    def begin(self):
        pass

    def finish(self):
        pass
"""
CALLED = ["decorated", "behind", "Ours.on_chat", "handed_on", "Say.execute", "Say.own", "by_hand", "Plain.begin"]
CALLED_BY_NOBODY = ["remembered", "alone", "Plain.start", "Plain.finish"]


@cache
def called() -> set[str]:
    return {
        item.qualname
        for item in called_functions(program_of({"src/form/work.py": TEXT}))
        if item.module == "src.form.work"
    }


@pytest.mark.parametrize("name", CALLED)
def test_something_calls_it(name: str) -> None:
    assert name in called()


@pytest.mark.parametrize("name", CALLED_BY_NOBODY)
def test_nobody_in_view_calls_it(name: str) -> None:
    assert name not in called()
