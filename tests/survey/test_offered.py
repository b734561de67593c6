"""What plugins call by names that no `def` has, beginning with what needs no verdict, or no tenant."""

from __future__ import annotations

import pytest

from codemods.survey.survey import Survey
from codemods.survey.verdicts import ApiFunction
from tests.conftest import survey_of
from tests.forms import form_tree

PATH = "src/plugin_system/apis/form_api.py"
HEAD = """
from functools import partial, singledispatch
from typing import Callable, List
from src.plugin_system.core.plugin_manager import plugin_manager


def judged():
    return plugin_manager.list_loaded_plugins()


def _of_all():
    return plugin_manager.list_loaded_plugins()


def _harmless(item=None):
    return item


"""
MAKING = """
kept = {}
def make(kind):
    def name(chat_id, word):
        kept[kind, chat_id] = word
    return name
def traced(function):
    def inner(*given):
        return function(*given)
    return inner
"""
MADE = {
    "made by a function": "name = make('a')",
    "several at once": "name, other = make('a'), make('b')",
    "several of a list": "[name, other] = [make(kind) for kind in 'ab']",
    "in a condition": "if True: name = make('a')",
    "among the module's names": "globals()['name'] = make('a')",
    "as its names are told": "globals().update(name=make('a'))",
    "in a table of names": "globals().update({'name': make('a')})",
    "of the module itself": "import sys; setattr(sys.modules[__name__], 'name', make('a'))",
    "with a name that is worked out": "for kind in 'ab': globals()[f'make_{kind}'] = make(kind)",
    "as an attribute of a class": "class Words: ...\nWords.name = staticmethod(make('a'))",
}
OTHERS = "src.form.others"
UNLISTED = {
    "another name of a function that is judged": "same = judged",
    "such a function with an argument": "same = partial(judged)",
    "a constant": "LIMIT = 3",
    "a type": "Answer = List[str]",
    "a re-export": "from src.plugin_system.core.plugin_manager import plugin_manager as manager",
    "a function that is imported to be used": f"from {OTHERS} import number_of_streams",
    "a function that keeps nothing, offered": f"from {OTHERS} import once_more as once_more",
    "a private name": "_read = plugin_manager.list_loaded_plugins",
    "a list of names": '__all__ = ["judged"]',
    "constants among the module's names": "globals()['LIMIT'] = 3; globals().update(OTHER='a')",
}
STATELESS = {
    "a lambda": "name = lambda item: item",
    "a lambda that is annotated": "name: Callable = lambda item: item",
    "a lambda whose parameter bears a name of the file's": "name = lambda plugin_manager: plugin_manager.all()",
    "another name of a function that keeps nothing": "name = _harmless",
    "such a function with an argument": "name = partial(_harmless, 1)",
}
UNRESOLVED = {
    "a lambda": "name = lambda: plugin_manager.list_loaded_plugins()",
    "a lambda that is annotated": "name: Callable = lambda: plugin_manager.list_loaded_plugins()",
    "a lambda in a call": "name = partial(lambda: plugin_manager.list_loaded_plugins())",
    "another name of a method": "name = plugin_manager.list_loaded_plugins",
    "a partial of one": "name = partial(plugin_manager.list_loaded_plugins)",
    "another name of a private function": "name = _of_all",
    "one of several": "name = _of_all if LIMIT else _harmless",
    "a function of another module, offered": f"from {OTHERS} import name as name",
    "all of another module, offered": f"__all__ = ['judged', 'name']; from {OTHERS} import *",
    "functions by their keys": 'name = {"all": plugin_manager.list_loaded_plugins}',
    "the manager": "name = plugin_manager",
    "what reads a list that tenants share": "kept = []\ndef add(item):\n    kept.append(item)\nname = lambda: kept",
}


OTHER = """
from src.chat.message_receive.chat_stream import get_chat_manager


def name():
    return len(get_chat_manager().streams)


number_of_streams = name


def once_more(item):
    return item
"""


def survey(text: str) -> Survey:
    return survey_of(form_tree({PATH: HEAD + text + "\n", "src/form/others.py": OTHER}))


def functions(text: str) -> dict[str, ApiFunction]:
    return {item.qualname: item for item in survey(text).api_functions if item.path == PATH}


@pytest.mark.parametrize("form", UNLISTED)
def test_is_nothing_of_its_own(form: str) -> None:
    assert [*functions(UNLISTED[form])] == ["judged"]


@pytest.mark.parametrize("form", STATELESS)
def test_keeps_to_itself(form: str) -> None:
    assert functions(STATELESS[form])["name"].verdict == "stateless"


@pytest.mark.parametrize("form", UNRESOLVED)
def test_is_unresolved_with_its_line(form: str) -> None:
    text = UNRESOLVED[form]
    function = functions(text)["name"]
    assert (function.verdict, function.line) == ("unresolved", (HEAD + text).lstrip().count("\n") + 1)
    assert ("name", function.line) in [
        (item.reason.partition(":")[0], item.line) for item in survey(text).findings() if item.path == PATH
    ]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("def _of(self):\n        return 1\n\n    every = partialmethod(_of)", "stateless"),
        (
            "def _of(self):\n        return plugin_manager.list_loaded_plugins()\n\n    every = partialmethod(_of)",
            "unresolved",
        ),
        ("def _of(self):\n        return plugin_manager.list_loaded_plugins()\n\n    every = _of", "unresolved"),
    ],
)
def test_other_names_of_private_methods(text: str, verdict: str) -> None:
    assert functions(f"from functools import partialmethod\n\n\nclass Api:\n    {text}")["Api.every"].verdict == verdict


def test_names_in_a_class() -> None:
    assert functions("class Api:\n    every = plugin_manager.list_loaded_plugins")["Api.every"].verdict == "unresolved"


@pytest.mark.parametrize(
    ("default", "verdict"),
    [
        ("None", "stateless"),
        ("_harmless", "stateless"),
        ("lambda: 1", "stateless"),
        ("plugin_manager.list_loaded_plugins", "unresolved"),
        ("lambda: plugin_manager.list_loaded_plugins()", "unresolved"),
        ("_of_all", "unresolved"),
    ],
)
def test_a_default_that_is_called(default: str, verdict: str) -> None:
    assert functions(f"def name(read={default}):\n    return read()")["name"].verdict == verdict


@pytest.mark.parametrize(
    "text",
    [
        "class Api:\n    def __iter__(self):\n        return iter(plugin_manager.list_loaded_plugins())",
        "def __getattr__(name):\n    return plugin_manager.list_loaded_plugins()",
    ],
)
def test_what_python_runs_by_itself_is_left_to_a_person(text: str) -> None:
    """A read that raises there would break `hasattr`, `len` or an import."""
    (function,) = [item for name, item in functions(text).items() if name.endswith("__")]
    assert function.verdict == "unresolved"
    assert f"line {function.line}, which Python runs by itself" in function.reason


def test_methods_of_what_is_handed_out_are_scoped_as_functions_are() -> None:
    text = "class Api:\n    @property\n    def every(self):\n        return plugin_manager.list_loaded_plugins()"
    assert functions(text)["Api.every"].verdict == "unscoped"
    assert "Api.every" in [getattr(site.place, "function", "") for site in survey(text).sites("api-function")]


@pytest.mark.parametrize("form", MADE)
def test_what_is_made_is_unresolved_with_its_line(form: str) -> None:
    text = MAKING + MADE[form]
    line = (HEAD + text).lstrip().count("\n") + 1
    names = ("name", "Words.name", "globals()")
    found = [item for name, item in functions(text).items() if name in names and item.line == line]
    assert [item.verdict for item in found] == ["unresolved"]


def test_what_a_decorator_makes_of_what_is_judged_has_no_verdict_of_its_own() -> None:
    assert "same" not in functions(MAKING + "same = traced(judged)")
