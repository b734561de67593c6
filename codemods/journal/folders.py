"""A folder that is held open: what happens in it stays in it, whatever is put in the place of its name meanwhile.

Nothing here follows a link below the folder that it began with, waits for a FIFO, or reads what is no plain file. Where
the system cannot hold a folder (Windows), each name on the way is looked at instead.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from codemods.journal import attributes
from codemods.messages import phrase

_HOLDS = os.open in os.supports_dir_fd
_PLAIN = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
_LINK = (errno.ELOOP, errno.EMLINK)  # what systems say of a link that is not to be followed
_REPARSE_POINT = 0x400  # what Windows marks links and junctions with


class NotPlain(OSError):
    """What should be a file or a folder is a link, a FIFO, a device, or the other of the two."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder, held by its descriptor; None where the system cannot."""

    path: Path
    descriptor: int | None

    @contextmanager
    def inner(self, *names: str) -> Iterator[Folder]:
        """The folder some steps further in. Raises NotPlain when a step is a link or no folder."""
        folder = self
        try:
            for name in names:
                outer, folder = folder, folder._step(name)
                if outer is not self:
                    outer._close()
            yield folder
        finally:
            if folder is not self:
                folder._close()

    def _step(self, name: str) -> Folder:
        with self._named(name):
            if not stat.S_ISDIR(self._status(name).st_mode):
                raise _not_plain(name)
            return Folder(self.path / name, _held(name, self.descriptor) if _HOLDS else None)

    def _close(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)

    def status(self, name: str) -> os.stat_result | None:
        """What is there, links as such; None where nothing is."""
        try:
            with self._named(name):
                return self._status(name)
        except FileNotFoundError:
            return None

    def _status(self, name: str) -> os.stat_result:
        status = os.stat(self._at(name), dir_fd=self.descriptor, follow_symlinks=False)
        if getattr(status, "st_file_attributes", 0) & _REPARSE_POINT:
            raise _not_plain(name)
        return status

    def has(self, name: str) -> bool:
        return self.status(name) is not None

    def names(self) -> list[str]:
        with self._named("."), os.scandir(self.path if self.descriptor is None else self.descriptor) as entries:
            return sorted(entry.name for entry in entries)

    @contextmanager
    def opened(self, name: str, flags: int = os.O_RDONLY, mode: int = 0o666) -> Iterator[int]:
        """The descriptor of a plain file. Raises NotPlain for anything else."""
        descriptor = self._open(name, flags, mode)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _open(self, name: str, flags: int, mode: int) -> int:
        with self._named(name):
            is_new = flags & os.O_EXCL
            if not is_new and self.has(name) and not stat.S_ISREG(self._status(name).st_mode):
                raise _not_plain(name)
            try:
                descriptor = os.open(self._at(name), flags | _PLAIN, mode, dir_fd=self.descriptor)
            except OSError as error:
                raise (_not_plain(name) if error.errno in _LINK else error) from error
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                os.close(descriptor)
                raise _not_plain(name)
            return descriptor

    def read(self, name: str, limit: int = -1) -> bytes:
        """The bytes of a plain file, no more of them than `limit`."""
        with self.opened(name) as descriptor, open(descriptor, "rb", closefd=False) as stream:
            return stream.read(limit)

    def write(self, name: str, data: bytes, *, like: int | None = None, mode: int = 0o666) -> None:
        """Make a file, down to the disk, with the mode, owner and extended attributes of the open file `like`."""
        with self.opened(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode) as descriptor, self._named(name):
            with open(descriptor, "wb", closefd=False) as stream:
                stream.write(data)
            if like is not None:
                attributes.copy(like, descriptor)
            os.fsync(descriptor)

    def make(self, name: str) -> None:
        """Make a folder where nothing is yet."""
        try:
            with self._named(name):
                os.mkdir(self._at(name), dir_fd=self.descriptor)
        except FileExistsError:
            return

    def rename(self, name: str, target: Folder, new: str) -> None:
        """Give a folder another name, where nothing is."""
        with self._named(name):
            os.rename(self._at(name), target._at(new), src_dir_fd=self.descriptor, dst_dir_fd=target.descriptor)

    def replace(self, name: str, target: Folder, new: str) -> None:
        """Put a file in the place of another; a file that had further names keeps its bytes under those."""
        with target._named(new):
            os.replace(self._at(name), target._at(new), src_dir_fd=self.descriptor, dst_dir_fd=target.descriptor)

    def link(self, name: str, new: str) -> None:
        """Give a file a further name, where nothing is."""
        with self._named(new):
            os.link(self._at(name), self._at(new), src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)

    def remove(self, name: str) -> None:
        with self._named(name):
            os.unlink(self._at(name), dir_fd=self.descriptor)

    def remove_empty(self, name: str) -> None:
        with self._named(name):
            os.rmdir(self._at(name), dir_fd=self.descriptor)

    def remove_whole(self, name: str) -> None:
        """Remove a folder with all that is in it, as far as that is possible."""
        shutil.rmtree(self._at(name), ignore_errors=True, dir_fd=self.descriptor)

    def _at(self, name: str) -> str:
        return name if self.descriptor is not None else str(self.path / name)

    @contextmanager
    def _named(self, name: str) -> Iterator[None]:
        """Have an error say the whole path."""
        try:
            yield
        except OSError as error:
            error.filename, error.filename2 = str(self.path / name), None
            raise


@contextmanager
def held(path: Path) -> Iterator[Folder]:
    """The folder at a path that its user named, links and all."""
    folder = Folder(path, os.open(path, _folder_flags()) if _HOLDS else None)
    try:
        yield folder
    finally:
        folder._close()


def _held(name: str, outer: int | None) -> int:
    try:
        return os.open(name, _folder_flags() | _PLAIN, dir_fd=outer)
    except OSError as error:
        raise (_not_plain(name) if error.errno in (*_LINK, errno.ENOTDIR) else error) from error


def _folder_flags() -> int:
    return os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)


def _not_plain(name: str) -> NotPlain:
    return NotPlain(errno.ELOOP, phrase("it is a link, or no plain file or folder"), name)
