"""What other libraries run: servers, clients, timers and watchers, which know of no tenant."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from codemods.analysis.chains import Chain, chain_of, expression, uncalled
from codemods.analysis.containers import CHANGING, COMMON_METHODS
from codemods.analysis.facts import FunctionFacts
from codemods.analysis.sources import given
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.unseen import is_builtin
from codemods.analysis.values import UNKNOWN, Value
from codemods.messages import phrase
from codemods.survey.background.tasks import stations_of, way_to_data
from codemods.survey.background.without import is_program_by_hand, run_without_tenant
from codemods.survey.emitters import emitters
from codemods.survey.lookups import callers_of, is_kept_by_others
from codemods.survey.plugins.plugin_code import KEEPING, is_plugin
from codemods.survey.plugins.start_handlers import PluginStart, calls_its_subclasses, starts_of
from codemods.survey.program import TenantProgram
from codemods.survey.run_later import Later
from codemods.survey.spawns import registered_handlers, spawns_of, thread_runs
from codemods.survey.verdicts import Finding, in_webui

_CONTAINERS = frozenset("." + name for name in COMMON_METHODS | CHANGING)
_ROUTING, _PAGES = frozenset({"fastapi", "starlette"}), ".templating"
# Of Python's own library, what keeps a function or class, to run it for whoever asks for something.
_FINALIZE = Symbol("weakref", "finalize")
_LAMBDA = frozenset({"lambda"})
_SERVING = frozenset({"asyncio", "http", "sched", "socketserver", "wsgiref", "xmlrpc"})


def run_outside(program: TenantProgram) -> Iterator[Finding]:
    """The functions that others run, where nothing shows that they have a tenant then, and need one."""
    judged = {spawn.target for spawn in spawns_of(program)}.union(thread_runs(program), registered_handlers(program))
    judged.update(callers_of(program, program.state.entry_points.process))  # the gateway's
    starts = starts_of(program)
    of_plugins = (pair for start in starts for pair in (*_run_by_others(start), *_put_by_plugin(start)))
    found = [pair for pair in of_plugins if not in_webui(program, pair[0].module)]  # which has verdicts of its own
    others = (*_logging(program), *_of_application(program), *found, *_finalizing(program))
    for identifier, who in dict(others).items():
        if identifier in judged or program.enters_tenant(identifier):
            continue
        if (way := way_to_data(program, identifier)) is not None:
            path, line = program.file_of(identifier).path, program.functions[identifier].line
            reason = phrase("is run by {who}, and nothing shows that it has a tenant then: {way}", who=who, way=way)
            yield Finding(path, line, reason, "run-outside", way=stations_of(program, way))
    yield from _unnamed(program)


def _of_application(program: TenantProgram) -> Iterator[tuple[Symbol, str]]:
    """What the application's own files hand over where there is no tenant, and what is made to be run by others."""
    modules = {module for module in program.files if _is_applications(program, module)}
    frames = (Symbol(module, MODULE_BODY) for module in modules)
    for frame in sorted({*frames, *run_without_tenant(program)[0]}):
        if frame.module in modules:
            yield from _handed_by(program, frame)
    for module in sorted(modules):
        for name, function in program.files[module].functions.items() if not in_webui(program, module) else ():
            identifier = Symbol(module, name)
            for use in function.decorators:
                if is_kept_by_others(program, use.chain, identifier):
                    yield identifier, "@" + expression(uncalled(use.chain))
            if function.owner and not program.reaches.callers.get(identifier):
                yield from ((identifier, base) for base in _calling_bases(program, identifier, function))


def _unnamed(program: TenantProgram) -> Iterator[Finding]:
    """The lambdas that files hand to other libraries, or put into objects of theirs, where there is no tenant."""
    for module in sorted(program.files):
        frame = Symbol(module, MODULE_BODY)
        if _hands_on_unnamed(program, frame) and not is_program_by_hand(program, frame):
            for node in program.sources.nodes(frame):
                for callee, value in _given_to(node):
                    if isinstance(value, ast.Lambda) and _is_kept(program, callee, frame):
                        yield from _of_lambda(program, frame, callee, value)


def _hands_on_unnamed(program: TenantProgram, frame: Symbol) -> bool:
    """Whether a file may hand something without a name to another library as it is imported, and has lambdas."""
    if not program.sources.says(frame.module, _LAMBDA):
        return False
    uses = program.functions[frame].uses
    called = [use for use in uses if any(not item.chain and item.text is None for item in use.arguments)]
    stored = [use.chain for use in uses if len(use.chain) > 1 and (use.role == "store" or use.chain[-1] == "[]")]
    return any(_is_kept(program, chain, frame) for chain in (*(use.chain[:-1] for use in called), *stored))


def _of_lambda(program: TenantProgram, frame: Symbol, callee: Chain, value: ast.Lambda) -> Iterator[Finding]:
    if way := Later(program, frame).of(value)[0]:
        reason = phrase(
            "is run by {who}, and nothing shows that it has a tenant then: {way}", who=expression(callee), way=way
        )
        yield Finding(program.file_of(frame).path, value.lineno, reason, "run-outside")


def _given_to(node: ast.AST) -> Iterator[tuple[Chain, ast.expr]]:
    """What a call hands over, and to what; what an assignment puts into an object: each thing of a container."""
    if isinstance(node, ast.Call):
        handed = (*node.args, *(word.value for word in node.keywords))
        yield from ((chain_of(node.func), item) for value in handed for item in _each(value))
    for target, value in given(node):
        if isinstance(target, (ast.Attribute, ast.Subscript)):
            yield from ((chain_of(target), item) for item in _each(value))


def _each(value: ast.expr) -> Iterator[ast.expr]:
    """What a container that stands there has in it, at any depth; else the value itself."""
    if isinstance(value, (ast.List, ast.Tuple, ast.Set, ast.Dict)):
        for item in value.values if isinstance(value, ast.Dict) else value.elts:
            yield from _each(item)
    else:
        yield value


def _is_kept(program: TenantProgram, callee: Chain, frame: Symbol) -> bool:
    """Whether what is handed to something of another library, or put there, may be run by it."""
    if not callee or callee[-1] in KEEPING:
        return False
    for value in program.values(callee, frame):
        module = value.name.module
        if is_builtin(value.name):
            continue
        if value.kind == "outside" and _keeps(module) and not (_is_routing(module) and in_webui(program, frame.module)):
            return True
    return False


def _is_routing(module: str) -> bool:
    """Whether what it is given are routes of the WebUI and the like, which are told as handlers: not parts of pages."""
    return module.partition(".")[0] in _ROUTING and not module.endswith(_PAGES)


def _put_by_body(program: TenantProgram, frame: Symbol) -> Iterator[tuple[Chain, Chain]]:
    """What a module's body puts into objects: of functions, facts say so; and what it hands over in a container."""
    if frame.qualname != MODULE_BODY:
        return
    uses = program.functions[frame].uses
    stored = [use.chain for use in uses if len(use.chain) > 1 and (use.role == "store" or use.chain[-1] == "[]")]
    stored += [use.chain[:-1] for use in uses if any(not item.chain and item.text is None for item in use.arguments)]
    if any(_is_kept(program, chain, frame) for chain in stored):
        for node in program.sources.nodes(frame):
            yield from ((target, chain_of(value)) for target, value in _given_to(node))


def _is_applications(program: TenantProgram, module: str) -> bool:
    """Whether a module is the application's: of plugins more is known, and a program apart is nobody's work."""
    if module in program.brought or is_plugin(program, program.plugin_of(module)):
        return False
    return not is_program_by_hand(program, Symbol(module, MODULE_BODY))


def _handed_by(program: TenantProgram, frame: Symbol) -> Iterator[tuple[Symbol, str]]:
    """The functions that a function hands to calls of other libraries, or puts into objects of theirs."""
    function = program.functions[frame]
    calls = [use for use in function.uses if use.arguments and use.chain[-1] == "()"]
    handed = [(use.chain[:-1], item.chain) for use in calls for item in use.arguments if item.chain]
    written = ((item.chain, item.value) for item in function.writes if len(item.chain) > 1)
    handed += [(target, chain) for target, value in written if value is not None for chain in value.chains if chain]
    for callee, chain in (*handed, *_put_by_body(program, frame)):
        values = program.values(chain, frame) if chain else ()
        functions = [value.name for value in values if value.kind == "function"]
        if functions and _is_kept(program, callee, frame):
            yield from ((name, expression(callee)) for name in functions)


def _run_by_others(start: PluginStart) -> Iterator[tuple[Symbol, str]]:
    """The functions of a plugin that something out of view keeps, and what that is."""
    for identifier in start.code.functions():
        function = start.program.functions[identifier]
        yield from _handed_over(start, identifier, function)
        yield from _put_into(start, identifier, function)
        if identifier in start.called:
            continue
        for use in function.decorators:
            plain = uncalled(use.chain)
            if len(plain) > 1 and _is_others(start, plain, start.program.around(identifier)):
                yield identifier, "@" + expression(plain)
        yield from ((identifier, base) for base in _calling_bases(start.program, identifier, function))


def _calling_bases(program: TenantProgram, identifier: Symbol, function: FunctionFacts) -> Iterator[str]:
    """The classes of other libraries that may call a method of a class which inherits from them."""
    if function.owner and identifier.qualname.rpartition(".")[0] == function.owner and function.name != "__init__":
        for base in program.lineage(Symbol(identifier.module, function.owner)):
            if base not in program.classes and _keeps(base.module) and calls_its_subclasses(base):
                yield base.qualname or base.module


def _handed_over(start: PluginStart, identifier: Symbol, function: FunctionFacts) -> Iterator[tuple[Symbol, str]]:
    for use in function.uses:
        callee = use.chain[:-1]
        if use.chain[-1] != "()" or not use.arguments or not _is_others(start, callee, identifier):
            continue
        for argument in use.arguments if not start.code.keeps_tenant(callee, identifier) else ():
            for value in _functions(start, argument.chain, identifier):
                if not start.code.runs_in_tenant(callee, identifier, value.name):
                    yield value.name, expression(callee)


def _put_into(start: PluginStart, identifier: Symbol, function: FunctionFacts) -> Iterator[tuple[Symbol, str]]:
    """`client.on_message = self.heard` hands it over as well."""
    for write in function.writes if identifier.qualname != MODULE_BODY else ():
        chain = write.chain
        if len(chain) > 1 and write.value is not None and _is_others(start, chain[:-1], identifier):
            for operand in write.value.chains:
                for value in _functions(start, operand, identifier):
                    yield value.name, expression(chain)


def _put_by_plugin(start: PluginStart) -> Iterator[tuple[Symbol, str]]:
    """What the files of a plugin put into objects of other libraries as they are imported."""
    for module in start.code.modules:
        frame = Symbol(module, MODULE_BODY)
        for target, chain in _put_by_body(start.program, frame):
            if _is_others(start, target[:-1], frame):
                yield from ((value.name, expression(target)) for value in _functions(start, chain, frame))


def _finalizing(program: TenantProgram) -> Iterator[tuple[Symbol, str]]:
    """What runs when an object goes, in whatever context that happens."""
    for frame in program.naming(_FINALIZE.name):
        for use in program.functions[frame].uses:
            callee = use.chain[:-1]
            if use.chain[-1] == "()" and any(value.name == _FINALIZE for value in program.values(callee, frame)):
                values = [value for item in use.arguments[1:] for value in program.values(item.chain, frame)]
                yield from ((value.name, expression(callee)) for value in values if value.kind == "function")


def _logging(program: TenantProgram) -> Iterator[tuple[Symbol, str]]:
    """What is handed each record that is logged, by whomever."""
    for emitter in emitters(program):
        if emitter.function.module not in program.brought:
            yield emitter.function, "logging"


def _functions(start: PluginStart, chain: Chain, identifier: Symbol) -> Iterator[Value]:
    for value in start.program.values(chain, identifier) if chain else ():
        if value.kind == "function" and start.code.owns(value.name):
            yield value


def _is_others(start: PluginStart, chain: Chain, frame: Symbol) -> bool:
    """Whether a chain stands for something of another library that may keep what it is given. So may what is not
    known: the value of what is one for each tenant, or a method that is neither the plugin's nor a container's."""
    values = start.program.values(chain, frame)
    if any(value.kind == "outside" and _keeps(value.name.module) for value in values):
        return True
    is_unknown = UNKNOWN in values and (".value" in chain or (len(chain) > 2 and chain[-1] not in _CONTAINERS))
    return is_unknown and not start.code.has_method(chain[-1][1:])


def _keeps(module: str) -> bool:
    head = module.partition(".")[0]
    return bool(head) and (head in _SERVING or head not in sys.stdlib_module_names)
