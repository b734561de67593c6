"""The tree's own tests: no bot runs them, so they decide nothing about the app. What of them will fail is said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from codemods.analysis.facts import FileFacts
from codemods.analysis.sources import Sources
from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram

_FOLDER, _PLUGINS = "tests", "plugins"
_FILE = re.compile(r"test_.*\.py|.*_test\.py|conftest\.py")


class OwnTests(Struct, frozen=True):
    """Tests of the tree as they were read, and the bytes of all its files by their modules."""

    files: tuple[FileFacts, ...]
    app: tuple[FileFacts, ...]
    data: Mapping[str, bytes]

    def calling(self, program: TenantProgram, raising: frozenset[Symbol], maps: frozenset[str]) -> Iterator[str]:
        """The tests that call one of these functions, or look into one of these maps, in no tenant: "path:line"."""
        if not self.files:
            return
        whole = TenantProgram((*self.app, *self.files), program.state, Sources(self.data))
        for file in self.files:
            for qualname, function in file.functions.items():
                identifier = Symbol(file.module, qualname)
                calls = any(not edge.scoped for edge in whole.calls(identifier, raising))
                touches = whole.reach(identifier).touches
                if calls or any(touch.state in maps and not touch.scoped for touch in touches):
                    yield f"{file.path}:{function.line}"


def parted(files: Sequence[FileFacts], data: Mapping[str, bytes]) -> tuple[Sequence[FileFacts], OwnTests]:
    """The files of the app, and the tests: what is called like one, and no file of the app imports."""
    named = {file.module: file for file in files if is_named_as_test(file.path)}
    app = [file for file in files if file.module not in named]
    looked_at = 0
    while looked_at < len(app):
        for module in imported_by(app[looked_at]):
            if (file := named.pop(module, None)) is not None:
                app.append(file)
        looked_at += 1
    app.sort(key=lambda file: file.path)
    return app, OwnTests(tuple(named.values()), tuple(app), data)


def is_named_as_test(path: str) -> bool:
    """Whether a file lies in a folder of tests, or is called like one. A plugin may be called so, and is none."""
    *folders, name = path.split("/")
    inner = folders[2:] if folders[:1] == [_PLUGINS] else folders
    return _FOLDER in inner or _FILE.fullmatch(name) is not None


def imported_by(file: FileFacts) -> Iterator[str]:
    """The modules that a file imports, be it as a whole or something of theirs."""
    for function in file.functions.values():
        for target in (*function.imports.values(), *(function.also_imports or {}).values()):
            yield target.module
            yield target.dotted
