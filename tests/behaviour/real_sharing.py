"""What the process of a real checkout keeps of two tenants' work. Runs inside the tree.

Each probe has tenant a put something in, and answers [what b finds of it, what a finds afterwards].
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import time
import traceback
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.behaviour.real import create_tables
from tests.behaviour.sample import inside, module

logging.disable(logging.CRITICAL)

A, B = ("tenant-a", "bot"), ("tenant-b", "bot")
MAPS = {
    "frequency": ("chat.frequency_control.frequency_control", "frequency_control_manager", "frequency_control_dict"),
    "repliers": ("chat.replyer.replyer_manager", "replyer_manager", "_repliers"),
    "learners": ("express.expression_learner", "expression_learner_manager", "expression_learners"),
    "reflectors": ("express.expression_reflector", "expression_reflector_manager", "reflectors"),
    "trackers": ("express.reflect_tracker", "reflect_tracker_manager", "trackers"),
    "miners": ("jargon.jargon_miner", "miner_manager", "_miners"),
    "dream tools": ("dream.dream_agent", "_dream_tool_registry", "tools"),
    "connections": ("webui.chat_routes", "chat_manager", "active_connections"),
}


def main(output: str) -> None:
    module("main")  # some of its modules cannot be imported first
    create_tables()
    seen: dict[str, Any] = {name: of_map(*place) for name, place in MAPS.items()}
    probes = [names, clients, cleaning, summaries, images, prompts, overrides, history, forwarding, start_values]
    for probe in probes:
        try:
            seen[probe.__name__] = asyncio.run(asyncio.wait_for(probe(), 60))
        except Exception:
            seen[probe.__name__] = traceback.format_exc()
    Path(output).write_text(json.dumps(seen, ensure_ascii=False), encoding="utf-8")
    # The tree's background threads need not be waited for.
    os._exit(0)


def of_map(name: str, owner: str, attribute: str) -> Any:
    kept = getattr(module(name), owner)
    with inside(A):
        getattr(kept, attribute)["chat"] = "a's"
    with inside(B):
        found = [getattr(kept, attribute).get("chat"), list(getattr(kept, attribute))]
    with inside(A):
        return [found, getattr(kept, attribute)["chat"]]


async def names() -> Any:
    """The names of persons: those that are in the database when they are first asked for, and new ones."""
    info, people = module("person_info.person_info"), module("common.database.database_model").PersonInfo
    for pair, name in ((A, "阿甲"), (B, "阿乙")):
        with inside(pair):
            row = {"person_id": pair[0], "person_name": name, "platform": "qq", "user_id": pair[0], "is_known": True}
            people.create(**row)
    with inside(A):
        info.person_info_manager.person_name_list["new"] = "新甲"
    with inside(B):
        found = sorted(info.person_info_manager.person_name_list.values())
    with inside(A):
        return [found, sorted(info.get_person_info_manager().person_name_list.values())]


async def clients() -> Any:
    """The keys that clients of a provider of one name are made with: in b, in a, and in nobody's work."""
    registry = module("llm_models.model_client.base_client").client_registry
    module("llm_models.model_client.openai_client")
    provider = module("config.api_ada_configs").APIProvider

    def key(name: str) -> str:
        made = provider(name="same", base_url="http://127.0.0.1:9", api_key=name, client_type="openai")
        return str(registry.get_client_class_instance(made).api_provider.api_key)

    with inside(A):
        key("a's")
    with inside(B):
        found = key("b's")
    with inside(A):
        return [found, key("a's"), _outside(lambda: key("nobody's"))]


def _outside(ask: Any) -> Any:
    """What is answered where no tenant is."""
    import contextvars

    try:
        return contextvars.Context().run(ask)
    except Exception as error:
        return type(error).__name__


async def cleaning() -> Any:
    """Old records that are left once each tenant has had its own cleared away."""
    retrieval, records = module("memory_system.memory_retrieval"), module("common.database.database_model").ThinkingBack
    for pair in (A, B):
        with inside(pair):
            old = {"create_time": 1.0, "update_time": 1.0, "found_answer": False, "chat_id": "c", "question": "q"}
            records.create(**old)
    left = []
    for pair in (A, B):
        with inside(pair):
            retrieval._cleanup_stale_not_found_thinking_back()
            left.append(records.select().count())
    return left[::-1]


async def summaries() -> Any:
    return _same(lambda: module("dream.dream_agent")._get_dream_summary_model())


async def images() -> Any:
    return _same(lambda: module("chat.utils.utils_image").get_image_manager().vlm)


def _same(ask: Any) -> Any:
    """Whether b is given a's object, and whether a is given it again."""
    with inside(A):
        own = ask()
    with inside(B):
        found = ask() is own
    with inside(A):
        return [found, ask() is own]


async def prompts() -> Any:
    """A template that every tenant reads, and that a's message replaces."""
    builder = module("chat.utils.prompt_builder")
    manager = builder.global_prompt_manager
    builder.Prompt("everybody's {x}", "probe_prompt")
    with inside(A):
        await builder.Prompt.create_async("a's {x}", "probe_prompt")
        builder.Prompt("a's own {x}", "own_prompt")
    with inside(B):
        found = [str((await manager.get_prompt_async("probe_prompt")).template), "own_prompt" in manager._prompts]
    process = str((await manager.get_prompt_async("probe_prompt")).template)
    with inside(A):
        own = [str((await manager.get_prompt_async(name)).template) for name in ("probe_prompt", "own_prompt")]
    return [[*found, process], own]


async def overrides() -> Any:
    """Templates of a message's own scope, under a name that two tenants' messages give."""
    builder = module("chat.utils.prompt_builder")
    manager = builder.global_prompt_manager
    with inside(A):
        async with manager.async_message_scope("group"):
            await builder.Prompt.create_async("a's {x}", "scoped_prompt")

    async def scoped() -> str:
        async with manager.async_message_scope("group"):
            try:
                return str((await manager.get_prompt_async("scoped_prompt")).template)
            except KeyError:
                return "none"

    with inside(B):
        found = await scoped()
    with inside(A):
        return [found, await scoped()]


async def history() -> Any:
    """Results of event handlers: what b reads, what a reads once b has cleared its own, and where nobody's are."""
    events = module("plugin_system.core.events_manager").events_manager
    events.register_event("probe", enable_history_result=True)

    class Handler:
        handler_name, plugin_name = "probe", "probe_plugin"

        async def execute(self, message: Any) -> Any:
            return True, True, None, "a's result", None

    with inside(A):
        await events._dispatch_intercepting_handler_task(Handler(), "probe")
    with inside(B):
        found = list(await events.get_event_result_history("probe"))
        await events.clear_event_result_history("probe")
    process = list(await events.get_event_result_history("probe"))
    with inside(A):
        return [[found, process], list(await events.get_event_result_history("probe"))]


async def forwarding() -> Any:
    """Texts that the one handler of all messages keeps."""
    sys.path.insert(0, str(Path.cwd()))
    from plugins.hello_world_plugin.plugin import ForwardMessages  # type: ignore[import-not-found]

    handler = ForwardMessages()
    with inside(A):
        await handler.execute(SimpleNamespace(stream_id="s", plain_text="甲的话"))
    with inside(B):
        found = [list(handler.messages), handler.counter]
    with inside(A):
        return [found, [list(handler.messages), handler.counter]]


async def start_values() -> Any:
    """What is there without a tenant as before: templates that were registered on import."""
    manager = module("chat.utils.prompt_builder").global_prompt_manager
    names = list(manager._prompts)
    with inside((f"tenant-{time.time()}", "bot")):
        missing = [name for name in names if name not in manager._prompts]
    return [missing, len(names) > 20]


if __name__ == "__main__":
    main(sys.argv[1])
