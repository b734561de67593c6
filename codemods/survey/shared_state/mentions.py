"""Every place of a tree where a holder is written down, and the ways around that: who would change what it is must
know all of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from codemods.analysis.chains import Chain, constant_text, full_chain, plain_chain
from codemods.analysis.containers import CHANGING, ENUMERATING, OF_MAPPINGS
from codemods.analysis.holders import Holders
from codemods.analysis.kept import NAME, Holder
from codemods.analysis.references import Reference, References, is_stored, references_of
from codemods.analysis.symbols import Symbol
from codemods.analysis.values import Value
from codemods.analysis.writes import REMOVING
from codemods.messages import phrase
from codemods.survey.program import TenantProgram

# What reads or changes an attribute by its name, and what shows or copies all of an object's.
_BY_NAME = frozenset({"getattr", "setattr", "hasattr", "delattr"})
_BY_ITS_NAME = frozenset({"__getattribute__", "__getattr__", "__setattr__", "__delattr__", "attrgetter"})
# A text behind these that is written in pieces, as "ta" "sks" is, or by the numbers of its letters.
_IN_PIECES = re.compile(
    rb"""attr\w*\(.{0,200}?(?:[^"'(,\s]["']\s*(?:\\\s*)?[rRuU]?["'][^"',)\s]|\\[xuUN0-7])""", re.DOTALL
)
_WHOLE_OBJECT = frozenset({"vars", "dumps", "dump", "copy", "deepcopy", "asdict", "replace"})
_NAMESPACES = frozenset({"globals", "vars", "locals"})


class Mention(NamedTuple):
    """A place where a holder is written down, or may be; `is_sure`: nothing else can stand there."""

    reference: Reference
    is_sure: bool

    @property
    def frame(self) -> Symbol:
        return self.reference.frame

    @property
    def line(self) -> int:
        return self.reference.line

    @property
    def text(self) -> str:
        return ast.unparse(self.reference.node)

    @property
    def is_stored(self) -> bool:
        """Whether it is given another value there: not where one is put into it."""
        return is_stored(self.reference)

    @property
    def is_deleted(self) -> bool:
        return isinstance(getattr(self.reference.node, "ctx", None), ast.Del)

    @property
    def parent(self) -> ast.AST | None:
        return self.reference.around[-1] if self.reference.around else None

    @property
    def base(self) -> Chain:
        """What an attribute is one of."""
        node = self.reference.node
        return full_chain(node.value) if isinstance(node, ast.Attribute) else ()

    @property
    def is_plain(self) -> bool:
        """Whether it is a dotted name: what a command can find by its text."""
        chain = plain_chain(self.reference.node)
        return bool(chain) and ".__class__" not in chain


class Mentions:
    """The mentions of a program's holders."""

    def __init__(self, program: TenantProgram, holders: Holders) -> None:
        self.program, self.holders = program, holders
        self._pieces: dict[str, bool] = {}

    def of(self, holder: Holder, *, widely: bool = True) -> list[Mention]:
        """Every mention of a holder, and each that may be one because nobody knows what it is an attribute of; these
        only in the files that may know its objects, where it is not asked `widely`."""
        found: list[Mention] = []
        for module in self._naming(holder, widely):
            for reference in self._references(module, holder.name).by_name.get(holder.name, ()):
                is_it = self._is_it(holder, reference)
                if is_it is not None:
                    found.append(Mention(reference, is_it))
        return found

    def _references(self, module: str, *names: str) -> References:
        """The references of a file to some names."""
        return references_of(self.program.sources, module, frozenset(names))

    def _naming(self, holder: Holder, widely: bool) -> list[str]:
        """The modules where a holder may be written down, in the order of the files."""
        wanted = set(self.near(holder))
        wanted |= {reading.function.module for reading in self.holders.readers(holder)}
        if widely:
            wanted |= {function.module for function in self.program.naming(holder.name)}
        says = self.program.sources.says
        known = sorted(wanted & self._places.keys(), key=self._places.__getitem__)
        return [module for module in known if says(module, (holder.name,))]

    @cached_property
    def _places(self) -> dict[str, int]:
        """Where each module comes in the order of the files."""
        return {module: place for place, module in enumerate(self.program.files)}

    def _is_it(self, holder: Holder, reference: Reference) -> bool | None:
        """Whether a reference is a holder's, or may be (False); None where it is another thing."""
        node, frame = reference.node, reference.frame
        if frame not in self.program.functions:
            return None
        if isinstance(node, ast.Name):
            if holder.kind != NAME:
                return True if self._is_in_its_class(holder, reference) else None
            is_it = self.holders.at((node.id,), frame).get(holder) is False
            return True if is_it and not self._is_answer(node.id, frame) else None
        chain = full_chain(node)
        there = [found for found, is_entry in self.holders.at(chain, frame).items() if not is_entry] if chain else []
        base = chain[:-1]
        values = self.program.values(base, frame) if base and holder.kind != NAME else ()
        if holder in there or any(self._is_familys(holder, found) for found in there):
            return not any(self._is_of_another(value, holder) for value in values)
        if holder.kind == NAME:
            return None
        return False if not values or any(value.kind == "unknown" for value in values) else None

    def _is_of_another(self, value: Value, holder: Holder) -> bool:
        """Whether what an attribute is asked of may as well be of a class that has nothing to do with a holder's."""
        return value.kind in ("class", "instance") and value.name not in self.family(holder)

    def _is_answer(self, name: str, frame: Symbol) -> bool:
        """Whether a name is a function's own, for what others answer: that may be what a holder keeps, and is no name
        of it."""
        given = self.program.functions[frame].assigned.get(name, ())
        return bool(given) and self.program.binds(frame, name) and all(chain[-1] == "()" for chain in given)

    def _is_familys(self, holder: Holder, found: Holder) -> bool:
        """Whether it is the attribute of the same name of a class that inherits it, or that it is inherited of."""
        is_alike = found.kind == holder.kind != NAME and found.name == holder.name
        return is_alike and found.owner in self.family(holder)

    def _is_in_its_class(self, holder: Holder, reference: Reference) -> bool:
        """Whether a name stands in the body of the class whose attribute it is."""
        classes = [node.name for node in reference.around if isinstance(node, ast.ClassDef)]
        here = reference.frame.module == holder.at.module and ".".join(classes) == holder.owner.qualname
        return here and reference.where == "class body"

    # Ways around

    def dynamic(self, holder: Holder) -> Iterator[tuple[str, int, str]]:
        """Uses that no mention shows: the module, the line, and what is done there."""
        sources, asking = self.program.sources, _BY_NAME | _BY_ITS_NAME
        for module in self.near(holder):
            words = asking if self._puts_together(module) else frozenset({holder.name})
            if not (sources.says(module, words) and sources.says(module, asking)):
                continue
            for word, line in _asked_by_text(sources.saying(module, words), holder.name):
                yield module, line, phrase("is asked for by its name, by {word}", word=word)
        yield from self._of_names(holder) if holder.kind == NAME else self._of_objects(holder)

    def _puts_together(self, module: str) -> bool:
        """Whether a module asks for something by a text that does not stand there as one word."""
        if module not in self._pieces:
            self._pieces[module] = _IN_PIECES.search(self.program.sources.text(module)) is not None
        return self._pieces[module]

    def _of_names(self, holder: Holder) -> Iterator[tuple[str, int, str]]:
        home = holder.at.module
        references = self._references(home, holder.name, *_NAMESPACES)
        if holder.name in references.odd:
            yield home, 1, phrase("is bound by no assignment in a function")
        for word in sorted(_NAMESPACES):
            for item in references.by_name.get(word, ()):
                yield home, item.line, phrase("may be reached through {word}()", word=word)
        for identifier, local, target in self._imports(home):
            line = self.program.functions[identifier].line
            if target == holder.at and local != holder.name:
                yield identifier.module, line, phrase("is imported as {name}", name=local)
            if local.startswith("*"):
                yield identifier.module, line, phrase("may be imported with everything of {module}", module=home)

    def _imports(self, module: str) -> Iterator[tuple[Symbol, str, Symbol]]:
        """What is imported of a module: by which function, under which name, and what it is."""
        for file in self.program.importers([module]):
            for qualname, function in file.functions.items():
                for local, target in function.imports.items():
                    if target.module == module:
                        yield Symbol(file.module, qualname), local, target

    def _of_objects(self, holder: Holder) -> Iterator[tuple[str, int, str]]:
        family = self.family(holder)
        for module in sorted({cls.module for cls in family if cls in self.program.classes}):
            references = self._references(module, "__dict__", *_WHOLE_OBJECT)
            for item in references.by_name.get("__dict__", ()):
                base = full_chain(item.node.value) if isinstance(item.node, ast.Attribute) else ()
                if base and self._is_of(base, item.frame, family):
                    yield module, item.line, phrase("is one of all attributes that are looked at")
            for word in sorted(_WHOLE_OBJECT):
                for item in references.by_name.get(word, ()):
                    call = next((node for node in reversed(item.around) if isinstance(node, ast.Call)), None)
                    for argument in call.args if call is not None else ():
                        chain = full_chain(argument)
                        if chain and self._is_of(chain, item.frame, family):
                            yield module, item.line, phrase("is copied or shown with its object, by {word}", word=word)

    def _is_of(self, chain: Chain, frame: Symbol, family: frozenset[Symbol]) -> bool:
        return frame in self.program.functions and any(
            value.name in family for value in self.program.values(chain, frame)
        )

    def family(self, holder: Holder) -> frozenset[Symbol]:
        """The class of an attribute, its heirs, and what it inherits of."""
        return frozenset({*self.program.lineage(holder.owner), *self.program.subclasses(holder.owner)})

    def near(self, holder: Holder) -> list[str]:
        """The modules that may know a holder's objects: its own, and those that import it."""
        importing = (file.module for file in self.program.importers([holder.at.module]))
        return list(dict.fromkeys((holder.at.module, *importing)))


def _asked_by_text(nodes: Iterable[ast.AST], name: str) -> list[tuple[str, int]]:
    """What looks a name up that it is given as a text, and at which line."""
    found: list[tuple[str, int]] = []
    for call in (node for node in nodes if isinstance(node, ast.Call)):
        places = {at for at, item in enumerate(call.args) if constant_text(item) == name}
        for part in (call.func, *call.args) if places else ():
            word = part.id if isinstance(part, ast.Name) else part.attr if isinstance(part, ast.Attribute) else ""
            if word in _BY_NAME:  # what it answers where there is none is no name
                places &= {1}
            if places and word in _BY_NAME | _BY_ITS_NAME:
                found.append((word, part.lineno))
    return sorted(found)


def is_map_use(mention: Mention) -> bool:
    """Whether any mapping that goes through its own can stand there."""
    node, parent = mention.reference.node, mention.parent
    around = mention.reference.around
    outer = around[-2] if len(around) > 1 else None
    if mention.is_stored or mention.reference.where:
        return False
    if isinstance(parent, ast.Attribute):
        return parent.attr in OF_MAPPINGS and isinstance(outer, ast.Call) and outer.func is parent
    if isinstance(parent, ast.Subscript):
        return parent.value is node
    if isinstance(parent, ast.Compare):
        places = [index for index, item in enumerate(parent.comparators) if item is node]
        return bool(places) and all(isinstance(parent.ops[index], (ast.In, ast.NotIn)) for index in places)
    if isinstance(parent, ast.Call):
        chain = full_chain(parent.func)
        return parent.args == [node] and len(chain) == 1 and chain[0] in ENUMERATING | {"bool"} and not parent.keywords
    if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
        return parent.iter is node
    if isinstance(parent, (ast.If, ast.While, ast.IfExp)):
        return parent.test is node
    return isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)


def takes_out(mention: Mention) -> bool:
    """Whether a use takes something out of a container."""
    if isinstance(mention.parent, ast.Subscript):
        return isinstance(mention.parent.ctx, ast.Del)
    return isinstance(mention.parent, ast.Attribute) and mention.parent.attr in REMOVING


def goes_through(mention: Mention) -> bool:
    """Whether a use looks at all of what a holder holds, or takes something out of it."""
    parent, node = mention.parent, mention.reference.node
    if isinstance(parent, ast.Attribute):
        return parent.attr not in ("get", "setdefault", "update")
    if isinstance(parent, ast.Subscript):
        return isinstance(parent.ctx, ast.Del)
    return not (isinstance(parent, ast.Compare) and node in parent.comparators)


def is_kept(mention: Mention) -> bool:
    """Whether the whole of what a holder holds is also kept by another name than a function's own."""
    node, parent = mention.reference.node, mention.parent
    if isinstance(parent, (ast.Assign, ast.AnnAssign)) and parent.value is node:
        targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
        return not all(isinstance(target, ast.Name) for target in targets)
    if isinstance(parent, ast.Call) and node in parent.args:
        return isinstance(parent.func, ast.Attribute) and parent.func.attr in CHANGING - {"update", "extend"}
    return isinstance(parent, ast.Dict)


def is_answered(mention: Mention) -> bool:
    """Whether a function answers with the whole of what a holder holds."""
    return isinstance(mention.parent, ast.Return)
