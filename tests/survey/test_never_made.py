"""Classes of which no object can be made: what surely raises, what only may, and what is judged of them."""

from __future__ import annotations

import pytest

from codemods.analysis.symbols import Symbol
from codemods.survey.never_made import never_made, never_run
from tests.survey.judging import judged, program_of

WORK = "src/chat/work.py"
HEAD = "from src.manager.async_task_manager import AsyncTask\n\n\n"
CAN_BE_MADE = {
    "no raise": "class Job:\n    def __init__(self):\n        self.kept = {}\n",
    "a raise under a condition": (
        "class Job:\n    def __init__(self, path):\n        if not path:\n            raise ValueError\n"
    ),
    "a raise that is caught": (
        "class Job:\n    def __init__(self):\n        try:\n            raise OSError\n        except OSError:\n"
        "            pass\n"
    ),
    "an earlier way out": (
        "class Job:\n    def __init__(self, path):\n        if path:\n            return\n        raise ValueError\n"
    ),
    "a raise of another function": (
        "class Job:\n    def __init__(self):\n        def fail():\n            raise OSError\n"
        "        self.fail = fail\n\n    def stop(self):\n        raise OSError\n"
    ),
    "an heir that is made otherwise": (
        "class Job:\n    def __init__(self):\n        raise NotImplementedError\n\n"
        "    def run(self):\n        pass\n\n\n"
        "class Real(Job):\n    def __init__(self):\n        self.kept = {}\n"
    ),
    "a base that makes objects in its own way": (
        "from elsewhere import Base\n\n\nclass Job(Base):\n    def __init__(self):\n        raise OSError\n"
    ),
    "one that is made without its __init__": (
        "class Job:\n    def __init__(self):\n        raise OSError\n\n    @classmethod\n    def of(cls):\n"
        "        return Job.__new__(Job)\n"
    ),
    "a metaclass": "class Job(metaclass=Once):\n    def __init__(self):\n        raise OSError\n",
    "one that may make another": (
        "class Off:\n    def __init__(self):\n        raise OSError\n\n\n"
        "class Job:\n    def __init__(self, off):\n        if off:\n            self.off = Off()\n"
    ),
}
CANNOT_BE_MADE = {
    "a raise at first": "class Job:\n    def __init__(self):\n        raise OSError\n        self.kept = {}\n",
    "a raise below its text": 'class Job:\n    def __init__(self):\n        """Off."""\n        raise OSError\n',
    "a raise behind other statements": "class Job:\n    def __init__(self):\n        print(1)\n        raise OSError\n",
    "an heir without an own one": (
        "class Off:\n    def __init__(self):\n        raise OSError\n\n\nclass Job(Off):\n    pass\n"
    ),
    "an heir that asks its base": (
        "class Off:\n    def __init__(self):\n        raise OSError\n\n\n"
        "class Job(Off):\n    def __init__(self):\n        super().__init__()\n"
    ),
    "one that makes another first": (
        "class Off:\n    def __init__(self):\n        raise OSError\n\n\n"
        "class Job:\n    def __init__(self):\n        off = Off()\n        self.kept = off.kept\n"
    ),
}
JOB = Symbol("src.chat.work", "Job")


@pytest.mark.parametrize("code", CAN_BE_MADE.values(), ids=CAN_BE_MADE)
def test_what_can_be_made_may_run(code: str) -> None:
    program = program_of({WORK: code})
    assert JOB not in never_made(program)
    assert {name for name in never_run(program) if name.qualname.startswith("Job.")} == set()


@pytest.mark.parametrize("code", CANNOT_BE_MADE.values(), ids=CANNOT_BE_MADE)
def test_what_cannot_be_made_never_runs(code: str) -> None:
    assert JOB in never_made(program_of({WORK: code}))


def test_a_method_that_is_called_by_its_class_may_run() -> None:
    code = """
class Job:
    def __init__(self):
        raise OSError

    def called(self):
        def inner():
            pass

    def beside(self):
        def inner():
            pass

    @staticmethod
    def helping():
        pass


class Other:
    def run(self):
        Job.called(self)
"""
    assert {name.qualname for name in never_run(program_of({WORK: code}))} == {
        "Job.beside",
        "Job.beside.<locals>.inner",
    }


OFF = """import asyncio
import threading

from src.common.database.database_model import Messages
{head}

class Job(AsyncTask):
    def __init__(self):
        {first}
        self.names = {{}}

    async def run(self):
        self.names[1] = list(Messages.select())
        asyncio.create_task(self.show())
        threading.Thread(target=self.write).start()

    async def show(self):
        return list(Messages.select())

    def write(self):
        return list(Messages.select())
"""
KINDS = ("shared-state", "background-task", "thread")


def verdicts(first: str) -> set[tuple[str, str]]:
    files = {WORK: OFF.format(head=HEAD, first=first)}
    return {(item.name, item.verdict) for kind in KINDS for item in judged(files, kind).values()}


def test_its_work_is_judged_where_it_can_be_made() -> None:
    assert verdicts('super().__init__("job")') == {
        ("Job.names", "insecure"),
        ("Job", "secure"),
        ("Job.show", "secure"),
        ("Job.write", "insecure"),
    }


def test_nothing_of_its_work_is_judged_where_it_cannot() -> None:
    assert verdicts('raise RuntimeError("off")') == {("Job", "global"), ("Job.show", "global"), ("Job.write", "global")}
