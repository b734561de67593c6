"""git is run here and nowhere else: to read a checkout, or to do what its user asked for.

A checkout's own .git is a stranger's as much as its code: it can name programs that git runs on the way (a file system
monitor, hooks, filters, a transport for objects that are missing). Where we only read, these are switched off, and
commands that run filters are not used at all. What a user asks for, a signed commit or a push, runs git as configured:
through GitPython, which ends git when we are stopped, and is loaded for nothing else.
"""

from __future__ import annotations

import errno
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from codemods.errors import TenantizeError
from codemods.messages import phrase

# What git exports to a hook: where its own repository is, and how paths are to be read.
_OTHER_REPOSITORY = frozenset(
    {
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_PREFIX",
        "GIT_COMMON_DIR",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_GLOB_PATHSPECS",
        "GIT_NOGLOB_PATHSPECS",
        "GIT_ICASE_PATHSPECS",
    }
)
# Never wanted, whoever asks. What the command line says outdoes every file, included ones too.
_ALWAYS = ("core.hooksPath=/dev/null", "log.showSignature=false", "i18n.commitEncoding=UTF-8")
# An empty monitor is none for every git; older ones take "false" for the name of a program.
_TO_READ = ("core.fsmonitor=", "safe.bareRepository=explicit", "gc.auto=0", "maintenance.auto=false")
# No object is fetched on the way: git 2.44 has a word for it, and older ones are left no transport.
_OFFLINE = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "", "GIT_OPTIONAL_LOCKS": "0"}
# A path is a path, and git speaks English.
_PLAIN = {"GIT_LITERAL_PATHSPECS": "1", "LC_ALL": "C", "LANGUAGE": "C"}
# So many seconds git may take to read: it waits for ever where a pipe stands in the place of one of its files.
PATIENCE = 120.0
# What the system is short of when it starts no program.
_SHORT = (errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM)
# The exit status by which git answers a question with no, and that of "fatal: ...".
_NO, _DIED = 1, 128


class GitRefusedError(TenantizeError):
    """git would not: its reason, in its own words."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            phrase(
                "git refuses to read {folder} ({reason}): mend what 'git status' there says.",
                folder=folder,
                reason=reason,
            )
        )
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Git:
    """git in a folder. Methods raise GitRefusedError where it says no, TenantizeError where it is missing or silent.

    A path is a path: nothing in it is a pattern. Texts are given as bytes, for the system's encoding may lack a letter.
    """

    folder: Path
    # Where to look instead of in the folder: a repository that only lends its rules.
    options: tuple[str, ...] = ()

    def has_repository(self) -> bool:
        """Whether the folder lies in a repository's work tree."""
        done = self._run(("rev-parse", "--is-inside-work-tree"), b"", {})
        if done.returncode == 0 and done.stdout == b"false\n":
            reason = phrase("core.worktree or core.bare of its .git says that the files lie elsewhere")
            raise GitRefusedError(self.folder, reason)
        if done.returncode == 0:
            return True
        places = (self.folder, *self.folder.parents)
        if done.returncode != _DIED or any(os.path.lexists(place / ".git") for place in places):
            raise GitRefusedError(self.folder, _reason(done))
        return False

    def read(self, *command: str | bytes, given: bytes = b"", environment: Mapping[str, str] | None = None) -> bytes:
        """What git prints; no program that the checkout names is run."""
        return self._answered(self._run(command, given, environment or {}))

    def asked(self, *command: str) -> str | None:
        """What git answers to a question, None where it says no; no program that the checkout names is run."""
        done = self._run(command, b"", {})
        return None if done.returncode == _NO else os.fsdecode(self._answered(done)).rstrip("\n")

    def run(self, *command: str, given: bytes = b"") -> str:
        """What git prints when it does what its user asked for, as it is configured, but without hooks."""
        try:
            from git.cmd import Git as GitPython
        except ImportError as error:  # what it makes of a git that does not answer
            raise _missing(error) from error
        words = [*self._begun(_ALWAYS), *command]
        with _at_home():
            process = GitPython().execute(words, istream=subprocess.PIPE, as_process=True, env=_PLAIN)
        out, err = process.communicate(given)
        done = subprocess.CompletedProcess(words, process.returncode, out, err)
        return os.fsdecode(self._answered(done)).rstrip("\n")

    def blobs(self, names: Sequence[str]) -> dict[str, bytes]:
        """The contents of blobs, by their ids."""
        answer = self.read("cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode())
        found: dict[str, bytes] = {}
        start = 0
        for name in names:
            end = answer.index(b"\n", start)
            about = answer[start:end].split()
            if about[1:2] != [b"blob"]:
                raise GitRefusedError(
                    self.folder,
                    phrase(
                        "object {name} is missing; in a partial clone 'git fetch --refetch --no-filter' gets it",
                        name=name,
                    ),
                )
            found[name] = answer[end + 1 : end + 1 + int(about[2])]
            start = end + 1 + int(about[2]) + 1
        return found

    def _answered(self, done: subprocess.CompletedProcess[bytes]) -> bytes:
        if done.returncode:
            raise GitRefusedError(self.folder, _reason(done))
        return done.stdout

    def _run(
        self, command: Sequence[str | bytes], given: bytes, more: Mapping[str, str]
    ) -> subprocess.CompletedProcess[bytes]:
        words = [*self._begun((*_ALWAYS, *_TO_READ)), *command]
        try:
            with _at_home():
                environment = {**os.environ, **_PLAIN, **more, **_OFFLINE}
            return subprocess.run(
                words, input=given, capture_output=True, env=environment, check=False, timeout=PATIENCE
            )
        except subprocess.TimeoutExpired as error:
            raise TenantizeError(
                phrase(
                    "git gives no answer in {folder} within {seconds} s: see whether a pipe stands in the place of a "
                    "file that it reads (.gitignore, .gitattributes, one in .git), or a pattern in one takes for ever.",
                    folder=self.folder,
                    seconds=round(PATIENCE),
                )
            ) from error
        except OSError as error:
            raise _missing(error) from error

    def _begun(self, settings: Sequence[str]) -> list[str]:
        """What stands before a command."""
        given = [word for each in settings for word in ("-c", each)]
        return ["git", "-C", str(self.folder), "--no-pager", *given, *self.options]


@contextmanager
def _at_home() -> Iterator[None]:
    """Without a repository that the environment names, as in a hook: it is not the tree's."""
    others = {name: os.environ.pop(name) for name in _OTHER_REPOSITORY & os.environ.keys()}
    try:
        yield
    finally:
        os.environ.update(others)


def _missing(error: Exception) -> TenantizeError:
    if isinstance(error, OSError) and error.errno in _SHORT:
        return TenantizeError(
            phrase("git cannot be run ({strerror}): mend that, then run again.", strerror=error.strerror)
        )
    return TenantizeError("git cannot be run: install git and put it on the PATH.")


def _reason(done: subprocess.CompletedProcess[bytes]) -> str:
    """The one line of what git says that tells why, with no password in it."""
    lines = [line.strip() for line in os.fsdecode(done.stderr).splitlines() if line.strip()]
    for start in ("! [", "fatal: ", "error: "):
        for line, below in zip_longest(lines, lines[1:], fillvalue=""):
            if line.startswith(start):
                whole = f"{line} {below}" if line.endswith(":") else line
                return _without_passwords(whole.removeprefix(start if start != "! [" else "! "))
    if lines:
        return _without_passwords(lines[0])
    return (
        phrase("ended by signal {what}", what=-done.returncode)
        if done.returncode < 0
        else phrase("exit status {returncode}", returncode=done.returncode)
    )


def _without_passwords(text: str) -> str:
    return re.sub(r"://[^@/\s]+@", "://", text).rstrip(".")
