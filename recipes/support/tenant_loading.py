"""租户加载：第一次为一个（租户, agent）工作之前，触发它的 ON_TENANT_LOAD，并等所有处理器完成。

进入租户（tenant_context_async）时自动加载，每个（租户, agent）只加载一次；之后登记的处理器会为已有的租户补上。
等待的上限默认为 30 秒，可用环境变量 MAIM_TENANT_LOAD_TIMEOUT 修改；超时的处理器继续运行，只是不再等它。
"""

import asyncio
import concurrent.futures
import contextlib
import contextvars
import functools
import os
import sys
import threading
import weakref

from src.common.logger import get_logger

logger = get_logger("tenant_loading")

# 正在加载的租户：处理器自己（以及它启动的任务）进入同一个租户时，不再等待自己
_loading = contextvars.ContextVar("tenant_loading", default=frozenset())
_tenants = {}
# 为租户工作过的事件循环，先来的在前
_loops = []


async def load_tenant(tenant_id, agent_id):
    """第一次为一个租户工作之前调用：触发 ON_TENANT_LOAD 并等待；已加载过的立即返回。"""
    pair = (tenant_id, agent_id)
    if not tenant_id or not agent_id or pair in _loading.get():
        return
    loop = asyncio.get_running_loop()
    if loop not in _loops:
        _loops[:] = [*(item for item in _loops if not item.is_closed()), loop]
    tenant = _tenants.get(pair) or _tenants.setdefault(pair, _Tenant(pair))
    await tenant.load()


async def load_current_tenant():
    """加载当前的租户；没有租户上下文时抛出 TenantContextError。"""
    from src.common.message.tenant_context import current_agent_id, current_tenant_id

    await load_tenant(current_tenant_id(), current_agent_id())


def loaded_tenants():
    """已经为之工作过的（租户, agent），先来的在前。"""
    return list(_tenants)


def loads_tenants_afterwards(register):
    """用于登记事件处理器的方法：登记之后，为已经加载过的租户调用新的处理器。"""

    @functools.wraps(register)
    def wrapper(*args, **kwargs):
        result = register(*args, **kwargs)
        loop = _working_loop()
        for tenant in list(_tenants.values()):
            if loop is not None and tenant.waiting():
                # 可能在另一个租户里、或在别的线程里登记：用空的上下文；事件循环可能刚刚关闭
                with contextlib.suppress(RuntimeError):
                    loop.call_soon_threadsafe(tenant.start_load, context=contextvars.Context())
        return result

    return wrapper


def _working_loop():
    """最早为租户工作、而且仍在运行的事件循环：临时的事件循环结束时会取消其中的任务。"""
    usable = [loop for loop in _loops if not loop.is_closed()]
    return next((loop for loop in usable if loop.is_running()), usable[0] if usable else None)


def for_every_tenant(execute):
    """用于 ON_STOP 处理器的 execute：停止时没有租户，为启用了这个插件的、已加载的租户各执行一遍。"""

    @functools.wraps(execute)
    async def wrapper(self, *args, **kwargs):
        from src.common.message.tenant_access import own_components
        from src.common.message.tenant_context import tenant_scope

        results = [(True, True, None, None, None)]
        for pair in loaded_tenants():
            try:
                with tenant_scope(*pair):
                    if own_components(self) is not None:
                        results.append(await execute(self, *args, **kwargs))
            except Exception as error:
                logger.error(f"为租户 {pair} 执行 {execute.__qualname__} 时出错: {error}", exc_info=True)
                results.append((False, True, str(error), None, None))
        return next((result for result in results if _failed(result)), results[-1])

    return wrapper


def _failed(result):
    return isinstance(result, tuple) and bool(result) and not result[0]


def _time_limit():
    text = os.getenv("MAIM_TENANT_LOAD_TIMEOUT", "").strip()
    with contextlib.suppress(ValueError):
        limit = float(text or 30)
        if limit > 0:  # nan 也不是
            return limit
    logger.error(f"MAIM_TENANT_LOAD_TIMEOUT 应当是大于 0 的秒数，而不是 {text!r}；使用 30 秒")
    return 30.0


class _Tenant:
    """一个（租户, agent）：哪些处理器已为它调用过，哪些超时后仍在运行。"""

    def __init__(self, pair):
        self.pair = pair
        self._called = {}
        self._running = set()
        self._lock = threading.Lock()
        self._under_way = None

    def waiting(self):
        """已登记、插件对这个租户启用、而还没有为它调用过的处理器，按权重从高到低。"""
        events = getattr(sys.modules.get("src.plugin_system.core.events_manager"), "events_manager", None)
        if events is None:  # 插件系统没有启动：没有任何处理器
            return []
        from src.plugin_system.base.component_types import EventType

        event, subscribers = EventType.ON_TENANT_LOAD, events._events_subscribers
        handlers = [*subscribers.get(event, ()), *subscribers.get(event.value, ())]
        handlers = {id(handler): handler for handler in handlers}  # 枚举与字符串都订阅的，只算一次
        waiting = [handler for handler in handlers.values() if not self._has_called(handler)]
        return sorted(self._enabled(waiting), key=lambda handler: -handler.weight)

    def _enabled(self, handlers):
        if not handlers:
            return []
        from src.common.message.tenant_access import own_components
        from src.common.message.tenant_context import tenant_context

        with tenant_context(*self.pair):
            return own_components(handlers)

    def _has_called(self, handler):
        """按实例记住：重新加载的插件是新的处理器。弱引用不会留住已卸载的插件。"""
        called = self._called.get(id(handler))
        return called is not None and called() is handler

    async def load(self):
        """调用还没有调用过的处理器；已经有人在加载时（也许在另一个事件循环里）等它完成。"""
        while self.waiting():
            load = _Load(asyncio.get_running_loop())
            with self._lock:
                if self._under_way is None or self._under_way.loop.is_closed():
                    self._under_way = load
                under_way = self._under_way
            if under_way is not load:
                if not await under_way.wait():
                    logger.error(f"租户 {self.pair} 的加载没有在时限内完成，不再等待")
                    return
            elif not await self._load_here(load):
                return

    async def _load_here(self, load):
        """由一个单独的任务加载：调用者被取消时它也取消，但要等处理器收尾，才轮到别人重新加载。"""
        from src.common.message.tenant_context import set_current_tenant

        # 只带着租户：处理器启动的任务会一直运行，不应沿用第一个调用者的其他设置（例如关闭了日志）
        context = contextvars.Context()
        context.run(set_current_tenant, *self.pair)
        context.run(_loading.set, _loading.get() | {self.pair})
        task = self._keep(context.run(asyncio.ensure_future, self._call_waiting()))
        task.add_done_callback(lambda _: self._end(load))
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            task.cancel()
            raise
        if not task.cancelled() and task.exception():
            logger.error(f"加载租户 {self.pair} 时出错: {task.exception()}", exc_info=task.exception())
            return False
        return True

    def _end(self, load):
        with self._lock:
            if self._under_way is load:
                self._under_way = None
        load.done.set_result(None)

    def start_load(self):
        self._keep(asyncio.ensure_future(self.load()))

    async def _call_waiting(self):
        while handlers := self.waiting():
            await self._call_all(handlers)

    async def _call_all(self, handlers):
        limit = _time_limit()
        started = {}
        try:
            for handler in handlers:
                task = asyncio.ensure_future(self._call(handler))
                started[task] = handler
                if handler.intercept_message:
                    await asyncio.wait([task], timeout=limit)
                    self._settle({task: started.pop(task)}, limit)
            if started:
                await asyncio.wait(started, timeout=limit)
            self._settle(started, limit)
        except asyncio.CancelledError:
            # 半途取消：已完成的算数，其余的下次重新执行；不理会取消的，与超时的一样
            self._settle({task: item for task, item in started.items() if task.done() and not task.cancelled()}, limit)
            stopping = {task: item for task, item in started.items() if task.cancel()}
            if stopping:
                await asyncio.wait(stopping, timeout=limit)
            self._settle({task: item for task, item in stopping.items() if not task.done()}, limit)
            raise

    async def _call(self, handler):
        """与其他事件相同：先交给它插件配置，再执行。一个处理器出错不影响其他的。"""
        from src.plugin_system.core.component_registry import component_registry

        try:
            handler.set_plugin_config(component_registry.get_plugin_config(handler.plugin_name) or {})
            result = await handler.execute(None)
        except Exception as error:
            logger.error(f"{self._title(handler)} 出错: {error}", exc_info=True)
            return
        if _failed(result):
            logger.error(f"{self._title(handler)} 执行失败: {result[2] if len(result) > 2 else result}")

    def _settle(self, tasks, limit):
        """这些处理器不会再为这个租户调用。"""
        called = {key: handler for key, handler in self._called.items() if handler() is not None}
        self._called = called | {id(handler): weakref.ref(handler) for handler in tasks.values()}
        for task, handler in tasks.items():
            if not task.done():
                logger.error(f"{self._title(handler)} 超过 {limit:g} 秒没有完成，不再等待")
                self._keep(task)
            elif task.cancelled():
                logger.error(f"{self._title(handler)} 被取消")

    def _keep(self, task):
        """事件循环只弱引用任务：保留到它完成。"""
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def _title(self, handler):
        name = handler.handler_name or type(handler).__name__
        return f"插件 {handler.plugin_name} 的 {name} 为租户 {self.pair} 处理 ON_TENANT_LOAD 时"


class _Load:
    """一次进行中的加载，任何事件循环都可以等它。"""

    def __init__(self, loop):
        self.loop = loop
        self.done = concurrent.futures.Future()

    async def wait(self):
        """是否等到了。那个事件循环可能正被等待它的人阻塞，所以只有同一个事件循环里才一直等。"""
        here = self.loop is asyncio.get_running_loop()
        done, _ = await asyncio.wait([asyncio.wrap_future(self.done)], timeout=None if here else _time_limit())
        return bool(done)
