"""Which classes the process has one object of: what such an object keeps, everybody shares."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from codemods.analysis.chains import Chain, uncalled
from codemods.analysis.definitions import gives_back
from codemods.analysis.program import Program
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.values import Value
from codemods.analysis.writes import BIND

# What libraries call decorators whose function answers once and for all: what one without arguments makes is one for
# the process.
KEEPING = frozenset(
    {"cache", "cache_on_arguments", "cached", "cached_property", "cached_stampede", "cachedmethod"}
    | {"memoize", "memoized"}
    | {f"{how}_cache" for how in ("alru", "async", "fifo", "lfu", "lru", "mru", "rr", "ttl")}
)
# What containers of dependencies call what makes one object of a class, and answers with that one from then on.
_ONCE = frozenset({"Resource", "Singleton", "ThreadSafeSingleton"})

# Names for names are followed so far.
_DEEPEST = 4


def is_cache(program: Program, chain: Chain, frame: Symbol) -> bool:
    """Whether a decorator, called or not, keeps what its function answers."""
    return _is_called(program, chain, frame, KEEPING)


def _is_called(program: Program, chain: Chain, frame: Symbol, names: frozenset[str]) -> bool:
    """Whether a chain, called or not, stands for something of nobody in view that is called one of these."""
    plain = uncalled(chain)
    return bool(plain) and any(
        value.kind == "outside" and value.name.name in names for value in program.values(plain, frame)
    )


def _handed_to_keepers(program: Program) -> Iterator[Value]:
    """What files hand on import to what answers once and for all: a cache around it, or what holds one object of it."""
    for file in program.files.values():
        body = Symbol(file.module, MODULE_BODY)
        for use in file.body.uses:
            if use.chain[-1] == "()" and use.positional and _is_called(program, use.chain, body, KEEPING | _ONCE):
                yield from program.values(use.positional[0].chain, body)


def kept_answers(program: Program) -> Iterator[Symbol]:
    """The functions that are called, and whose answers a cache keeps: as a decorator, or by a call on import."""
    for identifier, function in program.functions.items():
        for use in function.decorators:
            is_asked = use.chain and uncalled(use.chain)[-1].lstrip(".") != "cached_property"
            if is_asked and is_cache(program, use.chain, program.around(identifier)):
                yield identifier
    yield from (item.name for item in _handed_to_keepers(program))


def one_of_process(
    program: Program,
    hosted: Iterable[Symbol],
    apart: frozenset[Symbol] = frozenset(),
    starting: frozenset[Symbol] = frozenset(),
) -> frozenset[Symbol]:
    """The classes of which an object lives as long as the process; `hosted`: bases that a host makes one object of;
    `apart`: what keeps several values where a name or an attribute shows one; `starting`: what runs only as the
    process starts."""
    found: set[Symbol] = set()
    put = (cls for cls in _put_at_start(program, starting) if cls not in apart)
    made = (item.name for item in _handed_to_keepers(program) if item.kind == "class")
    queue: deque[Symbol] = deque([*_seeds(program, frozenset(hosted), apart), *put, *made])
    while queue:
        identifier = queue.popleft()
        if identifier in found or identifier not in program.classes:
            continue
        found.add(identifier)
        for base in program.lineage(identifier):
            queue.extend(_in_attributes(program, base))
    return frozenset(found)


def _seeds(program: Program, hosted: frozenset[Symbol], apart: frozenset[Symbol]) -> Iterator[Symbol]:
    for module, file in program.files.items():
        body = Symbol(module, "<module>")
        for chains in file.body.assigned.values():
            yield from _made(program, chains, body)
        for qualname, function in file.functions.items():
            frame = Symbol(module, qualname)
            for name in set(function.global_names).difference(function.nonlocal_names):
                yield from _made(program, function.assigned.get(name, ()), frame)
            for write in function.writes:
                is_of_class = write.how == BIND and len(write.chain) == 2 and write.value is not None
                if is_of_class and any(value.kind == "class" for value in program.values(write.chain[:1], frame)):
                    yield from _made(program, write.value.chains if write.value else (), frame)
            is_outer = program.around(frame) == body
            defaults = (item.default.chain for item in function.parameters if item.default is not None and is_outer)
            yield from _made(program, defaults, body)
            for use in function.decorators if is_outer else ():
                yield from (item.name for item in program.values(use.chain, body) if item.kind in ("class", "instance"))
            is_cached = any(is_cache(program, use.chain, program.around(frame)) for use in function.decorators)
            if is_cached and not {item.name for item in function.parameters} - {"self", "cls"}:
                yield from _made(program, function.returned, frame)
    for identifier, cls in program.classes.items():
        once = program.inherits(identifier, hosted) or _makes_itself_once(program, identifier, apart)
        if once or _shares_attributes(program, identifier):
            yield identifier
        for name, chains in cls.assigned.items():
            if name not in cls.filled:
                yield from _made(program, [chain for chain in chains if not chain[0].startswith("@")], identifier.body)


def _put_at_start(program: Program, starting: frozenset[Symbol]) -> Iterator[Symbol]:
    """The classes of objects that the start of the process puts somewhere: into a container, an attribute of a class,
    or to a function that is called with them, or with what they do."""
    for frame in (item for item in starting if item in program.functions):
        for use in program.functions[frame].uses:
            for argument in use.arguments:
                if argument.chain and _is_kept_by(program, use.chain[:-1], argument.chain, frame):
                    made = argument.chain if argument.chain[-1] == "()" else argument.chain[:-1]
                    yield from _made(program, [made], frame)
    for module, file in program.files.items():
        for held in file.held.values():
            for qualname, chain in held:
                if chain[-1] == "()" and Symbol(module, qualname) in starting:
                    yield from _made(program, [chain], Symbol(module, qualname))
    for identifier, cls in program.classes.items():
        for name in cls.filled:
            chains = [chain for chain in cls.assigned.get(name, ()) if chain[0][0] == "@" and chain[-1] == "()"]
            here = [chain for chain in chains if Symbol(identifier.module, chain[0][1:]) in starting]
            yield from _made(program, here, identifier.body)


def _is_kept_by(program: Program, called: Chain, given: Chain, frame: Symbol) -> bool:
    """Whether a call may keep an object that is made for it: a function of the program, or of nobody in view; or one
    that is given a method of such an object, whoever it is."""
    if given[-1] == "()":
        return any(value.kind in ("function", "class", "unknown") for value in program.values(called, frame))
    return given[-2:-1] == ("()",) and any(value.kind == "function" for value in program.values(given, frame))


def _shares_attributes(program: Program, identifier: Symbol) -> bool:
    """Whether the objects of a class take all of their attributes out of one mapping: `self.__dict__ = self.shared`."""
    methods = (name for word in ("__init__", "__new__") for name in program.method(identifier, word))
    return any(
        write.chain[1:] == (".__dict__",)
        and write.value is not None
        and write.value.form != "call"
        and write.value.chains
        for method in methods
        for write in program.functions[method].writes
    )


def _made(program: Program, chains: Iterable[Chain], frame: Symbol) -> Iterator[Symbol]:
    """The classes of the objects that these expressions make or hand on."""
    for chain in chains:
        for value in program.values(chain, frame):
            if value.kind == "instance":
                yield value.name


def _makes_itself_once(program: Program, identifier: Symbol, apart: frozenset[Symbol]) -> bool:
    """Whether a class keeps its one object itself: in `__new__`, or by a metaclass or decorator that does."""
    return any(keeps_itself(program, base, apart) for base in program.lineage(identifier))


def keeps_itself(program: Program, identifier: Symbol, apart: frozenset[Symbol] = frozenset()) -> bool:
    """Whether a class itself says so. What it keeps in one of `apart` is not one for the process."""
    cls = program.classes.get(identifier)
    if cls is None:
        return False
    new = cls.methods.get("__new__")
    writes = program.functions[Symbol(identifier.module, new)].writes if new is not None else ()
    if any(
        write.chain[0] in ("cls", cls.qualname) and not _is_apart(program, identifier, write.chain, apart)
        for write in writes
    ):
        return True
    for value in program.values(cls.metaclass, identifier.body) if cls.metaclass else ():
        if value.kind == "class" and any(
            program.functions[call].writes for call in program.method(value.name, "__call__")
        ):
            return True
    return any(
        value.kind == "function" and _keeps(program, value.name)
        for chain in cls.decorators
        for value in program.values(chain, identifier.body)
    )


def _is_apart(program: Program, identifier: Symbol, chain: Chain, apart: frozenset[Symbol]) -> bool:
    """Whether a write changes what is kept in an attribute of a class that is made of one of `apart`."""
    made = program.classes[identifier].assigned.get(chain[1].lstrip("."), ()) if len(chain) > 2 else ()
    return bool(made) and all(program.named(item, identifier.body, apart) for item in made)


def _keeps(program: Program, identifier: Symbol) -> bool:
    """Whether a function, or one inside it, changes something that outlives it, and hands on more than it is given."""
    inside = identifier.qualname + ".<locals>."
    return any(
        function.writes and not gives_back(function)
        for qualname, function in program.files[identifier.module].functions.items()
        if qualname == identifier.qualname or qualname.startswith(inside)
    )


def _in_attributes(program: Program, identifier: Symbol) -> Iterator[Symbol]:
    """The classes of the objects that an object of a class keeps in attributes of its own, not among others in one."""
    cls = program.classes.get(identifier)
    if cls is not None:
        for name, chains in cls.assigned.items():
            if name not in cls.filled:
                made = (call for chain in chains for call in _calls_behind(program, chain, identifier.module))
                yield from _made(program, made, identifier.body)


def _calls_behind(program: Program, chain: Chain, module: str, depth: int = 0) -> Iterator[Chain]:
    """The calls that an attribute is given the answers of: also those that have a name in its method first."""
    if chain[-1] == "()":
        yield chain
    elif len(chain) == 2 and chain[0].startswith("@") and depth < _DEEPEST:
        function = program.functions.get(Symbol(module, chain[0][1:]))
        if function is not None and all(item.name != chain[1] for item in function.parameters):
            for given in function.assigned.get(chain[1], ()):
                yield from _calls_behind(program, (chain[0], *given), module, depth + 1)
