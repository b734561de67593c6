"""A checkout: which files belong to it, as bytes, and how a MaiMBot tree or a plugin on its own is recognised."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from pathlib import Path

from codemods.errors import TenantizeError
from codemods.git import Git
from codemods.messages import phrase

# What tenantize writes into a checkout for itself: its journal and what undo needs.
STATE_FOLDER = ".tenantize"
# Folders of other people's code, even where nobody ignored them.
FOREIGN_FOLDERS = frozenset({"site-packages", "node_modules", "__pycache__", STATE_FOLDER})
# What a plugin's folder holds: what the host reads about it, and the module that the host loads.
_MANIFEST, _ENTRANCE = "_manifest.json", "plugin.py"
# More than anybody writes into a Python file; what is larger is there to use up our memory.
LARGEST = 32 << 20
# Where a host looks for plugins; git may ignore what people install there.
_PLUGINS = "plugins"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One Python file of a checkout: its path from the root with '/', its dotted module name, its bytes.

    A plugin on its own has the module names that the host gives it: its `plugin.py` is "plugins.<folder>.plugin".
    """

    path: str
    module: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Unread:
    """What of a checkout was not read, and why."""

    path: str
    reason: str

    @property
    def is_of_the_app(self) -> bool:
        """Whether it may be code that runs: what lies beside the tree's own folders is not."""
        return self.path == "." or self.path.startswith(("src/", f"{_PLUGINS}/"))


@dataclass(frozen=True)
class Checkout:
    """A MaiMBot checkout, or a plugin on its own: its root and its Python files, in order of their paths.

    `plugin`: the name of the plugin's folder, None for a MaiMBot (whose own plugins are files like any other).
    `unread`: what of it could not be read. `repositories`: the folders of plugins that are repositories of their own.
    `shipped`: what else git keeps with the code.
    """

    root: Path
    files: tuple[SourceFile, ...]
    plugin: str | None = None
    unread: tuple[Unread, ...] = ()
    repositories: tuple[str, ...] = ()
    shipped: tuple[str, ...] = ()

    def is_anothers(self, path: str) -> bool:
        """Whether a file belongs to a repository inside of this one."""
        return any(path.startswith(folder + "/") for folder in self.repositories)

    @cached_property
    def by_path(self) -> dict[str, SourceFile]:
        return {file.path: file for file in self.files}

    def changed(self, contents: Mapping[str, bytes]) -> Checkout:
        """The checkout with these files, by path, in the place of its own or besides them."""
        there = {file.path: file for file in self.files}
        there |= {
            path: SourceFile(path, there[path].module if path in there else module_name(path), data)
            for path, data in contents.items()
        }
        return replace(self, files=tuple(there[path] for path in sorted(there)))

    @cached_property
    def revision(self) -> str | None:
        """The commit that is checked out, or None where there is no git, or no commit yet."""
        git = Git(self.root)
        return git.asked("rev-parse", "--verify", "--quiet", "HEAD") if git.has_repository() else None


def open_checkout(root: Path) -> Checkout:
    """Read every Python file that belongs to the checkout at `root`.

    Raises TenantizeError when there is no checkout there, or one that is neither a MaiMBot nor a plugin, or that git
    refuses to read.
    """
    root = usable_folder(root)
    listed = _listed_files(root)
    unread: list[Unread] = []
    checkout = _checkout(root, _own_paths(root, listed.present, unread), partial(_bytes, root))
    unread += [
        Unread(".", phrase("{absent} tracked Python files are absent (a sparse checkout)", absent=listed.absent))
    ] * bool(listed.absent)
    installed = [] if checkout.plugin is not None else _installed(root, checkout)
    read = {f"{_PLUGINS}/{name}" for name in installed}
    unread += [
        Unread(path, phrase("is a repository of its own: name it as a tree"))
        for path in listed.repositories
        if path not in read and any((root / path).rglob("*.py"))
    ]
    files, repositories = dict(checkout.by_path), []
    for name in installed:
        place = f"{_PLUGINS}/{name}"
        folder = (root / place).resolve()
        if not folder.is_relative_to(root):
            unread.append(
                Unread(place, phrase("is a link that leads out of the checkout: name it as a tree of its own"))
            )
            continue
        inside = folder.relative_to(root).as_posix()
        repositories += [inside] if os.path.lexists(folder / ".git") else []
        for path in _own_paths(folder, _listed_files(folder).present, unread, f"{inside}/"):
            module = module_name(f"{_PLUGINS}/{name.replace('.', '_')}/{path}")
            files[f"{inside}/{path}"] = SourceFile(f"{inside}/{path}", module, _bytes(root, f"{inside}/{path}"))
    sources = tuple(files[path] for path in sorted(files))
    return replace(
        checkout, files=sources, unread=tuple(unread), repositories=tuple(repositories), shipped=listed.shipped
    )


def committed_checkout(root: Path, contents: Mapping[str, bytes]) -> Checkout:
    """The checkout at `root` as a commit has it: its files' bytes by their paths from there.

    Raises TenantizeError when that is neither a MaiMBot nor a plugin.
    """
    environments = tuple(path.removesuffix("pyvenv.cfg") for path in contents if path.endswith("/pyvenv.cfg"))
    paths = [
        path
        for path in sorted(contents)
        if path.endswith(".py") and FOREIGN_FOLDERS.isdisjoint(path.split("/")) and not path.startswith(environments)
    ]
    return _checkout(root, paths, contents.__getitem__)


def _checkout(root: Path, paths: Sequence[str], read: Callable[[str], bytes]) -> Checkout:
    plugin = _recognised_plugin(root, paths)
    # The host loads a plugin as a part of its package `plugins`, where a dot in the folder's name would split it.
    place = f"plugins/{plugin.replace('.', '_')}/" if plugin else ""
    return Checkout(root, tuple(SourceFile(path, module_name(place + path), read(path)) for path in paths), plugin)


def module_name(path: str) -> str:
    """The dotted name that the tree imports a file by: "src/webui/__init__.py" is "src.webui"."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def is_tracked(root: Path, folder: str) -> bool:
    """Whether git has a file of this folder on record, by any capitalisation of its name; not where there is no git.

    Raises TenantizeError when git refuses to read the repository.
    """
    if not any(os.path.lexists(place / ".git") for place in (root, *root.parents)):
        return False  # no git is needed to see that
    git, patterns = Git(root), {"GIT_LITERAL_PATHSPECS": "0"}
    listed = ("ls-files", "--cached", "--", f":(icase){folder}")
    return git.has_repository() and bool(git.read(*listed, environment=patterns))


def usable_folder(root: Path) -> Path:
    """The folder, resolved. Raises TenantizeError for one that can hold no checkout."""
    if not root.exists():
        raise TenantizeError(
            phrase("{root} does not exist: name the folder of a MaiMBot checkout or of a plugin.", root=root)
        )
    if not root.is_dir():
        raise TenantizeError(
            phrase("{root} is a file: name the folder of a MaiMBot checkout or of a plugin.", root=root)
        )
    if not os.access(root, os.R_OK | os.X_OK):
        raise TenantizeError(phrase("{root} cannot be read: check its permissions.", root=root))
    if (root / "HEAD").is_file() and (root / "objects").is_dir() and not (root / ".git").exists():
        raise TenantizeError(
            phrase("{root} is a bare git repository: clone it, or add a worktree, and name that.", root=root)
        )
    if not any(entry.name not in (".git", STATE_FOLDER) for entry in root.iterdir()):
        raise TenantizeError(phrase("{root} is empty: check out a branch there first.", root=root))
    return root.resolve()


def _recognised_plugin(root: Path, paths: Sequence[str]) -> str | None:
    """The name of a plugin's folder, None for a MaiMBot. Raises TenantizeError for what is neither."""
    has_chat_core = any(path.startswith(("src/chat/", "src/plugin_system/")) for path in paths)
    if has_chat_core and "src/common/logger.py" in paths:
        return None
    if _ENTRANCE in paths and _is_file(root / _MANIFEST):
        return root.name
    raise TenantizeError(phrase("{root} {mistake}", root=root, mistake=_mistake(root, paths)))


def _mistake(root: Path, paths: Sequence[str]) -> str:
    """What a folder is that is neither a MaiMBot nor a plugin, and which one to name instead."""
    # Its plugins may be clones, and then it has no file of its own.
    if not _is_file(root / _MANIFEST) and any(root.glob(f"*/{_MANIFEST}")):
        return phrase(
            "is a folder of plugins: name the plugin folders themselves, as in 'tenantize audit {root}/*'.", root=root
        )
    if not paths:
        return phrase("holds no Python files: name the folder of a MaiMBot checkout or of a plugin.")
    if any(path.startswith("src/plugins/chat/") for path in paths):
        return phrase("is a MaiMBot from before src/chat: it has one tenant only, and no recipe knows how it is built.")
    return phrase(
        "is no MaiMBot checkout (it has no src/common/logger.py beside src/chat or src/plugin_system) "
        "and no plugin's folder (with {manifest} and {entrance}): name the folder that holds bot.py and "
        "src/, or a plugin's.",
        manifest=_MANIFEST,
        entrance=_ENTRANCE,
    )


def _installed(root: Path, checkout: Checkout) -> list[str]:
    """The folders that the host loads plugins from, but git does not count as the checkout's own."""
    place = root / _PLUGINS
    if place.is_symlink() or not place.is_dir():
        return []
    read = {path.split("/")[1] for path in checkout.by_path if path.startswith(f"{_PLUGINS}/")}
    names = sorted(folder.name for folder in place.iterdir() if (folder / _ENTRANCE).is_file())
    return [name for name in names if name not in read and not name.startswith((".", "__"))]


def _own_paths(root: Path, listed: Sequence[str], unread: list[Unread], place: str = "") -> list[str]:
    """The Python files that belong to a checkout, in order; those that are too large, or links, are `unread` below
    `place`."""
    is_own_folder = cache(partial(_is_own_folder, root))
    paths = []
    for path in listed:
        if not path.endswith(".py") or not all(map(is_own_folder, _folders(path))):
            continue
        if (root / path).is_symlink() and (root / path).is_file():
            unread.append(Unread(place + path, phrase("is a link: put the file itself there")))
        elif _is_file(root / path):
            if (size := (root / path).stat().st_size) <= LARGEST:
                paths.append(path)
            else:
                unread.append(
                    Unread(place + path, phrase("has {size} MB, and no Python file is so large", size=size >> 20))
                )
    return paths


def _bytes(root: Path, path: str) -> bytes:
    try:
        return (root / path).read_bytes()
    except OSError as error:
        raise TenantizeError(
            phrase("{path} cannot be read ({strerror}): check its permissions.", path=path, strerror=error.strerror)
        ) from error


@dataclass(frozen=True, slots=True)
class _Listed:
    """The files of a folder, in order, and the folders in it that are repositories of their own.

    `absent`: how many Python files a sparse checkout leaves out. `shipped`: what is tracked besides Python files.
    """

    present: tuple[str, ...]
    repositories: tuple[str, ...]
    absent: int
    shipped: tuple[str, ...]


def _listed_files(root: Path) -> _Listed:
    """What git counts as the checkout's own: tracked, or untracked and not ignored. A plain folder is read the same."""
    own = ("ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard")
    git = Git(root)
    answer = git.read(*own) if git.has_repository() else b""
    if not answer:
        # No repository, or one that ignores this folder: git still judges the folder's own .gitignore files.
        with tempfile.TemporaryDirectory(prefix="tenantize-") as scratch:
            Git(Path(scratch)).read("init", "--quiet", "--bare", "--template=", ".")
            answer = Git(root, (f"--git-dir={scratch}", f"--work-tree={root}")).read(*own)
    entries = [(entry[:1], os.fsdecode(entry[2:])) for entry in answer.split(b"\0") if entry]
    left_out = [name for tag, name in entries if tag == b"S" and name.endswith(".py")]
    absent = sum(not os.path.lexists(root / name) for name in left_out)
    names = sorted({name for _, name in entries})
    # git lists a submodule like a file, and another repository as a folder.
    inner = [name.rstrip("/") for name in names if os.path.lexists(root / name / ".git")]
    shipped = sorted({name for tag, name in entries if tag != b"?" and not name.endswith(".py")})
    return _Listed(tuple(names), tuple(inner), absent, tuple(shipped))


def require_no_link(root: Path, place: Path) -> None:
    """Raises TenantizeError where what is to be written in the checkout would go through a link, or into no plain file.

    A link that its user has put elsewhere is theirs.
    """
    place = place.absolute()
    if place.parent.resolve().is_relative_to(root) and os.path.lexists(place) and not place.is_file():
        raise TenantizeError(phrase("{place} is there, and is no file: name another one.", place=place))
    for part in (place, *place.parents):
        if part.is_symlink() and part.parent.resolve().is_relative_to(root):
            raise TenantizeError(
                phrase("{part} is a link, which the checkout brings along: name another file.", part=part)
            )


def _folders(path: str) -> list[str]:
    """The folders that a file lies in, outermost first."""
    return [path[:end] for end, letter in enumerate(path) if letter == "/"]


def _is_own_folder(root: Path, folder: str) -> bool:
    """Whether a folder holds the checkout's own files: it is no link, none of it, and no one else's."""
    full = root / folder
    if full.is_symlink() or not full.resolve().is_relative_to(root):
        return False
    return full.name not in FOREIGN_FOLDERS and not (full / "pyvenv.cfg").is_file()


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
