"""Values for parameters: by what they are called, and by what they are annotated with."""

from __future__ import annotations

import collections.abc
import dataclasses
import enum
import inspect
import sys
import time
import types
import typing
from collections.abc import Callable, Sequence
from typing import Any

from .owners import PLATFORM, Owner
from .texts import phrase
from .words import COMMON, Words

# Parameters that bear one of these ids, by what it is called.
_IDS = {
    "chat_id": "chat_id",
    "stream_id": "chat_id",
    "chat_stream_id": "chat_id",
    "group_id": "group_id",
    "user_id": "user_id",
    "qq": "user_id",
    "person_id": "person_id",
    "message_id": "message_id",
    "user_nickname": "nickname",
    "nickname": "nickname",
    "person_name": "nickname",
    "group_name": "group_name",
    "emoji_hash": "emoji_hash",
    "chat": "chat_id",
    "tenant_id": "tenant_id",
    "agent_id": "agent_id",
}
_LISTS = {"person_ids": "user_id", "user_ids": "user_id", "chat_ids": "chat_id"}
_ENDS = {"end": 4e9, "timestamp": 4e9, "before": 4e9, "until": 4e9, "start": 0.0, "begin": 0.0, "after": 0.0}
_FIXED: dict[str, Any] = {
    "platform": PLATFORM,
    "user_platform": PLATFORM,
    "query_type": "get",
    "limit": 20,
    "count": 20,
    "page": 1,
    "page_size": 20,
    "key": "bot.nickname",
    "field_name": "nickname",
    "type": "text",
}
_NOTHING = inspect.Parameter.empty
# What both tenants say.
_SAME = "the-same-for-both"
_DEEPEST = 5


class Unmade(Exception):
    """There is no value for a parameter."""

    @property
    def why(self) -> str:
        """The text that it was raised with."""
        text: str = self.args[0]
        return text


class Answering(dict):  # type: ignore[type-arg]
    """A dictionary that has a word of its owner's for whatever it is asked for."""

    def __init__(self, word: Callable[[str], str], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._word = word

    def __missing__(self, key: Any) -> Any:
        return self.get(key)

    def get(self, key: Any, default: Any = None) -> Any:
        if key not in self and isinstance(key, str):
            self[key] = self._word(key)
        return super().get(key, default)


class Values:
    """Makes values for whoever calls, with the ids of whomever it asks about."""

    def __init__(self, words: Words, caller: Owner, ids: Owner, way: str) -> None:
        self._words, self._caller, self._way = words, caller, way
        self._is_common = ids.name == COMMON
        self._ids = Owner(COMMON, caller.pair, {**caller.ids, **ids.ids}, caller.things) if self._is_common else ids

    def arguments(
        self, function: Callable[..., Any], *, skip: int = 0, like: Sequence[Callable[..., Any]] = (), **known: Any
    ) -> dict[str, Any]:
        """Arguments for a function: what must be given, and what it may be asked by.

        `like`: what else says of what types its parameters are.

        Raises Unmade where there is no value for one that must.
        """
        try:
            parameters = list(inspect.signature(function).parameters.values())[skip:]
        except (TypeError, ValueError) as error:
            raise Unmade(phrase("it has no signature ({error})", error=str(error))) from error
        hints: dict[str, Any] = {}
        for each in (*like, function):
            hints |= _hints(each.__init__ if isinstance(each, type) else each)  # type: ignore[misc]
        found: dict[str, Any] = {}
        for parameter in parameters:
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                continue
            hint = hints.get(parameter.name, parameter.annotation)
            if parameter.name in known:
                found[parameter.name] = known[parameter.name]
            elif parameter.default is _NOTHING or self._is_asked_by(parameter, hint):
                found[parameter.name] = self.value(parameter.name, hint)
        return found

    def _is_asked_by(self, parameter: inspect.Parameter, hint: Any) -> bool:
        """Whether what may be left out says whose things are wanted."""
        if parameter.default is not None:
            return False
        return self._id(parameter.name) is not None or self._own(hint) is not None

    def value(self, name: str, hint: Any, depth: int = 0) -> Any:
        """A value for one parameter or field. Raises Unmade."""
        for way in (self._by_name, self._by_type):
            made = way(name, hint, depth)
            if made is not _NOTHING:
                return made
        raise Unmade(
            phrase("there is no value for {name}: {type}", name=name, type=getattr(hint, "__name__", str(hint)))
        )

    def knows(self, name: str) -> bool:
        """Whether a parameter of this name says whose things are wanted."""
        return self._id(name) is not None

    @property
    def ids(self) -> dict[str, str]:
        """Every id, by each of the names that parameters have for it."""
        return {key: self._ids.ids[kind] for key, kind in _IDS.items() if kind in self._ids.ids}

    def word(self, what: str) -> str:
        return (
            _SAME
            if self._is_common
            else self._words.new(self._caller.name, phrase("{way} ({what})", way=self._way, what=what))
        )

    def _id(self, name: str) -> Any:
        if name in _LISTS:
            found = self._ids.ids.get(_LISTS[name])
            return None if found is None else [found]
        # A tenant that is named is the caller's own: to name another's is to select it, which only the admin may.
        whose = self._caller if name in ("tenant_id", "agent_id") else self._ids
        return whose.ids.get(_IDS.get(name, name if name.endswith("_id") else ""))

    def _by_name(self, name: str, hint: Any, depth: int) -> Any:
        if (known := self._id(name)) is not None and _takes(hint, type(known)):
            return known
        if isinstance(known, str) and known.isdigit() and _takes(hint, int):
            return int(known)
        if name in ("message", "message_data", "message_dict", "raw_data") and _plain(hint) in (dict, Any):
            return self.message()
        if name in _FIXED and _takes(hint, type(_FIXED[name])):
            return _FIXED[name]
        return _NOTHING

    def _by_type(self, name: str, hint: Any, depth: int) -> Any:
        if (own := self._own(hint)) is not None:
            return own
        plain, inner = _plain(hint), typing.get_args(_required(hint))
        if plain in (str, Any, _NOTHING, object):
            return self.word(name)
        if plain in (int, float, bool, bytes, type(None)):
            return self._plain_value(name, plain)
        if plain in (list, tuple, set, frozenset, collections.abc.Sequence, collections.abc.Iterable):
            return self._many(name, plain, inner, depth)
        if plain in (dict, collections.abc.Mapping):
            return self._dictionary(name)
        if plain is collections.abc.Callable:
            return lambda *_: []
        if _is_class(plain):
            return self._object(name, plain, inner, depth)
        return _NOTHING

    def _own(self, hint: Any) -> Any:
        """Something of the owner's that is of the type."""
        plain = _plain(hint)
        if not _is_class(plain) or plain in (str, int, float, bool, dict, list, object, type):
            return None
        return next((item for item in self._ids.things if isinstance(item, plain)), None)

    def _plain_value(self, name: str, plain: Any) -> Any:
        if plain is bytes:
            return self.word(name).encode()
        if plain is float and name == "time":
            return time.time()  # what is older than who reads it is not read
        if plain in (int, float):
            return plain(next((value for part, value in _ENDS.items() if part in name), 2))
        return False if plain is bool else None

    def _many(self, name: str, plain: Any, inner: tuple[Any, ...], depth: int) -> Any:
        of = inner[0] if inner else str
        own = [item for item in self._ids.things if _is_class(_plain(of)) and isinstance(item, _plain(of))]
        made = own or [self.value(name.removesuffix("s"), of, depth + 1)]
        return plain(made) if plain in (tuple, set, frozenset) else made

    def _dictionary(self, name: str) -> Any:
        known = self.ids if name not in ("filters", "data") else {}
        return Answering(lambda key: self.word(f"{name}[{key!r}]"), known)

    def _object(self, name: str, plain: type, inner: tuple[Any, ...], depth: int) -> Any:
        if plain is type:
            return next((type(item) for item in self._ids.things if hasattr(item, "_meta")), _NOTHING)
        if issubclass(plain, enum.Enum):
            return next(iter(plain))
        if depth > _DEEPEST or inspect.isabstract(plain):
            return _NOTHING
        if dataclasses.is_dataclass(plain):
            return self._record(plain, depth)
        return _NOTHING

    def _record(self, plain: Any, depth: int) -> Any:
        """A dataclass: what must be given, what bears ids, and records in it."""
        hints = _hints(plain)
        made = {}
        for field in dataclasses.fields(plain):
            if not field.init:
                continue
            hint = hints.get(field.name, Any)
            must = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
            is_record = dataclasses.is_dataclass(_plain(hint)) and field.name.endswith(("info", "segment", "dim"))
            if must or is_record or self._id(field.name) is not None or field.name in ("plain_text", "api_key"):
                made[field.name] = (
                    self._caller.key if field.name == "api_key" else self.value(field.name, hint, depth + 1)
                )
        try:
            return plain(**made)
        except TypeError:  # it is made in a way of its own
            return plain(**self.arguments(plain))

    def message(self) -> dict[str, Any]:
        """A message as platforms send it."""
        text = self.word("text")
        return {
            "message_info": {
                "platform": PLATFORM,
                "message_id": self.word("message id"),
                "time": time.time(),
                "user_info": {
                    "platform": PLATFORM,
                    "user_id": self._ids.ids["user_id"],
                    "user_nickname": self._ids.ids["nickname"],
                },
                "group_info": {
                    "platform": PLATFORM,
                    "group_id": self._ids.ids["group_id"],
                    "group_name": self._ids.ids["group_name"],
                },
            },
            "message_segment": {"type": "seglist", "data": [{"type": "text", "data": text}]},
            "raw_message": text,
        }


def _hints(function: Any) -> dict[str, Any]:
    """The annotations, with the names in texts looked up where they are defined; those that cannot be are left out."""
    target = inspect.unwrap(function) if callable(function) and not isinstance(function, type) else function
    names = vars(sys.modules.get(getattr(target, "__module__", ""), types))
    found = {}
    for name, hint in _annotations(target).items():
        if not isinstance(hint, str):
            found[name] = hint
            continue
        try:
            found[name] = eval(hint, dict(names), vars(typing))
        except Exception:  # a name that only a type checker imports
            found[name] = _by_last_name(hint)
    return found


def _annotations(target: Any) -> dict[str, Any]:
    if isinstance(target, type):
        return {
            name: hint
            for cls in reversed(target.__mro__)
            for name, hint in vars(cls).get("__annotations__", {}).items()
        }
    return dict(getattr(target, "__annotations__", {}))


def _by_last_name(hint: str) -> Any:
    """The class of the tree's that an annotation names, wherever it is defined."""
    name = hint.strip("'\"").removeprefix("Optional[").rstrip("]").split(" | ")[0].rpartition(".")[2]
    for module_name, module in list(sys.modules.items()):
        found = vars(module).get(name) if module_name.startswith("src.") else None
        if isinstance(found, type) and found.__module__ == module_name:
            return found
    return _NOTHING


def _required(hint: Any) -> Any:
    """An annotation without its None; of several, the first."""
    if typing.get_origin(hint) in (typing.Union, getattr(types, "UnionType", typing.Union)):
        return _required(next((item for item in typing.get_args(hint) if item is not type(None)), Any))
    if typing.get_origin(hint) is typing.Annotated:
        return _required(typing.get_args(hint)[0])
    return hint


def _plain(hint: Any) -> Any:
    required = _required(hint)
    return typing.get_origin(required) or required


def _takes(hint: Any, kind: type) -> bool:
    """Whether a parameter takes a value of a plain type, as far as its annotation tells."""
    if typing.get_origin(hint) in (typing.Union, getattr(types, "UnionType", typing.Union)):
        return any(_takes(item, kind) for item in typing.get_args(hint))
    return _plain(hint) in (kind, Any, _NOTHING, object)


def _is_class(plain: Any) -> bool:
    return isinstance(plain, type) and plain is not Any
