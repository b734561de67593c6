"""The files of a plugin: what it loads and writes, and whether each tenant can have one of its own."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from codemods.analysis.chains import expression, full_chain
from codemods.analysis.open_modes import ANY_MODE, may_read, may_write, modes_in
from codemods.analysis.symbols import Symbol
from codemods.knowledge.decisions import PROCESS, SHARED
from codemods.messages import phrase
from codemods.survey.plugins.path_origins import ANY, GLOBBING, Naming, Origin, PathOrigins
from codemods.survey.plugins.plugin_code import Part, PluginCode

# What a use does: loads what is in a file, or changes it. Those of folders, and questions, do neither.
_LOADING = frozenset(
    {"connect", "create_engine", "glob", "iterdir", "listdir", "load", "open", "read_bytes", "read_text", "rglob"}
    | {"scandir", "walk"}
)
_CHANGING = frozenset(
    {"connect", "copy", "copyfile", "copytree", "create_engine", "move", "remove", "rename", "replace", "rmtree"}
    | {"touch", "unlink", "write_bytes", "write_text"}
)
# Functions that write to their second argument, and methods that do to their first.
_TO = frozenset({"copy", "copyfile", "copytree", "move", "rename", "replace"})
_COPYING = frozenset({"copy", "copyfile", "copytree"})
# Methods that other objects have as well.
_ALSO_OTHERS = _TO | {"open"}
_METHODS = frozenset("." + name for name in _ALSO_OTHERS)
# Of the plugin's folder, what the host and its administrator write, and logs.
_PROCESS = frozenset({"config.toml", "_manifest.json", ".env"})


@dataclass(frozen=True, slots=True)
class FileUse:
    """A call that loads or changes a file."""

    frame: Symbol
    line: int
    text: str
    loads: bool
    changes: bool
    origins: tuple[Origin, ...]

    @property
    def namings(self) -> frozenset[Naming]:
        return frozenset(item.naming for item in self.origins if item.naming is not None)

    @property
    def is_settled(self) -> bool:
        return bool(self.origins) and all(item.settled for item in self.origins)

    @property
    def is_processs(self) -> bool:
        tails = [item.tail for item in self.origins]
        return bool(tails) and all(tail and (tail[-1] in _PROCESS or tail[-1].endswith(".log")) for tail in tails)

    @property
    def is_unknown(self) -> bool:
        return not self.origins or any(_is_unknown(item) for item in self.origins)


class PluginFiles:
    """The files of one plugin."""

    def __init__(self, code: PluginCode) -> None:
        self.code, self.program = code, code.program
        self.origins = PathOrigins(code)

    @cached_property
    def uses(self) -> list[FileUse]:
        """Every use of a file that may be everybody's, and that nobody has decided to share."""
        found = [use for function in self.code.functions() for use in self._uses_in(function)]
        return [use for use in found if not (use.is_settled or use.is_processs or self._is_shared_on_purpose(use))]

    def in_the_way(self, parts: Sequence[Part], without: dict[Symbol, list[Part]]) -> str:
        """Why what parts load cannot be a tenant's own: it is from where the plugin keeps it for everybody; or ""."""
        for loading, writing, unfit in self._unfit_pairs(parts, without):
            loads, written = self._place(loading), self._place(writing)
            text = phrase(
                "{loads} loads from files that all tenants share, as {written} writes them",
                loads=loads,
                written=written,
            )
            return phrase("{text}, and {why}", text=text, why=unfit) if unfit else text
        return ""

    def early(self, parts: Sequence[Part], without: dict[Symbol, list[Part]]) -> list[FileUse]:
        """The uses that keep what parts load from being a tenant's own, as they may run without a tenant."""
        found = [use for *pair, _ in self._unfit_pairs(parts, without) for use in pair]
        return [use for use in dict.fromkeys(found) if not use.is_unknown and _is_without(use, without)]

    def _unfit_pairs(
        self, parts: Sequence[Part], without: dict[Symbol, list[Part]]
    ) -> Iterator[tuple[FileUse, FileUse, str]]:
        """What parts load and something writes, where that cannot be a tenant's own; and why, or ""."""
        for loading in self._loaded_by(parts):
            for writing in self.uses:
                if not writing.changes or not _may_be_same(loading, writing):
                    continue
                unfit = [why for use in (loading, writing) if (why := self._unfit(use, without)) is not None]
                if unfit:
                    yield loading, writing, unfit[0]

    def shared(self, parts: Sequence[Part], without: dict[Symbol, list[Part]]) -> str:
        """Where parts change files that stay the same for every tenant, or ""."""
        changing = (use for use in self.uses if use.changes and _is_in(use, parts))
        return next((self._place(use) for use in changing if self._unfit(use, without) is not None), "")

    def own(self, without: dict[Symbol, list[Part]]) -> list[Naming]:
        """The assignments that can name a file of each tenant's: where all that is known to use it can go there."""
        unfit = [use for use in self.uses if self._unfit(use, without) is not None]
        staying = [use for use in unfit if not use.is_unknown]
        fit = [use for use in self.uses if use not in unfit and not any(_may_be_same(use, item) for item in staying)]
        changing = [use for use in fit if use.changes]
        # What is only read goes where what is known to write it does: elsewhere nobody would find it any more.
        going = [use for use in fit if use.changes or any(_may_be_same(use, item) for item in changing)]
        spoilt = {naming for use in self.uses if use not in fit for naming in use.namings}
        return sorted({naming for use in going for naming in use.namings} - spoilt)

    def _loaded_by(self, parts: Sequence[Part]) -> list[FileUse]:
        return [use for use in self.uses if use.loads and _is_in(use, parts)]

    def _unfit(self, use: FileUse, without: dict[Symbol, list[Part]]) -> str | None:
        """Why a use cannot be of a tenant's own file ("" where its path cannot be told), and None where it can."""
        if use.is_unknown:
            return ""
        if _is_without(use, without):
            name = self.program.functions[use.frame].qualname.replace(".<locals>", "")
            return phrase("{name} may run without a tenant", name=name)
        if other := next((item for item in self._only_read if not use.namings.isdisjoint(item.namings)), None):
            return phrase("{place} reads there what nothing writes", place=self._place(other))
        if shipped := next(filter(None, (self._shipped(item.tail) for item in use.origins)), ""):
            return phrase("the plugin comes with {file}", file=shipped)
        return None

    @cached_property
    def _only_read(self) -> list[FileUse]:
        """The uses that load what nothing in the plugin changes."""
        changing = [use for use in self.uses if use.changes]
        loading = [use for use in self.uses if use.loads and not use.changes]
        return [use for use in loading if not any(_may_be_same(use, item) for item in changing)]

    def _shipped(self, tail: tuple[str, ...]) -> str:
        """A file that git keeps with the plugin and that a path may lead to, or ""."""
        folder = self.program.files[self.code.modules[0]].path.rpartition("/")[0] if self.code.modules else ""
        known = "/".join(takewhile(lambda part: part != ANY, tail))
        inside = (path for path in self.program.shipped if path.startswith(folder))
        return next((path for path in inside if f"/{known}/" in f"/{path}/"), "")

    def _place(self, use: FileUse) -> str:
        return f"{self.program.file_of(use.frame).path}:{use.line} {use.text}"

    def _is_shared_on_purpose(self, use: FileUse) -> bool:
        name = use.frame.qualname.replace(".<locals>", "")
        place = f"{self.program.file_of(use.frame).path}:{name}#shared-file"
        decided = self.program.decided.items()
        return any(at.startswith(place) and answer in (PROCESS, SHARED) for at, answer in decided)

    # Looking for them

    def _uses_in(self, frame: Symbol) -> Iterator[FileUse]:
        function = self.program.functions[frame]
        if not any(self.code.is_file_use(use.chain) or not _METHODS.isdisjoint(use.chain) for use in function.uses):
            return
        for node in self.program.sources.nodes(frame):
            if isinstance(node, ast.Call):
                yield from self._uses_of(node, frame)

    def _uses_of(self, node: ast.Call, frame: Symbol) -> Iterator[FileUse]:
        chain = full_chain(node.func)
        name = chain[-1].lstrip(".") if chain else getattr(node.func, "attr", "")
        is_function = "".join(chain) in self.program.state.plugins.file_functions or chain in GLOBBING
        arguments = list(node.args)
        if not is_function:
            arguments = [node.func.value, *node.args] if isinstance(node.func, ast.Attribute) else []
        if not arguments or not (is_function or self._is_method(name, node)):
            return
        modes: Collection[str] = ("r",)
        if name == "open":
            modes = modes_in(self.program.program, node, 1 if is_function else 0, frame) or ANY_MODE
        loads = name in _LOADING and may_read(modes)
        changes = (name in _CHANGING and name not in _COPYING) or may_write(modes)
        subjects = [(arguments[0], loads or name in _TO, changes)]
        if name in _TO and len(arguments) > 1:
            subjects.append((arguments[1], False, True))
        text = expression((*chain, "()")) if chain else f"?.{name}()"
        for subject, is_loaded, is_changed in subjects:
            origins = tuple(self.origins.of(subject, frame)) if is_loaded or is_changed else ()
            if (is_loaded or is_changed) and (is_function or name not in _ALSO_OTHERS or _is_path(origins)):
                yield FileUse(frame, node.lineno, text, is_loaded, is_changed, origins)

    def _is_method(self, name: str, node: ast.Call) -> bool:
        if name in _TO:
            return len(node.args) == 1
        return name == "open" or name in self.program.state.plugins.file_methods


def _is_without(use: FileUse, without: dict[Symbol, list[Part]]) -> bool:
    return any(part.has(use.line) for part in without.get(use.frame, ()))


def _is_path(origins: Sequence[Origin]) -> bool:
    return any(item.naming is not None or item.settled for item in origins)


def _is_unknown(origin: Origin) -> bool:
    return not origin.settled and (origin.naming is None or origin.tail[:1] in ((), (ANY,)))


def _is_in(use: FileUse, parts: Sequence[Part]) -> bool:
    return any(part.function == use.frame and part.has(use.line) for part in parts)


def _may_be_same(one: FileUse, other: FileUse) -> bool:
    """Whether two uses may be of one file, or of a folder and what is in it."""
    if one.is_unknown or other.is_unknown:
        return True
    return any(_fits(a.tail, b.tail) for a in one.origins for b in other.origins if not (a.settled or b.settled))


def _fits(one: Sequence[str], other: Sequence[str]) -> bool:
    return all(a == b or ANY in (a, b) for a, b in zip(one, other, strict=False))
