"""Where functions start others that run by themselves: as tasks, which take the context along, or in threads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from codemods.analysis.chains import Chain, expression
from codemods.analysis.facts import Argument, Use
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.values import UNKNOWN
from codemods.messages import phrase
from codemods.survey.coroutines import coroutines_of, handed_in
from codemods.survey.lookups import method_of, subclasses_of
from codemods.survey.named_calls import Call, calls_by_name
from codemods.survey.program import TenantProgram, once

# What runs a coroutine or function later, in the context of now, and where that stands among the arguments.
_TASKS = {
    "create_task": 0,
    "ensure_future": 0,
    "run_coroutine_threadsafe": 0,
    "call_soon": 0,
    "call_soon_threadsafe": 0,
    "call_later": 1,
    "call_at": 1,
}
# What runs a function in another thread, without a context; the keyword that it may stand behind.
_THREADS = {
    "run_in_executor": (1, "func"),
    "submit": (0, "fn"),
    "map": (0, "fn"),
    "add_done_callback": (0, "fn"),
    "Thread": (1, "target"),
    "Timer": (1, "function"),
    "Process": (1, "target"),
    "apply_async": (0, "func"),
    "run": (0, "callable"),
    "signal": (1, "handler"),
    "add_signal_handler": (1, "callback"),
    "register": (0, "func"),
}
# What runs a coroutine to its end, wherever it is called.
_RUNNING = ("asyncio.run", "asyncio.Runner", "asyncio.new_event_loop")
_THREAD = Symbol("threading", "Thread")
_THREAD_POOLS = ("concurrent.futures.ThreadPoolExecutor", "multiprocessing.pool.ThreadPool")
_OTHER_PROCESSES = ("concurrent.futures.ProcessPoolExecutor", "multiprocessing")
# What the process itself calls, by the name that it is handed to.
_BY_PROCESS = {"signal": "signal.signal", "register": "atexit.register"}
# What the manager asks a task, to know whether it runs in each tenant.
_PER_TENANT = "per_tenant"
_PARTIALS = (("partial",), (".partial",))
PROCESSES = phrase("in another process, which no context reaches")
EMPTY = phrase("in a context of its own, which has no tenant")
ON_IMPORT = phrase("in a context that was taken on import, before any tenant")
BY_PROCESS = phrase("when the process ends or gets a signal, for no tenant")
OTHERWISE = phrase("by what has another name there")
UNKNOWN_POOL = phrase("by something of which it cannot be told whether it is a thread pool")


class Spawn(Struct, frozen=True):
    """A place that starts a function.

    scoped: in a tenant's scope. thread: in a thread, and not as a task. carried: with the context of that place.
    call, place, written: the call's name, which argument the function is ("1", "target"), and how it is written.
    obstacle: why the context cannot be carried there, or "".
    """

    spawner: Symbol
    target: Symbol
    line: int
    scoped: bool
    thread: bool = False
    carried: bool = False
    call: str = ""
    place: str = ""
    written: str = ""
    obstacle: str = ""


def spawns_of(program: TenantProgram) -> Sequence[Spawn]:
    """Every place of the tree that starts a function which can be followed, worked out once."""
    return _spawns(program.plain)


@once
def _spawns(program: TenantProgram) -> Sequence[Spawn]:
    return tuple(_all_spawns(program))


def task_spawns(program: TenantProgram) -> list[Spawn]:
    return [spawn for spawn in spawns_of(program) if not spawn.thread]


def thread_spawns(program: TenantProgram) -> list[Spawn]:
    return [spawn for spawn in spawns_of(program) if spawn.thread]


def thread_runs(program: TenantProgram) -> list[Symbol]:
    """What classes that are threads themselves run, which nothing can be handed to."""
    methods = (method_of(program, name, "run") for name in subclasses_of(program, frozenset({_THREAD})))
    return sorted({run for run in methods if run is not None})


def unfollowed_threads(program: TenantProgram) -> Iterator[tuple[Symbol, int, str]]:
    """Places that start in a thread what cannot be followed: a parameter, say. The function, line and expression."""
    for identifier, use, name in _calls(program, _THREADS):
        argument = use.argument(*_THREADS[name]) or next((item for item in use.arguments if item.keyword == "**"), None)
        if argument is None or _pool(program, identifier, use, name) is None:
            continue
        is_unknown = bool(argument.chain) and UNKNOWN in program.values(argument.chain, identifier)
        if is_unknown and not _functions(program, argument.given, identifier):
            yield identifier, use.line, expression(argument.chain)


@once
def registered_handlers(program: TenantProgram) -> dict[Symbol, Spawn]:
    """The functions that the message server is given, to call them itself, by where that is done first."""
    found: dict[Symbol, Spawn] = {}
    for identifier, use, _ in _calls(program, sorted(program.state.entry_points.registering)):
        for argument in use.arguments:
            for target in _functions(program, argument.chain, identifier):
                found.setdefault(target, Spawn(identifier, target, use.line, False))
    return found


def _all_spawns(program: TenantProgram) -> Iterator[Spawn]:
    yield from _decorated(program)
    for identifier, use, name in _calls(program, (*_TASKS, *_THREADS)):
        if name in _TASKS:
            yield from _started(program, identifier, use, _TASKS[name])
        else:
            yield from _in_threads(program, identifier, use, name)


def _decorated(program: TenantProgram) -> Iterator[Spawn]:
    """`@atexit.register` hands over what stands below it."""
    for identifier, function in program.functions.items():
        around = program.around(identifier) if function.decorators else identifier
        for use in function.decorators:
            if use.chain[-1:] == (".register",) and _outside(program, use.chain, around, _BY_PROCESS["register"]):
                yield Spawn(around, identifier, use.line, False, True, obstacle=BY_PROCESS)


def _calls(program: TenantProgram, names: Iterable[str]) -> list[Call]:
    """Every call of something by one of these names, with the function that it is in and the name."""
    calls = _all_calls(program)
    return [call for name in names for call in calls[name]]


@once
def _all_calls(program: TenantProgram) -> dict[str, list[Call]]:
    """The calls that are asked for, by the name that is called; the tree is gone through once."""
    wanted = [*_TASKS, *_THREADS, *program.state.entry_points.registering]
    return calls_by_name(program, wanted)


def _started(program: TenantProgram, identifier: Symbol, use: Use, place: int) -> Iterator[Spawn]:
    scoped = _is_scoped(program, identifier, use)
    contexts = [argument.chain for argument in use.arguments if argument.keyword == "context"]
    without = next((text for chain in contexts if (text := _tenantless(program, chain, identifier))), "")
    for argument in use.arguments[place : place + 1]:
        chain, _ = _handed(program, argument, (), identifier)
        for target in dict.fromkeys(coroutines_of(program, chain, identifier)):
            yield Spawn(identifier, target, use.line, scoped, bool(without), obstacle=without)
        for handing in handed_in(program, chain, identifier):
            inside = scoped or _is_scoped(program, handing.caller, handing.use)
            yield Spawn(handing.caller, handing.function, handing.use.line, inside, bool(without), obstacle=without)


def _in_threads(program: TenantProgram, identifier: Symbol, use: Use, name: str) -> Iterator[Spawn]:
    obstacle = _pool(program, identifier, use, name)
    if obstacle is None:
        return
    argument = use.argument(*_THREADS[name])
    if argument is None:
        return
    if use.chain[-2].removeprefix(".") != name:
        obstacle = obstacle or OTHERWISE
    place = argument.keyword or str(_THREADS[name][0])
    following = use.arguments[use.arguments.index(argument) + 1 :]
    chain, carried = _handed(program, argument, following, identifier)
    if argument.chain[-1:] == (".run",) and (without := _tenantless(program, argument.chain[:-1], identifier)):
        chain, obstacle = next(iter(_passed(following)), ()), without
    written = "lambda" if argument.chain[:1] and argument.chain[0].startswith("<") else expression(argument.chain)
    targets = _functions(program, chain, identifier)
    if chain[-1:] == ("()",) and not carried:
        targets += _functions(program, argument.given, identifier)  # it is made from that, who knows how
    if any(_outside(program, chain, identifier, way) for way in _RUNNING):
        coroutines = [item[:-1] for item in _passed(following)]
        targets += [name for item in coroutines for name in _functions(program, item, identifier)]
    for target in dict.fromkeys(targets):
        if target in program.state.context.setters:
            continue  # a context that a tenant is set in: what runs in it has one
        scoped = _is_scoped(program, identifier, use)
        yield Spawn(identifier, target, use.line, scoped, True, carried, name, place, written, obstacle)


def _handed(
    program: TenantProgram, argument: Argument, following: tuple[Argument, ...], identifier: Symbol
) -> tuple[Chain, bool]:
    """The function that an argument stands for, and whether it carries a context along."""
    chain = argument.chain
    if chain[-1:] == ("()",) and chain[:-1][-1:] in _PARTIALS:
        return argument.given, False
    if chain[-1:] == ("()",) and program.named(chain, identifier, program.state.context.carriers):
        return argument.given, True
    if chain[-1:] == (".run",) and _tenantless(program, chain[:-1], identifier):
        return chain, False
    runs = chain[-1:] == (".run",) and _outside(program, chain, identifier, "contextvars.copy_context")
    return (_passed(following)[0], True) if runs and following else (chain, False)


def _passed(following: tuple[Argument, ...]) -> list[Chain]:
    """What a function is called with: the arguments behind it, or the first of `args=(...)`."""
    return [argument.given if argument.keyword == "args" else argument.chain for argument in following]


def _tenantless(program: TenantProgram, chain: Chain, identifier: Symbol) -> str:
    """Why a context has no tenant, or "": it is a new one, or was taken while a module was imported."""
    if _outside(program, chain, identifier, "contextvars.Context"):
        return EMPTY
    is_taken = len(chain) == 1 and _outside(program, chain, identifier, "contextvars.copy_context")
    at_import = identifier.qualname == MODULE_BODY or not program.binds(identifier, chain[0]) if is_taken else False
    return ON_IMPORT if at_import else ""


def _pool(program: TenantProgram, identifier: Symbol, use: Use, name: str) -> str | None:
    """What stands in the way of carrying a context into what a call starts; None where it starts no thread."""
    if name in ("Thread", "Timer"):
        values = program.values(use.chain[:-1], identifier)
        others = [item for item in values if item.kind == "class" and _THREAD not in program.lineage(item.name)]
        return None if others and len(others) == len(values) else ""
    if name == "run":
        return _tenantless(program, use.chain[:-2], identifier) or None if len(use.chain) > 2 else None
    if name in _BY_PROCESS:
        return BY_PROCESS if _outside(program, use.chain[:-1], identifier, _BY_PROCESS[name]) else None
    if name == "add_signal_handler":
        return BY_PROCESS
    if name == "Process":
        return PROCESSES if _outside(program, use.chain[:-1], identifier, "multiprocessing") else None
    chain = use.chain[:-2] or use.chain[:-1]  # `submit = pool.submit` is a pool's as well
    if name == "run_in_executor":
        chain = use.arguments[0].chain if use.arguments else ()
        if not chain:
            return ""  # None: the loop's own pool of threads
    if name == "add_done_callback":
        ways = ("concurrent.futures", "asyncio.run_coroutine_threadsafe")
        return "" if any(_outside(program, chain, identifier, way) for way in ways) else None
    if any(_outside(program, chain, identifier, way) for way in _THREAD_POOLS):
        return ""
    if any(_outside(program, chain, identifier, way) for way in _OTHER_PROCESSES):
        return PROCESSES
    return UNKNOWN_POOL if name not in ("map", "apply_async") else None


def _outside(program: TenantProgram, chain: Chain, identifier: Symbol, name: str) -> bool:
    return bool(chain) and any(
        value.kind == "outside" and value.name.dotted.startswith(name) for value in program.values(chain, identifier)
    )


def _functions(program: TenantProgram, chain: Chain, identifier: Symbol) -> list[Symbol]:
    return [value.name for value in program.values(chain, identifier) if value.kind == "function"] if chain else []


def _is_scoped(program: TenantProgram, identifier: Symbol, use: Use) -> bool:
    return program.enters_tenant(identifier) or any(program.is_scope(item, identifier) for item in use.within)


def process_tasks(program: TenantProgram) -> Iterator[Symbol]:
    """What tasks run that do so once for all."""
    for identifier in subclasses_of(program, program.state.entry_points.tasks):
        run = method_of(program, identifier, "run")
        if run is not None and not is_per_tenant(program, identifier):
            yield run


def is_per_tenant(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether the manager runs an AsyncTask once for each active tenant: not where it may be told otherwise."""
    init = method_of(program, identifier, "__init__")
    uses = program.functions[init].uses if init else []
    told = [given for use in uses if use.chain[-2:] == (".__init__", "()") for given in _told(program, use)]
    told += _told_by_mapping(program, init) if init else []
    return all(given.text == "True" for given in told) and not _tells_itself(program, identifier)


def _told(program: TenantProgram, use: Use) -> Iterator[Argument]:
    """What a call of a task's `__init__` may say of whose it is: by its name or its place."""
    makers = (task.member("__init__") for task in program.state.entry_points.tasks)
    names = [
        [item.name for item in program.functions[maker].parameters] for maker in makers if maker in program.functions
    ]
    places = {parameters.index(_PER_TENANT) - 1 for parameters in names if _PER_TENANT in parameters}
    positional = [argument for argument in use.arguments if argument.keyword is None]
    yield from (argument for place, argument in enumerate(positional) if place in places)
    yield from (argument for argument in use.arguments if argument.keyword == _PER_TENANT)


def _told_by_mapping(program: TenantProgram, init: Symbol) -> list[Argument]:
    """What an `__init__` hands on as a mapping that is not its caller's, in a file that says whose a task may be."""
    if _PER_TENANT.encode() not in program.sources.text(init.module):
        return []
    function = program.functions[init]
    callers = [(item.name,) for item in function.parameters if item.taking == "**"]
    made = (use for use in function.uses if use.chain[-2:] == (".__init__", "()"))
    return [item for use in made for item in use.arguments if item.keyword == "**" and item.chain not in callers]


def _tells_itself(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether a class, or one that it inherits on the way to the tree's, binds what the manager asks."""
    tasks = program.state.entry_points.tasks
    classes = [cls for cls in program.lineage(identifier) if cls in program.classes and cls not in tasks]
    return any(_PER_TENANT in program.classes[cls].bound for cls in classes)
