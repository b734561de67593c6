"""What runs where no tenant is set, and what other recipes give one."""

from __future__ import annotations

from codemods.survey.shared_state.outside import outside_tenants
from tests.survey.judging import GUARDED, program_of
from tests.survey.shared_state.small import SERVE, name, small

ABOVE = """
import threading


def read():
    return 1


def start():
    return read()


def apart():
    return 2


def held():
    return rows()


class Shown:
    def __repr__(self):
        return shown()


def shown():
    return ""


class Loop(threading.Thread):
    def run(self):
        return looped()


def looped():
    return 3


start()
"""


def outside() -> set[str]:
    program = small(
        ABOVE + SERVE + "    threading.Thread(target=held).start()\n    threading.Thread(target=apart).start()\n"
    )
    return {item.qualname for item in outside_tenants(program) if item.module == name("x").module}


def test_what_import_a_thread_and_python_run_has_no_tenant() -> None:
    assert {"<module>", "start", "read", "apart", "Shown.__repr__", "shown", "Loop.run", "looped"} <= outside()


def test_what_other_recipes_give_a_tenant_has_one() -> None:
    """A request that reaches rows is wrapped, and so is what its thread runs where that does."""
    assert outside().isdisjoint({"serve", "held", "rows"})


def test_what_start_up_starts_in_a_thread_has_its_context_which_is_none() -> None:
    """What it calls itself has none either, though the thread that another place starts is handed one."""
    program = small(ABOVE + "threading.Thread(target=held).start()\n" + SERVE)
    assert name("held") in outside_tenants(program)


def test_what_one_place_cannot_hand_a_tenant_has_none_though_another_can() -> None:
    pool = "from concurrent.futures import ProcessPoolExecutor\n\npool = ProcessPoolExecutor()\n"
    handed = "    threading.Thread(target=held).start()\n"
    assert name("held") not in outside_tenants(small(pool + ABOVE + SERVE + handed))
    assert name("held") in outside_tenants(small(pool + ABOVE + SERVE + handed + "    pool.submit(held)\n"))


FILES = """
from pathlib import Path

NOTES = Path("data/notes")


def keep(chat):
    (NOTES / chat).write_text("")


@router.get("/all")
async def all_notes():
    return listed()


def listed():
    return list(NOTES.glob("*"))
"""


def test_what_runs_in_a_thread_that_is_handed_its_tenant_for_a_file_has_one() -> None:
    program = small(ABOVE + FILES + SERVE + "    threading.Thread(target=keep, args=(chat,)).start()\n")
    assert name("keep") not in outside_tenants(program)


def test_a_handler_that_uses_a_file_of_a_tenants_runs_in_one() -> None:
    serve = SERVE + "    {}\n"
    program = small(FILES + serve.format("keep(chat)"))
    assert outside_tenants(program).keys().isdisjoint({name("all_notes"), name("listed")})
    program = small(FILES + serve.format("listed()"))  # nobody writes it
    assert {name("all_notes"), name("listed")} <= outside_tenants(program).keys()


def test_what_changes_the_whole_process_is_no_tenants() -> None:
    program = small("def idle():\n    return 1\n")
    names = {item.qualname for item in outside_tenants(program)}
    assert "ComponentRegistry.disable_component" in names


def test_what_a_base_has_is_called_by_what_fires_events_too() -> None:
    program = program_of(
        GUARDED
        | {
            "src/plugin_system/base/base_events_handler.py": """
from abc import ABC


class BaseEventHandler(ABC):
    def set_plugin_config(self, config):
        self.plugin_config = config

    def unasked(self):
        return self.plugin_config
""",
            "src/plugin_system/core/events_manager.py": """
from src.plugin_system.base.base_events_handler import BaseEventHandler


class EventsManager:
    def __init__(self):
        self._subscribers: dict[str, list[BaseEventHandler]] = {}

    async def handle_mai_events(self, event_type):
        for handler in self._subscribers.get(event_type, []):
            handler.set_plugin_config({})
            await handler.execute(None)
""",
        }
    )
    found = {item.name for item in outside_tenants(program)}
    assert "set_plugin_config" in found
    assert "unasked" not in found
