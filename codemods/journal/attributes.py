"""What a file has besides its bytes: mode, owner, extended attributes (access control lists are such)."""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import suppress

if sys.platform == "win32":

    def copy(source: int, target: int) -> None:
        """Windows keeps no such things on a file that is read and written by its owner."""
else:

    def copy(source: int, target: int) -> None:
        """Give an open file the mode, owner and extended attributes of another, as far as this user may."""
        status = os.fstat(source)
        mode = stat.S_IMODE(status.st_mode)
        if not _give(target, status.st_uid, status.st_gid):
            # Whoever the file belongs to now, it acts for nobody else.
            mode &= ~(stat.S_ISUID | stat.S_ISGID)
        os.fchmod(target, mode)
        if sys.platform == "linux":
            _copy_extended(source, target)

    def _give(target: int, user: int, group: int) -> bool:
        """Give a file to its owner, or at least to its group; whether it is all theirs."""
        status = os.fstat(target)
        if (status.st_uid, status.st_gid) == (user, group):
            return True
        for owner in (user, -1):
            with suppress(PermissionError):
                os.fchown(target, owner, group)
                break
        status = os.fstat(target)
        return (status.st_uid, status.st_gid) == (user, group)


if sys.platform == "linux":

    def _copy_extended(source: int, target: int) -> None:
        try:
            theirs = os.listxattr(source)
        except OSError as error:
            if error.errno == errno.ENOTSUP:  # the file system keeps none
                return
            raise
        for name in set(os.listxattr(target)).difference(theirs):
            with suppress(PermissionError):
                os.removexattr(target, name)
        for name in theirs:
            with suppress(PermissionError):  # some of them only the system itself may set
                os.setxattr(target, name, os.getxattr(source, name))
