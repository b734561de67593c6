"""The tenants of a real checkout, what each of them owns, and how a text tells whose it is."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.behaviour.sample import Pair, module

TENANTS: dict[str, Pair] = {"acme": ("acme", "bot"), "beta": ("beta", "bot"), "admin": ("admin", "local")}

# Another agent of the first tenant; it has nothing of its own but its configuration.
SECOND = "second"

CALLERS: dict[str, Pair] = {**TENANTS, SECOND: ("acme", "second")}

# How many messages each has; its other numbers are made of it, so that a number tells whose it is.
NUMBERS = {"acme": 3, "beta": 5, "admin": 2, "nobody": 7}

# The number of an emoji that comes after the others, and of a picture that is none yet.
LATE, NEW = 9, 20

# Nobody has these ids: what is asked for by them is unknown to the tree.
NOBODY = "nobody"

PLATFORM = "qq"

STORAGE = Path("data") / "tenant_storage"

MARKER = re.compile(r"(?<![a-z0-9])(?:acme|beta|admin|second|nobody)[-_]\w[\w-]*", re.ASCII)


@dataclass(frozen=True)
class Owned:
    """What one tenant has, by the ids that a plugin would ask with."""

    name: str
    group: Any
    private: Any
    messages: tuple[Any, ...]
    emojis: tuple[str, ...]

    @property
    def number(self) -> int:
        return NUMBERS[self.name]

    @property
    def user_id(self) -> str:
        return f"{self.name}-user"

    @property
    def person_id(self) -> str:
        return str(module("person_info.person_info").get_person_id(PLATFORM, self.user_id))

    @property
    def other(self) -> str:
        return "acme" if self.name == "beta" else "beta"

    def component(self, kind: Any) -> str:
        return f"{self.name}_{kind.value}"


def picture(name: str, number: int) -> bytes:
    from PIL import Image  # type: ignore[import-not-found]

    colour = hashlib.md5(f"{name} {number}".encode()).digest()[:3]
    file = io.BytesIO()
    Image.new("RGB", (8, 8), tuple(colour)).save(file, "PNG")
    return file.getvalue()


def picture_text(name: str, number: int) -> str:
    return base64.b64encode(picture(name, number)).decode()


def owner_of(text: str) -> str | None:
    found = MARKER.search(text)
    return re.split("[-_]", found[0])[0] if found else None


def markers(value: Any) -> set[str]:
    return set(MARKER.findall(json.dumps(value, ensure_ascii=False)))
