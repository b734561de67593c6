"""What shows that a run was begun by this user: a seal that only the key in the user's own state folder makes.

The key lies outside of every checkout, so that no checkout can bring a run along that anybody would go on with.
OpenSSL, which takes 4 MiB, is loaded where there is something to seal.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import platformdirs

from codemods.errors import TenantizeError
from codemods.journal.folders import Folder, held
from codemods.messages import phrase

PLACE = "TENANTIZE_STATE_DIR"  # names the folder of the key, where the usual one is of no use
_KEY, _LENGTH = "journal.key", 32


def seal(root: Path, data: bytes) -> bytes:
    """The seal of what a run of this user is to do. Raises TenantizeError where the key cannot be kept."""
    with _usable(root) as place:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with held(place) as folder:
            if not folder.has(_KEY):
                _make_key(folder)
            return _sealed(_key(folder), data)


def is_sealed(root: Path, data: bytes, given: bytes) -> bool:
    """Whether a seal is this user's. Raises TenantizeError where the key is there and cannot be read."""
    import hmac

    with _usable(root) as place:
        try:
            with held(place) as folder:
                return hmac.compare_digest(_sealed(_key(folder), data), given)
        except FileNotFoundError:
            return False


def _sealed(key: bytes, data: bytes) -> bytes:
    import hmac

    return hmac.new(key, data, "sha256").hexdigest().encode()


def kept_in() -> Path:
    """The folder of the key."""
    return Path(os.environ.get(PLACE) or platformdirs.user_state_dir("tenantize", appauthor=False)).absolute()


@contextmanager
def _usable(root: Path) -> Iterator[Path]:
    """The user's state folder. Raises TenantizeError when it cannot be used, or lies in the checkout."""
    place = kept_in()
    way_out = phrase("set {place} to a folder of your own, outside of the checkout. Nothing was changed.", place=PLACE)
    if place.resolve().is_relative_to(root.resolve()):
        raise TenantizeError(
            phrase(
                "{place}, which shows that a run is yours, lies in the checkout: {way_out}",
                place=place,
                way_out=way_out,
            )
        )
    try:
        yield place
    except OSError as error:
        raise TenantizeError(
            phrase(
                "{place} cannot be used ({strerror}), and what shows that a run is yours is kept there: {way_out}",
                place=place,
                strerror=error.strerror,
                way_out=way_out,
            )
        ) from error


def _make_key(folder: Folder) -> None:
    """Make the key whole or not at all; of two processes, the first one's counts."""
    import secrets

    draft = f"{_KEY}.{secrets.token_hex(8)}"
    try:
        folder.write(draft, secrets.token_bytes(_LENGTH), mode=0o600)
        with suppress(FileExistsError):
            folder.link(draft, _KEY)
    finally:
        with suppress(FileNotFoundError):
            folder.remove(draft)


def _key(folder: Folder) -> bytes:
    """The key. Raises OSError when it is not whole, or another user's."""
    with folder.opened(_KEY) as descriptor:
        key = os.read(descriptor, _LENGTH + 1)
        if len(key) != _LENGTH:
            raise OSError(0, phrase("{key} is damaged: delete it", key=_KEY))
        if hasattr(os, "geteuid") and os.fstat(descriptor).st_uid != os.geteuid():
            raise OSError(0, phrase("{key} is another user's", key=_KEY))
        return key
