"""What there is of a tenant's to be seen: rows, files, and what the holders that the audit names keep."""

from __future__ import annotations

import contextlib
import gc
import os
import sqlite3
import sys
import types
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .limits import Warden
from .owners import PAIRS, Owner
from .seeing import Sight
from .texts import phrase
from .tree import Tree, instances
from .words import NOBODY

# Folders and files in which a process keeps its own: its logs, its token, what the interpreter makes.
_PROCESS = ("logs", "__pycache__", ".git", "webui.json", ".env")
# Files are read so far.
_READ = 1 << 20
# So far, and so many parts of what a holder keeps, are looked at.
_DEEPEST, _MOST = 4, 300

View = dict[str, str]
# What a place in a view begins with that is a holder.
KEPT = "holder "


class Views:
    """Looks at all that is kept, as somebody sees it."""

    def __init__(self, tree: Tree, sight: Sight, database: Path, holders: list[str], warden: Warden) -> None:
        self._tree, self._sight, self._database, self._warden = tree, sight, database, warden
        self.holders = Holders(tree, holders)
        self._home = Path.cwd()
        self._first_files = dict(self._stamps())

    def of(self, owner: Owner) -> View:
        """What an owner would find to be another than it was: the own rows and files, and what holders show."""
        found = {
            phrase("a row of {table} ({key})", table=table, key=key): text
            for whose, table, key, text in self.rows()
            if whose == owner.pair[0]
        }
        folder = self.storage(owner)
        found |= {phrase("the file {name}", name=name): text for name, text in self.files(folder)} if folder else {}
        for name, text in self.kept(owner):
            found[f"{KEPT}{name}"] = text
        return found

    def rows(self) -> Iterator[tuple[str | None, str, str, str]]:
        """(tenant, table, key, text) of every row; the tenant is None where the table knows none."""
        column = self._tree.names.columns[0]
        with contextlib.closing(sqlite3.connect(self._database, timeout=10)) as database:
            tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                cursor = database.execute(f'SELECT * FROM "{table}"')
                columns = [each[0] for each in cursor.description]
                for number, values in enumerate(cursor):
                    row = dict(zip(columns, values, strict=True))
                    whose = str(row[column]) if column in row else None
                    yield whose, table, str(row.get("id", number)), self._sight.text(row)

    def written(self) -> Iterator[tuple[str, str]]:
        """(path, text) of every file of the tree that was opened to be written since this was last asked."""
        names, self._warden.written = self._warden.written, set()
        for path in map(Path, sorted(names)):
            if path.is_relative_to(self._home) and path.is_file() and not set(path.parts).intersection(_PROCESS):
                with contextlib.suppress(OSError), path.open("rb") as file:
                    yield path.relative_to(self._home).as_posix(), file.read(_READ).decode(errors="replace")

    def owner_of(self, name: str, owners: Iterable[Owner]) -> str:
        """Whose folder a file is in: the tree's own of his, or one that is called as his tenant is."""
        parts = Path(name).parts[:-1]
        for owner in owners:
            folder = self.storage(owner)
            if (folder and name.startswith(folder + "/")) or owner.pair[0] in parts:
                return owner.name
        return NOBODY

    def files(self, below: str = "") -> Iterator[tuple[str, str]]:
        """(path, text) of every file that is new or another than it was at the start."""
        for name, stamp in self._stamps(below):
            if self._first_files.get(name) != stamp:
                with contextlib.suppress(OSError), Path(name).open("rb") as file:
                    yield name, file.read(_READ).decode(errors="replace")

    def _stamps(self, below: str = "") -> Iterator[tuple[str, tuple[int, int]]]:
        for folder, folders, names in os.walk(below or "."):
            folders[:] = [each for each in folders if each not in _PROCESS]
            for name in names:
                path = Path(folder, name)
                if name not in _PROCESS:
                    with contextlib.suppress(OSError):
                        stat = path.stat()
                        yield path.as_posix(), (stat.st_mtime_ns, stat.st_size)

    def storage(self, owner: Owner) -> str:
        """The folder of an owner's files, from the tree's own; "" where the tree has none."""
        root = self._tree.find(self._tree.names.storage)
        if root is None:
            return ""
        with self._tree.inside(owner.pair):
            try:
                folder = Path(str(root())).resolve()
            except Exception:  # it needs more than a tenant
                return ""
        return folder.relative_to(self._home).as_posix() if folder.is_relative_to(self._home) else ""

    def kept(self, owner: Owner) -> Iterator[tuple[str, str]]:
        """(holder, text) of what each holder shows to an owner."""
        others = {pair for pair in PAIRS.values() if pair != owner.pair}
        with self._tree.inside(owner.pair):
            for name, values in self.holders.values():
                shown = []
                for value in values:
                    # What cannot be read without being another's is not shown to this one.
                    with contextlib.suppress(Exception):
                        shown.append(self._shown(_own(_opened(value), others)))
                yield name, "\n".join(shown)

    def _shown(self, value: Any) -> str:
        """What a holder's value shows. An object of the tree's is what its attributes keep: each is a holder itself."""
        if isinstance(value, types.FunctionType):
            value = [cell.cell_contents for cell in value.__closure__ or ()]
        if type(value).__module__.split(".")[0] in ("src", "plugins") and not isinstance(value, (Mapping, str, list)):
            return ""
        return self._sight.text(value, _DEEPEST, _MOST)


class Holders:
    """The places that the audit names, found in this process."""

    def __init__(self, tree: Tree, names: list[str]) -> None:
        self._tree, self.names = tree, names
        self._classes: dict[type, list[Any]] = {}
        self._functions: dict[str, list[Any]] = {}

    def look(self) -> None:
        """Look for the objects that there are now."""
        places = [self._place(name) for name in self.names]
        self._classes = instances(cls for kind, cls, _ in places if kind == "class")
        wanted = {at for kind, at, _ in places if kind == "function"}
        self._functions = {}
        for item in gc.get_objects() if wanted else ():
            if type(item) is types.FunctionType:
                for module, qualname in wanted:
                    if item.__module__ == module and (item.__qualname__ + ".").startswith(qualname + "."):
                        self._functions.setdefault(f"{module}:{qualname}", []).append(item)

    def values(self) -> Iterator[tuple[str, list[Any]]]:
        """Each holder by name, and the values that it has."""
        for name in self.names:
            kind, at, last = self._place(name)
            yield name, list(self._of_functions(":".join(at), last) if kind == "function" else self._at(name))

    def _at(self, name: str) -> Iterator[Any]:
        for place, attribute in self.places(name):
            # A descriptor answers for the tenant that asks, and may refuse.
            with contextlib.suppress(Exception):
                yield getattr(place, attribute)

    def _place(self, name: str) -> tuple[str, Any, str]:
        """Where a holder is: an attribute of a class, what a function keeps, or a name of a module."""
        module_name, _, qualname = name.partition(":")
        owner, _, last = qualname.replace(".<locals>", "").rpartition(".")
        if module_name == "os" and qualname == "environ":
            return "module", sys.modules["os"], "environ"
        module = sys.modules.get(module_name)
        if module is None:
            return "", None, last
        if not owner:
            return "module", module, last
        found: Any = module
        for part in owner.split("."):
            found = getattr(found, part, None)
        if isinstance(found, type):
            return "class", found, last
        return "function", (module_name, qualname.rpartition(".")[0]), last

    def places(self, name: str) -> Iterator[tuple[Any, str]]:
        """What has a holder as an attribute, and what the attribute is called: a module, a class, its objects."""
        kind, at, last = self._place(name)
        if kind == "class":
            yield from self._of_class(at, last)
        elif kind == "module" and last in vars(at):
            yield at, last

    def _of_class(self, cls: type, name: str) -> Iterator[tuple[Any, str]]:
        for own in (cls, *type.__subclasses__(cls)):
            value = vars(own).get(name)
            # A descriptor is how its objects are asked; a function that work has put there keeps what it was made of.
            if name in vars(own) and (isinstance(value, types.FunctionType) or not hasattr(value, "__get__")):
                yield own, name
        for item in self._classes.get(cls, ()):
            if name in getattr(item, "__dict__", {}) or hasattr(vars(cls).get(name), "__get__"):
                yield item, name

    def _of_functions(self, place: str, name: str) -> Iterator[Any]:
        for function in self._functions.get(place, ()):
            if name in function.__code__.co_freevars:
                with contextlib.suppress(ValueError):  # a cell that is empty yet
                    yield function.__closure__[function.__code__.co_freevars.index(name)].cell_contents
            if name in vars(function):
                yield vars(function)[name]
            count = len(function.__defaults__ or ())
            names = function.__code__.co_varnames[: function.__code__.co_argcount][-count:] if count else ()
            if name in names:
                yield function.__defaults__[names.index(name)]


def _opened(value: Any) -> Any:
    """What a holder has for whoever asks: the part of a map, the value of a local."""
    if not isinstance(value, Mapping) and hasattr(type(value), "value"):
        return value.value
    if isinstance(value, Mapping):
        return dict(value.items())
    if hasattr(value, "items") and callable(value.items) and not isinstance(value, type):
        return dict(value.items())
    return value


def _own(value: Any, others: set[tuple[str, str]]) -> Any:
    """Without the entries that are kept under another's own ids, which nobody else looks up."""
    if not isinstance(value, Mapping):
        return value
    tenants = {tenant for tenant, _ in others}
    return {key: item for key, item in value.items() if not (_parts(key) & tenants)}


def _parts(key: Any) -> set[str]:
    return {str(part) for part in key} if isinstance(key, tuple) else {str(key)}
