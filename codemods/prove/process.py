"""A guest process: started, listened to, and ended, whatever it does."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from codemods.errors import TenantizeError
from codemods.messages import phrase
from codemods.prove.guest.shapes import Line, Logged, Seen, Task
from codemods.prove.texts import told_of

# Without a line for so long, a guest hangs; and so long it may take altogether.
_SILENT, _WHOLE = 120.0, 600.0
# No guest has more to tell.
_MOST_BYTES = 64 << 20
_PACKAGE = "tenantize_guest"
# Beside a copy, what it stores.
DATABASE = "tree.db"
# What of the caller's environment a guest needs to find its libraries.
_INHERITED = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "LD_LIBRARY_PATH", "TZ")


@dataclass
class Told:
    """What a guest has told."""

    seen: list[Seen] = field(default_factory=list)
    logged: list[Logged] = field(default_factory=list)


class Guest:
    """One process in a folder of its own, which holds the copy, its home and what it prints."""

    def __init__(self, python: Path, folder: Path, what: str) -> None:
        self._python, self._folder, self._what = python.absolute(), folder, what
        self._begun = phrase("its start")
        self._read = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._is_over = threading.Event()

    def end(self) -> None:
        """End it, and all that it has started, whether or not it runs."""
        self._is_over.set()
        if self._process is not None and self._process.returncode is None:
            _kill(self._process)

    def run(self, task: Task) -> Told:
        """Have the task done. Raises TenantizeError, with a sentence, where the guest cannot."""
        errors = self._folder / "printed.txt"
        with errors.open("ab") as printed:
            process = self._process = self._started(printed.fileno())
        try:
            if self._is_over.is_set():
                self.end()
            assert process.stdin is not None
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(msgspec.json.encode(task) + b"\n")
                process.stdin.flush()
            return self._listened(process)
        finally:
            _end(process)

    def _started(self, printed: int) -> subprocess.Popen[bytes]:
        shutil.copytree(Path(__file__).parent / "guest", self._folder / "guest" / _PACKAGE, dirs_exist_ok=True)
        try:
            return subprocess.Popen(
                [str(self._python), "-m", _PACKAGE],
                cwd=self._folder,
                env=environment_of(self._folder, [self._folder / "guest"]),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=printed,
                start_new_session=True,
            )
        except OSError as error:
            raise TenantizeError(
                phrase(
                    "{python} cannot be run ({why}): name a Python with --python.",
                    python=self._python,
                    why=error.strerror,
                )
            ) from error

    def _listened(self, process: subprocess.Popen[bytes]) -> Told:
        told = Told()
        for line in self._lines(process):
            if line.begins:
                self._begun = line.begins
            if line.seen is not None:
                told.seen.append(line.seen)
            told.logged += line.logged
            if line.fails:
                raise TenantizeError(
                    phrase(
                        "{tree} did not run: {why} (in {begun}).{hint}",
                        tree=self._what,
                        why=line.fails,
                        begun=self._begun,
                        hint=self._hint(line.fails),
                    )
                )
            if line.done:
                return told
        process.wait()
        words = self._last_words()
        raise TenantizeError(
            phrase("{tree} ended by itself in {begun}: {words}", tree=self._what, begun=self._begun, words=words)
        )

    def _lines(self, process: subprocess.Popen[bytes]) -> Iterator[Line]:
        """What it writes, as it comes. Raises TenantizeError where nothing comes any more."""
        assert process.stdout is not None
        descriptor, rest = process.stdout.fileno(), b""
        begun = time.monotonic()
        while True:
            left = min(_SILENT, begun + _WHOLE - time.monotonic())
            if left <= 0 or not select.select([descriptor], [], [], left)[0]:
                raise TenantizeError(self._hung())
            part = os.read(descriptor, 1 << 16)
            self._read += len(part)
            if not part or self._read > _MOST_BYTES:
                return
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                yield _line(line, self._what)

    def _hung(self) -> str:
        return phrase(
            "{tree} hangs in {begun}: leave that out, or narrow it with --only. It was ended.",
            tree=self._what,
            begun=self._begun,
        )

    def _hint(self, failure: str) -> str:
        if "maim_db" in failure:
            return phrase(" Install maim_db for that Python, or name its src folder in PYTHONPATH.")
        if failure.startswith("ModuleNotFoundError"):
            return phrase(" Install the tree's requirements for {python}.", python=self._python)
        return ""

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            text = (self._folder / "printed.txt").read_bytes()[-2000:].decode(errors="replace").strip()
            if text:
                return text.splitlines()[-1]
        return phrase("it says no more.")


def environment_of(folder: Path, paths: Sequence[Path]) -> dict[str, str]:
    """The environment of what runs in a folder: home and database of its own, there, and modules from these paths."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    found = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    inherited = filter(None, found.get("PYTHONPATH", "").split(os.pathsep))
    return {
        **found,
        "PYTHONPATH": os.pathsep.join([*map(str, paths), *inherited]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONHASHSEED": "0",
        "HOME": str(home),
        "TMPDIR": str(home),
        "XDG_CACHE_HOME": str(home),
        "MPLCONFIGDIR": str(home),
        "DATABASE_URL": f"sqlite:///{folder / DATABASE}",
        "EULA_AGREE": "",
    }


def _line(data: bytes, what: str) -> Line:
    try:
        return msgspec.convert(json.loads(data, object_hook=told_of), type=Line)
    except (ValueError, msgspec.DecodeError, RecursionError) as error:
        raise TenantizeError(
            phrase("{tree} wrote what is no line of a proof ({why}): nothing is believed of it.", tree=what, why=error)
        ) from error


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a guest and all that it has started."""
    _kill(process)
    process.wait()
    for stream in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            stream.close()  # type: ignore[union-attr]


@contextlib.contextmanager
def scratch(keep: Path | None) -> Iterator[Path]:
    """A folder for copies: the one that is to be kept, or one that is gone afterwards.

    Raises TenantizeError for one to keep that has something in it.
    """
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="tenantize-", ignore_cleanup_errors=True) as folder:
            yield Path(folder).resolve()
        return
    if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise TenantizeError(phrase("{folder} is not an empty folder: name another one with --keep.", folder=keep))
    keep.mkdir(parents=True, exist_ok=True)
    yield keep.resolve()
