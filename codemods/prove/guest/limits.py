"""What a guest may not do: reach another machine, start programs, write outside of its folder, or live for ever.

Python's own audit hooks hold what Python code asks for; code that speaks to the system by itself is not held by them.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
from pathlib import Path
from typing import Any

_PROGRAMS = frozenset({"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.startfile"})
_CONNECTING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_LOOKING_UP = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
_CHANGING = frozenset(
    {"os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown"}
)
# Where what they change is named from a folder that is open, the place of that among what they are given.
_FOLDERS = {"os.mkdir": 2, "os.chmod": 2, "os.chown": 3}
_LOOPBACK = ("127.", "::1", "localhost", "::ffff:127.")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_DEVICES = ("/dev/", "/proc/self/")


class Hung(BaseException):
    """A call that blocks the process for too long. Nothing that code catches as a matter of course."""


def shut_in(folder: str, cpu_seconds: int, memory: int) -> Warden:
    """Shut this process in for good: it writes below `folder` only."""
    os.umask(0o077)
    for what, most in (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 1 << 30),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (min(most, hard) if hard != resource.RLIM_INFINITY else most, hard))
    inside = Path(folder).resolve()
    warden = Warden(str(inside))
    sys.addaudithook(warden.ask)
    signal.signal(signal.SIGALRM, _hung)
    return warden


def end_with(stream: Any, warden: Warden) -> None:
    """End this process, and what it started, once nobody writes to a stream any more."""

    def wait() -> None:
        while stream.read(1):
            pass
        warden.is_over = True
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=wait, name="tenantize-parent", daemon=True).start()


def _hung(*_: Any) -> None:
    raise Hung


class Warden:
    """Is asked before each thing that Python code does to the world."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        # Once it is, what runs here may be killed.
        self.is_over = False
        # What has been opened to be written.
        self.written: set[str] = set()

    def ask(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            is_writing = any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool(flags & _WRITING)
            if is_writing and not isinstance(path, int):
                self._require_inside(path)
        elif event in _CONNECTING:
            self._require_loopback(arguments[1])
        elif event in _LOOKING_UP:
            self._require_loopback(arguments[0])
        elif event == "sqlite3.connect":
            self._require_database(arguments[0])
        elif event in ("os.kill", "os.killpg") and arguments[1] and not self.is_over:
            raise PermissionError("a proof ends no processes")
        elif event in _PROGRAMS:
            raise PermissionError(f"{event}: a proof starts no programs")
        elif event in _CHANGING:
            paths = [item for item in arguments if isinstance(item, (str, bytes))]
            folders = [item for item in arguments[_FOLDERS.get(event, len(paths)) :] if isinstance(item, int)]
            for number, path in enumerate(paths):
                self._require_inside(path, folders[number] if number < len(folders) else -1)

    def _require_database(self, name: Any) -> None:
        text = os.fsdecode(name) if isinstance(name, (str, bytes, os.PathLike)) else ""
        if text and text != ":memory:" and "mode=memory" not in text:
            self._require_inside(text.removeprefix("file:").partition("?")[0])

    def _require_inside(self, path: Any, folder: int = -1) -> None:
        """`folder`: what a relative path starts from, where that is an open folder."""
        base = Path(f"/proc/self/fd/{folder}").readlink() if folder >= 0 else os.curdir
        text = os.path.realpath(os.path.join(base, os.fsdecode(path)))  # noqa: PTH118
        if text != self._folder and not text.startswith((self._folder + os.sep, *_DEVICES)):
            raise PermissionError(f"{text}: a proof writes nothing outside of its folder")
        self.written.add(text)

    @staticmethod
    def _require_loopback(address: Any) -> None:
        host = address[0] if isinstance(address, tuple) and address else address
        text = host.decode(errors="replace") if isinstance(host, bytes) else host
        if text is None or (isinstance(text, str) and (text in ("", "0.0.0.0") or text.startswith(_LOOPBACK))):
            return
        raise PermissionError(f"{text}: a proof reaches this machine only")
