"""Chat loops: each is of one chat, and so of one tenant, whoever starts it."""

from __future__ import annotations

from collections.abc import Iterator

from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.places import Decorators
from codemods.survey.lookups import method_of, subclasses_of
from codemods.survey.program import TenantProgram, once
from codemods.survey.sites import Site
from codemods.survey.spawns import task_spawns
from codemods.survey.verdicts import INSECURE, SECURE, EntryPoint, entry, guessing, stations


def loop_verdicts(program: TenantProgram) -> Iterator[EntryPoint]:
    """Whether chat loops, and what starts them, run in the tenant of their chat."""
    yield from (_loop_verdict(program, loop) for loop in chat_loops(program))
    yield from _starters(program)


def loop_sites(program: TenantProgram) -> Iterator[Site]:
    """What mends chat loops, place by place."""
    owners = dict.fromkeys(chat_loops(program).values())
    for method in of_own_tenant(program):
        if not program.enters_tenant(method):
            yield _decorated(program, "chat-loop-method", method)
    for owner in owners:
        init = program.classes[owner].methods.get("__init__")
        if init is not None and not _knows_its_tenant(program, owner):
            yield _decorated(program, "chat-loop-init", Symbol(owner.module, init))


def of_own_tenant(program: TenantProgram) -> list[Symbol]:
    """The chat loops and what starts them: they run in the tenant of their own chat, or are made to."""
    return list(dict.fromkeys([*chat_loops(program), *_starting(program)]))


@once
def chat_loops(program: TenantProgram) -> dict[Symbol, Symbol]:
    """The methods of chat loops' classes that are started as loops and do tenant work, each with its class."""
    classes = program.state.entry_points.chat_loops
    owners = {*classes, *subclasses_of(program, classes)} & program.classes.keys()
    found = []
    for spawn in task_spawns(program):
        owner = _owner(program, spawn.target)
        is_loop = owner in owners and program.functions[spawn.target].loops
        if is_loop and program.path_to_state(spawn.target, unscoped_only=False) is not None:
            found.append((spawn.target, owner))
    return dict(sorted(set(found)))


def _owner(program: TenantProgram, identifier: Symbol) -> Symbol:
    return Symbol(identifier.module, program.functions[identifier].owner or "")


def _loop_verdict(program: TenantProgram, loop: Symbol) -> EntryPoint:
    if program.enters_tenant(loop):
        return entry(
            program, loop, "chat-loop", SECURE, phrase("runs in the tenant of its own chat, whoever starts it")
        )
    path = program.path_to_state(loop)
    if path is None:
        return entry(program, loop, "chat-loop", SECURE, phrase("enters a tenant before it does anything of one"))
    reason = guessing(phrase("runs for ever in the tenant that starts it, or none: {path}", path=path), path)
    return entry(program, loop, "chat-loop", INSECURE, reason, way=stations(program, path))


def _starting(program: TenantProgram) -> list[Symbol]:
    """The methods that start a chat loop of their own class."""
    loops = chat_loops(program)
    starters = {
        spawn.spawner
        for spawn in task_spawns(program)
        if spawn.target in loops and _owner(program, spawn.spawner) == loops[spawn.target]
    }
    return sorted(starters - loops.keys())


def _starters(program: TenantProgram) -> Iterator[EntryPoint]:
    loops = chat_loops(program)
    for starter in _starting(program):
        if program.enters_tenant(starter):
            yield entry(
                program, starter, "chat-loop", SECURE, phrase("starts its loop in the tenant of its own chat only")
            )
        else:
            reason = phrase("starts its loop for whoever calls it, another tenant too")
            yield entry(program, starter, "chat-loop", INSECURE, reason)
    for owner in sorted(set(loops.values())):
        if not _knows_its_tenant(program, owner):
            cls = program.classes[owner]
            reason = phrase("keeps neither a stream that names its tenant nor the tenant that made it")
            init = cls.methods.get("__init__")
            if init is not None:
                yield entry(program, Symbol(owner.module, init), "chat-loop", INSECURE, reason)
            else:
                path = program.file_of(owner).path
                yield EntryPoint(path, cls.qualname, cls.line, "chat-loop", INSECURE, reason, by_hand=True)


def _knows_its_tenant(program: TenantProgram, owner: Symbol) -> bool:
    """Whether an object of a chat loop's class can tell its tenant: from its stream, or because it remembers it."""
    init = method_of(program, owner, "__init__")
    if init is None:
        return False
    decorators = program.functions[init].decorators
    if any(program.named(use.chain, program.around(init), program.state.context.remembering) for use in decorators):
        return True
    streams = program.values(("self", "." + program.state.entry_points.chat_stream), init)
    classes = [program.classes[value.name] for value in streams if value.kind == "instance"]
    return any({*program.state.models.columns} <= {*cls.assigned, *cls.annotated} for cls in classes)


def _decorated(program: TenantProgram, on: str, identifier: Symbol) -> Site:
    below = len(program.functions[identifier].decorators)
    return Site(on, program.file_of(identifier).path, Decorators(identifier.qualname, below))
