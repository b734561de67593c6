"""What a run of the tests works out once: a file's facts and syntax, what commands make of a file, and plans.

Facts and files are kept by each process, surveys by each test; plans, and what a tree was seen to do, in a folder of
the run as well, where the other workers find them.
Everything is kept by the bytes that it is made from, so nothing is ever found for another input. A test that compares
two ways to the same result asks for the fixture `afresh`, which keeps nothing.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import pickle
import sys
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import pytest

from codemods.analysis.reading import read_facts
from codemods.analysis.sources import ParsedModule, Sources
from codemods.plan import rewrite
from codemods.plan.files import FileToEdit
from codemods.plan.make import Plan
from codemods.survey.cache import PLACE
from codemods.survey.survey import Survey
from codemods.tree import Checkout

# Where the survey reads a file, also one that the tree lacks, and where the plan runs a file's commands.
READ_FACTS, READ_MISSING = "codemods.survey.reading.read_facts", "codemods.survey.missing.read_facts"
RUN = "codemods.plan.rewrite.rewritten"
# How a survey parses a file of which it is asked for more than facts, and how many are kept.
PARSE, MOST_PARSED = Sources._parse, 1000
# So many surveys are many objects, and a test that wants more of them seldom comes back to the first.
MOST_SURVEYS = 4

_plans: dict[str, Any] = {}
_folder: list[Path] = []
_parsed: dict[tuple[str, bytes], ParsedModule] = {}
_surveys: dict[Hashable, Survey] = {}


def keep_in(folder: Path) -> None:
    """Where the workers of this run find each other's plans."""
    folder.mkdir(exist_ok=True)
    _folder[:] = [folder]


def by_key(work: Callable[..., Any], key: Callable[..., Hashable]) -> Callable[..., Any]:
    """The function, which keeps its answers by this key of its arguments; None for an answer that is not to be kept."""
    known: dict[Hashable, Any] = {}

    @functools.wraps(work)
    def answer(*arguments: Any, **named: Any) -> Any:
        name = key(*arguments, **named)
        if name is None:
            return work(*arguments, **named)
        if name not in known:
            known[name] = work(*arguments, **named)
        return known[name]

    return answer


def kept(patch: pytest.MonkeyPatch) -> None:
    """Let the survey read each file once, and the plan edit it once."""
    read = by_key(read_facts, _of_file)
    patch.setattr(READ_FACTS, read)
    patch.setattr(READ_MISSING, read)
    patch.setattr(Sources, "_parse", _parsed_once)
    patch.setattr(RUN, by_key(rewrite.rewritten, _of_work))


def _of_file(path: str, module: str, data: bytes, trees: Any = None) -> Hashable:
    # The facts of a plugin on its own are changed by its other files.
    alone = module.startswith("plugins.") and not path.startswith("plugins/")
    return None if alone else (path, module, data)


def _of_work(item: FileToEdit, *, stages: bool) -> Hashable:
    return item.path, item.module, item.start, repr(item.runs), stages


def survey_once(key: Hashable, work: Callable[[], Survey]) -> Survey:
    """The survey of a tree, for as long as one test lasts: its plan and its verdicts are asked of the same one."""
    if key not in _surveys:
        if len(_surveys) == MOST_SURVEYS:
            del _surveys[next(iter(_surveys))]
        _surveys[key] = work()
    return _surveys[key]


def forget_surveys() -> None:
    """The next test asks its own: what one is told depends on none that has run before."""
    _surveys.clear()


def _parsed_once(sources: Sources, module: str) -> ParsedModule:
    """A file as syntax, which nobody changes: a module of a name and these bytes is the same in every tree."""
    key = module, sources.text(module)
    if key not in _parsed:
        if len(_parsed) == MOST_PARSED:
            _parsed.clear()
        _parsed[key] = PARSE(sources, module)
    return _parsed[key]


def afresh(patch: pytest.MonkeyPatch) -> None:
    """Let everything be worked out again, until the patch is undone, by the processes that are begun as well."""
    patch.setenv(PLACE, "")
    patch.setattr(READ_FACTS, read_facts)
    patch.setattr(READ_MISSING, read_facts)
    patch.setattr(Sources, "_parse", PARSE)
    patch.setattr(sys.modules[__name__], "survey_once", lambda key, work: work())
    patch.setattr(RUN, getattr(rewrite.rewritten, "__wrapped__", rewrite.rewritten))


def plan_once(checkout: Checkout, names: tuple[str, ...], work: Callable[[], Plan]) -> Plan:
    """The plan of a checkout's files, from whichever worker was the first to want it."""
    parts = (str(checkout.root), checkout.plugin, names, [(file.path, file.data) for file in checkout.files])
    key = hashlib.sha256(repr(parts).encode()).hexdigest()
    if key not in _plans:
        _plans[key] = _shared(_folder[0] / key, work) if _folder else work()
    plan: Plan = _plans[key]
    return plan


def made_once(name: str, work: Callable[[Path], Any]) -> Any:
    """What is made in a folder of its own, by whichever worker is the first to want what has this name."""
    folder = _folder[0] / name
    folder.mkdir(exist_ok=True)
    return _shared(folder / "made", lambda: work(folder))


def _shared(file: Path, work: Callable[[], Any]) -> Any:
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            made = work()
            file.write_bytes(pickle.dumps(made))
            return made
    return pickle.loads(file.read_bytes())
