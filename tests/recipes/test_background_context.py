"""background-context over every form of gateway, loop and thread. What must not change comes first."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

import pytest
from syrupy.assertion import SnapshotAssertion

from codemods.plan.make import Plan
from codemods.tree import Checkout
from tests.conftest import plan_of, survey_of
from tests.forms import RecipeSnapshots, after, form_tree, shown

RECIPE = "background-context"
FOUNDATION = "tenant-foundation"
API, WORK, LOOP = "src/common/message/api.py", "src/form/work.py", "src/chat/brain_chat/brain_chat.py"

API_HEAD = '''
from src.chat.message_receive.bot import chat_bot
from src.common.message.tenant_context import tenant_context_async

KEYS = {}


async def parse_api_key(api_key):
    """把 API Key 解析成租户信息"""
    return KEYS.get(api_key)


'''
WORK_HEAD = '''
import asyncio
import concurrent.futures
import functools
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextvars import copy_context

from src.common.database.database_model import Messages


def count(platform="qq"):
    """当前租户的消息数"""
    return Messages.select().where(Messages.platform == platform).count()


def double(number):
    return number * 2


'''
LOOP_HEAD = """
import asyncio
import threading

from src.chat.message_receive.chat_stream import get_chat_manager
from src.common.database.database_model import Messages


class BrainChatting:
"""

# Text of a form, and a part of what is said of it; "" where nothing is.
UNCHANGED: dict[str, tuple[str, str, str]] = {
    "a gateway whose branches all enter a tenant": (
        API,
        """
        async def message_handler(message, metadata):
            info = await parse_api_key(metadata["api_key"])
            async with tenant_context_async(info["tenant_id"], info["agent_id"]):
                await chat_bot.message_process(message)
        """,
        "",
    ),
    "a gateway that never enters one": (
        API,
        """
        async def message_handler(message, metadata):
            await chat_bot.message_process(message)
        """,
        "processes a message without any tenant",
    ),
    "a gateway with more messages behind": (
        API,
        """
        async def message_handler(messages, metadata):
            info = await parse_api_key(metadata["api_key"])
            for message in messages:
                if info:
                    async with tenant_context_async(info["tenant_id"], info["agent_id"]):
                        await chat_bot.message_process(message)
                else:
                    await chat_bot.message_process(message)
        """,
        "processes a message without any tenant",
    ),
    "a gateway that goes on to a tenant": (
        API,
        """
        async def message_handler(message, metadata):
            if metadata.get("debug"):
                await chat_bot.message_process(message)
            async with tenant_context_async("a", "b"):
                await chat_bot.message_process(message)
        """,
        "processes a message without any tenant",
    ),
    "a gateway that uses what processing answers": (
        API,
        """
        async def message_handler(message, metadata):
            info = await parse_api_key(metadata["api_key"])
            if info:
                async with tenant_context_async(info["tenant_id"], info["agent_id"]):
                    await chat_bot.message_process(message)
            else:
                answer = await chat_bot.message_process(message)
                print(answer)
        """,
        "processes a message without any tenant",
    ),
    "processing itself is registered": (
        WORK,
        """
        def register(server):
            from src.chat.message_receive.bot import chat_bot

            server.register_message_handler(chat_bot.message_process)
        """,
        "called without a tenant",
    ),
    "a thread that reaches nothing": (
        WORK,
        """
        async def run():
            loop = asyncio.get_running_loop()
            threading.Thread(target=double, args=(2,)).start()
            return await loop.run_in_executor(None, double, 2)
        """,
        "",
    ),
    "what keeps the context already": (
        WORK,
        """
        async def run():
            loop = asyncio.get_running_loop()
            loop.call_soon(count)
            loop.call_later(1, count)
            asyncio.create_task(asyncio.to_thread(count))
            asyncio.create_task(asyncio.sleep(0)).add_done_callback(lambda task: count())
            await loop.run_in_executor(None, copy_context().run, count)
        """,
        "",
    ),
    "a pool of processes": (
        WORK,
        """
        def run():
            with ProcessPoolExecutor() as pool:
                return pool.submit(count).result()
        """,
        "in another process",
    ),
    "a pool of which nothing is known": (
        WORK,
        """
        def run(pool):
            jobs = pool
            return jobs.submit(count)
        """,
        "cannot be told whether it is a thread pool",
    ),
    "a class of threads": (
        WORK,
        """
        class Counter(threading.Thread):
            def run(self):
                count()
        """,
        "a thread by itself",
    ),
    "the name of what carries is a parameter's": (
        WORK,
        """
        def run(carry_context):
            threading.Thread(target=count).start()
        """,
        "starts count in a way that cannot be edited",
    ),
    "what runs when the process ends": (
        WORK,
        """
        def run():
            import atexit

            atexit.register(count)
        """,
        "when the process ends",
    ),
    "a context that was taken on import": (
        WORK,
        """
        TAKEN = copy_context()


        def run():
            TAKEN.run(count)
        """,
        "taken on import",
    ),
    "a program that is run by hand": (
        "scripts/report.py",
        """
        def main():
            threading.Thread(target=count).start()


        if __name__ == "__main__":
            main()
        """,
        "",
    ),
    "a loop in a class that is no chat's": (
        WORK,
        """
        class Poller:
            def start(self):
                self.task = asyncio.create_task(self._loop())

            async def _loop(self):
                while True:
                    count()
                    await asyncio.sleep(1)
        """,
        "",
    ),
    "a task that is started on import": (
        WORK,
        """
        async def poll():
            while True:
                count()


        task = asyncio.ensure_future(poll())
        """,
        "which importing src.form.work reaches without a tenant",
    ),
}

CHANGED: dict[str, tuple[str, str]] = {
    "the branch without a tenant": (
        API,
        """
        async def message_handler(message, metadata):
            info = await parse_api_key(metadata["api_key"])
            tenant_id = info.get("tenant_id") if info else None
            try:
                if tenant_id:
                    async with tenant_context_async(tenant_id, info["agent_id"]):
                        await chat_bot.message_process(message)
                else:
                    # 没有租户
                    await chat_bot.message_process(message)
            except Exception as e:
                print(e)
        """,
    ),
    "the way behind a return": (
        API,
        """
        async def message_handler(message, metadata):
            info = await parse_api_key(metadata["api_key"])
            if info:
                async with tenant_context_async(info["tenant_id"], info["agent_id"]):
                    await chat_bot.message_process(message)
                return
            await chat_bot.message_process(message)
        """,
    ),
    "a branch that returns": (
        API,
        """
        async def message_handler(message):
            info = await parse_api_key(message["api_key"])
            if not info:
                await chat_bot.message_process(message)
                return
            async with tenant_context_async(info["tenant_id"], info["agent_id"]):
                await chat_bot.message_process(message)
        """,
    ),
    "a method, and two branches": (
        API,
        """
        class Gateway:
            async def receive(self, message, metadata, *more):
                info = await parse_api_key(metadata["api_key"])
                if info is None:
                    await chat_bot.message_process(message)
                elif info.get("agent_id"):
                    async with tenant_context_async(info["tenant_id"], info["agent_id"]):
                        await chat_bot.message_process(message)
                else:
                    await chat_bot.message_process(message)
        """,
    ),
    "a handler that the server is given": (
        API,
        """
        async def note_read(data, metadata):
            from src.common.database.database_model import Messages

            Messages.update(is_bot=False).where(Messages.message_id == data["id"]).execute()


        def register(server):
            server.register_custom_handler("custom_read", note_read)
        """,
    ),
    "lines that grow too long": (
        WORK,
        """
        class Report:
            def __init__(self):
                self._pool_of_all = ThreadPoolExecutor(max_workers=2)

            async def run(self, loop_of_the_report):
                number_of_all_messages_of_qq = await loop_of_the_report.run_in_executor(self._pool_of_all, count, "qq")
                return number_of_all_messages_of_qq
        """,
    ),
    "executors": (
        WORK,
        """
        class Report:
            def __init__(self):
                self._pool = ThreadPoolExecutor(max_workers=2)

            async def run(self):
                loop = asyncio.get_running_loop()
                first = await loop.run_in_executor(None, count)
                second = await loop.run_in_executor(self._pool, count, "qq")
                with concurrent.futures.ThreadPoolExecutor() as pool:
                    third = await asyncio.create_task(loop.run_in_executor(pool, functools.partial(count, "qq")))
                return first + second + third + await loop.run_in_executor(None, double, 2)
        """,
    ),
    "pools": (
        WORK,
        """
        def run(platforms):
            with ThreadPoolExecutor() as pool:
                total = sum(pool.map(count, platforms))
                future = pool.submit(lambda: count("qq") + total)
                futures = {pool.submit(count, platform): platform for platform in platforms}
                future.add_done_callback(lambda done: count())
                return pool.submit(count).result(), pool.submit(double, 2), futures
        """,
    ),
    "threads and timers": (
        WORK,
        """
        def run():
            threading.Thread(target=count, daemon=True).start()
            threading.Thread(None, count).start()
            timer = threading.Timer(1, count)
            timer.start()
            threading.Timer(interval=1, function=count).start()
        """,
    ),
    "a loop of its own in a thread": (
        WORK,
        """
        async def poll():
            return count()


        def run(carried):
            threading.Thread(target=asyncio.run, args=(poll(),)).start()
            [carry_context for carry_context in carried]
        """,
    ),
    "a callback to the loop from a thread": (
        WORK,
        """
        async def run():
            loop = asyncio.get_running_loop()

            def work():
                loop.call_soon_threadsafe(count)

            threading.Thread(target=work).start()
        """,
    ),
    "a chat loop with its stream": (
        LOOP,
        '''
            def __init__(self, chat_id: str) -> None:
                self.chat_stream = get_chat_manager().get_stream(chat_id)

            async def start(self) -> None:
                """启动循环"""
                self.task = asyncio.create_task(self._loop())
                self.task.add_done_callback(self._again)

            def _again(self, task) -> None:
                self.task = asyncio.create_task(self._loop())

            async def _loop(self) -> None:
                while True:
                    Messages.select().count()
                    await asyncio.sleep(1)
        ''',
    ),
    "a chat loop that knows a chat's id only": (
        LOOP,
        """
            def __init__(self, chat_id: str) -> None:
                self.chat_id = chat_id

            def start(self) -> None:
                self.task = asyncio.create_task(self._loop())

            async def _loop(self) -> None:
                try:
                    while True:
                        Messages.select().count()
                except ValueError:
                    self.task = asyncio.create_task(self._loop())
        """,
    ),
}


def text_of(path: str, form: str) -> dict[str, str]:
    head = {API: API_HEAD, LOOP: LOOP_HEAD}.get(path, WORK_HEAD)
    form = dedent(form).strip("\n")
    if path == LOOP:
        form = "\n".join(f"    {line}" if line else line for line in form.split("\n"))
    return {path: f"{head.strip()}\n\n\n{form}\n" if path != LOOP else f"{head.strip()}\n{form}\n"}


def planned(files: Mapping[str, str]) -> tuple[Checkout, Plan]:
    checkout = form_tree(files)
    standing = after(checkout, plan_of(checkout, FOUNDATION))
    return standing, plan_of(standing, RECIPE)


@pytest.mark.parametrize("form", UNCHANGED)
def test_stays_as_it_is(form: str) -> None:
    path, text, reason = UNCHANGED[form]
    _, plan = planned(text_of(path, text))
    assert path not in {change.path for change in plan.changes}
    said = [item.reason for item in plan.findings]
    assert [item for item in said if reason in item] if reason else not said, said


@pytest.mark.parametrize("form", CHANGED)
def test_is_mended(form: str, snapshot: SnapshotAssertion) -> None:
    path, text = CHANGED[form]
    shot = shown(form.capitalize(), text_of(path, text), RECIPE, stands_on=(FOUNDATION,))
    assert shot == snapshot(extension_class=RecipeSnapshots)


@pytest.mark.parametrize("form", CHANGED)
def test_is_secure_afterwards_and_mended_once(form: str) -> None:
    path, text = CHANGED[form]
    standing, plan = planned(text_of(path, text))
    migrated = after(standing, plan)
    entries = [item for item in survey_of(migrated).entry_points() if item.path == path]
    assert [item for item in entries if item.verdict == "insecure"] == []
    # A form that nobody in view calls has no tenant to carry: that is said, and all else is as it must be.
    assert any(item.verdict == "secure" or "which nobody in view calls" in item.reason for item in entries)
    assert plan_of(migrated, RECIPE).changes == ()


def test_what_cannot_be_followed_into_a_thread_is_said_to_be_so() -> None:
    text = """
        def later(callback):
            threading.Timer(1, callback).start()
    """
    standing, plan = planned(text_of(WORK, text))
    assert WORK not in {change.path for change in plan.changes}
    (entry,) = [item for item in survey_of(standing).entry_points("thread") if item.path == WORK]
    assert (entry.verdict, entry.qualname) == ("not judged", "later")
    assert "starts callback in a thread, and what that is cannot be followed" in entry.reason
