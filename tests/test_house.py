"""The house stands as codemods/README.md draws it: floors use those below them, no circles, no hidden logic."""

from __future__ import annotations

import ast
import graphlib
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import grimp
import pytest

import codemods

HOUSE = Path(codemods.__file__).parent
# What a MaiMBot checkout is made of: none of it is Python's, and all of it is knowledge's and the survey's to name.
MAIMBOT_WORDS = re.compile(r"maim|tenant|webui|plugin|gateway|chat|peewee|heartf", re.IGNORECASE)


@cache
def floors() -> dict[str, int]:
    """The rooms, by how far up they are: the line of codemods/README.md that is nothing but `a > b > c`, and those that
    it names below all."""
    text = (HOUSE / "README.md").read_text(encoding="utf-8")
    above = re.findall(r"^    (\w+(?: > \w+)+)$", text, re.MULTILINE)
    below = re.findall(r"^    below all: (\w+(?:, \w+)*)$", text, re.MULTILINE)
    assert len(above) == len(below) == 1
    rooms = above[0].split(" > ")
    return {room: len(rooms) - number for number, room in enumerate(rooms)} | dict.fromkeys(below[0].split(", "), 0)


@cache
def arrows() -> dict[str, set[str]]:
    """Every module of the house, and the modules of the house that it imports, functions' own imports included."""
    graph = grimp.build_graph("codemods", exclude_type_checking_imports=True, cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules if "." in module}


def room(module: str) -> str:
    return module.split(".")[1]


def test_every_room_stands_on_a_floor() -> None:
    assert {room(module) for module in arrows()} <= floors().keys()


@pytest.mark.parametrize("floor", floors())
def test_no_floor_uses_one_above_it(floor: str) -> None:
    wrong = [
        f"{module} imports {other}"
        for module, others in sorted(arrows().items())
        if room(module) == floor
        for other in sorted(others)
        if "." in other and floors()[room(other)] > floors()[floor]
    ]
    assert wrong == []


def circle(graph: dict[str, set[str]]) -> list[str]:
    """The modules of a circle, each importing the next; none where there is no circle."""
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) in (["b", "c", "b"], ["c", "b", "c"])
    assert circle({"a": {"b", "c"}, "b": {"c"}}) == []


def test_modules_import_each_other_in_no_circle() -> None:
    assert circle(arrows()) == []


def test_folders_import_each_other_in_no_circle() -> None:
    folders: dict[str, set[str]] = defaultdict(set)
    for module, others in arrows().items():
        folder = ".".join(module.split(".")[:3])
        folders[folder] |= {".".join(other.split(".")[:3]) for other in others} - {folder}
    assert circle(folders) == []


def test_packages_hold_no_logic() -> None:
    """A package says what it is, and at most hands on names of its modules."""
    for path in HOUSE.rglob("__init__.py"):
        for node in ast.parse(path.read_bytes()).body:
            is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            is_all = isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["__all__"]
            assert is_text or is_all or isinstance(node, ast.ImportFrom), f"{path}:{node.lineno}"


def test_the_analysis_knows_python_and_nothing_else() -> None:
    found = [
        f"{path.name}:{number}: {line.strip()}"
        for path in sorted((HOUSE / "analysis").rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MAIMBOT_WORDS.search(line)
    ]
    assert found == []


# Files and functions that are tables: as long as there are cases, and read case by case.
TABLES = {
    "tests/behaviour/api_table.py",
    "tests/recipes/on_tenant_load/kept.py",
    "tests/survey/shared_state/leaks_memory.py",
    "tests/survey/shared_state/leaks_outside.py",
    "tests/survey/shared_state/quiet.py",
}
TABLE_FUNCTIONS = {
    "tests/behaviour/test_handlers.py:expected",
    "tests/journal/test_planted.py:malformed",
}
# Survey modules that are only looked at through others: what an area is, a place, and verdicts by the kind of tree.
SEEN_THROUGH = {"survey/sites": "survey/test_area", "survey/honest": "survey/test_profile"}


def ours() -> list[Path]:
    folders = (HOUSE, HOUSE.parent / "tests")
    return [path for folder in folders for path in sorted(folder.rglob("*.py")) if "trees" not in path.parts]


def from_root(path: Path) -> str:
    return path.relative_to(HOUSE.parent).as_posix()


def test_no_file_is_longer_than_five_hundred_lines() -> None:
    lengths = {from_root(path): len(path.read_bytes().splitlines()) for path in ours()}
    assert {path: length for path, length in lengths.items() if length > 500}.keys() <= TABLES
    assert lengths.keys() >= TABLES


def test_no_function_is_longer_than_a_screen() -> None:
    lengths = {
        f"{from_root(path)}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in ours()
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    assert {name for name, length in lengths.items() if length > 50} <= TABLE_FUNCTIONS
    assert lengths.keys() >= TABLE_FUNCTIONS


def test_every_command_and_every_module_of_the_survey_has_its_test_file() -> None:
    """In tests/, at the place that it has in codemods/. An area's object is tested with those of all areas."""
    modules = [
        path.relative_to(HOUSE).with_suffix("")
        for path in (*(HOUSE / "commands").glob("*.py"), *(HOUSE / "survey").rglob("*.py"))
        if path.name not in ("__init__.py", "area.py")
    ]
    places = {
        module.as_posix(): SEEN_THROUGH.get(module.as_posix(), (module.parent / f"test_{module.name}").as_posix())
        for module in modules
    }
    missing = [name for name, place in places.items() if not (HOUSE.parent / "tests" / f"{place}.py").exists()]
    assert missing == []
