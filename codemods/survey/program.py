"""A checkout's program, and what its code does to tenants' things: which of it runs in a tenant, what reaches state."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

from codemods.analysis.chains import Chain
from codemods.analysis.facts import FileFacts, Use
from codemods.analysis.program import Program
from codemods.analysis.reach import Path, Reaches, Touch
from codemods.analysis.sources import Sources
from codemods.analysis.symbols import Symbol
from codemods.analysis.values import Value
from codemods.knowledge.recipes import all_recipes
from codemods.knowledge.state import TenantState
from codemods.messages import phrase
from codemods.survey.tables import is_table

Answer = TypeVar("Answer")
TENANT_CONTEXT = "tenant context"
# A module that a text names which is worked out may be any.
_ANY_MODULE = frozenset({Symbol("importlib", "import_module"), Symbol("__import__")})
# What runs the code that a text is.
RUNNING_TEXT = frozenset({Symbol("eval"), Symbol("exec"), Symbol("builtins", "eval"), Symbol("builtins", "exec")})
_ANYTHING = _ANY_MODULE | RUNNING_TEXT
# The exception of a model, and what makes its table: no rows.
_NO_ROWS = frozenset({".DoesNotExist", ".create_table", ".table_exists", ".add_index", ".bind"})


class TenantProgram:
    """A program, with the marks by which its ways to tenant state are known.

    `plain`: the same without touches that were added. Answers of surveys that `once` keeps are kept here.
    """

    def __init__(
        self,
        files: Iterable[FileFacts],
        state: TenantState,
        sources: Sources | None = None,
        decided: Mapping[str, str] | None = None,
        shipped: Iterable[str] = (),
        missing: frozenset[str] = frozenset(),
        unimported: frozenset[Symbol] = frozenset(),
    ) -> None:
        # The modules that recipes bring and the tree lacks, though it imports them: they are among the files.
        self.missing = missing
        # The names that a module uses and does not import, though recipes do: they are among its imports.
        self.unimported = unimported
        # What git keeps with the code, besides Python files.
        self.shipped = tuple(shipped)
        # What people have decided, by what they name: an answer may change whose something is, and so what else is.
        self.decided = decided or {}
        landmarks = {**dict.fromkeys(state.shared, "shared"), **dict.fromkeys(state.holders, "holder")}
        files = tuple(files)
        whole = Program(files, landmarks, sources, _keepers(files, state))
        self.brought = brought_by_recipes(whole)
        self._set_up(whole, state)
        self._ask(Reaches(self.program, self))
        self.plain = self

    def _set_up(self, program: Program, state: TenantState) -> None:
        self.program, self.state = program, state
        # What recipes bring asks for a tenant by itself, and what it reaches besides is none of its callers'.
        self.elsewhere = state.entry_points.started_elsewhere.union(
            (Symbol(module, name) for module in self.brought for name in program.files[module].functions),
            _finding_parts(program, state),
        )
        self.answers: dict[Callable[..., Any], Any] = {}
        # What is asked of names is the program's to say.
        self.files, self.functions, self.classes = program.files, program.functions, program.classes
        self.sources, self.file_of = program.sources, program.file_of
        self.values, self.named, self.binds, self.around = program.values, program.named, program.binds, program.around
        self.lineage, self.subclasses, self.inherits = program.lineage, program.subclasses, program.inherits
        self.method, self.is_imported, self.naming = program.method, program.is_imported, program.naming
        self.naming_one_of, self.modules_of = program.naming_one_of, program.modules_of
        self.importers = program.importers
        self._entering = state.context.wrappers | state.context.doors | state.context.scopes
        # What keeps one part for each tenant, and without one answers everybody's, or raises.
        self._apart = frozenset({state.gate.map, state.context.tenant_local})
        self.apart = frozenset(at.qualname for at in self._apart)
        self._homes = tuple({name.module for name in state.context.setters})
        self._setting: dict[str, bool] = {}
        self._outside: dict[Symbol, str | None] = {}
        self._handed_on = dict(_handed_on(program, (*state.holders, *state.models.bases, *state.context.getters)))
        self._entered: dict[Symbol, bool] = {}
        self._tables: dict[Symbol, bool] = {}
        self._callers: dict[frozenset[Symbol], Collection[Symbol]] = {}
        self._parts: dict[str, str] = {}
        self._naming_plugins: dict[str, frozenset[str]] = {}

    def let_go(self) -> None:
        """Let go of all that answers were made from; what is asked again is worked out again."""
        self.sources.forget()
        self.answers.clear()
        self.plain.answers.clear()

    def _ask(self, reaches: Reaches) -> None:
        self.reaches = reaches
        self.reach, self.edges, self.calls = reaches.of, reaches.edges, reaches.calls

    def with_touches(self, touches: Mapping[Symbol, tuple[Touch, ...]]) -> TenantProgram:
        """The same program, some functions of which touch tenant state in ways that show only by how they are used."""
        other = object.__new__(TenantProgram)
        other.decided, other.shipped = self.decided, self.shipped
        other.brought, other.missing, other.unimported = self.brought, self.missing, self.unimported
        other._set_up(self.program, self.state)
        other._ask(self.reaches.with_touches(other, touches))
        other.plain = self
        return other

    # Which code runs in a tenant

    def is_scope(self, chain: Chain, frame: Symbol) -> bool:
        """Whether a `with` item enters a tenant."""
        plain = chain[: chain.index("()")] if "()" in chain else chain
        return any(self.program.is_one_of(value, self._entering) for value in self.values(plain, frame))

    def enters_tenant(self, identifier: Symbol) -> bool:
        """Whether a function as a whole runs in a tenant: one of its decorators enters it.

        A context manager that decorates a coroutine function or a generator is left before its body runs.
        """
        known = self._entered.get(identifier)
        if known is None:
            function, frame = self.functions[identifier], self.around(identifier)
            entering = self.state.context.wrappers | self.state.context.doors
            if not function.is_async and not function.is_generator:
                entering |= self.state.context.scopes
            decorators = (use.chain for use in function.decorators if use.chain)
            known = self._entered[identifier] = any(self.named(chain, frame, entering) for chain in decorators)
        return known

    enters = enters_tenant

    def wraps(self, value: Value) -> bool:
        return value.name in self._entering or value.name in self.state.entry_points.asking

    def scoped_lines(self, identifier: Symbol) -> list[tuple[int, float]]:
        """The lines between which a function is inside a tenant because it set one: from the setter to the reset."""
        if not self._knows_setters(identifier.module):
            return []
        names = self.state.context.setters | self.state.context.resetters
        uses = (use for use in self.functions[identifier].uses if use.chain[-1] == "()")
        calls = [use for use in uses if self.named(use.chain, identifier, names)]
        setters, resets = (
            [use.line for use in calls if self.named(use.chain, identifier, names)]
            for names in (self.state.context.setters, self.state.context.resetters)
        )
        return [(start, min((end for end in resets if end > start), default=float("inf"))) for start in setters]

    def _knows_setters(self, module: str) -> bool:
        """Whether a file imports from a module that sets tenants, or is one: few do."""
        known = self._setting.get(module)
        if known is None:
            packages = {home.rpartition(".")[0] for home in self._homes}
            known = self._setting[module] = module in self._homes or any(
                target.module.startswith(self._homes) or target.module in packages
                for function in self.files[module].functions.values()
                for target in function.imports.values()
            )
        return known

    def calls_of(self, identifier: Symbol, names: frozenset[Symbol]) -> Iterator[tuple[int, bool]]:
        """Every call of one of these functions that a function makes itself: its line, and whether in a tenant."""
        if identifier not in self._naming_any(names):
            return
        for use in self.functions[identifier].uses:
            cuts = [cut for cut in range(1, len(use.chain)) if use.chain[cut] == "()"]
            if any(value.name in names for cut in cuts for value in self.values(use.chain[:cut], identifier)):
                yield use.line, self.is_scoped(use, identifier)

    def is_scoped(self, use: Use, identifier: Symbol) -> bool:
        """Whether a use in a function stands inside a tenant that the function entered."""
        set_by_hand = any(start < use.line <= end for start, end in self.scoped_lines(identifier))
        return set_by_hand or any(self.is_scope(item, identifier) for item in use.within)

    def _naming_any(self, names: frozenset[Symbol]) -> Collection[Symbol]:
        """The functions that may call one of some functions: all of them, where a file that imports one lacks it."""
        if names not in self._callers:
            missing = {name.module for name in names if name not in self.functions}
            callers = self.reaches.callers
            found = {caller for name in names for caller in callers.get(name, ())}
            self._callers[names] = self.functions.keys() if self.importers(missing) else found
        return self._callers[names]

    # Plugins

    def plugin_of(self, module: str) -> str:
        """The package of the plugin that a module belongs to: the nearest folder around it that holds a plugin.py."""
        package = module
        while package:
            if f"{package}.plugin" in self.files:
                return package
            package = package.rpartition(".")[0]
        return module

    def part(self, module: str) -> str:
        """The plugin that a module is of, "" where it is the host's: plugins meet in what is the host's."""
        known = self._parts.get(module)
        if known is None:
            package = self.plugin_of(module)
            known = self._parts[module] = package if f"{package}.plugin" in self.files else ""
        return known

    def knows(self, part: str, method: Symbol) -> bool:
        """Whether a plugin may have an object that has a method: its own, the host's, what the host hands out as its
        own, or that of a plugin which it names."""
        other = self.part(method.module)
        if other in ("", part) or other in self._named_by(part):
            return True
        owner = Symbol(method.module, self.functions[method].owner or "")
        return any(base in self.classes and not self.part(base.module) for base in self.lineage(owner))

    @cached_property
    def _plugin_names(self) -> Mapping[str, Collection[bytes]]:
        """What each plugin is called: its folder, and what its class says."""
        found = {}
        for module, file in self.files.items():
            plugin, _, last = module.rpartition(".")
            if last == "plugin":
                texts = (cls.texts.get("plugin_name", "") for cls in file.classes.values())
                found[plugin] = {text.encode() for text in (plugin.rpartition(".")[2], *texts) if text}
        return found

    def _named_by(self, part: str) -> Collection[str]:
        """The plugins that one imports from, or says the names of."""
        known = self._naming_plugins.get(part)
        if known is None:
            modules = self.modules_of(part)
            functions = [item for module in modules for item in self.files[module].functions.values()]
            found = {self.part(target.module) for item in functions for target in item.imports.values()}
            texts = [self.sources.text(module) for module in modules]
            names = self._plugin_names.items()
            found |= {each for each, called in names if any(name in text for name in called for text in texts)}
            known = self._naming_plugins[part] = frozenset(found)
        return known

    # What is a tenant's

    def path_to_state(
        self,
        identifier: Symbol,
        *,
        unscoped_only: bool = True,
        but: frozenset[str] = frozenset(),
        past: frozenset[Symbol] = frozenset(),
    ) -> Path | None:
        """The shortest way from a function to tenant state, or None when there is none that can be followed.

        With `unscoped_only`, ways that enter a tenant on the way do not count. Nor does the state named in `but`, or a
        way through one of the functions `past`.
        """
        return self.reaches.path(identifier, unscoped_only=unscoped_only, but=but, past=past)

    def touched(self, value: Value, following: Chain) -> str | None:
        """The name of the tenant state that a value is, given what the chain does to it next."""
        if value.kind == "instance" and value.name in self._apart:
            return value.name.qualname if following else None
        if value.kind == "instance" and following[1:] != ("()",):
            return None  # as most of what is asked for
        called = following[:1] == ("()",)
        if value.kind == "holder":
            return self.state.holders[value.name].name
        if following and (following[0] in _NO_ROWS or following[0].startswith("._")):
            return None
        if value.kind == "function" and called and value.name in self.state.context.getters:
            return TENANT_CONTEXT
        if value.kind == "class" and (self.is_table(value.name) or (following and self.is_model(value.name))):
            return self.classes[value.name].qualname
        if value.kind == "instance":
            return self.classes[value.name].qualname if self.is_model(value.name) else None
        if value.kind == "outside" and following:
            if value.name in _ANY_MODULE and following[0].startswith("."):
                return phrase("any module")
            if value.name in RUNNING_TEXT and called:
                return phrase("whatever a text names")
            if value.name in self.state.models.types and following[0].startswith("."):
                return phrase("rows of any model")
            return self._touched_outside(value.name)
        return None

    def is_model(self, identifier: Symbol) -> bool:
        """Whether a class is a model of peewee's: by the tree's own base, or by peewee's where that is at hand."""
        bases = self.state.models.bases
        return self.inherits(identifier, bases) or (
            identifier not in bases and self.inherits(identifier, self.state.models.types)
        )

    def is_table(self, identifier: Symbol) -> bool:
        """Whether a class is a table of SQLModel or SQLAlchemy."""
        known = self._tables.get(identifier)
        if known is None:
            known = self._tables[identifier] = is_table(self.program, identifier)
        return known

    def shared(self, value: Value) -> str | None:
        return self.state.shared[value.name].name if value.kind == "shared" else None

    def makes(self, use: Use, identifier: Symbol) -> bool:
        """Whether a class gives an attribute its first value: an object that is made has nothing of a tenant's yet."""
        function = self.functions[identifier]
        if use.role != "store" or use.chain[0] != "self" or function.name != "__init__" or len(use.chain) != 2:
            return False
        cls = self.classes.get(Symbol(identifier.module, function.owner or ""))
        declared = cls.assigned.get(use.chain[1][1:], []) if cls is not None else []
        return all(chain[0].startswith("@") for chain in declared)  # else the class has made something of it

    def stays_outside(self, value: Value) -> bool:
        """Whether a chain that starts here leads to nothing of the tree's, whatever comes behind."""
        if value.kind != "outside" or value.name in self.state.models.types or value.name in _ANYTHING:
            return False
        if value.name.qualname:
            return self._touched_outside(value.name) is None
        return not value.name.module or hasattr(builtins, value.name.module)

    def _touched_outside(self, name: Symbol) -> str | None:
        """Tenant state of a file that is not at hand, as when one file is looked at alone."""
        if name not in self._outside:
            self._outside[name] = self._state_outside(name)
        return self._outside[name]

    def _state_outside(self, name: Symbol) -> str | None:
        module, member = self._handed_on.get(name.module, name.module), name.qualname
        head = member.partition(".")[0]
        if Symbol(module, head) in self.state.context.getters:
            return TENANT_CONTEXT
        for at, holder in self.state.holders.items():
            if module == at.module and ("." in at.qualname or head == at.qualname):
                return holder.name
        if head[:1].isupper() and any(base.module == module for base in self.state.models.bases):
            return head
        return None


def brought_by_recipes(program: Program) -> frozenset[str]:
    """The modules that recipes bring, where they are so to the byte: tests of ours prove these."""
    supports = {item.target: item.source for recipe in all_recipes() for item in recipe.supports}
    return frozenset(
        file.module
        for file in program.files.values()
        if file.path in supports and program.sources.is_same(file.module, supports[file.path].read_bytes())
    )


def _handed_on(program: Program, named: Iterable[Symbol]) -> Iterator[tuple[str, str]]:
    """The modules that are not at hand and that modules of the tree only hand on what state names of: with these."""
    for at in named:
        file = program.files.get(at.module)
        target = file.body.imports.get(at.qualname.partition(".")[0]) if file is not None else None
        if target is not None and target.qualname and target.module not in program.files:
            yield target.module, at.module


def _keepers(files: Iterable[FileFacts], state: TenantState) -> dict[Symbol, str]:
    """What keeps something for each tenant, and the attribute that hands it out: of a descriptor, its class's own."""
    classes = ((Symbol(file.module, name), cls) for file in files for name, cls in file.classes.items())
    describing = {at for at, cls in classes if "__get__" in cls.methods} & state.context.partitions
    return {**dict.fromkeys(describing, ""), state.context.tenant_local: ".value"}


def _finding_parts(program: Program, state: TenantState) -> Iterator[Symbol]:
    """How what keeps one part for each tenant finds the tenant's: no work of a tenant's, whoever has edited it."""
    for at in state.context.partitions & program.classes.keys():
        for method in program.classes[at].methods.values():
            identifier = Symbol(at.module, method)
            uses = program.functions[identifier].uses
            if any(program.named(use.chain, identifier, state.context.getters) for use in uses):
                yield identifier


def once(work: Callable[[TenantProgram], Answer]) -> Callable[[TenantProgram], Answer]:
    """A question about a program that is worked out once, and kept with it."""

    def known(program: TenantProgram) -> Answer:
        if work not in program.answers:
            program.answers[work] = work(program)
        answer: Answer = program.answers[work]
        return answer

    return known
