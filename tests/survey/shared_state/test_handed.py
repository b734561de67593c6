"""Which threads are handed the tenant of what starts them."""

from __future__ import annotations

import pytest

from codemods.survey.shared_state.handed import handed_threads
from tests.survey.shared_state.small import MODULE, served

ABOVE = """
import threading
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from src.common.message.tenant_background import carry_context

NOTES = Path("data/notes")
pool = ProcessPoolExecutor()


def tell(chat):
    print(chat)


def keep(chat):
    (NOTES / chat).write_text(chat)


def call(chat):
    chat()
"""


def handed(body: str) -> list[str]:
    return [spawn.target.qualname for spawn in handed_threads(served(body, ABOVE)) if spawn.spawner.module == MODULE]


@pytest.mark.parametrize(
    "body",
    [
        "threading.Thread(target=tell, args=(chat,)).start()",
        "threading.Thread(target=carry_context(rows), args=(chat,)).start()",
        "pool.submit(rows, chat)",
        "keep(chat)",
    ],
)
def test_what_reaches_nothing_has_its_tenant_or_cannot_be_handed_one_is_not(body: str) -> None:
    assert handed(body) == []


@pytest.mark.parametrize("target", ["rows", "keep", "call"])
def test_what_reaches_data_or_files_of_a_tenants_or_calls_what_nobody_knows_is(target: str) -> None:
    assert handed(f"threading.Thread(target={target}, args=(chat,)).start()") == [target]
