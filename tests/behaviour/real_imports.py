"""Which modules of a real checkout can be the first that a process imports of it. Runs inside the tree.

Each import runs in a fork of a process that has imported no module of the tree, but what they import from elsewhere:
`python -m tests.behaviour.real_imports OUTPUT`.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
from pathlib import Path

from codemods.prove.guest.services import Services
from tests.behaviour.forks import in_fork
from tests.behaviour.real import CONFIGURATION

APIS = Path("src") / "plugin_system" / "apis"
OTHERS = (
    "src.main",
    "src.webui.chat_routes",
    "src.plugin_system",
    "src.plugin_system.apis",
    # Where the state is that the plugin API reaches: some of them import it, too.
    "src.chat.emoji_system.emoji_manager",
    "src.chat.frequency_control.frequency_control",
    "src.chat.heart_flow.heartflow",
    "src.chat.message_receive.chat_stream",
    "src.chat.replyer.replyer_manager",
    "src.common.database.database_model",
    "src.common.message.tenant_context",
    "src.common.structure.context_aware_map",
    "src.config.config",
    "src.mood.mood_manager",
    "src.plugin_system.core.component_registry",
    "src.plugin_system.core.global_announcement_manager",
    "src.plugin_system.core.plugin_manager",
)


def main(output: str) -> None:
    in_fork(lambda: Services().configure(Path.cwd(), CONFIGURATION))
    modules = [*OTHERS, *sorted(f"src.plugin_system.apis.{path.stem}" for path in APIS.glob("[!_]*.py"))]
    for name in in_fork(_imported_from_elsewhere):
        # A module that cannot be imported again by its name alone is left to each fork.
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    if any(name == "src" or name.startswith("src.") for name in sys.modules):
        raise RuntimeError("a module of the tree is imported already")
    errors = {name: in_fork(lambda name=name: _error_of(name)) for name in modules}  # type: ignore[misc]
    Path(output).write_text(json.dumps(errors), encoding="utf-8")


def _imported_from_elsewhere() -> list[str]:
    importlib.import_module("src.main")
    return [name for name in sys.modules if not name.startswith(("src", "tests", "__"))]


def _error_of(name: str) -> str | None:
    try:
        importlib.import_module(name)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    return None


if __name__ == "__main__":
    main(*sys.argv[1:])
    os._exit(0)
