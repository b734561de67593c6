"""What stays as it is, and a part of the reason: no edit could be shown to be right."""

from __future__ import annotations

from tests.survey.shared_state.kept import Kept, managed, tasks

OUTSIDE = "used where no tenant may be set"
STAYS: dict[str, tuple[Kept, str]] = {
    "an alias made on import": (Kept("kept = {}\nother = kept", "kept[chat] = found"), OUTSIDE),
    "gone through on import": (
        Kept("kept = {}\n\n\ndef flush():\n    return list(kept.values())\n\n\nflush()", "kept[chat] = found"),
        OUTSIDE,
    ),
    "looked up where nobody fills it": (
        Kept("kept = {}\n\n\ndef first():\n    return kept.get(1)\n\n\nfirst()", "kept[chat] = found"),
        OUTSIDE,
    ),
    "a task that the process stops by its name": (tasks("self.kept[name].cancel()"), OUTSIDE),
    "tasks that the process goes through by their names": (
        tasks("for each in self.kept:\n    self.kept[each].cancel()"),
        OUTSIDE,
    ),
    "counted on import": (
        Kept("kept = 0\n\n\ndef one():\n    global kept\n    kept += 1\n\n\none()", "one()\nreturn found"),
        OUTSIDE,
    ),
    "used in a thread of its own": (
        Kept(
            "kept = set()\n\n\ndef drop(chat):\n    kept.discard(chat)",
            "kept.add(found)\nThread(target=drop, args=(chat,)).start()",
            imports="from threading import Thread\n",
        ),
        OUTSIDE,
    ),
    "shown by its object": (
        Kept(
            """
            class Manager:
                def __init__(self):
                    self.kept = []

                def __repr__(self):
                    return f"{self.kept}"


            manager = Manager()
            """,
            "manager.kept.append(found)",
            "Manager.kept",
        ),
        OUTSIDE,
    ),
    "filled as its object is made": (
        Kept(
            """
            class Manager:
                def __init__(self):
                    self.kept = {}
                    self.fill()

                def fill(self):
                    self.kept["all"] = rows("all")


            manager = None


            def get():
                global manager
                if manager is None:
                    manager = Manager()
                return manager
            """,
            "get().kept[chat] = found",
            "Manager.kept",
        ),
        "used while an object is made",
    ),
    "also kept by another name": (
        managed("[]", "self.kept.append(found)\nself.view = self.kept"),
        "kept by another name",
    ),
    "put into another container": (
        managed("[]", "self.kept.append(found)\nEVERY.append(self.kept)", imports="EVERY = []\n"),
        "kept by another name",
    ),
    "what another object of the process keeps": (
        Kept(
            """
            kept = []


            def get():
                return kept


            class Manager:
                def __init__(self):
                    self.mine = None

                def work(self):
                    self.mine = get()


            manager = Manager()
            """,
            "kept.append(found)\nmanager.work()",
        ),
        "Manager.mine keeps what get() answers",
    ),
    "deleted": (Kept("kept = []\n\n\ndef drop():\n    global kept\n    del kept", "kept.append(found)"), "is deleted"),
    "a default": (Kept("kept = []\n\n\ndef work(here=kept):\n    return here", "kept.append(found)"), "in a signature"),
    "asked for by its name": (
        managed("[]", "self.kept.append(found)\nreturn getattr(self, 'kept')"),
        "asked for by its name, by getattr",
    ),
    "counted by a function, and compared with a limit by who calls it": (
        Kept("kept = {}\n\n\ndef size():\n    return len(kept)", "if size() < 9:\n    kept[chat] = found"),
        "compared with a limit, which may be the process's or a tenant's (src/webui/form_",
    ),
    "asked for by its name, as Python does": (
        managed("[]", "self.kept.append(found)\nreturn object.__getattribute__(self, 'kept')"),
        "asked for by its name, by __getattribute__",
    ),
    "asked for by its name, of itself": (
        managed("[]", "self.kept.append(found)\nreturn self.__getattribute__('kept')"),
        "asked for by its name, by __getattribute__",
    ),
    "asked for by what asks for it": (
        managed(
            "[]",
            "self.kept.append(found)\nreturn attrgetter('kept')(self)",
            imports="from operator import attrgetter\n",
        ),
        "asked for by its name, by attrgetter",
    ),
    "reached through globals": (
        Kept("kept = []\n\n\ndef drop():\n    return globals()", "kept.append(found)"),
        "reached through globals()",
    ),
    "shown with its object": (
        managed("[]", "self.kept.append(found)\nreturn pickle.dumps(self)", imports="import pickle\n"),
        "copied or shown with its object, by dumps",
    ),
    "one of all attributes": (managed("[]", "self.kept.append(found)\nreturn self.__dict__"), "one of all attributes"),
    "a field of a dataclass": (
        Kept(
            """
            @dataclass
            class Manager:
                kept: int = 0

                def work(self):
                    self.kept += 1


            manager = Manager()
            """,
            "manager.work()\nreturn found",
            "Manager.kept",
            "from dataclasses import dataclass\n",
        ),
        "its class is decorated",
    ),
    "a class with slots": (
        Kept(
            """
            class Manager:
                __slots__ = ("kept",)

                def __init__(self):
                    self.kept = 0


            manager = Manager()
            """,
            "manager.kept += len(found)",
            "Manager.kept",
        ),
        "has __slots__",
    ),
    "a class of its own kind": (
        Kept(
            """
            class Manager(UserDict):
                def __init__(self):
                    super().__init__()
                    self.kept = 0


            manager = Manager()
            """,
            "manager.kept += len(found)",
            "Manager.kept",
            "from collections import UserDict\n",
        ),
        "inherits collections.UserDict",
    ),
    "an heir with its own": (
        Kept(
            """
            class Manager:
                def __init__(self):
                    self.kept = []


            class Other(Manager):
                kept = ()


            manager = Manager()
            """,
            "manager.kept.append(found)",
            "Manager.kept",
        ),
        "Other has a kept of its own",
    ),
    "several classes of its kind, of which the first by name is told": (
        Kept(
            """
            class Manager:
                def __init__(self):
                    self.kept = []


            class Other3(Manager):
                kept = ()


            class Other1(Manager):
                kept = ()


            class Other2(Manager):
                kept = ()


            class Other4(Manager):
                kept = ()


            manager = Manager()
            """,
            "manager.kept.append(found)",
            "Manager.kept",
        ),
        "Other1 has a kept of its own",
    ),
    "a limit of how many there may be": (
        managed("{}", "if len(self.kept) > 9:\n    raise LookupError\nself.kept[chat] = found"),
        "compared with a limit",
    ),
    "a limit of how many run at once": (
        Kept(
            "kept = 0",
            """
            global kept
            if kept > 3:
                raise LookupError
            kept += 1
            try:
                return found
            finally:
                kept -= 1
            """,
        ),
        "compared with a limit",
    ),
    "a loop's variable": (
        Kept("kept = None", "global kept\nfor kept in found:\n    pass"),
        "a loop or a with gives it its value",
    ),
    "a value that is worked out": (
        Kept("def load():\n    return [1]\n\n\nkept = load()", "kept.append(found)"),
        "starts with no plain value",
    ),
    "a queue that somebody else empties": (
        Kept("kept = asyncio.Queue()", "await kept.put(found)", imports="import asyncio\n"),
        "starts with no plain value",
    ),
    "made under a condition": (
        Kept("kept: list\nif router:\n    kept = []", "kept.append(found)"),
        "gets its first value",
    ),
    "a parameter's default": (
        Kept("def add(one, kept=[]):\n    kept.append(one)\n    return kept", "return add(found)", "add.kept"),
        "no name of a module",
    ),
    "of a class, through something unknown": (
        Kept(
            "class Manager:\n    shown = []\n\n\ndef show(it):\n    return it.shown",
            "Manager.shown.append(found)\nreturn show(found)",
            "Manager.shown",
        ),
        "it.shown may be it",
    ),
    "an object that starts a thread": (
        Kept(
            """
            class Manager:
                def __init__(self, found):
                    self.found = found
                    Thread(target=self.run).start()

                def run(self):
                    return None


            kept = None
            """,
            "global kept\nif kept is None:\n    kept = Manager(found)\nreturn kept.found",
            imports="from threading import Thread\n",
        ),
        "making a Manager starts something",
    ),
    "what a loop empties that is started once": (
        Kept(
            """
            class Manager:
                def __init__(self):
                    self.kept = []
                    self.started = False

                def start(self):
                    if not self.started:
                        self.started = True
                        asyncio.create_task(self.loop())

                async def loop(self):
                    while True:
                        await asyncio.sleep(1)
                        self.kept.clear()


            manager = Manager()
            """,
            "manager.kept.append(found)\nmanager.start()",
            "Manager.kept",
            "import asyncio\n",
        ),
        "Manager.loop works on it, which is started once for all",
    ),
    "what another function sets up": (
        Kept(
            """
            class Model:
                pass


            kept = None


            def set_up():
                global kept
                kept = Model()


            def get():
                return kept


            @router.get("/set-up")
            async def begin(chat):
                rows(chat)
                set_up()
            """,
            "return get(), found",
        ),
        "set_up makes it, and get uses it as it is",
    ),
    "what changes together with what stays": (
        Kept(
            """
            class Manager:
                def __init__(self):
                    self.kept = 0
                    self.last = rows("all")

                def work(self, found):
                    self.kept += 1
                    self.last = found


            manager = Manager()
            """,
            "manager.work(found)",
            "Manager.kept",
        ),
        "it changes together with last, which stays: it starts with no plain value",
    ),
    "keys that are joined of a tenant's ids": (
        Kept(
            """
            kept = {}


            def key_of(tenant_id, chat):
                return f"{tenant_id}:{chat}"
            """,
            "key = key_of(current_tenant_id(), chat)\nkept[key] = found\nreturn list(kept)",
            imports="from src.common.message.tenant_context import current_tenant_id\n",
        ),
        "its keys have the tenant's id in them already",
    ),
    "what an event that starts the process uses as well": (
        Kept(
            """
            from src.plugin_system import BaseEventHandler, EventType


            class Heard(BaseEventHandler):
                event_type = EventType.ON_MESSAGE
                handler_name = "heard"

                def set_plugin_config(self, config):
                    self.kept = config

                def __init__(self):
                    super().__init__()
                    self.kept = None

                async def execute(self, message):
                    self.kept = rows(message)
                    return self.kept
            """,
            "return found",
            "Heard.kept",
        ),
        OUTSIDE,
    ),
    "of a class whose base is not in view": (
        Kept(
            """
            from src.chat.nowhere import Base


            class Manager(Base):
                def __init__(self):
                    self.kept = []


            manager = Manager()
            """,
            "manager.kept.append(found)",
            "Manager.kept",
        ),
        "inherits src.chat.nowhere.Base, which may do more with it",
    ),
    "objects that a base notes down as heirs are defined": (
        Kept(
            """
            kept = {}


            class Kind:
                def __init_subclass__(cls):
                    kept[cls.__name__] = deque()


            class Text(Kind):
                pass
            """,
            'kept["Text"].append(found)\nkept["now"] = found',
            imports="from collections import deque\n",
        ),
        "one for all, and changed in tenants' work",
    ),
    "a list that a decorator fills": (
        Kept(
            """
            kept = []


            def note(function):
                kept.append(function)
                return function


            @note
            def one():
                return 1
            """,
            "kept.append(found)\nreturn kept",
        ),
        OUTSIDE,
    ),
}
