"""What runs without a tenant, and whether it stays so."""

from __future__ import annotations

from codemods.analysis.symbols import Symbol
from codemods.survey.background.without import is_program_by_hand, starts_without
from codemods.survey.program import TenantProgram
from tests.survey.background.test_tasks import HEAD, WORK
from tests.survey.judging import program_of

MODULE = WORK.removesuffix(".py").replace("/", ".")
WORKER = "class Worker(threading.Thread):\n    def run(self):\n        count()\n"


def starts(text: str) -> dict[str, bool]:
    """What of a file begins without a tenant, by name: with True where it stays so."""
    found = starts_without(program_of({WORK: HEAD + text}))
    return {name.qualname: stays for name, stays in found if name.module == MODULE and "<" not in name.qualname}


def test_what_is_only_called_begins_nowhere() -> None:
    assert starts("def start():\n    count()\n") == {}


def test_a_thread_has_none_until_it_is_handed_one_and_some_never_have() -> None:
    assert starts("def start():\n    threading.Thread(target=count).start()\n") == {"count": False}
    assert starts("def start():\n    threading.Thread(target=carry_context(count)).start()\n") == {}
    assert starts(WORKER) == {"Worker.run": True}


def script(path: str) -> TenantProgram:
    return program_of({path: f"{HEAD}\n\ndef go():\n    count()\n\n\nif __name__ == '__main__':\n    go()\n"})


def test_a_program_that_nobody_imports_is_run_by_hand() -> None:
    assert is_program_by_hand(script("scripts/report.py"), Symbol("scripts.report", "go"))
    assert not is_program_by_hand(program_of({WORK: HEAD}), Symbol(MODULE, "count"))
