"""What code gets hold of by a name that it works out: any that there is. All forms in one tree."""

from __future__ import annotations

from functools import cache

import pytest

from tests.survey.judging import judged

# What a request does with the `name` and `key` that it says.
REACHING = [
    "return getattr(db, name).select()",
    "model = getattr(db, name, None)\n    return model.select()",
    "return getattr(src.common.database, name).Messages.select()",
    "return getattr(Messages, name)()",
    "return getattr(hub, 'do_' + name)(key)",
    "work = getattr(hub, name)\n    return work(key)",
    "return getattr(sys.modules[__name__], name)()",
    "return globals()[name].select()",
    "return globals().get(name)(key)",
    "return vars(db)[name].select()",
    "return db.__dict__[name].select()",
    "return operator.attrgetter(name)(db).select()",
    "return importlib.import_module('src.common.database.database_model').Messages.select()",
    "return getattr(importlib.import_module(name), key).select()",
    "module = importlib.import_module(f'src.{name}')\n    return module.run(key)",
    "return [model.select() for model in db.BaseModel.__subclasses__()]",
    "return MODELS[name].select()",
    "return BY_NAME[name].select()",
    "return LISTED[0].select()",
    "return MADE[name].select()",
]
REACHING_NOTHING = [
    "return getattr(logging, name)",
    "return getattr(math, name)(1)",
    "return getattr(name, key)",
    "return getattr(plain, name)()",
    "return vars(Plain)[name]",
    "return getattr(Hub, name)",
    "return fill(globals())",
    "return importlib.import_module('json.decoder').JSONDecoder()",
    "return TEXTS[name].upper()",
]
PATH = "src/webui/form_routes.py"
HEAD = """
import importlib
import logging
import math
import operator
import sys

import src.common.database
import src.common.database.database_model as db
from fastapi import APIRouter, Depends
from src.common.database.database_model import Messages
from src.webui.auth import get_current_token

router = APIRouter(dependencies=[Depends(get_current_token)])
MODELS = {"m": Messages}
BY_NAME = {model.__name__: model for model in (Messages,)}
LISTED = [model for model in (Messages,)]
MADE = dict(m=Messages)
TEXTS = {"a": "b"}


class Plain:
    size = 1

    def grow(self):
        return 2


class Hub:
    def do_rows(self, key=""):
        return Messages.select().count()


hub = Hub()
plain = Plain()


def fill(names):
    return len(names)
"""


@cache
def told() -> dict[str, str]:
    """The verdict of each form."""
    forms = [*REACHING, *REACHING_NOTHING]
    text = HEAD
    for number, body in enumerate(forms):
        text += f"\n\n@router.get('/{number}')\ndef form_{number}(name, key):\n    {body}\n"
    found = judged({PATH: text}, "webui-handler")
    return {body: found[f"form_{number}"].verdict for number, body in enumerate(forms)}


@pytest.mark.parametrize("body", REACHING)
def test_touches_whatever_it_may_get_hold_of(body: str) -> None:
    assert told()[body] == "insecure"


@pytest.mark.parametrize("body", REACHING_NOTHING)
def test_touches_nothing_where_there_is_nothing(body: str) -> None:
    assert told()[body] == "global"
