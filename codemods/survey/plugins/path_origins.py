"""Where a plugin's code gets a path from: the assignment that names a file or folder of the plugin's."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from codemods.analysis.chains import called_name, full_chain, plain_chain
from codemods.analysis.containers import LOOKING_UP
from codemods.analysis.nodes import own_nodes, walk
from codemods.analysis.symbols import MODULE_BODY, Symbol
from codemods.analysis.values import Value
from codemods.survey.plugins.plugin_code import PluginCode

# A part of a path that cannot be told.
ANY = "*"
_DEEPEST = 12
# What makes a path of its first argument, or of what it is called on, and adds nothing.
_SAME = frozenset({"Path", "PurePath", "abspath", "expanduser", "fspath", "normpath", "realpath", "str"})
_SAME_METHODS = frozenset({"absolute", "as_posix", "expanduser", "resolve"})
_PARENTS = frozenset({"dirname"})
_JOINING = frozenset({"join", "joinpath", "glob", "rglob", "with_name", "with_stem", "with_suffix"})
GLOBBING = (("glob", ".glob"), ("glob", ".iglob"))
_COLLECTING = frozenset({"list", "set", "sorted", "tuple"})
_LISTING = frozenset({"iterdir", "listdir", "scandir", "walk"})


class Naming(NamedTuple):
    """An assignment that names a path, by what it assigns to in which function, class or module."""

    frame: Symbol
    text: str


class Origin(NamedTuple):
    """One way in which a path comes about: the assignment that named it, if one did, and what it is made of.

    settled: it is a tenant's own already. configured: a setting may say another one, so that only what an object or a
    module keeps for it names it.
    """

    naming: Naming | None
    tail: tuple[str, ...]
    settled: bool = False
    configured: bool = False


class PathOrigins:
    """The origins of the paths of one plugin."""

    def __init__(self, code: PluginCode) -> None:
        self.code, self.program = code, code.program
        self._calls: dict[Symbol, list[tuple[ast.Call, Symbol]]] | None = None

    def of(self, node: ast.expr, frame: Symbol, depth: int = 0) -> list[Origin]:
        """Every way in which an expression's path comes about; one without a name or tail where that cannot be told."""
        if depth > _DEEPEST:
            return [Origin(None, ())]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return [Origin(None, tuple(part for part in node.value.split("/") if part not in ("", ".", "..")))]
        if isinstance(node, ast.Name):
            return self._of_name(node, frame, depth)
        if isinstance(node, ast.Attribute):
            return self._of_attribute(node, frame, depth)
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Div, ast.Add)):
            is_text = isinstance(node.op, ast.Add)
            return self._joined(self.of(node.left, frame, depth + 1), [node.right], is_text=is_text)
        if isinstance(node, ast.Call):
            return self._of_call(node, frame, depth)
        if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.FormattedValue):
            return self._joined(self.of(node.values[0].value, frame, depth + 1), [node], is_text=True)
        if isinstance(node, (ast.BoolOp, ast.IfExp)):
            parts = node.values if isinstance(node, ast.BoolOp) else [node.body, node.orelse]
            return [origin for part in parts for origin in self.of(part, frame, depth + 1)]
        if isinstance(node, (ast.Subscript, ast.Await)):
            return self.of(node.value, frame, depth + 1)
        return [Origin(None, ())]

    @staticmethod
    def _joined(bases: list[Origin], parts: list[ast.expr], *, is_text: bool = False) -> list[Origin]:
        tail: tuple[str, ...] = ()
        for part in parts:
            is_known = not is_text and isinstance(part, ast.Constant) and isinstance(part.value, str)
            words: list[str] = ast.literal_eval(part).split("/") if is_known else [ANY]
            tail += tuple(word for word in words if word not in ("", ".", ".."))
        return [base._replace(tail=(*base.tail, *tail)) for base in bases]

    def _of_name(self, node: ast.Name, frame: Symbol, depth: int) -> list[Origin]:
        if node.id == "__file__":
            return [Origin(None, ())]
        function = self.program.sources.function(frame)
        if function is not None:
            given = list(_assigned(function.body, (node.id,)))
            is_parameter = any(item.arg == node.id for item in walk(function.args) if isinstance(item, ast.arg))
            if given or is_parameter:
                found = self._named(Naming(frame, node.id), [(value, frame) for value in given], depth)
                return [*found, *(self._handed(node.id, frame, depth) if is_parameter else ())]
            listed = next(_listed(function.body, node.id), None)
            if listed is not None:
                return self._joined(self.of(listed, frame, depth + 1), [node])
        return self._of_module(node.id, frame, depth)

    def _of_module(self, name: str, frame: Symbol, depth: int) -> list[Origin]:
        home = self._home(name, frame)
        if home is None:
            return [Origin(None, ())]
        values = list(_assigned(self.program.sources.module(home.module).body, (home.qualname,)))
        body = Symbol(home.module, MODULE_BODY)
        return self._named(Naming(body, home.qualname), [(value, body) for value in values], depth)

    def _home(self, name: str, frame: Symbol) -> Symbol | None:
        """The module's name that a name is, through imports within the plugin."""
        current: Symbol | None = Symbol(frame.module, name)
        for function in (self.program.functions.get(frame), self.program.files[frame.module].body):
            if function is not None and name in function.imports:
                current = function.imports[name]
                break
        for _ in range(_DEEPEST):
            if current is None or current.module not in self.code.modules:
                return None
            body = self.program.files[current.module].body
            if current.qualname in body.assigned or current.qualname in body.annotated:
                return current
            current = body.imports.get(current.qualname)
        return None

    def _of_attribute(self, node: ast.Attribute, frame: Symbol, depth: int) -> list[Origin]:
        if node.attr in ("parent", "parents"):
            return [item._replace(tail=item.tail[:-1]) for item in self.of(node.value, frame, depth + 1)]
        found: list[Origin] = []
        chain = full_chain(node.value)
        for value in self.program.values(chain, frame) if chain and frame in self.program.functions else ():
            if value.kind in ("class", "instance") and self.code.owns(value.name):
                found += self._of_member(value.name, node.attr, depth)
            elif value.kind == "module" and value.name.module in self.code.modules:
                found += self._of_module(node.attr, Symbol(value.name.module, MODULE_BODY), depth)
        return found or [Origin(None, ())]

    def _of_member(self, cls: Symbol, name: str, depth: int) -> list[Origin]:
        for base in self.program.lineage(cls):
            node = self.program.sources.cls(base) if base in self.program.classes else None
            if node is None or not self.code.owns(base):
                continue
            found: list[Origin] = []
            values = [(value, base.body) for value in _assigned(node.body, (name,))]
            found += self._named(Naming(base, name), values, depth)
            for method in self.program.classes[base].methods.values():
                inner = Symbol(base.module, method)
                given = _assigned(self.program.sources.body(inner), ("self", f".{name}"))
                found += self._named(Naming(inner, f"self.{name}"), [(value, inner) for value in given], depth)
            if found:
                return found
        return [Origin(None, ())]

    def _named(self, naming: Naming, values: list[tuple[ast.expr, Symbol]], depth: int) -> list[Origin]:
        """The origins of what a name is given; the name is theirs, where what it is given says more than a folder."""
        values = [pair for pair in values if not (isinstance(pair[0], ast.Constant) and pair[0].value is None)]
        found = [origin for value, frame in values for origin in self.of(value, frame, depth + 1)]
        is_passing = naming.frame in self.program.functions and naming.frame.qualname != MODULE_BODY
        is_passing = is_passing and "." not in naming.text  # what is made of a folder that has a name needs none
        return [
            item
            if item.settled or not item.tail or (is_passing and (item.naming or item.configured))
            else item._replace(naming=naming)
            for item in found
        ]

    def _of_call(self, node: ast.Call, frame: Symbol, depth: int) -> list[Origin]:
        chain = full_chain(node.func)
        name = chain[-1].lstrip(".") if chain else getattr(node.func, "attr", "")
        values = self.program.values(chain, frame) if chain and frame in self.program.functions else ()
        if any(self._is_tenants(value) or _is_passing(value) for value in values):
            return [Origin(None, (), settled=True)]
        method = node.func if isinstance(node.func, ast.Attribute) else None
        if name in _SAME and node.args:
            return self._joined(self.of(node.args[0], frame, depth + 1), node.args[1:])
        if name in _PARENTS and node.args:
            return [item._replace(tail=item.tail[:-1]) for item in self.of(node.args[0], frame, depth + 1)]
        if (name in _COLLECTING or chain in GLOBBING) and node.args:
            return self.of(node.args[0], frame, depth + 1)
        if name in _LISTING and node.args:
            return self._joined(self.of(node.args[0], frame, depth + 1), [node])
        if name == "join" and len(node.args) > 1:
            return self._joined(self.of(node.args[0], frame, depth + 1), node.args[1:])
        if method is not None and name in _SAME_METHODS:
            return self.of(method.value, frame, depth + 1)
        if method is not None and name in _JOINING:
            bases = self.of(method.value, frame, depth + 1)
            return bases if name.startswith("with_") else self._joined(bases, node.args)  # beside it is as good as it
        if method is not None and name in _LISTING:
            return self._joined(self.of(method.value, frame, depth + 1), [node])
        functions = [
            value.name for value in values if value.kind == "function" and value.name in self.program.functions
        ]
        if (default := self._configured(node, name, functions)) is not None:
            return [item._replace(configured=True) for item in self.of(default, frame, depth + 1)]
        return self._of_functions([item for item in functions if self.code.owns(item)], depth)

    def _is_tenants(self, value: Value) -> bool:
        """Whether it makes a path of the tenant's own: the recipes', or a function of the host's that asks for it."""
        if value.name in self.program.state.plugins.own_paths:
            return True
        is_hosts = value.kind == "function" and value.name in self.program.functions and not self.code.owns(value.name)
        return is_hosts and self.program.path_to_state(value.name, unscoped_only=False) is not None

    def _configured(self, node: ast.Call, name: str, functions: list[Symbol]) -> ast.Constant | None:
        """The text that a call gives for where a setting says nothing, or None."""
        known = [(self._parameters(item), self._fallback(item)) for item in functions]
        if not functions and name in self.program.state.plugins.own:  # the host's, which is not at hand
            known = [(["key", "default"], "default")]
        for parameters, fallback in known:
            given = dict(zip(parameters, node.args, strict=False))
            given |= {item.arg: item.value for item in node.keywords if item.arg}
            default = given.get(fallback) if fallback is not None else None
            if isinstance(default, ast.Constant) and isinstance(default.value, str):
                return default
        return None

    def _parameters(self, identifier: Symbol) -> list[str]:
        return [item.name for item in self.program.functions[identifier].parameters if item.name not in ("self", "cls")]

    def _fallback(self, identifier: Symbol) -> str | None:
        """What a function is handed that it answers where it finds nothing by what else it is handed, or None."""
        parameters = self._parameters(identifier)
        getting = LOOKING_UP.union(self.program.state.plugins.own)
        nodes = self.program.sources.nodes(identifier)
        answered = [node.value for node in nodes if isinstance(node, ast.Return)]
        calls = [node for node in nodes if isinstance(node, ast.Call) and len(node.args) == 2]
        answered += [call.args[1] for call in calls if called_name(call) in getting]
        names = [part.id for part in answered if isinstance(part, ast.Name) and part.id in parameters[1:]]
        return names[0] if names else None

    def _of_functions(self, functions: list[Symbol], depth: int) -> list[Origin]:
        """What functions of the plugin answer."""
        found = [
            origin
            for function in functions
            for part in self.program.sources.nodes(function)
            if isinstance(part, ast.Return) and part.value is not None
            if not isinstance(part.value, ast.Constant)
            for origin in self.of(part.value, function, depth + 1)
        ]
        return found or [Origin(None, ())]

    def _handed(self, name: str, identifier: Symbol, depth: int) -> list[Origin]:
        """What the calls within the plugin hand a parameter; nothing where they leave it to its default."""
        names = [item.name for item in self.program.functions[identifier].parameters]
        names = names[1:] if names[:1] in (["self"], ["cls"]) else names
        found: list[Origin] = []
        for call, caller in self._calls_of(identifier):
            given = dict(zip(names, call.args, strict=False))
            given |= {item.arg: item.value for item in call.keywords if item.arg}
            if name in given:
                found += self.of(given[name], caller, depth + 1)
        return found

    def _calls_of(self, identifier: Symbol) -> list[tuple[ast.Call, Symbol]]:
        if self._calls is None:
            self._calls = {}
            for caller in self.code.functions():
                for node in self.program.sources.nodes(caller):
                    chain = full_chain(node.func) if isinstance(node, ast.Call) else ()
                    for value in self.program.values(chain, caller) if chain else ():
                        made = value.name.member("__init__") if value.kind == "class" else value.name
                        if isinstance(node, ast.Call) and self.code.owns(made):
                            self._calls.setdefault(made, []).append((node, caller))
        return self._calls.get(identifier, [])


def _is_passing(value: Value) -> bool:
    """Whether it makes a path for the moment."""
    return value.kind == "outside" and value.name.module == "tempfile"


def _assigned(body: Sequence[ast.stmt], target: tuple[str, ...]) -> Iterator[ast.expr]:
    """What the assignments of a body give a name or an attribute."""
    for node in own_nodes(body):
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        if value is not None and any(plain_chain(item) == target for item in targets):
            yield value


def _listed(body: Sequence[ast.stmt], name: str) -> Iterator[ast.expr]:
    """What a loop goes through, whose variable a name is."""
    for node in own_nodes(body):
        if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)) and plain_chain(node.target) == (name,):
            yield node.iter
