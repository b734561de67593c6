"""What modules define, by name: the one way in which functions, classes, modules and holders are told apart."""

from __future__ import annotations

from msgspec import Struct

MODULE_BODY = "<module>"


class Symbol(Struct, frozen=True, order=True, gc=False):
    """A module, and a name in it: "function", "Class.method", `MODULE_BODY`, or "" for the module itself.

    Its text, "module:qualname", is for people and for the files that people write: a module may have ':' in its name.
    """

    module: str
    qualname: str = ""

    def __str__(self) -> str:
        return f"{self.module}:{self.qualname}" if self.qualname else self.module

    @classmethod
    def parse(cls, text: str) -> Symbol:
        """Read "module" or "module:qualname", as it is written in a TOML file."""
        module, _, qualname = text.partition(":")
        return cls(module, qualname)

    @property
    def dotted(self) -> str:
        """As an `import` would name it."""
        return f"{self.module}.{self.qualname}" if self.qualname else self.module

    @property
    def name(self) -> str:
        """The last part of the name, as one writes it where it stands."""
        return self.qualname.rpartition(".")[2]

    @property
    def owner(self) -> Symbol:
        """What it is an attribute of: a class, or its module."""
        return Symbol(self.module, self.qualname.rpartition(".")[0])

    @property
    def body(self) -> Symbol:
        """What runs when its module is imported."""
        return Symbol(self.module, MODULE_BODY)

    def member(self, name: str) -> Symbol:
        """An attribute of it."""
        return Symbol(self.module, f"{self.qualname}.{name}" if self.qualname else name)
