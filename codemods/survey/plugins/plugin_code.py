"""What the code of one plugin does: to a tenant's things, to the whole process's, and to what outlives a call.

Calls are followed within the plugin, however many there are; what they reach in the host tree is the program's to say.
In a plugin's own repository there is no host tree: its functions are known by the names that they are imported by.
"""

from __future__ import annotations

import ast
import builtins
from collections import deque
from collections.abc import Iterator
from typing import Literal, NamedTuple

from msgspec import Struct

from codemods.analysis.chains import Chain, expression, plain_chain
from codemods.analysis.containers import COMMON_METHODS, HANDING_OUT
from codemods.analysis.facts import Use
from codemods.analysis.symbols import Symbol
from codemods.analysis.values import UNKNOWN, Value
from codemods.messages import phrase
from codemods.survey.host import is_tenants_of_host
from codemods.survey.program import TenantProgram

# A tenant's; what of that is more than to read the plugin's configuration; the process's.
Kind = Literal["tenant", "beyond configuration", "process"]

# What runs a function that it is given in the context of its caller.
KEEPING = frozenset(
    {".add_done_callback", ".call_at", ".call_later", ".call_soon", ".to_thread", ".wraps", "to_thread", "wraps"}
)
# Tables of a plugin's own, which know no tenants.
_MODELS = frozenset(
    map(Symbol.parse, ("peewee:Model", "sqlalchemy.orm:DeclarativeBase", "tortoise.models:Model", "tortoise:Model"))
)
# How a container of another library hands out what it holds.
_HOLDING = frozenset({"[]", *("." + name for name in HANDING_OUT)})
_ROUTES = frozenset({".get", ".post", ".put", ".delete", ".patch", ".websocket", ".route", ".middleware", ".on_event"})


class Evidence(NamedTuple):
    """Something that code does to a tenant's things, or to the process's: the line, and the way there."""

    line: int
    text: str

    @property
    def told(self) -> str:
        return phrase("line {line} {text}", line=self.line, text=self.text)


class _Step(NamedTuple):
    """What a line of a function does itself (`text`), or the function of the plugin that it runs (`target`)."""

    line: int
    text: str
    target: Symbol | None = None


class Part(Struct, frozen=True):
    """Some lines of a function; None is all of them."""

    function: Symbol
    lines: tuple[range, ...] | None = None

    def has(self, line: int) -> bool:
        return self.lines is None or any(line in lines for lines in self.lines)


def is_plugin(program: TenantProgram, package: str) -> bool:
    """Whether a package is a plugin's, and no file of the host's."""
    return f"{package}.plugin" in program.files


class PluginCode:
    """One plugin's modules, and the answers about them, worked out once."""

    def __init__(self, program: TenantProgram, package: str) -> None:
        self.program = program
        self.package = package
        self.modules = program.modules_of(package)
        self._steps: dict[tuple[Kind, Symbol], list[_Step]] = {}
        self._ways: dict[tuple[Kind, Symbol], str | None] = {}
        self._methods: dict[str, list[Symbol]] = {}
        for module in self.modules:
            for cls in program.files[module].classes.values():
                for name, method in cls.methods.items():
                    self._methods.setdefault(name, []).append(Symbol(module, method))

    def owns(self, identifier: Symbol) -> bool:
        return identifier.module in self.modules

    def has_method(self, name: str) -> bool:
        """Whether a class of the plugin has a method of that name."""
        return name in self._methods

    def functions(self) -> Iterator[Symbol]:
        """Every function of the plugin, module bodies among them."""
        for module in self.modules:
            for qualname in self.program.files[module].functions:
                yield Symbol(module, qualname)

    # Evidence

    def evidence(self, kind: Kind, part: Part) -> list[Evidence]:
        """What the lines of a function do of a kind, each line once."""
        found: dict[int, Evidence] = {}
        for step in self._steps_of(kind, part.function):
            if step.line in found or not part.has(step.line):
                continue
            way = step.text if step.target is None else self._way(kind, step.target)
            if way is not None:
                found[step.line] = Evidence(step.line, way)
        return [found[line] for line in sorted(found)]

    def _way(self, kind: Kind, identifier: Symbol) -> str | None:
        """The shortest way of a function of the plugin to something of a kind: "helper → collect → f().streams"."""
        key = (kind, identifier)
        if key not in self._ways:
            self._ways[key] = self._find_way(kind, identifier)
        return self._ways[key]

    def _find_way(self, kind: Kind, identifier: Symbol) -> str | None:
        queue = deque([(identifier, self.program.functions[identifier].name)])
        seen = {identifier}
        while queue:
            current, way = queue.popleft()
            for step in self._steps_of(kind, current):
                if step.target is None:
                    return f"{way} → {step.text}"
                if step.target not in seen:
                    seen.add(step.target)
                    queue.append((step.target, f"{way} → {self.program.functions[step.target].name}"))
        return None

    def _steps_of(self, kind: Kind, identifier: Symbol) -> list[_Step]:
        key = (kind, identifier)
        if key not in self._steps:
            inner = [_Step(line, "", target) for line, target in self.calls(identifier)]
            if kind == "process":
                self._steps[key] = [*self._process_steps(identifier), *inner]
            else:
                # What is only handed over where a route or a patch is put in runs later, for whoever calls that.
                process_lines = {step.line for step in self._process_steps(identifier)}
                handed = self._handed_on(identifier)
                inner = [
                    item for item in inner if item.line not in process_lines or (item.line, item.target) not in handed
                ]
                is_counted = kind == "tenant"
                self._steps[key] = [*self._tenant_steps(identifier, handed, configuration=is_counted), *inner]
        return self._steps[key]

    def _handed_on(self, identifier: Symbol) -> set[tuple[int, Symbol | None]]:
        """The functions that a function names without calling them, and where."""
        named: set[tuple[int, Symbol | None]] = set()
        called: set[tuple[int, Symbol | None]] = set()
        for use in self.program.functions[identifier].uses:
            for cut in range(1, len(use.chain) + 1):
                into = called if cut < len(use.chain) and use.chain[cut] == "()" else named
                for value in self.program.values(use.chain[:cut], identifier):
                    if value.kind == "function":
                        into.add((use.line, value.name))
        return named - called

    def calls(self, identifier: Symbol, *, widely: bool = False) -> Iterator[tuple[int, Symbol]]:
        """The functions of this plugin that a function runs outside of any tenant that it enters, and where.

        `widely`: also methods that are known by their name only, where that name is one of every second class.
        """
        for edge in self.program.edges(identifier):
            if not edge.scoped and self.owns(edge.target):
                yield edge.line, edge.target
        for use in self._open_uses(identifier):
            # A method of an object that the host hands out, such as the plugin's own instance: by its name.
            is_method = len(use.chain) > 2 and use.chain[-1] == "()" and use.chain[0] != "super"
            name = use.chain[-2][1:] if is_method else ""
            if name in self._methods and (widely or name not in COMMON_METHODS):
                values = self.program.values(use.chain[:-2], identifier)
                if any(_may_be_plugins(value, use.chain[:-2]) for value in values):
                    targets = (target for target in self._methods[name] if self._takes(target, use))
                    yield from ((use.line, target) for target in targets)

    def _takes(self, method: Symbol, use: Use) -> bool:
        """Whether a method may be called with as many arguments as a call has."""
        node = self.program.sources.function(method)
        if node is None or node.args.vararg or node.args.kwarg:
            return True
        most = len(node.args.posonlyargs) + len(node.args.args) - 1
        return len(use.positional) <= most and (bool(use.arguments) or most <= len(node.args.defaults))

    def _open_uses(self, identifier: Symbol) -> Iterator[Use]:
        for use in self.program.functions[identifier].uses:
            if not any(self.program.is_scope(item, identifier) for item in use.within):
                yield use

    def unfollowed(self, part: Part) -> Evidence | None:
        """A call of something of the plugin's that cannot be followed."""
        for use in self.program.functions[part.function].uses:
            if len(use.chain) > 1 and use.chain[-1] == "()" and part.has(use.line):
                for value in self.program.values(use.chain[:-1], part.function):
                    is_plugins = value.kind == "outside" and value.name.module.startswith(("plugins.", "src.plugins."))
                    if is_plugins or (value.kind == "unknown" and self._is_from_plugin(use.chain[0], part.function)):
                        return Evidence(use.line, expression(use.chain))
        return None

    def handed_out(self, identifier: Symbol) -> Iterator[Symbol]:
        """The plugin's functions that a function hands to somebody outside, who does not keep the tenant for them."""
        for use in self.program.functions[identifier].uses:
            if self.keeps_tenant(use.chain[:-1], identifier):
                continue
            for argument in use.arguments:
                for value in self.program.values(argument.chain, identifier) if argument.chain else ():
                    is_own = value.kind == "function" and self.owns(value.name)
                    if is_own and not self.runs_in_tenant(use.chain[:-1], identifier, value.name):
                        yield value.name

    def runs_in_tenant(self, callee: Chain, identifier: Symbol, function: Symbol) -> bool:
        """Whether what is handed a function runs it in a tenant: a host's package that works for tenants, or a
        scheduler of asyncio's loop, whose timers and tasks keep the context of who adds the job."""
        for cut in range(1, len(callee) + 1):
            for value in self.program.values(callee[:cut], identifier):
                if is_tenants_of_host(self.program, value):
                    return True
                is_scheduler = value.kind == "outside" and value.name.module == "apscheduler.schedulers.asyncio"
                # No other scheduler of that kind runs coroutines.
                is_scheduler = is_scheduler or (value.kind in ("unknown", "outside") and ".value" in callee)
                if is_scheduler and callee[-1] == ".add_job":
                    return self.program.functions[function].is_async
        return False

    def keeps_tenant(self, callee: Chain, identifier: Symbol) -> bool:
        """Whether a call runs what it is given in the context of its caller: the plugin's own, and asyncio's."""
        if not callee:
            return False
        if any(self.owns(value.name) for value in self.program.values(callee, identifier) if value.kind != "instance"):
            return True
        # A method of an object that a class of the plugin keeps, by its name.
        is_kept = len(callee) > 2 and callee[-1][1:] in self._methods
        if is_kept and all(
            value.kind in ("class", "instance") and self.owns(value.name)
            for value in self.program.values(callee[:1], identifier)
        ):
            return all(_may_be_plugins(value, callee) for value in self.program.values(callee[:-1], identifier))
        return callee[-1] in KEEPING or (len(callee) == 1 and hasattr(builtins, callee[0]))

    def shared_rows(self) -> str:
        """A table of the plugin's own, whose rows no tenant has to itself; or ""."""
        for module in self.modules:
            for cls in self.program.files[module].classes.values():
                if not _MODELS.isdisjoint(self.program.lineage(Symbol(module, cls.qualname))):
                    return phrase("{qualname} keeps rows that all tenants share", qualname=cls.qualname)
        return ""

    def _is_from_plugin(self, name: str, identifier: Symbol) -> bool:
        module = identifier.module
        for function in (self.program.functions[identifier], self.program.files[module].body):
            if name in function.imports:
                return function.imports[name].module in self.modules
        return False

    # A tenant's

    def _tenant_steps(
        self, identifier: Symbol, handed: set[tuple[int, Symbol | None]], *, configuration: bool
    ) -> Iterator[_Step]:
        for touch in self.program.reach(identifier).touches:
            if not touch.scoped:
                yield _Step(touch.line, touch.expression)
        for edge in self.program.edges(identifier):
            if edge.scoped or edge.guessed or self.owns(edge.target) or self._is_process_function(edge.target):
                continue
            if (edge.line, edge.target) in handed:
                continue
            module, qualname = edge.target.module, edge.target.qualname
            state = self.program.state
            if module.startswith(state.apis.package + "."):
                if module not in state.apis.exempt:
                    yield _Step(edge.line, f"{module.rpartition('.')[2]}.{qualname}()")
            elif (path := self.program.path_to_state(edge.target)) is not None:
                yield _Step(edge.line, str(path))
        for use in self._open_uses(identifier):
            is_tenants = configuration if _reads_configuration(use) else self._is_tenant_use(use, identifier)
            if is_tenants:
                yield _Step(use.line, expression(use.chain))

    def _is_tenant_use(self, use: Use, identifier: Symbol) -> bool:
        chain = use.chain
        if len(chain) > 1 and chain[0] == "self" and self._speaks(chain[1][1:], identifier):
            return True
        if self.is_file_use(chain):
            return True
        if chain[0].endswith("_api") and UNKNOWN in self.program.values(chain[:1], identifier):
            return True  # out of `from ... import *`
        if len(chain) > 1 and "()" not in chain and self._is_method_of_host(chain[:-1], identifier):
            return False  # only named: it is kept, or patched
        return any(
            is_tenants_of_host(self.program, value)
            for cut in range(1, len(chain))  # not the whole: what is only named is handed on, or patched
            for value in self.program.values(chain[:cut], identifier)
        )

    def _speaks(self, name: str, identifier: Symbol) -> bool:
        """Whether a method is one by which the host's components speak: not one of a class that is all the plugin's."""
        if not name.startswith(self.program.state.plugins.own):
            return False
        owner = self.program.functions[identifier].owner
        lineage = self.program.lineage(Symbol(identifier.module, owner)) if owner else ()
        return not lineage or any(base not in self.program.classes or not self.owns(base) for base in lineage)

    def _is_method_of_host(self, chain: Chain, identifier: Symbol) -> bool:
        """Whether it is a class of the host that is not at hand, or something of a class."""
        values = [value for value in self.program.values(chain, identifier) if is_tenants_of_host(self.program, value)]
        return bool(values) and all(value.name.qualname[:1].isupper() for value in values)

    def is_file_use(self, chain: Chain) -> bool:
        names = self.program.state.plugins
        for index, part in enumerate(chain):
            if part == "()" and index:
                head = "".join(chain[:index])
                if head in names.file_functions or (index > 1 and chain[index - 1][1:] in names.file_methods):
                    return True
        return False

    # The process's

    def _process_steps(self, identifier: Symbol) -> Iterator[_Step]:
        for use in self.program.functions[identifier].uses:
            if self._is_process_call(use.chain, identifier) or self._is_start_of_server(use.chain, identifier):
                yield _Step(use.line, expression(use.chain))
        for name, inner in self.program.functions[identifier].nested.items():
            for qualname in inner:
                nested = self.program.functions.get(Symbol(identifier.module, qualname))
                for use in nested.decorators if nested else ():
                    if len(use.chain) > 2 and use.chain[-2] in _ROUTES:
                        yield _Step(use.line, f"@{expression(use.chain)} {name}")
        for node in self.program.sources.nodes(identifier):
            if patched := self._patched(node, identifier):
                yield _Step(getattr(node, "lineno", 0), f"{expression(patched)} = ...")

    def _is_process_call(self, chain: Chain, identifier: Symbol) -> bool:
        for index, part in enumerate(chain):
            if part != "()" or index == 0:
                continue
            values = self.program.values(chain[:index], identifier)
            # A function of the plugin that has such a name is followed instead.
            if not any(self.owns(value.name) for value in values):
                heads = ["".join(chain[:index]), *(value.name.dotted for value in values)]
                if any(_ends_with(head, call) for head in heads for call in self.program.state.plugins.process_calls):
                    return True
        return False

    def _is_start_of_server(self, chain: Chain, identifier: Symbol) -> bool:
        """Whether a call starts something of somebody else's that is there once for the process, as a server is."""
        names = self.program.state.plugins
        if len(chain) < 3 or chain[-1] != "()" or chain[-2][1:] not in names.process_starts:
            return False
        values = self.program.values(chain[:-2], identifier)
        return any(value.kind == "outside" and value.name.dotted.endswith(names.process_classes) for value in values)

    def _is_process_function(self, identifier: Symbol) -> bool:
        """Whether a function of the host is one that [plugins] process_calls names: its class is not written there."""
        name = self.program.functions[identifier].name
        return any(call.rpartition(".")[2] == name for call in self.program.state.plugins.process_calls)

    def _patched(self, node: ast.AST, identifier: Symbol) -> Chain:
        """What a statement puts into a class, function or module of someone else's: a patch. () where it is none."""
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr" and node.args:
            targets = [ast.Attribute(node.args[0], "...")]
        for target in targets:
            is_item = isinstance(target, ast.Subscript)
            chain = (*plain_chain(target.value), "[]") if isinstance(target, ast.Subscript) else plain_chain(target)
            if len(chain) < 2 or chain[0] in ("self", "cls") or (is_item and len(chain) < 3):
                continue
            values = self.program.values(chain[:-1], identifier)
            if self.is_imported(chain[0], identifier) and any(self._is_someone_elses(value) for value in values):
                return chain
            # A function that is put into something which cannot be followed is a patch as well.
            if not any(self.owns(value.name) for value in values) and self._is_function(node, identifier):
                return chain
        return ()

    def _is_function(self, node: ast.AST, identifier: Symbol) -> bool:
        """Whether what a statement assigns, or hands to `setattr`, is a function."""
        value = node.args[-1] if isinstance(node, ast.Call) else node.value if isinstance(node, ast.Assign) else None
        chain = plain_chain(value.func if isinstance(value, ast.Call) else value) if value is not None else ()
        return bool(chain) and any(item.kind == "function" for item in self.program.values(chain, identifier))

    def is_imported(self, name: str, identifier: Symbol) -> bool:
        """Whether a name in a function is one that it or its module imports."""
        module = identifier.module
        functions = (self.program.functions[identifier], self.program.files[module].body)
        return any(name in function.imports for function in functions)

    def _is_someone_elses(self, value: Value) -> bool:
        if value.kind == "outside":
            return bool(value.name.qualname)
        return value.kind in ("class", "function", "module", "holder", "shared") and not self.owns(value.name)


def _may_be_plugins(value: Value, chain: Chain) -> bool:
    """Whether an object that cannot be followed may be one of the plugin's: not what another library itself makes."""
    if value.kind == "outside" and value.name.module and not value.name.module.startswith(("src", "plugins")):
        return not _HOLDING.isdisjoint(chain)
    return value.kind in ("outside", "unknown")


def _reads_configuration(use: Use) -> bool:
    """Whether a use reads the plugin's configuration, by the names that the host gives that."""
    return any(part in (".get_config", ".plugin_config") for part in use.chain[1:])


def _ends_with(name: str, call: str) -> bool:
    return name == call or name.endswith("." + call)
