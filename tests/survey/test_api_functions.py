"""Which functions of the plugin APIs plugins may call."""

from __future__ import annotations

import pytest

from codemods.survey.api_functions import api_functions
from tests.survey.judging import program_of

TEXT = """
def public():
    def inner():
        pass


def _private():
    pass


class Api:
    @staticmethod
    def static():
        pass

    @classmethod
    def of_class(cls):
        pass

    def of_object(self):
        pass

    def __init_subclass__(cls):
        pass


class _Hidden:
    @staticmethod
    def static():
        pass

    def of_object(self):
        pass


class Enough(Exception):
    pass
"""
PUBLIC = ["public", "Api.static", "Api.of_class", "Api.of_object"]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("src/plugin_system/apis/form_api.py", PUBLIC),
        ("src/plugin_system/apis_of_old.py", []),
        ("src/plugin_system/core/form.py", []),
    ],
)
def test_public_functions_of_the_package_are_plugins_to_call(path: str, names: list[str]) -> None:
    program = program_of({path: TEXT})
    module = path.removesuffix(".py").replace("/", ".")
    assert [item.qualname for item in api_functions(program) if item.module == module] == names


HANDED_OUT = {
    "by a name": "shown = _Hidden()",
    "as an answer": "def give():\n    return _Hidden()",
    "by a method": "class Giver:\n    @staticmethod\n    def give():\n        return _Hidden()",
}


@pytest.mark.parametrize("how", HANDED_OUT)
def test_methods_of_what_is_handed_out_are_plugins_to_call(how: str) -> None:
    hidden = (
        "class _Hidden:\n    @property\n    def name(self): ...\n    def _own(self): ...\n    def __iter__(self): ...\n"
    )
    names = named(f"{hidden}\n{HANDED_OUT[how]}\n")
    assert [name for name in names if name.startswith("_Hidden")] == ["_Hidden.name", "_Hidden.__iter__"]


def test_implementations_that_are_registered_and_what_a_module_answers_for_itself() -> None:
    text = """
from functools import singledispatch

@singledispatch
def kind(what): ...

@kind.register
def _(what: str): ...

@kind.register(int)
def _of_int(what): ...

@_other.register
def _hidden(what): ...

def __getattr__(name): ...

def __private(name): ...
"""
    assert named(text) == ["kind", "_", "_of_int", "__getattr__"]


def test_what_the_host_runs_of_its_own_kinds_of_objects_has_verdicts_of_its_own() -> None:
    head = "from src.manager.async_task_manager import AsyncTask\n"
    assert named(head + "class Clean(AsyncTask):\n    async def run(self): ...\n") == []


def named(text: str) -> list[str]:
    program = program_of({"src/plugin_system/apis/form_api.py": text})
    return [item.qualname for item in api_functions(program) if item.module == "src.plugin_system.apis.form_api"]
