"""A checkout's git repository: reads commits, writes new ones; work tree, index and current branch stay as they are."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path

from codemods.changes import Change
from codemods.errors import TenantizeError
from codemods.git import Git, GitRefusedError
from codemods.git_attributes import attributes_of
from codemods.messages import phrase
from codemods.tree import LARGEST, Checkout, committed_checkout, usable_folder

_LINK, _SUBMODULE = "120000", "160000"
_PLAIN_FILE = "100644"
# Where git keeps branches, their descriptions and what they hold.
_WRITTEN = ("config", "logs", "objects", "packed-refs", "refs", "reftable", "shallow")
# More commits than a branch of ours has.
_MANY = 100


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: its id, its tree, its parents and its whole message."""

    id: str
    tree: str
    parents: tuple[str, ...]
    message: str

    @property
    def subject(self) -> str:
        return self.message.partition("\n")[0]


class Repository:
    """The git repository that a checkout lies in, and the checkout as its HEAD has it.

    Methods raise TenantizeError where git refuses, with git's own reason.
    """

    def __init__(self, root: Path) -> None:
        """Raises TenantizeError for a folder that is in no repository, or not in its HEAD."""
        self.root = usable_folder(root)
        self._git = Git(self.root)
        if not self._git.has_repository():
            raise TenantizeError(
                phrase(
                    "{root} is in no git repository: pull requests are made from commits, so run 'git "
                    "init', commit it, and run this again; or use 'tenantize apply'.",
                    root=self.root,
                )
            )
        self.top = self._place("--show-toplevel")
        self.prefix = os.fsdecode(self._bytes("rev-parse", "--show-prefix").removesuffix(b"\n"))
        found = self._asked("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        if found is None:
            raise TenantizeError(
                phrase("{top} has no commit yet: commit the checkout, then run this again.", top=self.top)
            )
        self.head = found

    # Reading

    @property
    def branch(self) -> str | None:
        """The branch that is checked out, None where HEAD is detached."""
        return self._asked("symbolic-ref", "--quiet", "--short", "HEAD")

    @cached_property
    def contents(self) -> dict[str, bytes]:
        """The files of the checkout as HEAD has them, by path from its root; bytes of Python files only.

        They are in the work tree's encoding, where .gitattributes gives a file one: its code says that it is in that.
        """
        listed = self._bytes("ls-tree", "-r", "-l", "-z", "--full-tree", self.head, "--", self.prefix or ".")
        blobs: dict[str, str] = {}
        for entry in listed.split(b"\0"):
            about, _, name = entry.partition(b"\t")
            if name and about.split()[0].decode() not in (_LINK, _SUBMODULE):
                blobs[os.fsdecode(name).removeprefix(self.prefix)] = about.split()[2].decode()
                _require_readable(os.fsdecode(name), about.split()[3])
        python = [path for path in blobs if path.endswith(".py")]
        data = self._git.blobs([blobs[path] for path in python])
        attributes = attributes_of(self._git, python)
        return dict.fromkeys(blobs, b"") | {path: attributes[path].encoded(data[blobs[path]]) for path in python}

    def checkout(self) -> Checkout:
        """The checkout as HEAD has it, whatever the work tree holds."""
        if not self.contents:
            raise TenantizeError(
                phrase("HEAD has no files in {root}: commit the checkout, then run this again.", root=self.root)
            )
        return committed_checkout(self.root, self.contents)

    def commit(self, name: str) -> Commit | None:
        """A commit by its name, None where there is none."""
        found = self._asked("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        return self._parsed(found) if found else None

    def own_commits(self, tip: str) -> Iterator[Commit]:
        """The commits that lead to `tip` and not to HEAD, the newest first."""
        for line in self._run("rev-list", "--topo-order", f"--max-count={_MANY}", tip, f"^{self.head}").split():
            yield self._parsed(line)

    def subjects(self) -> list[str]:
        """What the last commits of HEAD are called, merges aside."""
        return self._run("log", "--no-merges", f"--max-count={_MANY}", "--format=%s", self.head).splitlines()

    def is_in_head(self, commit: str) -> bool:
        return self._asked("merge-base", "--is-ancestor", commit, self.head) is not None

    def changed_paths(self, commit: Commit) -> set[str]:
        """The files that a commit changes, by path from the checkout's root."""
        options = ("--no-commit-id", "--name-only", "-r", "-z", "--no-renames", "--root")
        listed = self._bytes("diff-tree", *options, commit.id)
        return {os.fsdecode(name).removeprefix(self.prefix) for name in listed.split(b"\0") if name}

    def branches(self, prefix: str) -> dict[str, str]:
        """The commits of the local branches whose names begin with `prefix`, by name."""
        lines = self._run("for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", f"refs/heads/{prefix}")
        return {name: commit for commit, _, name in (line.partition(" ") for line in lines.splitlines())}

    def checked_out(self) -> dict[str, str]:
        """Where branches are checked out, in this work tree and others: folders by the branches' names."""
        found: dict[str, str] = {}
        folder = ""
        for line in self._run("worktree", "list", "--porcelain").splitlines():
            key, _, value = line.partition(" ")
            if key == "worktree":
                folder = value
            elif key == "branch":
                found[value.removeprefix("refs/heads/")] = folder
        return found

    # Writing

    def require_no_links(self) -> None:
        """Raises TenantizeError where git would write through a link in its own folder, or elsewhere altogether."""
        common = self._place("--git-common-dir")
        self._require_its_own(common.resolve())
        kept = [common / name for name in _WRITTEN]
        kept += (common / "objects").iterdir()
        for folder, folders, files in chain(os.walk(common / "refs"), os.walk(common / "logs")):
            kept += [Path(folder, name) for name in (*folders, *files)]
        for place in kept:
            if (
                place.is_symlink()
            ):  # a log of branches, with a name that the checkout's config gives, may end in a ~/.profile
                raise TenantizeError(
                    phrase(
                        "{place} is a link, and git would write through it: put in its place what it leads to, or use "
                        "'tenantize apply'.",
                        place=place,
                    )
                )

    def _require_its_own(self, common: Path) -> None:
        """Raises TenantizeError where .git leads to a repository elsewhere, which does not know this checkout."""
        own, top = self._place("--absolute-git-dir").resolve(), self.top.resolve()
        if common.is_relative_to(top):
            return
        if own.parent == common / "worktrees":
            link = (own / (own / "gitdir").read_text(errors="surrogateescape").strip()).parent
        else:
            link = common / (self._asked("config", "--get", "core.worktree") or "")
        if link.resolve() != top:
            raise TenantizeError(
                phrase(
                    "{top}/.git leads to {common}, which does not know this checkout: if it is yours, say 'git config "
                    "core.worktree {top}' here, then run this again; or use 'tenantize apply'.",
                    top=top,
                    common=common,
                )
            )

    def tree(self, base: str, changes: Sequence[Change]) -> str:
        """The tree of commit `base` with these changes made: modes are kept, new files are plain ones."""
        with tempfile.TemporaryDirectory(prefix="tenantize-") as scratch:
            index = {"GIT_INDEX_FILE": f"{scratch}/index"}
            self._run("read-tree", base, environment=index)
            modes = self._modes(base, [self.prefix + change.path for change in changes])
            entries = []
            for change, blob in zip(changes, self._blobs(changes, Path(scratch)), strict=True):
                name = self.prefix + change.path
                entries.append(f"{modes.get(name, _PLAIN_FILE)} {blob}\t".encode() + os.fsencode(name) + b"\0")
            self._run("update-index", "-z", "--index-info", given=b"".join(entries), environment=index)
            return self._run("write-tree", "--missing-ok", environment=index)

    def _blobs(self, changes: Sequence[Change], scratch: Path) -> list[str]:
        """The ids of what files are after these changes, written by one process."""
        attributes = attributes_of(self._git, [change.path for change in changes])
        files = [scratch / str(number) for number in range(len(changes))]
        for file, change in zip(files, changes, strict=True):
            kept = attributes[change.path].as_utf8(change.after)
            file.write_bytes(change.after if kept is None else kept)
        paths = "".join(f"{file}\n" for file in files)
        return self._run("hash-object", "-w", "--no-filters", "--stdin-paths", given=paths.encode()).split()

    def write_commit(self, tree: str, parents: Sequence[str], message: str) -> Commit:
        """A new commit, on no branch; its author is git's, and it is signed where git is set to sign."""
        signing = self._asked("config", "--type=bool", "--get", "commit.gpgsign") == "true"
        command = ["commit-tree", *(["-S"] if signing else []), tree]
        command += [argument for parent in parents for argument in ("-p", parent)]
        with self._explained(phrase("make a commit")):
            return Commit(self._git.run(*command, given=message.encode()), tree, tuple(parents), message)

    def move_branches(self, moves: Mapping[str, tuple[str | None, str]]) -> None:
        """Point branches from one commit (None: they are new) to another: all of them, or none."""
        lines = [f"update refs/heads/{name}\0{new}\0{old or '0' * len(new)}\0" for name, (old, new) in moves.items()]
        with self._explained(phrase("set the branches")):
            self._run(
                "update-ref", "--no-deref", "-m", "tenantize pulls", "-z", "--stdin", given="".join(lines).encode()
            )

    def describe_branch(self, name: str, text: str) -> None:
        """Keep a text as the branch's description, where `git branch --edit-description` does."""
        with self._explained(phrase("keep the description of a branch")):
            if self._asked("config", "--local", "--get", f"branch.{name}.description") != text.strip():
                self._run(
                    "config", "--local", f"branch.{name}.description", text.strip().encode(errors="surrogateescape")
                )

    def patch(self, commit: str, number: int, subject_prefix: str) -> bytes:
        """A commit as `git am` takes it, whatever the user's settings of diffs and mails are."""
        about = ("-1", "--stdout", f"--start-number={number}", f"--subject-prefix={subject_prefix}", "--no-signature")
        plain = ("--no-attach", "--no-thread", "--no-cover-letter", "--no-color", "--no-ext-diff", "--no-textconv")
        whole = ("--full-index", "--binary", "--no-renames", "--src-prefix=a/", "--dst-prefix=b/")
        return self._bytes("format-patch", *about, *plain, *whole, "--no-base", "--no-to", "--no-cc", commit)

    # Remotes

    def remotes(self) -> list[str]:
        return self._run("remote").split()

    def remote_url(self, name: str) -> str:
        """Where a remote is pushed to. It may hold a password: never print it."""
        return self._run("remote", "get-url", "--push", name)

    def upstream(self) -> str | None:
        """The name, on its remote, of the branch that the current one follows."""
        found = self._asked("config", "--get", f"branch.{self.branch}.merge")
        return found.removeprefix("refs/heads/") if found else None

    def remote_branches(self, remote: str) -> dict[str, str]:
        """The commits of a remote's branches, by name."""
        with self._explained(phrase("read the remote {remote}", remote=remote)):
            lines = (line.partition("\t") for line in self._git.run("ls-remote", "--heads", remote).splitlines())
            return {name.removeprefix("refs/heads/"): commit for commit, _, name in lines}

    def fetch(self, remote: str, branch: str) -> None:
        """Have the commits of a remote's branch here, on no branch."""
        with self._explained(phrase("fetch {branch} from {remote}", branch=branch, remote=remote)):
            self._git.run("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", remote, f"refs/heads/{branch}")

    def push(self, remote: str, branch: str, commit: str, expected: str | None) -> None:
        """Set a remote's branch, provided that it is where it was when it was looked at."""
        name = f"refs/heads/{branch}"
        with self._explained(phrase("push {branch} to {remote}", branch=branch, remote=remote)):
            lease = f"--force-with-lease={name}:{expected or ''}"
            self._git.run("push", "--quiet", "--no-verify", "--no-follow-tags", lease, remote, f"+{commit}:{name}")

    # Asking git

    def _modes(self, base: str, names: Sequence[str]) -> dict[str, str]:
        if not names:
            return {}
        listed = self._bytes("ls-tree", "-r", "-z", "--full-tree", base, "--", *names)
        entries = (entry.partition(b"\t") for entry in listed.split(b"\0") if entry)
        return {os.fsdecode(name): about.split()[0].decode() for about, _, name in entries}

    def _parsed(self, commit: str) -> Commit:
        data = self._bytes("cat-file", "commit", commit)
        head, _, message = data.partition(b"\n\n")
        fields = [line.partition(" ") for line in head.decode(errors="replace").splitlines()]
        tree = next(value for key, _, value in fields if key == "tree")
        parents = tuple(value for key, _, value in fields if key == "parent")
        return Commit(commit, tree, parents, message.decode(errors="replace"))

    @contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        """Say what git was to do when it refuses."""
        try:
            yield
        except GitRefusedError as error:
            raise TenantizeError(
                phrase(
                    "git cannot {what} ({reason}): mend that, then run this again; it goes on where it stopped.",
                    what=what,
                    reason=error.reason,
                )
            ) from error

    def _place(self, what: str) -> Path:
        """A folder that git names, whatever its name ends in."""
        return self.root / os.fsdecode(self._bytes("rev-parse", what).removesuffix(b"\n"))

    def _asked(self, *command: str) -> str | None:
        return self._git.asked(*command)

    def _run(self, *command: str | bytes, given: bytes = b"", environment: Mapping[str, str] | None = None) -> str:
        return os.fsdecode(self._bytes(*command, given=given, environment=environment)).rstrip("\n")

    def _bytes(self, *command: str | bytes, given: bytes = b"", environment: Mapping[str, str] | None = None) -> bytes:
        return self._git.read(*command, given=given, environment=environment)


def _require_readable(name: str, size: bytes) -> None:
    """Raises TenantizeError for a Python file that is too large to be one; of what is missing, git says no size."""
    if name.endswith(".py") and size.isdigit() and int(size) > LARGEST:
        raise TenantizeError(
            phrase(
                "{name} has {size} MB in HEAD, and no Python file is so large: take it out of the commit.",
                name=name,
                size=int(size) >> 20,
            )
        )
