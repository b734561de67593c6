"""What methods and built-ins do with the containers that Python has: the one place where that is known.

Names stand without their dot. What a method is not listed for, nobody knows: callers must expect the worst of it.
"""

from __future__ import annotations

# Methods that change what they are called on: containers, queues, and context variables.
CHANGING = frozenset(
    {"add", "append", "appendleft", "clear", "difference_update", "discard", "extend", "extendleft", "insert"}
    | {"intersection_update", "move_to_end", "pop", "popitem", "popleft", "push", "put", "put_nowait", "remove"}
    | {"reverse", "rotate", "set", "setdefault", "sort", "subtract", "symmetric_difference_update", "update"}
)
# What makes containers that keep nothing but what is put in.
MAKING = frozenset(
    {"dict", "list", "set", "defaultdict", "OrderedDict", "Counter", "deque", "bytearray"}
    | {"WeakValueDictionary", "WeakKeyDictionary", "WeakSet"}
)
# What shows the containers that it is made of, as they are whenever somebody looks.
VIEWING = frozenset({"ChainMap", "MappingProxyType", "memoryview"})
# Methods that hand out what a container holds, and change nothing; and all that hand out something of it.
ITEMS = frozenset({"get", "items", "values", "copy"})
HANDING_OUT = ITEMS | {"keys", "pop", "setdefault", "popitem"}
# What databases' connections hand out works on them (PEP 249), and so do the connections of engines and pools, and what
# Redis' clients gather commands in.
PARTS = frozenset({"acquire", "begin", "connect", "cursor", "pipeline", "transaction"})
# Of what hands out, the ones that give all of it.
WHOLE = frozenset({"values", "items", "keys", "copy"})
# What a mapping is asked for one entry with, and what it changes one with: their first argument is the key.
LOOKING_UP = frozenset({"get", "__getitem__", "__contains__"})
STORING = frozenset({"pop", "setdefault", "__setitem__", "__delitem__"})
# All that any mapping answers.
OF_MAPPINGS = frozenset({"get", "items", "keys", "values", "pop", "popitem", "setdefault", "update", "clear"})
# Built-ins that go through all of their argument, or count it.
ENUMERATING = frozenset({"list", "tuple", "set", "frozenset", "dict", "sorted", "len", "iter", "enumerate", "sum"})
# Functions that look at what they are given, and keep nothing of it.
LOOKING = frozenset(
    {"all", "any", "bool", "dict", "enumerate", "float", "frozenset", "int", "isinstance", "len", "list", "max", "min"}
    | {"print", "range", "repr", "reversed", "set", "sorted", "str", "sum", "tuple", "zip", "dumps"}
)
# Methods of loggers, which only say something.
LOGGING = frozenset({"debug", "info", "warning", "error", "exception", "critical"})
# Methods that change nothing of the object that they are called on, whatever it is.
READING = LOGGING | {
    *("copy", "count", "encode", "endswith", "exists", "find", "format", "get", "index", "is_dir", "is_file", "items"),
    *("join", "joinpath", "keys", "lower", "split", "startswith", "strip", "upper", "values", "with_suffix"),
    *("done", "is_set", "locked", "match", "search", "findall", "fullmatch", "sub", "relative_to", "resolve"),
    "as_posix",
}
# Methods that every built-in container or string has, and the commonest of the standard library's: on an unknown object
# they say nothing about the program's own classes.
COMMON_METHODS = frozenset(name for kind in (dict, list, set, str, bytes, int, float) for name in dir(kind)) | {
    *("close", "open", "read", "write", "send", "recv", "put", "join", "start", "run", "stop", "result", "done"),
    *("cancel", "acquire", "release", "wait", "execute", "save", "load", "add_done_callback"),
}


def looks_up(part: str, name: str) -> bool:
    """Whether a method that a chain names hands out of a container what has a name of its own, and calls none of it."""
    return part[1:] in HANDING_OUT and part[1:] != name
