"""What plugins use of a loaded tenant, and the ways in and out of it. After the migration only."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
from typing import Any

from tests.behaviour.asgi import PATIENCE
from tests.behaviour.loading.stage import (
    DONE,
    OTHER_AGENT,
    Plugins,
    events_manager,
    scenario,
    send_message,
    tenant_loading,
)
from tests.behaviour.sample import (
    ACME,
    ADMIN,
    Sample,
    current_pair,
    inside,
    module,
    replaced,
)


@scenario
async def for_every_tenant(sample: Sample, plugins: Plugins) -> Any:
    types = module("plugin_system.base.component_types").EventType
    answers: dict[str, Any] = {}

    async def execute(self: Any, message: Any) -> Any:
        """Stop it."""
        plugins.note("stop")
        answer = answers.get(str(current_pair()[1]), DONE)
        if isinstance(answer, Exception):
            raise answer
        return answer

    each = tenant_loading().for_every_tenant(execute)
    handler_class = plugins.add("stop", event_type=types.ON_STOP, execute=each, intercept_message=True)
    handler = handler_class()
    seen: dict[str, Any] = {"nobody": [await handler.execute(None), list(plugins.notes)], "doc": each.__doc__}
    for pair in (ACME, OTHER_AGENT, ADMIN):
        await send_message(pair)
    plugins.notes.clear()
    seen["all"] = [await handler.execute(None), list(plugins.notes), current_pair()]
    answers["second bot"] = ValueError("broken")
    plugins.notes.clear()
    seen["broken"] = [await handler.execute(None), plugins.count("stop")]
    answers["second bot"] = (False, True, "refused", None, None)
    seen["refused"] = await handler.execute(None)
    answers.update({"bot": None, "second bot": None, "local": None})
    seen["nothing"] = await handler.execute(None)
    plugins.notes.clear()
    answers.clear()
    with inside(ADMIN):
        await events_manager().handle_mai_events(event_type=types.ON_STOP)
        seen["event"] = [list(plugins.notes), current_pair()]
    return seen


@scenario
async def tenant_local(sample: Sample, plugins: Plugins) -> Any:
    local = module("common.message.tenant_local").TenantLocal
    plain, default, made = local(), local(3), local(factory=list)
    seen: dict[str, Any] = {"refusals": []}
    for pair in (ACME, OTHER_AGENT, ADMIN):
        with inside(pair):
            made.value.append(pair[1])
            seen[pair[1]] = [plain.value, default.value]
            plain.value = pair[1]
            default.value += len(pair[1])
    for pair in (ACME, OTHER_AGENT, ADMIN):
        with inside(pair):
            seen[pair[1]] += [plain.value, default.value, made.value]
            plain.value = None
            seen[pair[1]].append(plain.value)

    def write() -> None:
        plain.value = 1

    for use in (lambda: plain.value, lambda: made.value, write):
        for context in (contextlib.nullcontext(), module("common.message.tenant_context").tenant_context("acme")):
            with context:
                try:
                    use()
                except RuntimeError as error:
                    seen["refusals"].append(type(error).__name__)
    return seen


@scenario
async def tenant_local_of_threads(sample: Sample, plugins: Plugins) -> Any:
    """Two threads of a tenant that read it first at the same time have the same value."""
    both = threading.Barrier(2, timeout=PATIENCE)

    def make() -> list[int]:
        both.wait()
        return []

    local = module("common.message.tenant_local").TenantLocal(factory=make)
    with inside(ACME):
        found = await asyncio.gather(*(asyncio.to_thread(lambda: local.value) for _ in range(2)))
        return found[0] is found[1] is local.value


@scenario
async def ways_out(sample: Sample, plugins: Plugins) -> Any:
    """Errors of every kind through both ways in, the first time and later: the same error, and the caller's context."""
    plugins.add("load")
    context = module("common.message.tenant_context")
    errors = [
        ValueError("broken"),
        RuntimeError("broken"),
        StopIteration(1),
        StopAsyncIteration(),
        GeneratorExit(),
        asyncio.CancelledError(),
        KeyboardInterrupt(),
    ]
    seen: dict[str, Any] = {}
    for name, enter in {"context": context.tenant_context_async, "scope": context.tenant_scope}.items():
        ends = []
        for error in errors:
            try:
                async with enter("acme", "bot"):
                    inner = current_pair()
                    raise error
            except BaseException as caught:
                ends.append([caught is error, caught.__context__ is None, caught.__cause__ is None])
            ends[-1] += [inner == list(ACME), current_pair() == [None, None]]
        seen[name] = [all(end) for end in ends]

    async def returns(enter: Any) -> Any:
        async with enter("acme", "bot"):
            return 7

    seen["returned"] = [await returns(context.tenant_context_async), await returns(context.tenant_scope)]
    with inside(ADMIN):
        async with context.tenant_scope(*ACME):
            within = current_pair()
        seen["nested"] = [within, current_pair()]
    try:
        async with context.tenant_scope("acme", ""):
            pass
    except RuntimeError as error:
        seen["half"] = type(error).__name__
    return seen


@scenario
async def message_that_fails(sample: Sample, plugins: Plugins) -> Any:
    """An error of the first message's own goes to the gateway's caller, and the tenant stays loaded."""
    plugins.add("load")

    async def process(message: Any) -> None:
        raise ValueError("broken message")

    context = contextvars.copy_context()
    with replaced(module("chat.message_receive.bot").chat_bot, "message_process", process):
        task = asyncio.create_task(send_message(), context=context)
        await asyncio.wait([task])
    await send_message()
    return [repr(task.exception()), context.run(current_pair), [name for name, *_ in plugins.notes]]
