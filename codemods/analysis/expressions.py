"""What expressions evaluate and bind: the part of reading a file that is the same wherever an expression stands."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from msgspec import structs

from codemods.analysis.attributes import SETTING, set_by_call, set_by_item
from codemods.analysis.chains import (
    CHAINED,
    Chain,
    annotation_chains,
    called_name,
    chain_of,
    constant_text,
    known_chain,
    plain_chain,
)
from codemods.analysis.containers import ENUMERATING, VIEWING
from codemods.analysis.copies import MAY_COPY, copied_by, inside_copies, is_passing, passed_by, picked_by
from codemods.analysis.facts import ITEM_OF, PROGRAM, Argument, Parameter, Use
from codemods.analysis.filling import FILLING, filled_with, whole
from codemods.analysis.made_by_calls import class_of_table
from codemods.analysis.nodes import children, walk
from codemods.analysis.open_facts import OpenFunction
from codemods.analysis.open_file import OpenFile
from codemods.analysis.symbols import MODULE_BODY
from codemods.analysis.writes import BIND, Write, is_container, logged_by_call, written_by_call, written_by_target

# What runs a function or coroutine that it is handed, later or in another thread: often with more behind it in one
# expression, as in `Thread(target=work).start()`.
STARTING = frozenset(
    {"run_in_executor", "submit", "map", "Thread", "Timer", "add_done_callback", "create_task", "ensure_future"}
    | {"call_soon", "call_soon_threadsafe", "call_later", "call_at", "to_thread", "run_coroutine_threadsafe"}
    | {"run", "signal", "add_signal_handler", "register", "Process", "apply_async"}
    | {"add_event_handler", "add_exception_handler"}
)
# What of `operator` makes a function that calls a method by its name.
_BY_NAME = "methodcaller"
# What makes a class of a name, bases and a table.
_OF_TABLE = "type"
_RUNNING = STARTING | {_BY_NAME, _OF_TABLE}
# What gives the items of what it is given.
_GOING_THROUGH = frozenset({("list",), ("tuple",), ("set",), ("frozenset",), ("sorted",), ("reversed",), ("iter",)})
# What answers something that is called as the function is which it is given, at once or once it has been set up.
_STANDING_FOR = frozenset(
    {"partial", "partialmethod", "staticmethod", "classmethod", "cache", "lru_cache", "alru_cache", "cached"}
    | {"Singleton", "ThreadSafeSingleton"}
)
# As with chains: one object for all that are alike.
_known_argument: dict[Argument, Argument] = {}
_known_arguments: dict[tuple[Argument, ...], tuple[Argument, ...]] = {}
_known_parameters: dict[Parameter, Parameter] = {}


class ExpressionReader(OpenFile):
    """Reads expressions."""

    # Bindings

    def _write(self, target: ast.expr, value: ast.expr | None, how: str = BIND) -> None:
        """Note what an assignment changes that may outlive the function: not a name of its own."""
        if self.function.qualname not in (MODULE_BODY, PROGRAM) and self.owner is None:
            others = self.function.global_names
            if isinstance(target, ast.Name) and target.id not in others:
                return
            for write in written_by_target(target, value, how):
                if len(write.chain) > 1 or write.key is not None or write.chain[0] in others:
                    self.function.writes.append(write)
                if "()" in write.chain and isinstance(target, (ast.Attribute, ast.Subscript)):
                    self._through_copies(write, target.value)

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        self._write(target, value)
        self._declare(target, value)
        if isinstance(target, (ast.Tuple, ast.List)):
            self._bind_items(target, value)
            self._bind_attributes(target, value)
            return
        if isinstance(target, ast.Name) and self.owner is not None and isinstance(value, ast.Constant):
            if isinstance(value.value, str):
                self.owner.texts[target.id] = value.value
            return
        if isinstance(target, ast.Subscript):
            self.roles[id(target)] = "store"
            self._expression(target)
            if (attribute := set_by_item(target)) is not None:
                self._set(attribute, value)
            else:
                self._fill(target.value, value)
            return
        chains = self._alternatives(value)
        if isinstance(target, ast.Name) and self.owner is None and self.function.qualname != MODULE_BODY:
            self._copy(target.id, value)
        if isinstance(target, ast.Name) and self.owner is None and not chains:
            # A plain value: the name is known here, and is none of an outer scope's.
            self.function.assigned.setdefault(target.id, [])
        self._hold(target, chains)
        if isinstance(target, ast.Attribute):
            if self._is_own(target):
                self._copy("." + target.attr, value)
            self.roles[id(target)] = "store"
            self._expression(target)

    def _through_copies(self, write: Write, changed: ast.expr) -> None:
        """A write also changes what is inside of what it reaches through a copy."""
        tail = write.chain[len(self._known_chain(changed)) :]
        for item, parts in inside_copies(changed):
            if chain := self._known_chain(item):
                self.function.writes.append(structs.replace(write, chain=known_chain((*chain, *parts, *tail))))

    def _copy(self, name: str, value: ast.expr) -> None:
        """Note what a name is given a shallow copy of, or one thing of."""
        if value.__class__ in MAY_COPY:
            self._note_copied(name, copied_by(value))
            self._note_copied(ITEM_OF + name, picked_by(value))

    def _pick(self, target: ast.expr, value: ast.expr) -> None:
        """Note what the names of a target are given one thing of, each time."""
        for name in walk(target):
            if isinstance(name, ast.Name):
                self._note_copied(ITEM_OF + name.id, passed_by(value))

    def _note_copied(self, name: str, values: Iterable[ast.expr]) -> None:
        if chains := [chain for item in values if (chain := self._known_chain(item))]:
            known = self.function.copied or {}
            self.function.copied = {**known, name: [*known.get(name, ()), *chains]}

    def _bind_items(self, target: ast.expr, value: ast.expr) -> None:
        """The names of a target stand for what a value holds, also where that is gone through in another order."""
        chains = [known_chain((*chain, "[]")) for chain in self._alternatives(value)]
        if is_passing(value) and self.function.qualname != MODULE_BODY:
            self._pick(target, value)
        while isinstance(value, ast.Call) and value.args and chain_of(value.func) in _GOING_THROUGH:
            value = value.args[0]
            chains += [known_chain((*chain, "[]")) for chain in self._alternatives(value)]
        for name in walk(target):
            if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store):
                for chain in chains:
                    self._assign(name.id, chain)
                if not chains:
                    self.function.assigned.setdefault(name.id, [])

    def _bind_attributes(self, target: ast.Tuple | ast.List, value: ast.expr) -> None:
        """The attributes among what gets several values at once."""
        if not any(isinstance(item, ast.Attribute) for item in target.elts):
            return
        is_each = isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts)
        values = value.elts if isinstance(value, (ast.Tuple, ast.List)) and is_each else [None] * len(target.elts)
        chains = [known_chain((*chain, "[]")) for chain in self._alternatives(value)]
        for item, given in zip(target.elts, values, strict=True):
            if isinstance(item, ast.Attribute):
                self._hold(item, chains if given is None else self._alternatives(given))

    def _set(self, attribute: ast.Attribute, value: ast.expr) -> None:
        self._declare(attribute, value)
        self._hold(attribute, self._alternatives(value))

    def _fill(self, container: ast.expr, value: ast.expr) -> None:
        """A container stands for what is put into it, whoever does that, and into what it holds."""
        container = whole(container)
        if isinstance(container, ast.Name):
            self.held.setdefault(container.id, []).extend(
                (self.function.qualname, chain) for chain in self._alternatives(value)
            )
        else:
            self._hold(container, self._alternatives(value))
            owner = self._enclosing_class()
            if owner is not None and isinstance(container, ast.Attribute) and self._is_own(container):
                owner.filled.add(container.attr)

    def _hold(self, target: ast.expr, chains: Iterable[Chain]) -> None:
        """A name or an attribute stands for what these chains do."""
        for chain in chains:
            if isinstance(target, ast.Name):
                self._assign(target.id, chain)
            elif isinstance(target, ast.Attribute):
                owner = self._class_of(target)
                if owner is not None:
                    # Read where it stands: "@method" carries the names of that method along.
                    is_here = self.function.qualname == MODULE_BODY
                    here = chain if is_here else known_chain(("@" + self.function.qualname, *chain))
                    owner.assigned.setdefault(target.attr, []).append(here)

    def _alternatives(self, value: ast.expr) -> list[Chain]:
        """The chains of what a value may be or, where it is a container, of what it holds."""
        if type(value) is ast.Constant:
            return []
        if type(value) is ast.Call:
            name = called_name(value)
            if name in _STANDING_FOR and value.args and plain_chain(value.func):
                return self._alternatives(value.args[0])
            if not name and len(value.args) == 1 and _is_decorating(value.func):
                return self._alternatives(value.args[0])
            if name in VIEWING and value.args and plain_chain(value.func):
                return [chain for part in value.args for chain in self._alternatives(part)]
            if name == "dict" and value.keywords and isinstance(value.func, ast.Name):
                return [chain for part in value.keywords for chain in self._alternatives(part.value)]
        if type(value) is ast.Subscript and _is_annotated(value) and isinstance(value.slice, ast.Tuple):
            return self._alternatives(value.slice.elts[0])
        if value.__class__ in CHAINED:
            chain = self._known_chain(value)
            return [chain] if chain else []
        if isinstance(value, ast.IfExp):
            return self._alternatives(value.body) + self._alternatives(value.orelse)
        if isinstance(value, ast.BoolOp):
            return [chain for part in value.values for chain in self._alternatives(part)]
        if isinstance(value, (ast.List, ast.Tuple, ast.Set)):
            # A container stands for what it holds, as in for loops.
            return [chain for part in value.elts for chain in self._alternatives(part)]
        if isinstance(value, ast.Dict):
            return [chain for part in value.values for chain in self._alternatives(part)]
        if isinstance(value, (ast.ListComp, ast.SetComp, ast.DictComp)) and self.function.qualname == MODULE_BODY:
            item = value.value if isinstance(value, ast.DictComp) else value.elt
            is_made = isinstance(item, ast.Call) and isinstance(item.func, ast.Name)
            return self._alternatives(item) if is_made or isinstance(item, ast.Name) else []
        chain = self._known_chain(value)
        return [chain] if chain else []

    def _parameters(self, arguments: ast.arguments) -> list[Parameter]:
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
        pairs = [*zip(positional, [*defaults, *arguments.defaults], strict=True)]
        pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        pairs += [(extra, None) for extra in (arguments.vararg, arguments.kwarg) if extra is not None]
        taking = {id(argument): "named" for argument in arguments.kwonlyargs}
        taking |= {id(arguments.vararg): "*", id(arguments.kwarg): "**"}
        found = []
        for argument, default in pairs:
            annotation = argument.annotation
            if type(annotation) is ast.Name and annotation.id in self.annotations:
                annotation = self.annotations[annotation.id]
            inner = list(walk(annotation)) if annotation else []
            parameter = Parameter(
                argument.arg,
                annotation_chains(annotation),
                self._use_of(default) if isinstance(default, ast.Call) else None,
                tuple(self._use_of(part) for part in inner if isinstance(part, ast.Call)),
                default is not None and is_container(default),
                taking.get(id(argument), ""),
            )
            found.append(_known_parameters.setdefault(parameter, parameter))
            if default is not None:
                self._expression(default)
        return found

    def _declare(self, target: ast.expr, value: ast.expr) -> None:
        """Note the attributes that a class or its methods bind, and names of tuples."""
        if isinstance(target, ast.Attribute):
            owner = self._enclosing_class() if self._is_own(target) else None
            if owner is not None and isinstance(target.value, ast.Name) and target.value.id != "cls":
                owner.bound.add(target.attr)
        elif isinstance(target, ast.Name):
            if type(value) is ast.Subscript and _is_annotated(value):
                self.annotations[target.id] = value
            if self.owner is not None and is_container(value):
                self.owner.containers.add(target.id)
            elif isinstance(value, ast.Tuple):
                self.function.tuples.add(target.id)
            elif is_container(value):
                self.function.containers.add(target.id)

    # Expressions

    def _parts(self, node: ast.AST) -> None:
        """Every expression in a node that is none of those below."""
        for item in children(node):
            if isinstance(item, ast.expr):
                self._expression(item)
            else:
                self._parts(item)

    def _expression(self, node: ast.expr) -> None:
        """Record the longest chain that starts here, and every chain in its arguments."""
        if type(node) is ast.Constant:
            return
        if type(node) is ast.Name:
            self._record_name(node)
        elif node.__class__ in CHAINED:
            self._record(node)
        elif isinstance(node, ast.Lambda) and id(node) in self.lambdas:
            self.function.uses.append(self._use_of(node))
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            for generator in node.generators:
                self.roles[id(generator.iter)] = "each"
                owner, self.owner = self.owner, None
                names = {item.id for item in walk(generator.target) if isinstance(item, ast.Name)}
                self.function.comprehended |= names - self.function.assigned.keys()
                self._bind_items(generator.target, generator.iter)
                self.owner = owner
            self._parts(node)
        elif isinstance(node, (ast.Yield, ast.YieldFrom)):
            self.function.is_generator = True
            if node.value is not None:
                self.function.returned += self._alternatives(node.value)
            self._parts(node)
        elif isinstance(node, (ast.Compare, ast.BoolOp)) or (
            isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
        ):
            for part in children(node):
                self.roles[id(part)] = "test"
            self._parts(node)
        elif isinstance(node, ast.NamedExpr):
            self._expression(node.value)
            self._bind(node.target, node.value)
        elif isinstance(node, ast.BinOp):
            self._operands(node)
        else:
            self._parts(node)

    def _operands(self, node: ast.expr) -> None:
        """The parts of a sum, from the left: a long one is nested as deep as it is long."""
        parts = []
        while isinstance(node, ast.BinOp):
            parts.append(node.right)
            node = node.left
        self._expression(node)
        for part in reversed(parts):
            self._expression(part)

    def _record_name(self, node: ast.Name) -> None:
        if node.id not in self.parameters:  # else it stands for nothing that is known, and nothing is done to it
            chain, at = self._chain(node), id(node)
            use = Use(chain, node.lineno, self.within, (), self.roles.get(at), self.given_to.get(at, ()))
            self.function.uses.append(use)

    def _record(self, node: ast.expr) -> None:
        use = self._use_of(node)
        if use.chain:
            self.function.uses.append(use)
        self._inner(node)

    def _inner(self, node: ast.expr) -> None:
        """The chains inside a chain: the arguments of its calls, its items, and a start that is no name."""
        whole = node.value if type(node) is ast.Await else node
        started: ast.AST | None = None
        while True:
            if type(node) is ast.Call:
                if node is not whole:
                    self._name_lambdas(node)
                self._called(node)
                if type(node.func) is ast.Attribute and node.func.attr in FILLING:
                    for item in filled_with(node.func.attr, node):
                        self._fill(node.func.value, item)
                elif len(node.args) > 1 and called_name(node) in SETTING and (setting := set_by_call(node)) is not None:
                    self._set(*setting)
                if len(node.args) == 1:
                    self.given_to[id(node.args[0])] = plain_chain(node.func)
                if type(node.func) is ast.Name and node.func.id in ENUMERATING and node.args:
                    self.roles[id(node.args[0])] = "size" if node.func.id in ("len", "enumerate") else "each"
                for argument in node.args:
                    self._expression(argument.value if type(argument) is ast.Starred else argument)
                for keyword in node.keywords:
                    self._expression(keyword.value)
                if node is not whole and (started is node or called_name(node) in STARTING or self._begins(node)):
                    self.function.uses.append(self._use_of(node))  # its arguments say what is started, or changed
                node = node.func
            elif type(node) is ast.Subscript:
                self._expression(node.slice)
                node = node.value
            elif type(node) is ast.Attribute:
                if node.attr == "start":
                    started = node.value
                node = node.value
            elif type(node) is ast.Await:
                node = node.value
            else:
                break
        if type(node) is not ast.Name:
            self._expression(node)

    def _begins(self, node: ast.Call) -> bool:
        """Whether a chain begins with a call of a name, which hands over something with a name."""
        given = (*node.args, *(keyword.value for keyword in node.keywords))
        return type(node.func) is ast.Name and any(type(item) in (ast.Name, ast.Attribute) for item in given)

    def _called(self, node: ast.Call) -> None:
        """Note what a call changes or logs."""
        if self.function.qualname == MODULE_BODY:
            return
        if (write := written_by_call(node)) is not None:
            self.function.writes.append(write)
            if "()" in write.chain and isinstance(node.func, ast.Attribute):
                self._through_copies(write, node.func.value)
        elif (logged := logged_by_call(node)) is not None:
            self.function.logged.append(logged)

    def _use_of(self, node: ast.expr) -> Use:
        call = node.value if type(node) is ast.Await else node
        arguments: tuple[Argument, ...] = ()
        if type(call) is ast.Call:
            self._name_lambdas(call, is_whole=True)
            given = [self._argument(None, item) for item in call.args]
            given += [self._argument(item.arg or "**", item.value) for item in call.keywords]
            arguments = tuple(given)
            arguments = _known_arguments.setdefault(arguments, arguments)
        return Use(
            self._chain(node),
            node.lineno,
            self.within,
            arguments,
            self.roles.get(id(node)),
            self.given_to.get(id(node), ()),
        )

    def _argument(self, keyword: str | None, value: ast.expr) -> Argument:
        if type(value) is ast.Constant:
            argument = Argument(keyword, (), constant_text(value))
        else:
            argument = Argument(keyword, self._chain(value), None, self._given(value))
        return _known_argument.setdefault(argument, argument)

    def _given(self, argument: ast.expr) -> Chain:
        """What a call that is an argument is given first, through `partial`; or the first item of a tuple."""
        if type(argument) is ast.Tuple and argument.elts:
            return self._chain(argument.elts[0])
        if type(argument) is not ast.Call or not argument.args:
            return ()
        first = argument.args[0]
        if isinstance(first, ast.Call) and called_name(first) == "partial" and plain_chain(first.func):
            return self._given(first)
        return self._chain(first)

    def _name_lambdas(self, call: ast.Call, *, is_whole: bool = False) -> None:
        """A lambda that is handed to what starts it is a function of its own, as one with a name is."""
        if (name := called_name(call)) not in _RUNNING and not (call.keywords and _is_given_target(call)):
            return
        if name == _BY_NAME:
            if is_whole and (made := self._as_lambda(call)) is not None:
                self._expression(made.body)
            return
        if name == _OF_TABLE:
            if is_whole and id(call) not in self._chain_by_node and (cls := class_of_table(call)) is not None:
                if self.function.has_own(cls.name) or self.prefix + cls.name in self.classes:
                    cls.name = f"<{call.lineno}:{call.col_offset}>"
                self._chain_by_node[id(call)] = (cls.name,)
                self._define(cls)
            return
        for argument in (*call.args, *(item.value for item in call.keywords)):
            inner = argument.args[0] if isinstance(argument, ast.Call) and argument.args else argument
            if isinstance(inner, ast.Lambda) and id(inner) not in self.lambdas:
                name = f"<{inner.lineno}:{inner.col_offset}>"
                self.lambdas[id(inner)] = name
                self._named_lambda(name, inner)

    def _define(self, cls: ast.ClassDef) -> None:
        """A class that stands here."""
        raise NotImplementedError

    def _as_lambda(self, value: ast.expr) -> ast.Lambda | None:
        """A lambda, or what is one in other words: `methodcaller("name", 1)` is `lambda it: it.name(1)`."""
        if type(value) is ast.Lambda:
            return value
        if type(value) is not ast.Call or called_name(value) != _BY_NAME or not value.args:
            return None
        if (name := constant_text(value.args[0])) is None:
            return None
        method = ast.Attribute(ast.Name("<it>", ast.Load()), name, ast.Load())
        taking = ast.arguments([], [ast.arg("<it>")], None, [], [], None, [])
        found = ast.Lambda(taking, ast.Call(method, value.args[1:], value.keywords))
        self._made.append(ast.fix_missing_locations(ast.copy_location(found, value)))  # known by its identity
        return found

    def _named_lambda(self, name: str, node: ast.Lambda) -> None:
        """A lambda with a name is a function of its own, known by that name."""
        facts = OpenFunction(self._unique(f"{self.prefix}{name}.<lambda>"), node.lineno, owner=self.function.owner)
        self.functions[facts.qualname] = facts
        self.function.nested.setdefault(name, []).append(facts.qualname)
        outer = (self.function, self.within)
        self.function, self.within = facts, ()  # it runs when it is called, wherever it stands
        facts.parameters = self._parameters(node.args)
        self._expression(node.body)
        facts.returned += self._alternatives(node.body)
        self.function, self.within = outer


def _is_given_target(call: ast.Call) -> bool:
    """Whether a call is given a lambda to run, as threads are, whatever it is called."""
    return any(item.arg == "target" and type(item.value) is ast.Lambda for item in call.keywords)


def _is_annotated(value: ast.Subscript) -> bool:
    return plain_chain(value.value)[-1:] in ((".Annotated",), ("Annotated",))


def _is_decorating(function: ast.expr) -> bool:
    """Whether what is called is a cache that has been set up: `lru_cache(maxsize=8)` of `lru_cache(maxsize=8)(f)`."""
    return isinstance(function, ast.Call) and called_name(function) in _STANDING_FOR
