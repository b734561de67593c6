"""Which parameters of a function name something of a tenant's: a chat whose entry is taken from a holder, or a file."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping

from codemods.analysis.chains import chain_of, plain_chain
from codemods.analysis.containers import CHANGING, LOOKING_UP, STORING
from codemods.analysis.nodes import walk
from codemods.analysis.sources import GIVING, given
from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram

CHAT, FILE = "chat", "file"
# What stores by a key: the tree's own maps know one way more.
_STORING = STORING | {"set_with_context"}
# By holder, whether an entry of it is made or changed, or something is sent to the chat. A holder that the caller hands
# in stands as "@parameter".
Reached = dict[str, bool]


class Keys:
    """Answers for all functions of a program, each worked out once.

    A parameter is followed through assignments, conditions, texts and calls, within the plugin APIs and the modules
    that keep a holder: a chat's id goes to many more places, and none of them hands out another chat's entry.
    """

    def __init__(self, program: TenantProgram) -> None:
        self.program = program
        self.holders = {item.name: item for item in program.state.holders.values() if item.key}
        self._homes = {at.module for at in program.state.holders}
        self._known: dict[Symbol, Mapping[str, Reached]] = {}
        self._used_otherwise: dict[Symbol, frozenset[str]] = {}
        self._storing: dict[Symbol, bool] = {}

    def is_near(self, identifier: Symbol) -> bool:
        module = identifier.module
        return module in self._homes or module.startswith(self.program.state.apis.package + ".")

    def of(self, identifier: Symbol) -> Mapping[str, Reached]:
        """The parameters of a function that name something of a tenant's, and the holders that each leads into."""
        if identifier not in self._known:
            self._known[identifier] = {}  # while it is read: a circle adds nothing
            node = self.program.sources.function(identifier)
            reading = _Reading(self, identifier, node) if node is not None else None
            self._known[identifier] = reading.found if reading is not None else {}
            if reading is not None and reading.used_otherwise:
                self._used_otherwise[identifier] = frozenset(reading.used_otherwise)
        return self._known[identifier]

    def used_otherwise(self, identifier: Symbol) -> frozenset[str]:
        """The holders that a function uses otherwise than by keys from its parameters: whole, or by some other key."""
        self.of(identifier)
        return self._used_otherwise.get(identifier, frozenset())

    @property
    def chats_of_tenants(self) -> str | None:
        """The holder of all chats."""
        manager = self.program.state.access.chat_manager
        return next((item.name for item in self.holders.values() if item.at.owner == manager), None)

    def takes_model(self, identifier: Symbol) -> bool:
        """Whether a plugin API function is handed the model whose rows it reads or writes."""
        function, types = self.program.functions.get(identifier), self.program.state.models.types
        return function is not None and any(
            value.name in types
            for parameter in function.parameters
            for chain in parameter.annotation
            for value in self.program.values(chain, identifier.body)
        )

    def is_folder(self, identifier: Symbol) -> bool:
        """Whether a function answers with a folder of the tenant's: it asks for the root of the tenant's storage."""
        if identifier not in self._storing:
            self._storing[identifier] = False
            touches = self.program.reach(identifier).touches
            files = {name for name, holder in self.holders.items() if holder.key == FILE}
            self._storing[identifier] = any(touch.state in files for touch in touches) or any(
                self.is_folder(edge.target)
                for edge in self.program.edges(identifier)
                if not edge.guessed and self.is_near(edge.target)
            )
        return self._storing[identifier]


class _Reading:
    """One function, read for its parameters."""

    def __init__(self, keys: Keys, identifier: Symbol, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.keys, self.identifier, self.program = keys, identifier, keys.program
        self.found: dict[str, Reached] = {}
        arguments = node.args
        parameters = [item.arg for item in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        self.parameters = frozenset(parameters) - {"self", "cls"}
        # The parameters that a local name may stand for; those whose entry it may be, and of which holder; folders.
        self.names: dict[str, set[str]] = defaultdict(set, {name: {name} for name in self.parameters})
        self.entries: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.folders: set[str] = set()
        self.sends = self.writes = False
        # Holders that are used besides; what is known to be used by a parameter's key, and what is called.
        self.used_otherwise: set[str] = set()
        self.by_key: set[int] = set()
        self.called: set[int] = set()
        # The parameters whose chat is asked for its id.
        self.chats: set[str] = set()
        nodes = walk(node)
        giving = [item for item in nodes if item.__class__ in GIVING]
        for item in (*giving, *giving):  # a name may be used above the line that gives it its meaning, as in a loop
            self._assigned(item)
        for item in nodes:
            self._used(item)
        for item in nodes:
            if isinstance(item, (ast.Name, ast.Attribute)) and isinstance(item.ctx, ast.Load):
                self._mentioned(item)
        if self.writes:  # rows about the chat, in the tenant's own table
            self._note(self.chats, self.keys.chats_of_tenants, acts=True)
        if self.sends:
            self.found = {name: dict.fromkeys(reached, True) for name, reached in self.found.items()}

    def _assigned(self, node: ast.AST) -> None:
        if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)) and isinstance(node.target, ast.Name):
            self.names[node.target.id] |= self._carried(node.iter)  # one of several chats
            return
        if isinstance(node, ast.Match):
            for captured, subject in given(node):
                self.names["".join(plain_chain(captured))] |= self._carried(subject)
            return
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            target, value = node.target, node.value
        else:
            return
        # An attribute of `self` is a name as well, within one function.
        if name := "".join(plain_chain(target)):
            self.names[name] |= self._carried(value)
            self.entries[name] |= self._entry(value)
            if self._is_folder(value):
                self.folders.add(name)

    # What is done with a name

    def _used(self, node: ast.AST) -> None:
        if type(node) is ast.Subscript and (holder := self._holder(node.value)):
            self._looked_up(node.value, node.slice, holder, acts=not isinstance(node.ctx, ast.Load))
        elif type(node) is ast.Compare and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            self._looked_up(node.comparators[0], node.left, self._holder(node.comparators[0]))
        elif type(node) is ast.Attribute and not isinstance(node.ctx, ast.Load):
            self._change(node.value)
        elif type(node) is ast.Attribute and node.attr == self._chat_id:
            self.chats |= self._carried(node.value)
        elif type(node) is ast.BinOp and isinstance(node.op, ast.Div) and self._is_folder(node.left):
            self._filed(node.right)
        elif type(node) is ast.Call:
            self._called(node)

    def _looked_up(self, node: ast.expr, key: ast.expr, holder: str | None, *, acts: bool = False) -> None:
        """An entry of a holder is asked for by its key."""
        if parameters := self._carried(key):
            self.by_key.add(id(node))
            self._note(parameters, holder, acts=acts)

    def _mentioned(self, node: ast.Name | ast.Attribute) -> None:
        """A holder itself, or a function that looks into one, as a value: nobody can say by which key it is used."""
        if id(node) not in self.by_key and (holder := self._holder(node)) and not holder.startswith("@"):
            self.used_otherwise.add(holder)
        if id(node) not in self.called:
            for callee in filter(self.keys.is_near, self._callees(node)):
                self.used_otherwise.update(*self.keys.of(callee).values(), self.keys.used_otherwise(callee))

    def _called(self, node: ast.Call) -> None:
        if self._asks_for_id(node):
            self.chats |= self._carried(node.args[0])
        if isinstance(node.func, ast.Attribute):
            if node.func.attr in CHANGING:
                self._change(node.func.value)
            if node.args and node.func.attr in LOOKING_UP | _STORING and (holder := self._holder(node.func.value)):
                self._looked_up(node.func.value, node.args[0], holder, acts=node.func.attr in _STORING)
        if chain_of(node.func)[-1:] in ((".join",), (".joinpath",)) and any(map(self._is_folder, node.args)):
            for argument in node.args:
                self._filed(argument)
        self.called.add(id(node.func))
        for callee in self._callees(node.func):
            self.sends = self.sends or callee in self.program.state.access.sends
            self.writes = self.writes or self.keys.takes_model(callee)
            if self.keys.is_near(callee):
                self._handed_on(self.keys.of(callee), dict(self._matched(callee, node)))
                self.used_otherwise |= self.keys.used_otherwise(callee)

    def _handed_on(self, reached: Mapping[str, Reached], given: Mapping[str, ast.expr]) -> None:
        """What a called function does with what it is given."""
        keyed = {
            holder
            for name, holders in reached.items()
            if name in given and self._carried(given[name])
            for holder in holders
        }
        self.used_otherwise |= {
            holder for holders in reached.values() for holder in holders if holder[0] != "@"
        } - keyed
        for parameter, holders in reached.items():
            for holder, acts in holders.items() if parameter in given else ():
                handed_in = given.get(holder[1:]) if holder.startswith("@") else None
                named = self._holder(handed_in) if handed_in is not None else holder
                if named is not None and (handed_in is not None or not holder.startswith("@")):
                    self._note(self._carried(given[parameter]), named, acts=acts)

    def _callees(self, function: ast.expr) -> Iterator[Symbol]:
        chain = chain_of(function)
        for value in self.program.values(chain, self.identifier) if chain else ():
            if value.kind == "function":
                yield value.name
            elif value.kind == "class":
                yield from self.program.method(value.name, "__init__")

    def _matched(self, callee: Symbol, node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
        """Each argument of a call, with the parameter that takes it."""
        names = [item.name for item in self.program.functions[callee].parameters]
        if names[:1] in (["self"], ["cls"]):
            names = names[1:]
        yield from zip(names, node.args, strict=False)
        yield from ((item.arg, item.value) for item in node.keywords if item.arg)

    def _note(self, parameters: set[str], holder: str | None, *, acts: bool = False) -> None:
        """Parameters name an entry of a holder."""
        for parameter in parameters if holder is not None else ():
            reached = self.found.setdefault(parameter, {})
            reached[holder or ""] = reached.get(holder or "", False) or acts

    def _change(self, node: ast.expr) -> None:
        for parameter, holder in self._entry(node):
            self._note({parameter}, holder, acts=True)

    def _filed(self, node: ast.expr) -> None:
        for name, holder in self.keys.holders.items():
            if holder.key == FILE:
                self._note(self._carried(node), name, acts=True)

    # What an expression is

    def _holder(self, node: ast.expr) -> str | None:
        """The holder of chats' entries that an expression is; "@name" for a parameter, which may be one."""
        if isinstance(node, ast.Name) and node.id in self.parameters:
            return "@" + node.id
        chain = chain_of(node)
        values = self.program.values(chain, self.identifier) if chain else ()
        names = (self.program.state.holders[value.name].name for value in values if value.kind == "holder")
        return next((name for name in names if name in self.keys.holders), None)

    def _entry(self, node: ast.expr) -> set[tuple[str, str]]:
        """The parameters whose entry an expression is, and of which holder: `holder[chat]`, or a name for it."""
        if isinstance(node, (ast.Await, ast.NamedExpr)):
            return self._entry(node.value)
        if isinstance(node, ast.Name):
            return self.entries.get(node.id, set())
        if isinstance(node, ast.Subscript):
            holder, key = self._holder(node.value), node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            holder = self._holder(node.func.value) if node.func.attr in ("get", "setdefault") else None
            key = node.args[0]
        else:
            return set()
        return {(parameter, holder) for parameter in self._carried(key)} if holder is not None else set()

    def _is_folder(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self.folders
        if isinstance(node, ast.Call) and chain_of(node.func) in (("str",), ("Path",)) and node.args:
            return self._is_folder(node.args[0])
        if not isinstance(node, ast.Call):
            return False
        root = self.keys.holders.get(self._holder(node.func) or "")
        return (root is not None and root.key == FILE) or any(map(self.keys.is_folder, self._callees(node.func)))

    def _carried(self, node: ast.expr) -> set[str]:
        """The parameters that an expression may be the name of something from."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id, set())
        if isinstance(node, ast.Attribute):
            parameters = self._carried(node.value) if node.attr == self._chat_id else set()
            return parameters | self.names.get("".join(plain_chain(node)), set())
        if isinstance(node, ast.Call) and node.args:
            leads_on = chain_of(node.func) == ("str",) or self._asks_for_id(node)
            return self._carried(node.args[0]) if leads_on else set()
        return {name for part in _parts(node) for name in self._carried(part)}

    def _asks_for_id(self, node: ast.Call) -> bool:
        """`getattr(chat, "stream_id")`, which chain_of reads as the attribute that it is."""
        return chain_of(node)[-1:] == ("." + self._chat_id,)

    @property
    def _chat_id(self) -> str:
        return self.program.state.access.chat_id


def _parts(node: ast.expr) -> list[ast.expr]:
    """The expressions that another one may be, or is made of as a text."""
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, (ast.BoolOp, ast.JoinedStr)):
        return node.values
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod)):
        return [node.left, node.right]
    if isinstance(node, (ast.NamedExpr, ast.Await, ast.FormattedValue)):
        return [node.value]
    return []
