"""What tenant work changes for everybody: what is shared, what is kept apart, and what is harmless."""

from __future__ import annotations

import pytest

from tests.survey.judging import GUARDED, judged
from tests.survey.shared_state.small import served, verdicts

# What stands above the request, what the request does; nothing is shared by it.
NOT_SHARED = {
    "a local": ("", "kept = {}\nkept[chat] = rows(chat)"),
    "an object of its own": (
        "class Page:\n    def __init__(self):\n        self.rows = []\n",
        "page = Page()\npage.rows.append(chat)",
    ),
    "what is only read": ("LIMITS = {'a': 1}", "print(LIMITS[chat])"),
    "what is set on import": ("kept = {}\nkept['a'] = 1", "print(chat)"),
}
APART = {
    "a context's own": (
        "from contextvars import ContextVar\nkept = ContextVar('kept')",
        "kept.set(chat)",
        "is each context's own",
    ),
    "a context's own, which begins with a pair that nothing can change": (
        "from contextvars import ContextVar\nkept = ContextVar('kept', default=(None, ('a', 1)))\n\n\n"
        "def back(token):\n    kept.reset(token)\n",
        "back(kept.set((chat, ())))",
        "is each context's own",
    ),
    "keyed by the tenant": (
        "kept = {}",
        "kept[current_tenant_id()] = rows(chat)",
        "keeps every entry under its tenant's ids",
    ),
    "keyed by the tenant, and old ones thrown away": (
        "kept = {}\n\n\ndef forget():\n    for key in list(kept):\n        del kept[key]\n",
        "kept[current_tenant_id()] = rows(chat)\nforget()\nreturn kept.get(current_tenant_id())",
        "keeps every entry under its tenant's ids",
    ),
    "keyed by the tenant among others": (
        "kept = {}",
        "key = (get_current_tenant_id(), chat)\nkept[key] = rows(chat)",
        "keeps every entry under its tenant's ids",
    ),
    "a mapping within each tenant's": (
        "kept = {}",
        "kept.setdefault(current_tenant_id(), {})[chat] = rows(chat)",
        "keeps every entry under its tenant's ids",
    ),
    "a list for each tenant": (
        "kept = {}",
        "kept.setdefault(current_tenant_id(), []).append(rows(chat))",
        "keeps every entry under its tenant's ids",
    ),
    "counted by the tenant": (
        "kept = {}",
        "kept[current_tenant_id()] += 1",
        "keeps every entry under its tenant's ids",
    ),
}
TASKS = "import asyncio\nkept = []\n\n\nasync def wait():\n    pass\n"
HARMLESS = {
    "locks": ("import asyncio\nkept = {}", "kept[chat] = asyncio.Lock()", "holds locks and the like only"),
    "tasks": (
        "import asyncio\nkept = set()\n\n\nasync def wait():\n    pass\n",
        "task = kept.add(asyncio.create_task(wait()))",
        "holds tasks while they run, and gives none out",
    ),
    "tasks that take themselves out": (
        "import asyncio\nkept = set()\n\n\nasync def wait():\n    pass\n",
        "task = asyncio.create_task(wait())\nkept.add(task)\ntask.add_done_callback(kept.discard)",
        "holds tasks while they run, and gives none out",
    ),
    "tasks by name that it only adds and takes out": (
        """
        import asyncio
        kept = {}


        async def wait():
            pass


        def gone(name, task):
            kept[name].remove(task)
        """,
        """
        task = asyncio.create_task(wait())
        task.add_done_callback(lambda done: gone(chat, done))
        kept.setdefault(chat, []).append(task)
        """,
        "holds tasks while they run, and gives none out",
    ),
    "made once, and asked before": (
        """
        kept = False


        def begin():
            global kept
            Messages.create_table(safe=True)
            kept = True


        def sure():
            if not kept:
                begin()


        begin()
        """,
        "sure()",
        "is made once, of nothing that is a tenant's",
    ),
    "made once": (
        "import re\nkept = None",
        "global kept\nif kept is None:\n    kept = re.compile('a')",
        "is made once, of nothing that is a tenant's",
    ),
    "made once, and has another name first": (
        "import httpx\nkept = None",
        "global kept\nif kept is None:\n    made = httpx.AsyncClient(timeout=5)\n    made.auth = 'b'\n    kept = made",
        "is made once, of nothing that is a tenant's",
    ),
    "made once, and calls back": (
        "import httpx\nkept = None",
        "global kept\nif kept is None:\n    made = httpx.AsyncClient(auth=rows)\n    kept = made",
        "is made once, of nothing that is a tenant's",
    ),
    "read once from the process's file": (
        "import json\nimport os\nkept = None",
        """
        global kept
        if kept is None:
            folder = os.path.dirname(os.path.abspath(__file__))
            path = os.path.join(folder, "words.json")
            with open(path) as file:
                words = json.load(file)
            kept = words
        """,
        "is made once, of nothing that is a tenant's",
    ),
    "what its key decides": (
        "import re\nkept = {}",
        "if chat not in kept:\n    kept[chat] = re.compile(chat)",
        "remembers what its key alone decides",
    ),
}
SHARED = {
    "an answer of what has no name": ("kept = {}", "kept[chat] = (lambda: 1)()"),
    "a row that a model answers itself": ("kept = {}", "kept[chat] = Messages.get_or_none(Messages.chat_id == chat)"),
    "a row that is taken where there is one": (
        "kept = {}",
        "row = Messages.get_or_none(Messages.chat_id == chat)\nkept.setdefault(chat, row and row.chat_id)",
    ),
    "rows by a chat's id": ("kept = {}", "kept[chat] = rows(chat)"),
    "what was said last": ("kept = None", "global kept\nkept = rows(chat)"),
    "a list": ("kept = []", "kept.append(chat)"),
    **{
        f"made once, and {name}": (
            "import asyncio\nimport httpx\nimport threading\nkept = None\n"
            "class Worker:\n    def __init__(self, work):\n        work()",
            f"global kept\nif kept is None:\n    {lines}",
        )
        for name, lines in {
            "handed something": "made = httpx.AsyncClient(headers={'a': chat})\n    kept = made",
            "filled later": "made = dict(a=1)\n    made['b'] = chat\n    kept = made",
            "handed something later": "made = httpx.AsyncClient()\n    made.mount('a', chat)\n    kept = made",
            "works for the first": "work = rows(chat)\n    made = asyncio.create_task(work)\n    kept = made",
            "starts what has a name": "work = rows\n    kept = threading.Thread(target=work)",
            "starts it by two names": "work = rows\n    made = threading.Thread(target=work)\n    kept = made",
            "hands it to code of the tree": "made = Worker(rows)\n    kept = made",
            "hands it over later": "made = httpx.AsyncClient()\n    made.submit(rows)\n    kept = made",
            "made of what is made of it": "first = chat\n    made = [first]\n    kept = made",
        }.items()
    },
    "the tenant's id within a text": ("kept = {}", "kept[f'{current_tenant_id()}_{chat}'] = rows(chat)"),
    "records that say whose they are": ("kept = []", "kept.append({'tenant': current_tenant_id(), 'text': chat})"),
    "pairs with the tenant's id": ("kept = []", "kept.append((current_tenant_id(), chat))"),
    "a set of pairs with the tenant's id": ("kept = set()", "kept.add((current_tenant_id(), chat))"),
    "a mapping that is handed the tenant as a value": ("kept = {}", "kept.update({chat: current_tenant_id()})"),
    "a counter": ("kept = 0", "global kept\nkept += 1"),
    "an entry of the tenant's and one of all": (
        "kept = {}",
        "kept[current_tenant_id()] = rows(chat)\nkept['last'] = rows(chat)",
    ),
    "through a function": ("kept = []\n\n\ndef note(item):\n    kept.append(item)\n", "note(chat)"),
    "keyed by the tenant, and listed": (
        "kept = {}",
        "kept[current_tenant_id()] = rows(chat)\nreturn list(kept.values())",
    ),
    "keyed by the tenant, and answered whole": ("kept = {}", "kept[current_tenant_id()] = rows(chat)\nreturn kept"),
    "tasks that another awaits": (
        TASKS,
        "kept.append(asyncio.create_task(wait()))\nreturn [await task for task in kept]",
    ),
    "tasks that another ends": (TASKS, "kept.append(asyncio.create_task(wait()))\nkept.pop(0).cancel()"),
    "locks, and by which keys": ("import asyncio\nkept = {}", "kept[chat] = asyncio.Lock()\nreturn sorted(kept)"),
    "asked for, and made again": (
        "import time\nkept = None",
        "global kept\nif kept:\n    print(kept)\nkept = time.time()",
    ),
    "tasks by name that it ends": (
        "import asyncio\nkept = {}\n\n\nasync def wait():\n    pass\n",
        "kept.setdefault(chat, []).append(asyncio.create_task(wait()))\nkept[chat][0].cancel()",
    ),
    "a flag of whoever came first, asked before": (
        """
        kept = False


        def begin():
            global kept
            kept = True


        def sure():
            if not kept:
                begin()
                rows()
        """,
        "sure()",
    ),
    "a flag that somebody sets without asking": (
        "kept = False\n\n\ndef begin():\n    global kept\n    kept = True\n",
        "if not kept:\n    begin()\nbegin()",
    ),
    "drawn by chance": ("import secrets\nkept = {}", "if chat not in kept:\n    kept[chat] = secrets.token_hex(8)"),
    "numbered as they come": (
        "import itertools\nkept, count = {}, itertools.count()",
        "if chat not in kept:\n    kept[chat] = next(count)",
    ),
    "what is being done, and all of it looked at": (
        "kept = {}",
        "kept[chat] = list(kept)\ntry:\n    rows(chat)\nfinally:\n    kept.pop(chat)",
    ),
    "on a class": ("class Page:\n    kept = []\n", "Page.kept.append(chat)"),
}


@pytest.mark.parametrize("form", NOT_SHARED)
def test_is_not_shared(form: str) -> None:
    above, body = NOT_SHARED[form]
    assert verdicts(served(body, above)) == {}


@pytest.mark.parametrize("form", APART)
def test_is_kept_apart(form: str) -> None:
    above, body, reason = APART[form]
    assert verdicts(served(body, above)) == {"kept": ("secure", reason)}


KEEPER = """
from src.common.structure.context_aware_map import ContextAwareMap


class Keeper:
    def __init__(self):
        self._kept = ContextAwareMap()

    def keep(self, key, row):
        {keep}


keeper = Keeper()
"""


@pytest.mark.parametrize(
    ("keep", "verdict"),
    [
        ("self._kept[key].append(row)", "secure"),
        ("self._kept.setdefault(key, []).append(row)", "secure"),
        ("self._kept[key] = row", ""),  # which is the map's own business
        ("self._kept = row", "insecure"),
        ("self._kept = self._kept[key] = row", "insecure"),
    ],
)
def test_a_map_of_each_tenants_is_one_whatever_is_put_into_it(keep: str, verdict: str) -> None:
    program = served("keeper.keep(chat, rows(chat))", KEEPER.format(keep=keep))
    assert verdicts(program).get("Keeper._kept", ("",))[0] == verdict


@pytest.mark.parametrize("form", HARMLESS)
def test_is_harmless(form: str) -> None:
    above, body, reason = HARMLESS[form]
    assert verdicts(served(body, above)) == {"kept": ("global", reason)}


@pytest.mark.parametrize("form", SHARED)
def test_is_shared(form: str) -> None:
    above, body = SHARED[form]
    found = {holder.rpartition(".")[2]: said for holder, said in verdicts(served(body, above)).items()}
    verdict, reason = found["kept"]
    assert verdict == "insecure"
    assert reason.startswith("kept for all tenants, and changed in a tenant's work: serve")


HOST = """
class BaseCommand:
    def __init__(self, message, plugin_config=None):
        self.plugin_config = plugin_config or {}

    def get_config(self, key, default=None):
        current = self.plugin_config
        for part in key.split("."):
            if part not in current:
                return default
            current = current[part]
        return current
"""
COMMAND = """
from src.plugin_system.base.base_command import BaseCommand


class Do(BaseCommand):
    async def execute(self):
        {body}
"""


@pytest.mark.parametrize(
    ("body", "is_changed"),
    [
        ("self.plugin_config = dict(self.plugin_config)", False),
        ("own = dict(self.plugin_config); own['last'] = self.message.text", False),
        ("return self.get_config('words', [])", False),
        ("self.plugin_config['last'] = self.message.text", True),
        ("self.plugin_config.setdefault('words', []).append(self.message.text)", True),
        ("words = self.get_config('words', []); words.append(self.message.text)", True),
    ],
)
def test_a_configuration_that_components_are_handed_is_the_process_s(body: str, *, is_changed: bool) -> None:
    files = {"src/plugin_system/base/base_command.py": HOST, "plugins/say/plugin.py": COMMAND.format(body=body)}
    found = judged(GUARDED | files, "shared-state")
    assert any(name.endswith("plugin_config") for name in found) == is_changed
