"""Which module of a checkout a file belongs to: the user's groups first, then each plugin's folder, then the tree's."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from codemods.errors import TenantizeError
from codemods.knowledge.settings import read_settings
from codemods.messages import phrase
from codemods.plan.paths import path_matches
from codemods.tree import Checkout


@dataclass(frozen=True, slots=True)
class Group:
    """A module: its name, which its branch ends in, and the globs of its files."""

    name: str
    globs: tuple[str, ...]


# What of a MaiMBot makes up which module. The first that matches takes a file, the last takes what is left.
_MODULES = (
    Group("webui", ("src/webui/*",)),
    Group("plugin-apis", ("src/plugin_system/apis/*",)),
    Group("events", ("src/plugin_system/*",)),
    Group(
        "chat",
        (
            "src/bw_learner/*",
            "src/chat/*",
            "src/dream/*",
            "src/express/*",
            "src/hippo_memorizer/*",
            "src/jargon/*",
            "src/memory_system/*",
            "src/mood/*",
            "src/person_info/*",
        ),
    ),
    Group("common", ("*",)),
)
_PLUGIN_MARKS = frozenset({"plugin.py", "_manifest.json"})
_PLUGIN_SYSTEM = "src/plugin_system/"


@dataclass(frozen=True, slots=True)
class Grouping:
    """The groups of one checkout, in the order in which they are asked."""

    groups: tuple[Group, ...]

    def of(self, path: str) -> str:
        """The name of the group that a file belongs to."""
        return next(group.name for group in self.groups if path_matches(path, group.globs))


def grouping_of(checkout: Checkout, paths: Iterable[str], users: Sequence[Group]) -> Grouping:
    """The groups of a checkout that holds these files; those of the user come before its own."""
    if checkout.plugin is not None:
        return Grouping((*users, Group(_plugin_group(checkout.plugin), ("*",))))
    marked = {PurePosixPath(path).parent for path in paths if PurePosixPath(path).name in _PLUGIN_MARKS}
    folders = [
        folder
        for folder in sorted(marked)
        if marked.isdisjoint(folder.parents) and folder.name and not f"{folder}/".startswith(_PLUGIN_SYSTEM)
    ]
    plugins = (Group(_plugin_group(folder.name), (_escaped(f"{folder}/") + "*",)) for folder in folders)
    return Grouping((*users, *plugins, *_MODULES))


def users_groups(root: Path, options: Sequence[str]) -> tuple[Group, ...]:
    """The groups of `--group NAME=GLOB`, then those of [tool.tenantize.pulls] in the checkout's pyproject.toml.

    Raises TenantizeError for one that is none.
    """
    named: dict[str, list[str]] = {}
    for option in options:
        name, _, glob = option.partition("=")
        if not glob:
            raise TenantizeError(
                phrase("--group {option} is not of the form NAME=GLOB, such as memory='src/memory/*'.", option=option)
            )
        named.setdefault(_checked(name, "--group"), []).append(glob)
    configured = read_settings(root).pulls.groups
    where = "[tool.tenantize.pulls] in pyproject.toml"
    return (
        *(Group(name, tuple(globs)) for name, globs in named.items()),
        *(Group(_checked(name, where), globs) for name, globs in configured.items()),
    )


def require_files(groups: Sequence[Group], paths: Collection[str]) -> None:
    """Raises TenantizeError for a glob of a user's group that matches none of these files."""
    for group in groups:
        for glob in group.globs:
            if not any(path_matches(path, [glob]) for path in paths):
                raise TenantizeError(
                    phrase(
                        "The group {name!r} has the glob {glob}, which matches no file of this checkout: give "
                        "a path or glob from its root, such as 'src/memory_system/*'.",
                        name=group.name,
                        glob=glob,
                    )
                )


def _checked(name: str, where: str) -> str:
    if not re.fullmatch(r"\w[\w-]*", name):
        raise TenantizeError(
            phrase(
                "{where} names a group {name!r}: its branch is named for it, so use letters, digits, '-' and '_' only.",
                where=where,
                name=name,
            )
        )
    return name


def _plugin_group(folder: str) -> str:
    """The group of a plugin's folder, as a branch can be named, also where case makes no difference."""
    return "plugin-" + (re.sub(r"[^\w-]+", "-", folder).strip("-").casefold() or "unnamed")


def _escaped(path: str) -> str:
    """A path as a glob that matches it and nothing else."""
    return re.sub(r"([*?[])", r"[\1]", path)
