"""Calls of a tenant's work that set something of the whole process, or that run what a text says."""

from __future__ import annotations

import pytest

from codemods.survey.shared_state.process_wide import process_wide
from codemods.survey.shared_state.sharing import Sharing
from tests.survey.shared_state.small import here, line_of, served

QUIET = {
    "the same for all": ("import os\nHOME = os.getcwd()", "os.chdir(HOME)"),
    "a constant": ("import random", "random.seed(3)"),
    "an object of its own": ("import random", "random.Random(chat).seed(chat)"),
    "a method that bears the name": ("", "rows(chat).reload(chat)"),
    "a function of the tree": ("def seed(chat):\n    return chat\n", "seed(chat)"),
    "a handler of nobody's": ("import logging", "logging.getLogger().handlers.append(logging.StreamHandler())"),
    "handlers of an object": ("", "rows(chat).handlers.append(chat)"),
    "reads a value": ("import ast", "ast.literal_eval(chat)"),
}
SETTING = {
    "chance": ("import random", "random.seed(chat)  # here"),
    "by another name": ("from random import seed as begin", "begin(chat)  # here"),
    "a library's": ("import jieba", "jieba.add_word(chat)  # here"),
    "all objects": ("import gc", "return gc.get_objects()  # here"),
    "all tasks": ("import asyncio", "return [task.get_name() for task in asyncio.all_tasks()]  # here"),
    "a handler": ("import logging", "logging.getLogger().addHandler(chat)  # here"),
    "the root's handler": ("import logging", "logging.root.addHandler(chat)  # here"),
    "among handlers": ("import logging", "logging.getLogger().handlers.append(chat)  # here"),
    "among filters": ("import logging", "log = logging.getLogger('a')\nlog.filters.insert(0, chat)  # here"),
    "no handlers": ("import logging", "logging.getLogger().handlers.clear()  # here"),
    "the folder": ("import os", "os.chdir(f'data/{chat}')  # here"),
}
RUNNING = {
    "an expression": ("", "return eval(chat)  # here"),
    "statements": ("", "exec(chat, {})  # here"),
    "by its module": ("import builtins", "return builtins.eval(chat)  # here"),
}


@pytest.mark.parametrize("form", QUIET)
def test_is_quiet(form: str) -> None:
    above, body = QUIET[form]
    assert here(list(process_wide(Sharing(served(body, above)).judge))) == []


@pytest.mark.parametrize("form", [*SETTING, *RUNNING])
def test_is_found(form: str) -> None:
    above, body = SETTING.get(form) or RUNNING[form]
    program = served(body, above)
    (found,) = here(list(process_wide(Sharing(program).judge)))
    assert found.line == line_of(program, "# here")
    assert found.what.split()[0] == ("run-text" if form in RUNNING else "process-wide")
