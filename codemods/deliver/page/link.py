"""Where a line of a file can be looked at: at the host that the checkout comes from, else in the file beside."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote

from codemods.errors import TenantizeError
from codemods.git import Git
from codemods.messages import phrase
from codemods.tree import Checkout

# Hosts whose pages have lines, and what stands between the repository and the commit. No name or password is let in.
_HOSTS = {"github.com": "blob", "gitee.com": "blob", "gitlab.com": "-/blob"}
_REMOTE = re.compile(r"(?:https://|ssh://git@|git@)([\w.-]+)[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?")
_SCHEMES = ("https://", "http://", "vscode://", "vscodium://", "cursor://", "file://", "idea://", "pycharm://")


def link_of(checkout: Checkout, report: Path, asked: str | None) -> str:
    """A template with {path} and {line}. Raises TenantizeError for one of the user's that is none."""
    if asked is not None:
        if not asked.startswith(_SCHEMES) or "{path}" not in asked:
            raise TenantizeError(
                phrase(
                    "--link {asked} is no address with {{path}} and {{line}} in it, such as vscode://file/{{path}}:{{line}}.",
                    asked=asked,
                )
            )
        return asked
    git = Git(checkout.root)
    remote = git.asked("config", "--get", "remote.origin.url") if checkout.revision else None
    found = _REMOTE.fullmatch(remote or "")
    if found and found[1] in _HOSTS and not git.asked("rev-parse", "--show-prefix"):
        return f"https://{found[1]}/{found[2]}/{_HOSTS[found[1]]}/{checkout.revision}/{{path}}#L{{line}}"
    beside = os.path.relpath(checkout.root, report.resolve().parent)
    return f"{quote(os.fsencode(Path(beside).as_posix()))}/{{path}}#L{{line}}"
