"""Work in other threads: which has its tenant, and where one is handed to it."""

from __future__ import annotations

import pytest

from codemods.survey.threads.threads import thread_sites, threads
from tests.survey.background.test_tasks import HEAD, WORK, said
from tests.survey.judging import judged, program_of
from tests.survey.shared_state.small import PATH, served


@pytest.mark.parametrize(
    ("statement", "name", "verdict", "by_hand"),
    [
        ("threading.Thread(target=double).start()", "double", "global", False),
        ("threading.Thread(target=carry_context(count)).start()", "count", "secure", False),
        ("threading.Thread(target=count).start()", "count", "insecure", False),
        ("given.submit(count)", "count", "insecure", True),
        ("threading.Timer(1, given).start()", "start", "not judged", True),
        ("threading.Thread(**given).start()", "start", "not judged", True),
        ("threading.Thread(target=double, **given).start()", "double", "global", False),
    ],
)
def test_threads_have_the_context_that_they_are_handed(statement: str, name: str, verdict: str, by_hand: bool) -> None:
    text = f"@bus.on('chat')\ndef start(given):\n    {statement}\n"
    assert said(text, "thread") == {name: (verdict, by_hand)}
    sites = [site for site in thread_sites(program_of({WORK: HEAD + text})) if site.path == WORK]
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
    "another process": "multiprocessing.Process(target={}).start()",
    "another process of a kind": "multiprocessing.get_context('spawn').Process(target={}).start()",
    "a pool of processes": "multiprocessing.Pool(2).map({}, [])",
    "a pool of processes, later": "multiprocessing.Pool(2).apply_async({})",
}
MORE = "import atexit\nimport contextvars\nimport multiprocessing\nimport signal\n\n"
MORE += "TAKEN = contextvars.copy_context()\n\n\n"


@pytest.mark.parametrize("form", OTHER_STARTS)
def test_what_is_started_otherwise_and_reaches_nothing_is_quiet(form: str) -> None:
    verdicts = said(f"{MORE}def start(given):\n    {OTHER_STARTS[form].format('double')}\n", "thread").values()
    assert {verdict for verdict, _ in verdicts} == {"global"}


@pytest.mark.parametrize("form", OTHER_STARTS)
def test_what_is_started_otherwise_has_no_tenant(form: str) -> None:
    verdicts = said(f"{MORE}def start(given):\n    {OTHER_STARTS[form].format('count')}\n", "thread").values()
    assert list(verdicts) == [("insecure", True)]


UNKNOWN_WORK = """
class Beat:
    def __init__(self, function):
        self.function = function
        self.every = []

    def beat(self):
        {work}

    def start(self):
        threading.Thread(target=self.beat).start()
"""


@pytest.mark.parametrize(
    "work", ["print(self.function)", "self.every.append(1)", "double(self.function)", "str(self.function).upper()"]
)
def test_a_thread_that_calls_nothing_unknown_is_left_alone(work: str) -> None:
    text = HEAD + UNKNOWN_WORK.format(work=work)
    assert judged({WORK: text}, "thread")["Beat.beat"].verdict == "global"
    assert not [site for site in thread_sites(program_of({WORK: text})) if site.path == WORK]


@pytest.mark.parametrize(
    "work",
    [
        "self.function()",
        "for one in self.every:\n            one()",
        "self.run_it()\n\n    def run_it(self):\n        self.function(1)",
    ],
)
def test_a_thread_that_calls_what_it_is_handed_is_handed_its_tenant(work: str) -> None:
    text = HEAD + UNKNOWN_WORK.format(work=work)
    assert judged({WORK: text}, "thread")["Beat.beat"].verdict == "insecure"
    assert [site.on for site in thread_sites(program_of({WORK: text})) if site.path == WORK] == ["thread-start"]


def test_a_lambda_in_a_tenants_scope_is_handed_the_tenant_as_well() -> None:
    text = "def start():\n    with tenant_context('a', 'b'):\n        {}\n"
    inside = text.format("threading.Thread(target=lambda: count()).start()")
    (entry,) = judged({WORK: HEAD + inside}, "thread").values()
    assert entry.verdict == "insecure"
    sites = [site for site in thread_sites(program_of({WORK: HEAD + inside})) if site.path == WORK]
    assert [site.on for site in sites] == ["thread-start"]
    assert said(text.format("return sorted([1], key=lambda one: count())"), "thread") == {}


def test_a_function_that_is_decorated_to_run_at_the_end_has_no_tenant() -> None:
    text = "@atexit.register\ndef busy():\n    count()\n\n\n@atexit.register\ndef idle():\n    double()\n"
    assert said(MORE + text, "thread") == {"busy": ("insecure", True), "idle": ("global", False)}


@pytest.mark.parametrize(
    "statement",
    [
        "subprocess.run(count)",
        "psutil.Process(count)",
        "queue.apply_async(count)",
        "registry.register(count)",
        "contextvars.copy_context().run(count)",
        "taken = contextvars.copy_context()\n    taken.run(count)",
        "signal.signal(signal.SIGTERM, signal.SIG_DFL)",
    ],
)
def test_other_calls_of_such_names_start_nothing(statement: str) -> None:
    head = f"{MORE}import psutil\nimport subprocess\nfrom registries import registry\n\n\n"
    assert said(f"{head}def start():\n    {statement}\n", "thread") == {}


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


KEEPING = """import threading
from pathlib import Path
from src.common.message.tenant_files import tenant_path

NOTES = {path}


def keep(chat):
    (NOTES / chat).write_text(chat)


def tell(chat):
    print(chat)
"""
STARTED = "threading.Thread(target={target}, args=(chat,)).start()"


def test_a_thread_that_uses_no_file_of_a_tenants_is_nobodys() -> None:
    program = served(STARTED.format(target="tell"), KEEPING.format(path='Path("data/notes")'))
    assert [entry.verdict for entry in threads(program) if entry.path == PATH] == ["global"]


@pytest.mark.parametrize("path", ['Path("data/notes")', 'tenant_path(Path("data/notes"))'])
def test_a_thread_without_a_tenant_that_uses_a_tenants_file_is_insecure_and_handed_one(path: str) -> None:
    program = served(STARTED.format(target="keep"), KEEPING.format(path=path))
    (thread,) = [entry for entry in threads(program) if entry.path == PATH]
    assert (thread.verdict, thread.by_hand) == ("insecure", False)
    assert thread.reason.endswith("keep → NOTES")
    assert [site.on for site in thread_sites(program) if site.path == PATH] == ["thread-start"]


def test_a_class_of_threads_that_uses_a_tenants_file_is_insecure() -> None:
    worker = "\n\nclass Worker(threading.Thread):\n    def run(self):\n        keep('everything')\n"
    program = served("Worker().start()", KEEPING.format(path='tenant_path(Path("data/notes"))') + worker)
    (thread,) = [entry for entry in threads(program) if entry.path == PATH]
    assert (thread.verdict, thread.by_hand) == ("insecure", True)
    assert thread.reason.endswith("run → keep → NOTES")
