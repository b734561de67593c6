"""What becomes one for each tenant, and the places that are edited for it."""

from __future__ import annotations

from codemods.places import Member, Place, Role, State
from tests.survey.shared_state.kept import Kept, managed, tasks

MAP, CACHE, REGISTRY, TASKS, ATTRIBUTE, VALUE = (
    f"holder-{kind}" for kind in ("map", "cache", "registry", "tasks", "attribute", "value")
)
OF_MANAGER = Member("Manager.kept")
OF_MODULE, SERVED = State("<module>", "kept", Role.FIRST), State("serve", "kept")
BECOMES: dict[str, tuple[Kept, list[tuple[str, Place]]]] = {
    "a mapping by chat of the one manager": (
        managed("{}", "if chat not in self.kept:\n    self.kept[chat] = found\nreturn self.kept[chat]"),
        [(MAP, OF_MANAGER)],
    ),
    "a mapping that is emptied when it is full": (
        managed("{}", "if len(self.kept) > 9:\n    self.kept.clear()\nself.kept[chat] = found"),
        [(MAP, OF_MANAGER)],
    ),
    "a mapping that a function counts, and that is emptied when it is full": (
        Kept(
            "kept = {}\n\n\ndef size():\n    return len(kept)", "if size() > 9:\n    kept.clear()\nkept[chat] = found"
        ),
        [(MAP, Member("kept"))],
    ),
    "a mapping of a module": (Kept("kept = {}", "return kept.setdefault(chat, found)"), [(MAP, Member("kept"))]),
    "a mapping of a class": (
        Kept("class Manager:\n    kept = {}", "Manager.kept[chat] = found", "Manager.kept"),
        [(MAP, OF_MANAGER)],
    ),
    "a mapping that is handed out whole": (
        managed("{}", "self.kept[chat] = found\nreturn self.kept"),
        [(ATTRIBUTE, OF_MANAGER)],
    ),
    "a mapping with another name for a moment": (
        managed("{}", "here = self.kept\nhere[chat] = found"),
        [(ATTRIBUTE, OF_MANAGER)],
    ),
    "a mapping that is replaced": (
        managed("{}", "self.kept[chat] = found\nself.kept = {}"),
        [(ATTRIBUTE, OF_MANAGER)],
    ),
    "a list behind a lock": (
        managed(
            "[]  # what was found\n        self.lock = threading.Lock()",
            "with self.lock:\n    self.kept.append(found)",
            imports="import threading\n",
        ),
        [(ATTRIBUTE, OF_MANAGER)],
    ),
    "a mapping with a factory": (
        managed("defaultdict(list)", "self.kept[chat].append(found)", imports="from collections import defaultdict\n"),
        [(ATTRIBUTE, OF_MANAGER)],
    ),
    "a queue of the last few": (
        managed("deque(maxlen=3)", "self.kept.append(found)", imports="from collections import deque\n"),
        [(ATTRIBUTE, OF_MANAGER)],
    ),
    "a counter": (
        managed("Counter()", "self.kept[chat] += 1\nreturn found", imports="from collections import Counter\n"),
        [(ATTRIBUTE, OF_MANAGER)],
    ),
    "a count that the class begins": (
        Kept(
            """
            class Manager:
                kept = 0

                def work(self, found):
                    self.kept += len(found)


            manager = Manager()
            """,
            "manager.work(found)",
            "Manager.kept",
        ),
        [(ATTRIBUTE, OF_MANAGER)],
    ),
    "a count of a module": (
        Kept("kept = 0", "global kept\nkept += len(found)"),
        [(VALUE, OF_MODULE), (VALUE, SERVED)],
    ),
    "a set of a module": (
        Kept("kept: set[str] = set()", "if chat not in kept:\n    kept.add(chat)\n    return found"),
        [(VALUE, OF_MODULE), (VALUE, SERVED)],
    ),
    "a set of a class": (
        Kept(
            "class Manager:\n    kept = set()\n\n    def work(self, chat):\n        self.kept.add(chat)",
            "Manager().work(chat)\nreturn found",
            "Manager.kept",
        ),
        [(VALUE, State("Manager", "kept", Role.FIRST)), (VALUE, State("Manager.work", "self.kept"))],
    ),
    "a model that is made of a tenant's": (
        Kept(
            "class Model:\n    def __init__(self, found):\n        self.found = found\n\n\nkept = None",
            "global kept\nif kept is None:\n    kept = Model(found)\nreturn kept.found",
        ),
        [(VALUE, OF_MODULE), (VALUE, SERVED)],
    ),
    "an object that its class keeps as well": (
        Kept(
            """
            class Model:
                _one = None

                def __new__(cls, found):
                    if cls._one is None:
                        cls._one = super().__new__(cls)
                        cls._one.found = found
                    return cls._one


            kept = None


            def get(found):
                global kept
                if kept is None:
                    kept = Model(found)
                return kept
            """,
            "return get(found).found",
        ),
        [
            (VALUE, OF_MODULE),
            (VALUE, State("get", "kept")),
            (VALUE, State("Model", "_one", Role.FIRST)),
            (VALUE, State("Model.__new__", "cls._one")),
        ],
    ),
    "a cache that is used on import as well": (
        Kept(
            """
            kept = {}


            def get(name):
                if name not in kept:
                    kept[name] = rows(name)
                return kept[name]


            get("all")
            """,
            "return get(chat), found",
        ),
        [(CACHE, Member("kept"))],
    ),
    "a registry that is filled on import": (
        Kept(
            "kept = {}\n\n\ndef put(name, text):\n    kept[name] = text\n\n\ndef get(name):\n    return kept[name]"
            '\n\n\nput("hello", "{}")',
            "put(chat, found)\nreturn get('hello')",
        ),
        [(REGISTRY, Member("kept"))],
    ),
    "tasks by name, which the process stops": (
        tasks("for name, task in self.kept.items():\n    task.cancel()\nself.kept.clear()"),
        [(TASKS, OF_MANAGER)],
    ),
    "a registry that is filled as attributes get their names": (
        Kept(
            """
            kept = {}


            class Field:
                def __set_name__(self, owner, name):
                    kept[name] = []


            class Form:
                text = Field()
            """,
            'kept["text"].append(found)\nreturn kept["text"]',
        ),
        [(REGISTRY, Member("kept"))],
    ),
    "a cache of a decorator's": (
        Kept(
            """
            kept = {}


            def remembered(function):
                def get(name):
                    if name not in kept:
                        kept[name] = function(name)
                    return kept[name]

                return get


            @remembered
            def find(name):
                return rows(name)
            """,
            "return find(chat), found",
        ),
        [(MAP, Member("kept"))],
    ),
}
