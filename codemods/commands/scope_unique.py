"""Have a decorator of a model say what is unique in it, so that it can be so within a part of the rows only."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m
from libcst.codemod import CodemodContext

from codemods.commands.editing.arguments import add_imported, add_places
from codemods.commands.editing.code import assigned_name, written
from codemods.commands.editing.importing_command import ImportingCommand
from codemods.messages import phrase
from codemods.places import Imported, Member

_UNIQUE = m.Arg(keyword=m.Name("unique"), value=m.Name("True"))
_UNIQUE_INDEX = m.Tuple([m.Element(m.Tuple() | m.List()), m.Element(m.Name("True"))])
# The class in a model that says more of it, and what in it lists indexes.
_META, _INDEXES = "Meta", "indexes"


class ScopeUnique(ImportingCommand):
    """`@decorator("name")` on a class whose `name = TextField(unique=True)` becomes `TextField(index=True)`.

    A place is "Page.name", for a column, or "Page.Meta.indexes": what is unique of these is so no more, and said by the
    decorator instead, but where `within` is one of the columns already.
    """

    DESCRIPTION = "Have a decorator of a model say what is unique in it."

    PLACE = Member

    def __init__(self, context: CodemodContext, places: Sequence[Member], *, decorator: Imported, within: str) -> None:
        super().__init__(context, decorator, places)
        self.within = within
        self.classes = frozenset(_model(place) for place in places) | {place.owner for place in places}
        # By model: what is unique in it, each by its columns.
        self.unique: dict[str, list[tuple[str, ...]]] = {}

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        add_imported(arg_parser, "--decorator", "the decorator to add")
        arg_parser.add_argument("--within", required=True, metavar="COLUMN", help="the column that parts the rows")
        add_places(arg_parser, "--places", Member, "such as Page.name", metavar="PLACE")

    def taken(self) -> str:
        return phrase(
            "the name {name} is taken here: make {places} unique within {column} by hand",
            name=self.name,
            places=", ".join(map(str, sorted(self.wanted))),
            column=self.within,
        )

    def missed(self, wanted: Member) -> str:
        return phrase(
            "{place} is unique in a way that is not edited: make it unique within {column} by hand",
            place=wanted,
            column=self.within,
        )

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        name = self.current_class
        updated_node = super().leave_ClassDef(original_node, updated_node)
        if name not in self.classes or self.is_taken(self.name):
            return updated_node
        body = [self._line(name, item) for item in updated_node.body.body]
        changed = updated_node.with_changes(body=updated_node.body.with_changes(body=body))
        unique = self.unique.pop(name, [])
        return _decorated(changed, self.name, unique) if unique else changed

    def _line(self, owner: str, item: cst.CSTNode) -> cst.CSTNode:
        """A line of a class, with nothing unique in it where it is one of the places."""
        place = Member(owner, assigned_name(item))
        if place not in self.wanted or not isinstance(item, cst.SimpleStatementLine) or len(item.body) > 1:
            return item
        small = item.body[0]
        if not isinstance(small, (cst.Assign, cst.AnnAssign)) or small.value is None:
            return item
        value = self._column(place, small.value) if owner == _model(place) else self._indexes(place, small.value)
        return item if value is None else item.with_changes(body=[small.with_changes(value=value)])

    def _column(self, place: Member, value: cst.BaseExpression) -> cst.Call | None:
        if not isinstance(value, cst.Call) or not any(m.matches(arg, _UNIQUE) for arg in value.args):
            return None
        self._note(place, [(place.name,)])
        if not any(m.matches(arg, m.Arg(keyword=m.Name("index"))) for arg in value.args):
            # What is unique has an index, which others may look for rows with.
            args = [_renamed(arg, "index") if m.matches(arg, _UNIQUE) else arg for arg in value.args]
            return value.with_changes(args=args)
        kept = [arg for arg in value.args if not m.matches(arg, _UNIQUE)]
        if m.matches(value.args[-1], _UNIQUE):
            kept[-1] = kept[-1].with_changes(comma=value.args[-1].comma)
        return value.with_changes(args=kept)

    def _indexes(self, place: Member, value: cst.BaseExpression) -> cst.BaseExpression | None:
        if not isinstance(value, (cst.Tuple, cst.List)):
            return None
        found: list[tuple[str, ...]] = []
        elements = []
        for element in value.elements:
            columns = _columns(element.value)
            if columns and self.within not in columns:
                found.append(columns)
                element = element.with_changes(value=_not_unique(element.value))
            elements.append(element)
        self._note(place, found)
        return value.with_changes(elements=elements) if found else None

    def _note(self, place: Member, unique: Sequence[tuple[str, ...]]) -> None:
        if unique:
            self.found.add(place)
            self.unique.setdefault(_model(place), []).extend(unique)


def _renamed(arg: cst.Arg, keyword: str) -> cst.Arg:
    return arg.with_changes(keyword=cst.Name(keyword))


def _model(place: Member) -> str:
    """The class of the model that a place belongs to."""
    return place.owner.removesuffix(f".{_META}") if place.name == _INDEXES else place.owner


def _columns(index: cst.BaseExpression) -> tuple[str, ...]:
    """The columns of a unique index, `(("a", "b"), True)`; none for anything else."""
    if not m.matches(index, _UNIQUE_INDEX) or not isinstance(index, cst.Tuple):
        return ()
    columns = index.elements[0].value
    assert isinstance(columns, (cst.Tuple, cst.List))
    texts = [item.value.evaluated_value for item in columns.elements if isinstance(item.value, cst.SimpleString)]
    return tuple(map(str, texts)) if len(texts) == len(columns.elements) else ()


def _not_unique(index: cst.BaseExpression) -> cst.BaseExpression:
    assert isinstance(index, cst.Tuple)
    return index.with_changes(elements=[index.elements[0], index.elements[1].with_changes(value=cst.Name("False"))])


def _decorated(node: cst.ClassDef, name: str, unique: Sequence[tuple[str, ...]]) -> cst.ClassDef:
    """A class with the decorator, or with more in the one that it has."""
    args = [cst.Arg(_text(columns)) for columns in unique]
    for index, item in enumerate(node.decorators):
        if isinstance(item.decorator, cst.Call) and written(item.decorator.func) == name:
            call = item.decorator.with_changes(args=[*item.decorator.args, *args])
            decorators = [*node.decorators]
            decorators[index] = item.with_changes(decorator=call)
            return node.with_changes(decorators=decorators)
    return node.with_changes(decorators=[*node.decorators, cst.Decorator(cst.Call(cst.Name(name), args))])


def _text(columns: tuple[str, ...]) -> cst.BaseExpression:
    texts = [cst.SimpleString(f'"{column}"') for column in columns]
    return texts[0] if len(texts) == 1 else cst.Tuple([cst.Element(text) for text in texts])
