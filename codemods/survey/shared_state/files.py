"""Files of everybody: what tenant work writes to a fixed place, and what opens a database beside the tree's own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from codemods.analysis.chains import Chain, chain_of, expression
from codemods.analysis.facts import Use
from codemods.analysis.holders import Holders
from codemods.analysis.open_modes import ANY_MODE, may_write, modes_in
from codemods.analysis.symbols import Symbol
from codemods.messages import phrase
from codemods.survey.lookups import holders_of
from codemods.survey.program import TenantProgram, once
from codemods.survey.shared_state.file_readers import listing_folders, reading_files
from codemods.survey.shared_state.paths import Kind, Paths
from codemods.survey.shared_state.work import Work, one_of_all, tenant_work
from codemods.survey.verdicts import Finding

# Methods of a path that write to it, and functions that write to the argument of that number.
_WRITING_METHODS = frozenset({"write_text", "write_bytes", "touch", "unlink", "rename", "replace", "symlink_to"})
_WRITING_FUNCTIONS: dict[Chain, int] = {
    ("os", ".remove"): 0,
    ("os", ".unlink"): 0,
    ("os", ".rename"): 1,
    ("os", ".replace"): 1,
    ("shutil", ".copy"): 1,
    ("shutil", ".copy2"): 1,
    ("shutil", ".copyfile"): 1,
    ("shutil", ".copytree"): 1,
    ("shutil", ".move"): 1,
    ("shutil", ".rmtree"): 0,
    ("sqlite3", ".connect"): 0,
    ("aiosqlite", ".connect"): 0,
    ("shelve", ".open"): 0,
    ("dbm", ".open"): 0,
    ("dotenv", ".set_key"): 0,
    ("joblib", ".dump"): 1,
    ("set_key",): 0,
    ("torch", ".save"): 1,
    ("urllib", ".request", ".urlretrieve"): 1,
}
_OPENING = frozenset({("open",), ("io", ".open"), ("aiofiles", ".open"), ("codecs", ".open"), ("gzip", ".open")}) | {
    *(("bz2", ".open"), ("lzma", ".open"), ("tarfile", ".open"), ("wave", ".open")),
    *(("zipfile", ".ZipFile"), ("ZipFile",)),
}
# Methods that write to their path by whomever they are handed to.
_HANDED = frozenset({"write_text", "write_bytes", "touch", "unlink"})
# Functions and methods that write what they have to a path that they are given first.
_SAVING = frozenset(
    {"save", "to_csv", "to_json", "to_parquet", "savefig", "dump_to", "imwrite", "savetxt", "savez", "savez_compressed"}
    | {"to_excel", "to_feather", "to_pickle", "write_html", "write_image"}
)
# The names of all that may write.
_METHODS = _WRITING_METHODS | _SAVING | {"open"}
_WRITING = _METHODS | {"connect", "ZipFile", *(name[-1][1:] for name in _WRITING_FUNCTIONS)}

_ENDING = {
    Kind.FIXED: (phrase("write it below the tenant's own folder, tenant_storage_root()"),),
    Kind.LOSSY: (phrase("escape the characters instead, as quote(id, safe='') does"),),
}


class SharedWrite(NamedTuple):
    """A call that writes to a path that several tenants have: which, and in which function."""

    kind: Kind
    call: ast.Call
    target: ast.expr
    frame: Symbol


class SharedFiles:
    """The files of a program that tenant work writes for everybody, looked for once."""

    def __init__(self, program: TenantProgram, holders: Holders, shared: frozenset[Symbol], work: Work) -> None:
        self.program = program
        self.holders = holders
        self.shared = shared
        self.work = work
        self.paths = Paths(program, holders)

    def findings(self) -> Iterator[Finding]:
        """Where tenant work writes a file that is the same for every tenant: the first place of each function."""
        first = {(write.kind, write.frame): write for write in reversed(self.writes)}
        for kind, call, _, frame in (write for write in self.writes if first[write.kind, write.frame] is write):
            where = self.program.file_of(frame).path
            if kind == Kind.FIXED:
                what = f"shared-file {_shown(call)}"
                reason = phrase(
                    "{shown} writes a file that all tenants share ({shown2})",
                    shown=_shown(call),
                    shown2=self.work.shown(frame),
                )
            else:
                what = f"ambiguous-path {_shown(call)}"
                reason = phrase(
                    "{shown} writes where several tenants' ids may be one: characters of the id are replaced",
                    shown=_shown(call),
                )
            way = self.work.stations(self.program, frame, call.lineno)
            yield Finding(where, call.lineno, reason, what, way=way, details=_ENDING[kind])

    def readers(self) -> Iterator[tuple[Symbol, Use]]:
        """The functions that use the path of a file that tenant work writes."""
        named = {holder for write in self.writes for holder in self.holders.at(chain_of(write.target), write.frame)}
        for holder in sorted(named):
            for reading in self.holders.readers(holder):
                yield reading.function, reading.use
        written = [(write.target, write.frame) for write in self.writes]
        yield from reading_files(self.paths, written)
        yield from listing_folders(self.paths, written)

    @cached_property
    def writes(self) -> list[SharedWrite]:
        """Every call of tenant work that writes to a path that several tenants have."""
        found = []
        for identifier in self.work.before:
            if not _may_write(self.program, identifier) or not self._may_write_tenants(identifier):
                continue
            for part in self.program.sources.nodes(identifier):
                target = (self._written(part, identifier) or _handed(part)) if isinstance(part, ast.Call) else None
                if not isinstance(part, ast.Call) or target is None:
                    continue
                kind = self.paths.kind(target, identifier)
                if kind in (Kind.FIXED, Kind.LOSSY) and not _saves_itself(self.program, identifier, part):
                    found.append(SharedWrite(kind, part, target, identifier))
        return found

    def _written(self, call: ast.Call, frame: Symbol) -> ast.expr | None:
        """The path that a call writes to, or None."""
        chain = chain_of(call.func)
        if chain in _OPENING:
            return (
                call.args[0]
                if call.args and may_write(modes_in(self.program.program, call, 1, frame) or ANY_MODE)
                else None
            )
        place = _WRITING_FUNCTIONS.get(chain)
        if place is not None:
            return call.args[place] if len(call.args) > place and not _is_in_memory(call.args[place]) else None
        if not isinstance(call.func, ast.Attribute):
            return None
        if call.func.attr in _WRITING_METHODS and (call.func.attr != "replace" or len(call.args) == 1):
            return call.func.value
        # What other objects open is told by no mode.
        if call.func.attr == "open" and may_write(modes_in(self.program.program, call, 0, frame) or ()):
            return call.func.value
        return call.args[0] if call.func.attr in _SAVING and call.args else None

    def _may_write_tenants(self, identifier: Symbol) -> bool:
        """Whether a function has anything of a tenant's to write: it is handed something, or its object was, or it
        reaches tenant state. What an object of the whole process writes as it is made is the process's."""
        for station in self.work.path(identifier):
            if self._owner(station) in self.shared and self.program.functions[station].name in ("__init__", "__new__"):
                return False
        function = self.program.functions[identifier]
        handed = {parameter.name for parameter in function.parameters} - {"self", "cls"}
        is_somebodys = self._owner(identifier) not in self.shared and self._looks_at_object(identifier, frozenset())
        return bool(handed) or is_somebodys or self.program.path_to_state(identifier, unscoped_only=False) is not None

    def _looks_at_object(self, identifier: Symbol, seen: frozenset[Symbol]) -> bool:
        """Whether a method uses what its object has, or has been handed; not where it calls methods that do not."""
        for use in self.program.functions[identifier].uses:
            if use.chain[0] not in ("self", "cls") or use.role == "store":
                continue
            values = self.program.values(use.chain[:2], identifier)
            methods = [value.name for value in values if value.kind == "function" and value.name not in seen]
            if len(use.chain) == 1 or any(value.kind != "function" for value in values) or not values:
                return True
            if any(self._looks_at_object(method, seen | {identifier}) for method in methods):
                return True
        return False

    def _owner(self, identifier: Symbol) -> Symbol:
        return Symbol(identifier.module, self.program.functions[identifier].owner or "")


@once
def shared_files(program: TenantProgram) -> SharedFiles:
    return SharedFiles(program, holders_of(program), one_of_all(program), tenant_work(program))


def _may_write(program: TenantProgram, identifier: Symbol) -> bool:
    """Whether a function calls anything that looks like writing: few do, and only those are read again."""
    return identifier in _naming_writing(program) and any(
        _may_be_writing(use, cut) if following == "()" else part.lstrip(".") in _HANDED
        for use in program.functions[identifier].uses
        for cut, (part, following) in enumerate(pairwise((*use.chain, "")), 1)
    )


def _may_be_writing(use: Use, cut: int) -> bool:
    """Whether a call of the first parts of a chain looks like writing."""
    called = use.chain[:cut]
    if called[-1].startswith(".") and called[-1][1:] in _METHODS:
        is_last = cut + 1 == len(use.chain)
        return called[-1] != ".replace" or not is_last or len(use.positional) == 1  # else that of a text
    return called in _OPENING or called in _WRITING_FUNCTIONS


@once
def _naming_writing(program: TenantProgram) -> frozenset[Symbol]:
    return program.naming_one_of(_WRITING)


def _is_in_memory(node: ast.expr) -> bool:
    """Whether it says that a database is in no file."""
    return isinstance(node, ast.Constant) and node.value in (":memory:", "", "file::memory:")


def _handed(call: ast.Call) -> ast.expr | None:
    """The path that a method of it writes to, which a call hands to somebody else: `to_thread(path.write_text, a)`."""
    methods = (item for item in call.args if isinstance(item, ast.Attribute) and item.attr in _HANDED)
    return next((item.value for item in methods), None)


def _saves_itself(program: TenantProgram, frame: Symbol, call: ast.Call) -> bool:
    """Whether a call of `save` or the like is a method that the tree defines, or is told something but a path."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _SAVING or not call.args:
        return False
    first, chain = call.args[0], chain_of(call.func.value)
    if isinstance(first, ast.Constant) and not (isinstance(first.value, str) and {"/", "."} & set(first.value)):
        return True
    values = program.values(chain, frame) if chain else ()
    return any(value.kind in ("instance", "class") and program.method(value.name, call.func.attr) for value in values)


def _shown(call: ast.Call) -> str:
    return expression(chain_of(call)) or ast.unparse(call.func)[:60] + "()"
