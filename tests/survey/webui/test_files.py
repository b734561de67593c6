"""Paths that requests name: what stays as it is, what is kept below its folder, and what a person must decide."""

from __future__ import annotations

from textwrap import dedent

import pytest

from codemods.survey.survey import Survey
from tests.conftest import plan_of, survey_of
from tests.forms import APIS, FORM, form_tree

HEAD = """
import os
from pathlib import Path

from fastapi import APIRouter, Depends, Request, UploadFile
from fastapi.responses import FileResponse
from pydantic import BaseModel

router = APIRouter()
FOLDER = Path("files")
NAMES = {"a": "one"}


class Body(BaseModel):
    name: str
    size: int


def normalized(path: str) -> str:
    if os.path.isabs(path):
        return path
    return os.path.normpath(os.path.join("files", path))


def in_folder(name: str) -> Path:
    return FOLDER / name


def show(path):
    return path.read_text()


"""


def surveyed(lines: str) -> Survey:
    return survey_of(form_tree({FORM: HEAD + dedent(lines)}, without=APIS))


def joins(lines: str) -> list[str]:
    return [site.place.text for site in surveyed(lines).sites("request-path")]  # type: ignore[attr-defined]


def found(lines: str) -> list[str]:
    return [item.what for item in surveyed(lines).findings() if item.what.startswith("request-path ")]


def handler(body: str, parameters: str = "name: str") -> str:
    return f'@router.get("/file")\nasync def handler({parameters}):\n    {body}\n'


# What stays as it is

QUIET = {
    "a path that is the tree's own": handler("return FileResponse(FOLDER / 'index.html')"),
    "a number": handler("return FileResponse(FOLDER / str(name))", "name: int"),
    "a division": handler("total = 10\n    return total / name", "name: float"),
    "what a table answers": handler("return FileResponse(FOLDER / NAMES[name])"),
    "its last part only": handler("return FileResponse(FOLDER / Path(name).name)"),
    "what it depends on": handler("return FileResponse(FOLDER / name)", "name=Depends(normalized)"),
    "no handler": "async def helper(name: str):\n    return FileResponse(FOLDER / name)\n",
    "asked with parents": handler(
        "path = (FOLDER / name).resolve()\n    if FOLDER in path.parents:\n        return FileResponse(path)"
    ),
    "asked with is_relative_to": handler(
        "path = (FOLDER / name).resolve()\n    if path.is_relative_to(FOLDER):\n        return FileResponse(path)"
    ),
    "asked before it is opened": handler(
        "path = Path(name).resolve()\n    path.relative_to(FOLDER)\n    return path.read_text()"
    ),
}


@pytest.mark.parametrize("form", QUIET)
def test_stays(form: str) -> None:
    assert (joins(QUIET[form]), found(QUIET[form])) == ([], [])


# What is kept below its folder

JOINED = {
    "a path": (handler("return FileResponse(FOLDER / name)"), "FOLDER / name"),
    "a name of it": (handler("path = FOLDER / name\n    return FileResponse(path)"), "FOLDER / name"),
    "an attribute of the body": (handler("return show(FOLDER / body.name)", "body: Body"), "FOLDER / body.name"),
    "a file's name": (handler("return show(FOLDER / file.filename)", "file: UploadFile"), "FOLDER / file.filename"),
    "a part of the query": (
        handler("return show(FOLDER / request.query_params['name'])", "request: Request"),
        "FOLDER / request.query_params['name']",
    ),
    "another text made of it": (
        handler("other = name.replace('.', '_')\n    return show(FOLDER / f'{other}.txt')"),
        "FOLDER / f'{other}.txt'",
    ),
    "os.path.join": (handler("return open(os.path.join('files', name)).read()"), "os.path.join('files', name)"),
    "joinpath": (handler("return show(FOLDER.joinpath('a', name))"), "FOLDER.joinpath('a', name)"),
    "in a helper": (handler("return show(in_folder(name))"), "FOLDER / name"),
    "in a loop": (handler("for each in names:\n        show(FOLDER / each)", "names: list[str]"), "FOLDER / each"),
    "asked by its beginning only": (
        handler("path = FOLDER / name\n    if str(path).startswith('files'):\n        return FileResponse(path)"),
        "FOLDER / name",
    ),
}


@pytest.mark.parametrize("form", JOINED)
def test_is_joined(form: str) -> None:
    text, join = JOINED[form]
    assert (joins(text), found(text)) == ([join], [])


def test_what_is_joined_is_named_by_the_audit_and_mended_by_the_plan() -> None:
    text = handler("return FileResponse(FOLDER / name)")
    assert [item.what for item in surveyed(text).findings() if "request-path" in item.what] == ["request-path"]
    plan = plan_of(form_tree({FORM: HEAD + text}, without=APIS), "tenant-foundation", "webui-admin-context")
    (after,) = [change.after.decode() for change in plan.changes if change.path == FORM]
    assert "return FileResponse(below(FOLDER, name))" in after
    assert (joins(after.removeprefix(HEAD)), plan.findings) == ([], ())


# What a person must decide

OPENED = {
    "opened as it came": (handler("return open(name).read()"), "open()"),
    "a path of it": (handler("return Path(name).read_text()"), "Path().read_text()"),
    "served as it came": (handler("return FileResponse(name)"), "FileResponse()"),
    "through a helper that takes any path": (handler("return open(normalized(name)).read()"), "open()"),
    "deleted": (handler("os.remove('files/' + name)"), "os.remove()"),
    "put in a text": (handler("return open(f'files/{name}').read()"), "open()"),
}


@pytest.mark.parametrize("form", OPENED)
def test_is_found(form: str) -> None:
    text, what = OPENED[form]
    assert (joins(text), found(text)) == ([], [f"request-path {what}"])


def test_where_a_helper_takes_any_path_its_join_stays() -> None:
    """Whoever names an absolute path there means other places than the folder."""
    assert joins(handler("return open(normalized(name)).read()")) == []
