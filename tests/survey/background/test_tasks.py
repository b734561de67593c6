"""Work that goes on by itself: whose tenant a task, a chat's loop and a thread run in, and what mends them."""

from __future__ import annotations

import pytest

from codemods.survey.background.tasks import background_sites
from tests.survey.judging import judged, program_of

WORK, LOOP = "src/form/work.py", "src/chat/brain_chat/brain_chat.py"
HEAD = """
import asyncio
import threading
from buses import bus
from src.chat.message_receive.chat_stream import get_chat_manager
from src.common.database.database_model import Messages
from src.common.message.tenant_background import carry_context, in_own_tenant, remembers_tenant
from src.common.message.tenant_context import tenant_context
from src.manager.async_task_manager import AsyncTask


def count():
    return Messages.select().count()


def double(number=1):
    return number * 2


async def poll():
    count()


"""
TASK = (
    "class Count(AsyncTask):\n    def __init__(self):\n        super().__init__({given})\n\n    async def run(self):\n"
)


def said(text: str, kind: str) -> dict[str, tuple[str, bool]]:
    entries = judged({WORK: HEAD + text}, kind)
    return {name: (entry.verdict, entry.by_hand) for name, entry in entries.items()}


@pytest.mark.parametrize(
    ("given", "body", "verdict", "by_hand"),
    [
        ("", "count()", "secure", False),
        ("per_tenant=True", "count()", "secure", False),
        ("'count', 0, 60, True", "count()", "secure", False),
        ("per_tenant=False", "double()", "global", False),
        ("per_tenant=False", "count()", "insecure", True),
        ("'count', 0, 60, False", "count()", "insecure", True),
        ("per_tenant=double() > 1", "count()", "insecure", True),
        (")\n        self.per_tenant = double() > 1\n        print(", "count()", "insecure", True),
    ],
)
def test_periodic_tasks(given: str, body: str, verdict: str, by_hand: bool) -> None:
    assert said(f"{TASK.format(given=given)}        {body}\n", "background-task") == {"Count": (verdict, by_hand)}


@pytest.mark.parametrize(
    ("text", "verdict", "by_hand"),
    [
        ("async def start():\n    asyncio.create_task(asyncio.sleep(1))\n", None, False),
        ("async def idle():\n    double()\n\n\nasync def start():\n    asyncio.create_task(idle())\n", "global", False),
        ("@bus.on('chat')\nasync def start():\n    asyncio.create_task(poll())\n", "secure", False),
        ("async def start():\n    asyncio.create_task(poll())\n", "not judged", True),
        ("asyncio.ensure_future(poll())\n", "insecure", True),
        ("with tenant_context('a'):\n    asyncio.ensure_future(poll())\n", "secure", False),
    ],
    ids=[
        "not the tree's",
        "reaches nothing",
        "from a function",
        "from what nobody calls",
        "on import",
        "on import, in a scope",
    ],
)
def test_tasks_have_the_tenant_of_what_starts_them(text: str, verdict: str | None, by_hand: bool) -> None:
    assert list(said(text, "background-task").values()) == ([(verdict, by_hand)] if verdict else [])


@pytest.mark.parametrize(
    ("statement", "name", "verdict", "by_hand"),
    [
        ("threading.Thread(target=double).start()", "double", "global", False),
        ("threading.Thread(target=carry_context(count)).start()", "count", "secure", False),
        ("threading.Thread(target=count).start()", "count", "insecure", False),
        ("given.submit(count)", "count", "insecure", True),
        ("threading.Timer(1, given).start()", "start", "not judged", True),
    ],
)
def test_threads_have_the_context_that_they_are_handed(statement: str, name: str, verdict: str, by_hand: bool) -> None:
    text = f"@bus.on('chat')\ndef start(given):\n    {statement}\n"
    assert said(text, "thread") == {name: (verdict, by_hand)}
    sites = [site for site in background_sites(program_of({WORK: HEAD + text})) if site.path == WORK]
    assert [site.on for site in sites] == (["thread-start"] if verdict == "insecure" and not by_hand else [])


OTHER_STARTS = {
    "a signal": "signal.signal(signal.SIGTERM, {})",
    "a signal of the loop": "asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, {})",
    "the end of the process": "atexit.register({})",
    "a new context": "contextvars.Context().run({})",
    "a new context by a name": "empty = contextvars.Context()\n    empty.run({})",
    "a context of import": "TAKEN.run({})",
    "a context of import in a thread": "threading.Thread(target=TAKEN.run, args=({},)).start()",
    "a callback in a new context": "asyncio.get_running_loop().call_soon({}, context=contextvars.Context())",
    "a lambda": "atexit.register(lambda: {}())",
}
MORE = "import atexit\nimport contextvars\nimport signal\n\nTAKEN = contextvars.copy_context()\n\n\n"


@pytest.mark.parametrize("form", OTHER_STARTS)
def test_what_is_started_otherwise_and_reaches_nothing_is_quiet(form: str) -> None:
    verdicts = said(f"{MORE}def start(given):\n    {OTHER_STARTS[form].format('double')}\n", "thread").values()
    assert {verdict for verdict, _ in verdicts} == {"global"}


@pytest.mark.parametrize("form", OTHER_STARTS)
def test_what_is_started_otherwise_has_no_tenant(form: str) -> None:
    verdicts = said(f"{MORE}def start(given):\n    {OTHER_STARTS[form].format('count')}\n", "thread").values()
    assert list(verdicts) == [("insecure", True)]


def test_a_function_that_is_decorated_to_run_at_the_end_has_no_tenant() -> None:
    text = "@atexit.register\ndef busy():\n    count()\n\n\n@atexit.register\ndef idle():\n    double()\n"
    assert said(MORE + text, "thread") == {"busy": ("insecure", True), "idle": ("global", False)}


@pytest.mark.parametrize(
    "statement",
    [
        "subprocess.run(count)",
        "registry.register(count)",
        "contextvars.copy_context().run(count)",
        "taken = contextvars.copy_context()\n    taken.run(count)",
        "signal.signal(signal.SIGTERM, signal.SIG_DFL)",
    ],
)
def test_other_calls_of_such_names_start_nothing(statement: str) -> None:
    assert (
        said(f"{MORE}import subprocess\nfrom registries import registry\n\n\ndef start():\n    {statement}\n", "thread")
        == {}
    )


@pytest.mark.parametrize(
    "statement",
    [
        "threading.Thread(target=asyncio.run, args=(poll(),)).start()",
        "pool.submit(asyncio.run, poll())",
        "submit(asyncio.run, poll())",
    ],
)
def test_a_loop_of_its_own_in_a_thread_has_the_context_of_that(statement: str) -> None:
    pools = (
        "from concurrent.futures import ThreadPoolExecutor\n\npool = ThreadPoolExecutor()\nsubmit = pool.submit\n\n\n"
    )
    assert said(f"{pools}def start():\n    {statement}\n", "thread") == {"poll": ("insecure", False)}
    quiet = statement.replace("poll", "idle")
    idle = "async def idle():\n    double()\n\n\n"
    assert said(f"{pools}{idle}def start():\n    {quiet}\n", "thread") == {"idle": ("global", False)}


def test_threads_of_a_program_that_is_run_by_hand_stay() -> None:
    text = "def start():\n    threading.Thread(target=count).start()\n\n\nif __name__ == '__main__':\n    start()\n"
    (entry,) = judged({"scripts/report.py": HEAD + text}, "thread").values()
    assert entry.verdict == "global"
    assert "run by hand" in entry.reason


def test_a_class_of_threads_is_a_thread_by_itself() -> None:
    text = "class Idle(threading.Thread):\n    def run(self):\n        double()\n\n\n"
    text += "class Busy(threading.Thread):\n    def run(self):\n        count()\n"
    assert said(text, "thread") == {"Idle.run": ("global", False), "Busy.run": ("insecure", True)}


LOOP_CLASS = """
class BrainChatting:
    {remembering}
    def __init__(self, chat_id):
        {keeps}

    {own}
    def start(self):
        self.task = asyncio.create_task(self._loop())

    {own}
    async def _loop(self):
        while True:
            count()
"""
STREAM = "self.chat_stream = get_chat_manager().get_stream(chat_id)"


@pytest.mark.parametrize(
    ("own", "remembering", "keeps", "insecure", "mended"),
    [
        ("@in_own_tenant", "", STREAM, [], []),
        ("@in_own_tenant", "@remembers_tenant", "self.chat_id = chat_id", [], []),
        (
            *("@in_own_tenant", "", "self.chat_id = chat_id"),
            ["BrainChatting.__init__"],
            ["chat-loop-init"],
        ),
        (
            *("", "", STREAM),
            ["BrainChatting._loop", "BrainChatting.start"],
            ["chat-loop-method", "chat-loop-method"],
        ),
    ],
    ids=["by its stream", "by what it remembers", "knows no tenant", "enters none"],
)
def test_a_chat_s_loop(own: str, remembering: str, keeps: str, insecure: list[str], mended: list[str]) -> None:
    files = {LOOP: HEAD + LOOP_CLASS.format(own=own, remembering=remembering, keeps=keeps)}
    entries = judged(files, "chat-loop")
    assert sorted(name for name, entry in entries.items() if entry.verdict == "insecure") == insecure
    assert {"BrainChatting._loop", "BrainChatting.start"} <= entries.keys()
    assert [site.on for site in background_sites(program_of(files)) if site.path == LOOP] == mended


def test_a_loop_of_another_class_is_a_task_like_any_other() -> None:
    text = LOOP_CLASS.format(own="", remembering="", keeps=STREAM).replace("BrainChatting", "Poller")
    text += "\n\n@bus.on('chat')\ndef begin(chat):\n    Poller(chat).start()\n"
    assert said(text, "chat-loop") == {}
    assert said(text, "background-task") == {"Poller._loop": ("secure", False)}
