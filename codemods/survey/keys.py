"""Which parameters of a function name a chat whose entry it takes from a holder, and what it does to that entry."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from codemods.survey.facts import chain_of, plain_chain
from codemods.survey.resolve import Program

CHAT = "chat"
_READING = frozenset({"get", "__getitem__", "__contains__"})
_STORING = frozenset({"pop", "setdefault", "set_with_context", "__setitem__", "__delitem__"})
# What changes the entry that a key leads to.
_CHANGING = frozenset(
    {"add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "setdefault", "update"}
)


@dataclass(frozen=True, slots=True)
class Keyed:
    """What becomes of a parameter that names a chat: the holders whose entries it leads to, and whether an entry is
    made or changed, or something is sent to the chat."""

    holders: frozenset[str]
    acts: bool

    def __or__(self, other: Keyed) -> Keyed:
        return Keyed(self.holders | other.holders, self.acts or other.acts)


class Keys:
    """Answers for all functions of a program, each worked out once.

    A parameter is followed through plain assignments, conditions and calls, within the plugin APIs and the modules that
    keep a holder: a chat's id goes to many more places, and none of them hands out another chat's entry.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.chats = {at: item.name for at, item in program.state.holders.items() if item.key == CHAT}
        self._homes = {at.partition(":")[0] for at in program.state.holders}
        self._known: dict[str, Mapping[str, Keyed]] = {}

    def is_near(self, identifier: str) -> bool:
        module = identifier.partition(":")[0]
        return module in self._homes or module.startswith(self.program.state.api_package + ".")

    def of(self, identifier: str) -> Mapping[str, Keyed]:
        """The parameters of a function that name a chat whose entry it takes."""
        if identifier not in self._known:
            self._known[identifier] = {}  # while it is read: a circle adds nothing
            node = self.program.sources.function(identifier)
            self._known[identifier] = _Reading(self, identifier, node).found if node is not None else {}
        return self._known[identifier]


@dataclass
class _Reading:
    """One function, read for its parameters."""

    keys: Keys
    identifier: str
    node: ast.FunctionDef | ast.AsyncFunctionDef
    found: dict[str, Keyed] = field(default_factory=dict)
    # The parameters that a local name may stand for, and those whose entry it may be.
    names: dict[str, set[str]] = field(default_factory=dict)
    entries: dict[str, set[str]] = field(default_factory=dict)
    sends: bool = False

    def __post_init__(self) -> None:
        arguments = self.node.args
        parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        self.names = {item.arg: {item.arg} for item in parameters if item.arg not in ("self", "cls")}
        nodes = list(ast.walk(self.node))
        for _ in range(2):  # a name may be used above the line that gives it its meaning, as in a loop
            for node in nodes:
                self._assigned(node)
        for node in nodes:
            self._used(node)
        if self.sends:
            self.found = {name: Keyed(item.holders, True) for name, item in self.found.items()}

    def _assigned(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            target, value = node.target, node.value
        else:
            return
        # An attribute of `self` is a name as well, within one function.
        if name := "".join(plain_chain(target)):
            self.names.setdefault(name, set()).update(self._carried(value))
            self.entries.setdefault(name, set()).update(self._entry(value))

    def _used(self, node: ast.AST) -> None:
        if isinstance(node, ast.Subscript) and (holder := self._holder(node.value)):
            self._note(self._carried(node.slice), holder, acts=not isinstance(node.ctx, ast.Load))
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            self._note(self._carried(node.left), self._holder(node.comparators[0]))
        elif isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            self._note(self._entry(node.value), None, acts=True)
        elif isinstance(node, ast.Call):
            self._called(node)

    def _called(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute):
            if node.func.attr in _CHANGING:
                self._note(self._entry(node.func.value), None, acts=True)
            if node.args and node.func.attr in _READING | _STORING and (holder := self._holder(node.func.value)):
                self._note(self._carried(node.args[0]), holder, acts=node.func.attr in _STORING)
        given = [self._carried(item) for item in (*node.args, *(item.value for item in node.keywords))]
        for callee in self._callees(node):
            self.sends = self.sends or callee in self.keys.program.state.access.sends
            if any(given) and self.keys.is_near(callee):
                keyed = self.keys.of(callee)
                for parameter, argument in self._matched(callee, node):
                    if parameter in keyed:
                        self._note(self._carried(argument), None, keyed[parameter])

    def _callees(self, node: ast.Call) -> Iterator[str]:
        chain = chain_of(node.func)
        for value in self.keys.program.values(chain, self.identifier) if chain else ():
            if value.kind == "function":
                yield value.name
            elif value.kind == "class":
                yield from self.keys.program.method(value.name, "__init__")

    def _matched(self, callee: str, node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
        """Each argument of a call, with the parameter that takes it."""
        function = self.keys.program.functions[callee]
        names = [item.name for item in function.parameters]
        if names[:1] in (["self"], ["cls"]):
            names = names[1:]
        yield from zip(names, node.args, strict=False)
        yield from ((item.arg, item.value) for item in node.keywords if item.arg)

    def _note(
        self, parameters: set[str], holder: str | None, keyed: Keyed | None = None, *, acts: bool = False
    ) -> None:
        """Parameters lead to an entry of a holder (None: one that is known already), or wherever a callee's does."""
        if holder is None and keyed is None and not acts:
            return
        more = keyed or Keyed(frozenset({holder} if holder else ()), acts)
        for parameter in parameters:
            self.found[parameter] = self.found.get(parameter, Keyed(frozenset(), False)) | more

    def _holder(self, node: ast.expr) -> str | None:
        """The holder of chats' entries that an expression is."""
        chain = chain_of(node)
        values = self.keys.program.values(chain, self.identifier) if chain else ()
        names = self.keys.chats.values()
        return next((value.name for value in values if value.kind == "holder" and value.name in names), None)

    def _entry(self, node: ast.expr) -> set[str]:
        """The parameters whose entry an expression is: `holder[chat]`, `holder.get(chat)`, or a name for one."""
        if isinstance(node, (ast.Await, ast.NamedExpr)):
            return self._entry(node.value)
        if isinstance(node, ast.Name):
            return self.entries.get(node.id, set())
        if isinstance(node, ast.Subscript) and self._holder(node.value):
            return self._carried(node.slice)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            leads_there = node.func.attr in ("get", "setdefault") and self._holder(node.func.value)
            return self._carried(node.args[0]) if leads_there else set()
        return set()

    def _carried(self, node: ast.expr) -> set[str]:
        """The parameters that an expression may be the chat's id of."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id, set())
        if isinstance(node, ast.Attribute):
            led_to = self._carried(node.value) if node.attr == self._chat_id else set()
            return led_to | self.names.get("".join(plain_chain(node)), set())
        if isinstance(node, ast.IfExp):
            return self._carried(node.body) | self._carried(node.orelse)
        if isinstance(node, ast.BoolOp):
            return {name for part in node.values for name in self._carried(part)}
        if isinstance(node, (ast.NamedExpr, ast.Await)):
            return self._carried(node.value)
        if isinstance(node, ast.Call) and node.args:
            # chain_of reads getattr(chat, "stream_id") as the attribute that it is.
            leads_on = chain_of(node.func) == ("str",) or chain_of(node)[-1:] == ("." + self._chat_id,)
            return self._carried(node.args[0]) if leads_on else set()
        return set()

    @property
    def _chat_id(self) -> str:
        return self.keys.program.state.access.chat_id
