"""What the process of the sample keeps of two tenants' work: what each finds of the other's, and of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.behaviour.sample import ACME, ADMIN, Sample, inside, module


def _between(put: Callable[[], object], look: Callable[[], Any]) -> Any:
    with inside(ACME):
        put()
    with inside(ADMIN):
        found = look()
    with inside(ACME):
        return [found, look()]


def _prompts() -> Any:
    return module("chat.utils.prompt_builder")


async def kept_by_chat(sample: Sample) -> Any:
    kept = module("chat.frequency_control.frequency_control").frequency_control_manager.frequency_control_dict
    return _between(lambda: kept.setdefault("chat", 1), lambda: list(kept))


async def kept_by_a_handler(sample: Sample) -> Any:
    prompts = _prompts().prompt_manager
    return _between(lambda: prompts.get_prompt("reply"), lambda: len(prompts.asked))


async def kept_templates(sample: Sample) -> Any:
    """A template of the process, replaced by a tenant's message; then what is there without a tenant."""
    prompts = _prompts().prompt_manager
    seen = _between(lambda: prompts.register("reply", "甲"), lambda: prompts.get_prompt("reply"))
    seen.append(prompts._prompts["reply"])
    with inside(ACME):
        prompts.register("reply", "回复")  # what replies are made of in the scenarios to come
    return seen


async def kept_clients(sample: Sample) -> Any:
    """Keys of clients of one name: each tenant's, and the one that was made without a tenant."""
    registry = _prompts().client_registry
    found = []
    for pair in (ACME, ADMIN, ACME):
        with inside(pair):
            found.append(registry.client_for("same", pair[0]).api_key)
    return [*found, registry.client_for("系统", "other").api_key]


async def kept_objects(sample: Sample) -> Any:
    return _between(lambda: _prompts().get_summary(), lambda: _prompts().get_summary().bot_name)


async def kept_stamps(sample: Sample) -> Any:
    """Whether each tenant is tidied when its time has come."""
    found = []
    for pair in (ACME, ADMIN, ACME):
        with inside(pair):
            found.append(_prompts().is_tidied(10_000_000_000.0))
    return found
