"""Which functions run for a tenant, and by which way; what the process does, and what is run by hand, is none's."""

from __future__ import annotations

import pytest

from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.work import Work, tenant_work
from tests.survey.judging import program_of
from tests.survey.shared_state.small import MODULE, SERVE, name, small, verdicts


def work_of(program: TenantProgram) -> Work:
    return tenant_work(program)


NOT_WORK = {
    "a module as it is imported": "rows()",
    "what only the import runs": "def load():\n    rows()\n\n\nload()\n",
    "a request that reaches nothing of a tenant's": '@router.get("/a")\ndef load():\n    return 1\n',
    "what is for the admin tenant only": (
        "from src.common.message.tenant_access import require_admin_tenant\n\n\n"
        '@router.get("/a")\ndef load():\n    require_admin_tenant()\n    return rows()\n'
    ),
}


@pytest.mark.parametrize("form", NOT_WORK)
def test_is_no_tenants_work(form: str) -> None:
    program = small(NOT_WORK[form])
    assert name("load") not in work_of(program).before


def test_a_program_that_is_run_by_hand_is_no_tenants_work() -> None:
    text = "from src.common.database.database_model import Messages\n\n\ndef load():\n    Messages.select()\n"
    (load,) = (item for item in program_of({"scripts/count.py": text}).functions if item.name == "load")
    assert load not in work_of(program_of({"scripts/count.py": text})).before


def test_a_request_and_all_that_it_runs_is_shown_by_its_way() -> None:
    program = small(
        SERVE.lstrip("\n")
        + "    first(chat)\n\n\ndef first(chat):\n    second(chat)\n\n\ndef second(chat):\n    pass\n"
    )
    work = work_of(program)
    assert work.path(name("second")) == (name("serve"), name("first"), name("second"))
    assert work.shown(name("second")) == "serve → first → second"


def test_a_function_that_nobody_calls_and_that_reaches_a_tenants_rows_may_be_called_for_one() -> None:
    work = work_of(small("def used():\n    return rows()\n\n\ndef idle():\n    return 1\n"))
    assert work.path(name("used")) == (name("used"),)
    assert name("idle") not in work.before


def test_what_only_such_a_function_calls_is_shown_by_its_way() -> None:
    text = "def used():\n    inner(rows())\n\n\ndef inner(found):\n    return rows(found)\n"
    assert work_of(small(text)).path(name("inner")) == (name("used"), name("inner"))
    assert name("inner") in work_of(small(text.replace("rows(found)", "used()"))).before


ENDING = """
import os

kept = {}


@router.get("/end")
async def end(chat):
    rows(chat)
    await leave(chat)


async def leave(chat):
    try:
        stop(chat)
    finally:
        os._exit(1)


def stop(chat):
    kept[chat] = rows(chat)
"""


def test_what_runs_only_as_the_process_ends_leaves_nothing_in_memory() -> None:
    program = small(ENDING)
    assert work_of(program).ending == {name("leave"), name("stop")} <= work_of(program).before.keys()
    assert verdicts(program) == {}


@pytest.mark.parametrize(
    "other",
    [
        "\n\n@router.get('/other')\ndef other(chat):\n    stop(chat)\n",  # it runs otherwise, too
        ENDING.replace("try:\n        stop(chat)\n    finally:", "stop(chat)\n    if chat:"),  # it may not end
    ],
)
def test_what_may_go_on_is_seen_by_others(other: str) -> None:
    program = small(other if "import" in other else ENDING + other)
    assert name("stop") not in work_of(program).ending
    assert verdicts(program)["kept"][0] == "insecure"


def test_what_a_plugins_component_runs_is_work() -> None:
    head = "from src.plugin_system import BaseCommand\n\n\n"
    text = f"{head}class Say(BaseCommand):\n    async def execute(self):\n        note()\n\n\ndef note():\n    pass\n"
    program = program_of({"plugins/say/plugin.py": text})
    assert {item.qualname for item in work_of(program).before if item.module == "plugins.say.plugin"} == {
        "Say.execute",
        "note",
    }


DESCRIBED = """
class Kept:
    def __init__(self):
        self.values = {{}}

    def __set__(self, instance, value):
        {line}


class Box:
    last = Kept()
"""


@pytest.mark.parametrize(
    ("line", "found"),
    [("instance.__dict__['last'] = value", {}), ("self.values['last'] = value", {"Kept.values": "insecure"})],
)
def test_what_an_attribute_runs_by_itself_is_work(line: str, found: dict[str, str]) -> None:
    program = small(DESCRIBED.format(line=line) + SERVE + "    Box().last = chat\n")
    assert {name: verdict for name, (verdict, _) in verdicts(program).items()} == found


def test_what_belongs_to_the_application_and_to_no_tenant_stands_besides() -> None:
    work = work_of(small('@router.get("/a")\ndef load():\n    return helper()\n\n\ndef helper():\n    return 1\n'))
    assert {item.qualname for item in work.remaining if item.module == MODULE} >= {"load", "helper"}
