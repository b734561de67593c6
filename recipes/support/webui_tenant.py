"""WebUI 的租户上下文：处理函数要求 WebUI Token，默认以管理员租户运行，调用者可以选择其他租户。

管理员租户默认为 admin / local，可用环境变量 MAIM_WEBUI_TENANT_ID 与 MAIM_WEBUI_AGENT_ID 修改。
选择租户用查询参数 tenant_id、agent_id，或请求头 X-Tenant-Id、X-Agent-Id，也可以在浏览器里选择（见 tenant_choice）。
不存在的租户会被拒绝，不留下任何东西。
环境变量 MAIM_WEBUI_ANONYMOUS=1 不再要求 Token：只在端口不对外开放时使用。
"""

import asyncio
import contextlib
import functools
import inspect
import os
import secrets
import time
import types
from collections.abc import Mapping

from anyio import from_thread
from fastapi import HTTPException, WebSocketException
from fastapi.requests import HTTPConnection
from starlette.background import BackgroundTask, BackgroundTasks

_CONNECTION = "tenant_connection"
_ASKED = "token_connection"
# 一个请求的后台任务，也包括只有依赖项要求的
_TASKS = "tenant_tasks"
# 多久上报一次活跃，秒；一次上报在 12 小时内有效
_ACTIVE_EVERY = 600
_reported = {}
# 检查通过的 Token，和那时 Token 文件的样子；几秒之内，文件没有改过就不再问
_TRUSTED = 5.0
_verified = ("", None, 0.0)


def webui_tenant(handler):
    """让 WebUI 处理函数要求 Token 并在租户上下文中运行，放在路由装饰器的下一行。

    同步函数仍是同步函数（FastAPI 会把它放进线程池）；流式响应的内容与后台任务也在同一个租户中执行。
    由其他代码直接调用时，不要求 Token，保持已有的租户，没有时使用管理员租户。
    """
    wrapper = _wrapped(handler, _run_async, _run, _CONNECTION)
    wrapper.enters_tenant = True
    return wrapper


def webui_token(handler):
    """让 WebUI 处理函数要求 Token，放在路由装饰器的下一行。

    用于不属于任何租户、但会读取或改变进程的配置、文件、日志、插件或其运行的处理函数。
    """
    return _wrapped(handler, _ask_async, _ask, _ASKED)


def webui_admin(handler):
    """让 WebUI 处理函数要求 Token，并且只为管理员运行，放在路由装饰器的下一行。

    用于显示进程自己在做什么的 WebSocket：正在以其他租户操作的页面不能打开它。
    """
    return _wrapped(handler, _admit_async, _admit, _ASKED)


def _wrapped(handler, run_async, run, name):
    if inspect.iscoroutinefunction(handler):

        async def wrapper(*args, **kwargs):
            return await run_async(handler, args, kwargs)

    else:

        def wrapper(*args, **kwargs):
            return run(handler, args, kwargs)

    # 使用处理函数自己模块的全局变量：FastAPI 在那里解析写成字符串的注解
    names = getattr(handler, "__globals__", globals())
    wrapper = types.FunctionType(wrapper.__code__, names, closure=wrapper.__closure__)
    functools.update_wrapper(wrapper, handler)
    wrapper.__signature__ = _with_connection(handler, name)
    return wrapper


def own_connections(connections):
    """一组 WebSocket 连接（字典、列表或集合）中属于当前租户的那些；没有租户上下文时抛出异常。"""
    from src.common.message.tenant_context import current_agent_id, current_tenant_id

    pair = (current_tenant_id(), current_agent_id())
    if isinstance(connections, Mapping):
        return {key: item for key, item in connections.items() if getattr(item.state, "tenant", None) == pair}
    own = [item for item in connections if getattr(item.state, "tenant", None) == pair]
    return set(own) if isinstance(connections, (set, frozenset)) else own


def _scope(pair):
    if pair is None:  # 已经在租户中
        return contextlib.nullcontext()
    # 在函数内导入：src.common.message 会带入大半个项目
    from src.common.message.tenant_context import tenant_scope

    return tenant_scope(*pair)


def _with_connection(handler, name):
    """处理函数自己的签名，加上由 FastAPI 填入、不出现在接口文档中的参数：连接，要进入租户的还有后台任务。"""
    signature = inspect.signature(handler)
    parameters = list(signature.parameters.values())
    added = {}
    if not any(item.annotation in (HTTPConnection, "HTTPConnection") for item in parameters):
        added[name] = HTTPConnection  # FastAPI 只填入一个这样的参数：处理函数自己的优先
    if name == _CONNECTION and not _takes_tasks(handler):
        added[_TASKS] = BackgroundTasks
    end = len(parameters) - (bool(parameters) and parameters[-1].kind is inspect.Parameter.VAR_KEYWORD)
    only = inspect.Parameter.KEYWORD_ONLY
    parameters[end:end] = [inspect.Parameter(key, only, annotation=kind) for key, kind in added.items()]
    return signature.replace(parameters=parameters)


def _takes_tasks(handler):
    """处理函数自己是否要后台任务：FastAPI 只填入一个这样的参数。看不出来时当作它要。"""
    try:
        kinds = [item.annotation for item in inspect.signature(handler, eval_str=True).parameters.values()]
    except Exception:
        return True
    return any("BackgroundTasks" in str(kind) or _is_tasks(kind) for kind in kinds)


def _is_tasks(kind):
    return isinstance(kind, type) and issubclass(kind, BackgroundTasks)


async def _ask_async(handler, args, kwargs):
    _require_token(_connection(args, kwargs, _ASKED))
    return await handler(*args, **kwargs)


def _ask(handler, args, kwargs):
    _require_token(_connection(args, kwargs, _ASKED))
    return handler(*args, **kwargs)


async def _admit_async(handler, args, kwargs):
    _require_admin(_connection(args, kwargs, _ASKED))
    return await handler(*args, **kwargs)


def _admit(handler, args, kwargs):
    _require_admin(_connection(args, kwargs, _ASKED))
    return handler(*args, **kwargs)


def _run(handler, args, kwargs):
    given = _given(kwargs)
    pair = _enter(args, kwargs)
    if pair is not None and asyncio._get_running_loop() is None:
        # 在 FastAPI 的线程池里：先在事件循环里进入一次租户，进入时的异步准备（如加载租户）只能在那里做。
        # 在别的线程里没有这样的事件循环，from_thread 会抛出 RuntimeError
        with contextlib.suppress(RuntimeError):
            from_thread.run(_visit, pair)
    with _scope(pair):
        response = handler(*args, **kwargs)
    if inspect.isasyncgen(response):
        return _iterate(pair, response)
    if inspect.isgenerator(response):
        return _iterate_sync(pair, response)
    if inspect.isawaitable(response):  # 普通装饰器后面的协程函数
        return _finish(pair, response, given)
    return _keep_tenant(pair, response, given)


async def _visit(pair):
    async with _scope(pair):
        await _report_active(pair)


async def _run_async(handler, args, kwargs):
    given = _given(kwargs)
    pair = _enter(args, kwargs)
    return await _finish(pair, handler(*args, **kwargs), given)


async def _finish(pair, response, given):
    async with _scope(pair):
        await _report_active(pair)
        response = await response
    return _keep_tenant(pair, response, given)


def _given(kwargs):
    """处理函数得到的参数，以及它自己没有要的后台任务。"""
    return [kwargs.pop(_TASKS, None), *kwargs.values()]


async def _report_active(pair):
    """与网关收到消息时一样上报活跃：后台任务只为活跃的租户运行。"""
    now = time.monotonic()
    if pair is None or now - _reported.get(pair, -_ACTIVE_EVERY) < _ACTIVE_EVERY:
        return
    _reported[pair] = now
    try:
        from src.common.message.api import upsert_active_from_message
    except ImportError:  # 这个项目没有活跃状态
        return
    ids = {"tenant_id": pair[0], "agent_id": pair[1]}
    message = types.SimpleNamespace(message_info=types.SimpleNamespace(additional_config=ids))
    try:
        await upsert_active_from_message(message)
    except Exception as error:
        _logger().warning(f"租户 {pair} 的活跃状态没有上报: {error}")


def _enter(args, kwargs):
    """取出连接参数，决定这次调用要进入哪个租户；由其他代码直接调用而已在租户中时为 None。"""
    connection = _connection(args, kwargs, _CONNECTION)
    if connection is None:
        from src.common.message.tenant_context import get_current_tenant_id

        return None if get_current_tenant_id() else _admin_pair()
    from src.webui.tenant_choice import chosen_pair

    pair = chosen_pair(connection)
    if pair is None:
        _require_token(connection)
        pair = _admin_pair()
    connection.state.tenant = pair
    return pair


def _connection(args, kwargs, name):
    """由 FastAPI 填入的连接；由其他代码直接调用时为 None。"""
    connection = kwargs.pop(name, None)
    if connection is None:  # Starlette 的路由只传入请求本身
        connection = next((item for item in (*args, *kwargs.values()) if isinstance(item, HTTPConnection)), None)
    return connection


def _admin_pair():
    from src.common.message.tenant_context import admin_pair

    return admin_pair()


def _is_anonymous():
    return os.getenv("MAIM_WEBUI_ANONYMOUS", "").strip() == "1"


def _require_token(connection):
    """没有有效 Token 的请求到此为止：401，WebSocket 为 1008。"""
    if connection is not None and not _is_anonymous() and valid_token(connection) is None:
        raise refusal(connection, 401, "需要有效的 WebUI Token")


def _require_admin(connection):
    """除了 Token，还要求没有选择其他租户。"""
    _require_token(connection)
    if connection is None:
        return
    from src.webui.tenant_choice import chosen_pair

    if chosen_pair(connection) not in (None, _admin_pair()):
        raise refusal(connection, 403, "这里显示的是全部租户共用的内容，请先回到管理员")


def valid_token(connection):
    """连接带来的有效 Token；没有时为 None。"""
    # 会话 Cookie 与 Bearer 中有一个有效即可：页面的部分请求两者都带，而 Bearer 是 null
    scheme, _, bearer = connection.headers.get("authorization", "").partition(" ")
    tokens = [connection.cookies.get("maibot_session"), bearer if scheme.lower() == "bearer" else None]
    # 浏览器的图片标签与 WebSocket 不能带请求头，所以那里也接受查询参数 token
    if connection.scope.get("method", "GET") in ("GET", "HEAD"):
        tokens.append(connection.query_params.get("token"))
    # 比较函数不接受非 ASCII 的文本，而有效的 Token 都是 ASCII
    shown = [token for token in tokens if token and token.isascii()]
    return next(filter(_is_valid, shown), None)


def _is_valid(token):
    """项目自己的检查。它每次都读文件、写日志，比这里的其他步骤慢得多，所以刚通过的不再问。"""
    global _verified
    from src.webui.token_manager import get_token_manager

    manager = get_token_manager()
    file, now = _look_of_file(manager), time.monotonic()
    known, then, when = _verified
    if file and file == then and now - when < _TRUSTED and secrets.compare_digest(token, known):
        return True
    if not manager.verify_token(token):
        return False
    _verified = (token, file, now)
    return True


def _look_of_file(manager):
    """Token 文件的样子，改过就不同；刚刚改过的为 None：修改时间分不出紧挨着的两次修改。"""
    try:
        seen = os.stat(manager.config_path)
    except (AttributeError, OSError):
        return None
    is_settled = abs(time.time() - seen.st_mtime) > 1
    return (seen.st_mtime_ns, seen.st_size, seen.st_ino) if is_settled else None


def refusal(connection, status, reason, headers=None):
    """拒绝一个请求的异常：WebSocket 一律为 1008。"""
    if connection.scope["type"] == "websocket":
        return WebSocketException(1008, reason)
    return HTTPException(status_code=status, detail=reason, headers=headers)


def _keep_tenant(pair, response, given):
    """返回之后才执行的部分也属于这个租户：流式内容、响应的后台任务、注入的后台任务。"""
    if pair is None:
        return response
    body = getattr(response, "body_iterator", None)
    if body is not None:
        response.body_iterator = _iterate(pair, body)
    given = {id(item): item for item in (getattr(response, "background", None), *given)}
    for tasks in given.values():
        if isinstance(tasks, BackgroundTasks):
            for task in tasks.tasks:
                _bind(pair, task)
        elif isinstance(tasks, BackgroundTask):
            _bind(pair, tasks)
    return response


def _bind(pair, task):
    function = task.func
    if task.is_async:

        @functools.wraps(function)
        async def bound(*args, **kwargs):
            async with _scope(pair):
                return await function(*args, **kwargs)

    else:

        @functools.wraps(function)
        def bound(*args, **kwargs):
            with _scope(pair):
                return function(*args, **kwargs)

    task.func = bound


async def _iterate(pair, items):
    """逐项取出：只在取下一项时进入租户，不会泄漏给消费者；消费者的异常交给生成器自己处理。"""
    iterator = items.__aiter__()
    step = iterator.__anext__
    try:
        while True:
            async with _scope(pair):
                try:
                    item = await step()
                except StopAsyncIteration:
                    return
            try:
                yield item
            except Exception as error:
                if not hasattr(iterator, "athrow"):
                    raise
                step = functools.partial(iterator.athrow, error)
            else:
                step = iterator.__anext__
    finally:
        if hasattr(iterator, "aclose"):
            async with _scope(pair):
                await iterator.aclose()


def _iterate_sync(pair, items):
    step = functools.partial(next, items)
    try:
        while True:
            with _scope(pair):
                try:
                    item = step()
                except StopIteration:
                    return
            try:
                yield item
            except Exception as error:
                step = functools.partial(items.throw, error)
            else:
                step = functools.partial(next, items)
    finally:
        with _scope(pair):
            items.close()


def _logger():
    from src.common.logger import get_logger

    return get_logger("webui.tenant")


def _warn_if_anonymous():
    if _is_anonymous():
        _logger().warning("MAIM_WEBUI_ANONYMOUS=1：WebUI 不要求 Token，任何能访问这个端口的人都可以管理员的身份操作")


_warn_if_anonymous()
