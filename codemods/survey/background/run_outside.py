"""What of a plugin other libraries run: servers, clients, timers and watchers, which know of no tenant."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from codemods.analysis.chains import Chain, expression
from codemods.analysis.containers import CHANGING, COMMON_METHODS
from codemods.analysis.facts import FunctionFacts
from codemods.analysis.program import UNKNOWN, Value
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.messages import phrase
from codemods.survey.background.tasks import stations_of, way_to_data
from codemods.survey.plugins.start_handlers import PluginStart, calls_its_subclasses, starts_of
from codemods.survey.program import TenantProgram
from codemods.survey.spawns import spawns_of, thread_runs
from codemods.survey.verdicts import Finding, in_webui

# Of Python's own library, what keeps a function or class, to run it for whoever asks for something.
_CONTAINERS = frozenset("." + name for name in COMMON_METHODS | CHANGING)
_SERVING = frozenset({"asyncio", "http", "sched", "socketserver", "wsgiref", "xmlrpc"})


def run_outside(program: TenantProgram) -> Iterator[Finding]:
    """The functions of plugins that others run, where nothing shows that they have a tenant then, and need one."""
    judged = {spawn.target for spawn in spawns_of(program)} | set(thread_runs(program))
    for start in starts_of(program):
        for identifier, who in dict(_run_by_others(start)).items():
            if identifier in judged or program.enters_tenant(identifier) or in_webui(program, identifier.module):
                continue  # handlers of the WebUI have verdicts of their own
            if (way := way_to_data(program, identifier)) is not None:
                path, line = program.file_of(identifier).path, program.functions[identifier].line
                reason = phrase("is run by {who}, and nothing shows that it has a tenant then: {way}", who=who, way=way)
                yield Finding(path, line, reason, "run-outside", way=stations_of(program, way))


def _run_by_others(start: PluginStart) -> Iterator[tuple[Symbol, str]]:
    """The functions of a plugin that something out of view keeps, and what that is."""
    for identifier in start.code.functions():
        function = start.program.functions[identifier]
        yield from _handed_over(start, identifier, function)
        yield from _put_into(start, identifier, function)
        if identifier in start.called:
            continue
        for use in function.decorators:
            plain = use.chain[:-1] if use.chain[-1:] == ("()",) else use.chain
            if len(plain) > 1 and _is_others(start, plain, start.program.around(identifier)):
                yield identifier, "@" + expression(plain)
        owner = Symbol(identifier.module, function.owner or "")
        if function.owner and identifier.qualname.rpartition(".")[0] == function.owner and function.name != "__init__":
            bases = [base for base in start.program.lineage(owner) if base not in start.program.classes]
            for base in bases:
                if _keeps(base.module) and calls_its_subclasses(base):
                    yield identifier, base.qualname or base.module


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
