"""Have a decorator of a model say what of it is unique within a part of the rows only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

import libcst as cst
import libcst.matchers as m
from libcst.codemod import CodemodContext

from codemods.commands.editing.code import assigned_name, written
from codemods.commands.editing.importing_command import ImportingCommand
from codemods.messages import phrase
from codemods.places import Imported, Member, Place

_UNIQUE = m.Arg(keyword=m.Name("unique"), value=m.Name("True"))
_UNIQUE_INDEX = m.Tuple([m.Element(m.Tuple() | m.List()), m.Element(m.Name("True"))])
# The class in a model that says more of it, and what in it lists indexes.
_META, _INDEXES = "Meta", "indexes"


class ScopeUnique(ImportingCommand):
    """`@decorator("name")` on a class with `name = TextField(unique=True)`, which stays as it is.

    A place is "Page.name", for a column, or "Page.Meta.indexes": the decorator names what is unique of these, but where
    `within` is one of the columns already. One line says it, so that no half of an edit can be taken back.
    """

    DESCRIPTION = "Have a decorator of a model say what of it is unique within a part of the rows only."

    PLACE = Member

    def __init__(
        self,
        context: CodemodContext,
        places: Sequence[Member],
        *,
        decorator: Imported,
        within: Annotated[str, "the column that parts the rows"],
    ) -> None:
        super().__init__(context, decorator, places)
        self.within = within
        self.classes = frozenset(_model(place) for place in places) | {place.owner for place in places}
        # By model: what is unique in it, each by its columns.
        self.unique: dict[str, list[tuple[str, ...]]] = {}

    def looks_into(self, places: Sequence[Place]) -> Iterable[str]:
        return ()

    def taken(self) -> str:
        return phrase(
            "the name {name} is taken here: make {places} unique within {column} by hand",
            name=self.name,
            places=", ".join(sorted(place.what for place in self.wanted)),
            column=self.within,
        )

    def missed(self, wanted: Member) -> str:
        return phrase(
            "{place} is unique in a way that is not edited: make it unique within {column} by hand",
            place=wanted.what,
            column=self.within,
        )

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        name = self.current_class
        updated_node = super().leave_ClassDef(original_node, updated_node)
        if name not in self.classes or self.is_taken(self.name):
            return updated_node
        for item in updated_node.body.body:
            self._look_at(name, item)
        unique = self.unique.pop(name, [])
        return _decorated(updated_node, self.name, unique) if unique else updated_node

    def _look_at(self, owner: str, item: cst.CSTNode) -> None:
        """Notes what a line of a class says to be unique, where it is one of the places."""
        place = Member(f"{owner}.{assigned_name(item)}")
        if (
            place not in self.wanted
            or place.owner != owner
            or not isinstance(item, cst.SimpleStatementLine)
            or len(item.body) > 1
        ):
            return
        value = item.body[0].value if isinstance(item.body[0], (cst.Assign, cst.AnnAssign)) else None
        unique = self._indexes(value) if owner != _model(place) else [(place.name,)] if _is_unique(value) else []
        if unique:
            self.found.add(place)
            self.unique.setdefault(_model(place), []).extend(unique)

    def _indexes(self, value: cst.BaseExpression | None) -> list[tuple[str, ...]]:
        if not isinstance(value, (cst.Tuple, cst.List)):
            return []
        found = [_columns(element.value) for element in value.elements]
        return [columns for columns in found if columns and self.within not in columns]


def _is_unique(value: cst.BaseExpression | None) -> bool:
    return isinstance(value, cst.Call) and any(m.matches(arg, _UNIQUE) for arg in value.args)


def _model(place: Member) -> str:
    """The class of the model that a place belongs to."""
    return place.owner.removesuffix(f".{_META}") if place.name == _INDEXES else place.owner


def _columns(index: cst.BaseExpression) -> tuple[str, ...]:
    """The columns of a unique index, `(("a", "b"), True)`; none for anything else."""
    is_unique = isinstance(index, cst.Tuple) and m.matches(index, _UNIQUE_INDEX)
    return _names(cst.ensure_type(index, cst.Tuple).elements[0].value) if is_unique else ()


def _names(value: cst.BaseExpression) -> tuple[str, ...]:
    """The texts of an expression, one or several; none where one of them is no text."""
    parts = [item.value for item in value.elements] if isinstance(value, (cst.Tuple, cst.List)) else [value]
    texts = [str(part.evaluated_value) for part in parts if isinstance(part, cst.SimpleString)]
    return tuple(texts) if len(texts) == len(parts) else ()


def _decorated(node: cst.ClassDef, name: str, unique: Sequence[tuple[str, ...]]) -> cst.ClassDef:
    """A class with the decorator, or with more in the one that it has."""
    for item in node.decorators:
        call = item.decorator
        if isinstance(call, cst.Call) and written(call.func) == name:
            said = [_names(arg.value) for arg in call.args]
            args = [*call.args, *(cst.Arg(_text(columns)) for columns in unique if columns not in said)]
            return node.with_deep_changes(call, args=args)
    args = [cst.Arg(_text(columns)) for columns in unique]
    return node.with_changes(decorators=[*node.decorators, cst.Decorator(cst.Call(cst.Name(name), args))])


def _text(columns: tuple[str, ...]) -> cst.BaseExpression:
    texts = [cst.SimpleString(f'"{column}"') for column in columns]
    return texts[0] if len(texts) == 1 else cst.Tuple([cst.Element(text) for text in texts])
