"""Forms of what is kept in memory: each a WebUI file whose one request does a tenant's work with it."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent, indent
from typing import NamedTuple

HEAD = """
from fastapi import APIRouter

from src.common.database.database_model import Messages
{imports}
router = APIRouter()


def rows(chat):
    return list(Messages.select().where(Messages.chat_id == chat))


{above}


@router.get("/{number}")
async def serve(chat):
    found = rows(chat)
{body}
"""


class Kept(NamedTuple):
    """What stands above a request, what the request does, and the name of what is kept."""

    above: str
    body: str
    name: str = "kept"
    imports: str = ""


def path_of(number: int) -> str:
    return f"src/webui/form_{number}.py"


def module_of(number: int) -> str:
    return f"src.webui.form_{number}"


def text_of(form: Kept, number: int) -> str:
    above, body = dedent(form.above).strip("\n"), indent(dedent(form.body).strip("\n"), "    ")
    imports = dedent(form.imports).strip("\n")
    text = HEAD.format(imports=imports, above=above.replace("{here}", module_of(number)), body=body, number=number)
    return text.lstrip("\n")


def files_of(forms: Mapping[str, Kept]) -> dict[str, str]:
    """The files of some forms, numbered in their order."""
    return {path_of(number): text_of(form, number) for number, form in enumerate(forms.values())}


MANAGER = """
class Manager:
    def __init__(self):
        self.kept = {first}

    def work(self, chat, found):
        {work}


manager = Manager()
"""


def managed(first: str, work: str, **more: str) -> Kept:
    """What the one object of a class keeps in an attribute, and what a request has it do with that."""
    above = MANAGER.format(first=first, work="\n        ".join(dedent(work).strip("\n").splitlines()))
    return Kept(above, "return manager.work(chat, found)", "Manager.kept", **more)


TASKS = """
async def wait():
    pass


class Manager:
    def __init__(self):
        self.kept = {{}}

    def gone(self, task):
        self.kept.pop(task.get_name(), None)

    def add(self, name):
        if name in self.kept:
            self.kept[name].cancel()
        task = asyncio.create_task(wait(), name=name)
        task.add_done_callback(self.gone)
        self.kept[name] = task

    def stop(self, name):
        {stop}


manager = Manager()
manager.add("first")
manager.stop("first")
"""


def tasks(stop: str) -> Kept:
    """Tasks by name that a request adds as start-up does, and how the process stops some."""
    above = TASKS.format(stop="\n        ".join(stop.splitlines()))
    return Kept(above, "return manager.add(chat), found", "Manager.kept", imports="import asyncio\n")
