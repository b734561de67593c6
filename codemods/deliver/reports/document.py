"""What the audit's JSON is made of, which makes its schema, too."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from codemods.knowledge.decisions import Answer

# Raised when a program that reads the JSON would have to change. What is only added does not raise it.
VERSION = 1
# The schema of one tree's audit. `make schema` writes it.
SCHEMA = Path(__file__).parent / "audit.schema.json"

Line = Annotated[int, Meta(ge=0, description="counted from 1")]
Column = Annotated[int, Meta(ge=1, description="where the code of the line begins, counted from 1")]
FilePath = Annotated[str, Meta(description="from the root of the tree, with '/'")]
At = Annotated[str, Meta(description="what names it in a decision, a baseline and a fingerprint; no line is in it")]
Counts = Annotated[dict[str, int], Meta(description="how many there are, by verdict")]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the document; a member that has nothing to say is left out."""


class Tool(Part, frozen=True, kw_only=True):
    """What wrote it."""

    name: str
    version: str


class Tree(Part, frozen=True, kw_only=True):
    """The tree that was read; its path where several were."""

    path: str | UnsetType = UNSET
    files: int
    revision: Annotated[str, Meta(description="the commit that is checked out")] | None


class ProfileOf(Part, frozen=True, kw_only=True):
    """What kind of tree it is, and by what that is known."""

    kind: str
    evidence: list[str]


class DecisionOf(Part, frozen=True, kw_only=True):
    """What a person has decided of it."""

    answer: Answer = msgspec.field(name="is")
    why: str
    until: date | UnsetType = UNSET


class StationOf(Part, frozen=True, kw_only=True):
    """A function on the way, the line in it that leads on, and what the last one reaches."""

    path: FilePath
    line: Line
    name: str
    reached: str | UnsetType = UNSET


class StatementOf(Part, frozen=True, kw_only=True):
    """A statement of start-up, and whose it is."""

    line: Line
    verdict: str
    reason: str
    details: list[str] | UnsetType = UNSET
    call_path: Annotated[list[StationOf], Meta(description="the way that the reason speaks of")] | UnsetType = UNSET


class Item(Part, frozen=True, kw_only=True):
    """Something that is judged or found: where, and why."""

    at: At
    path: FilePath
    line: Line
    column: Column
    verdict: str
    reason: str
    details: list[str] | UnsetType = UNSET
    call_path: Annotated[list[StationOf], Meta(description="the way that the reason speaks of")] | UnsetType = UNSET
    decision: DecisionOf | UnsetType = UNSET


class JudgedItem(Item, frozen=True, kw_only=True):
    """Code that has a verdict of its own; the recipe that mends it, null where none does."""

    id: Annotated[str, Meta(description="its path and name; several may share it")]
    kind: str
    recipe: str | None


class EntryPointOf(JudgedItem, frozen=True, kw_only=True):
    """Code that the outside world, a timer or start-up calls, or what outlives a call."""

    note: str | UnsetType = UNSET
    statements: list[StatementOf] | UnsetType = UNSET


class ApiFunctionOf(JudgedItem, frozen=True, kw_only=True):
    """A public function of the plugin APIs, and the shared state behind it."""

    state: list[str]


class FindingOf(Item, frozen=True, kw_only=True):
    """What is left for a person to decide."""

    what: str


class UnparsedFile(Part, frozen=True, kw_only=True):
    """A file that is not this Python's."""

    path: FilePath
    line: Line
    column: int
    message: str


class UnreadPart(Part, frozen=True, kw_only=True):
    """What of the tree was not read."""

    path: FilePath
    reason: str


class Summary(Part, frozen=True, kw_only=True):
    """How many there are of everything, by verdict."""

    entry_points: Counts
    api_functions: Counts
    findings: int
    decided: Counts


class AuditDocument(Part, frozen=True, kw_only=True):
    """The audit of one tree, of a MaiMBot or of a plugin. Of several trees it is an array of these."""

    schema: Annotated[int, Meta(description="the version of this schema")] = VERSION
    tool: Tool
    tree: Tree
    profile: ProfileOf
    entry_points: list[EntryPointOf]
    api_functions: list[ApiFunctionOf]
    findings: list[FindingOf]
    decided: Annotated[list[Item], Meta(description="what a decision has ended; what is judged stands above, too")]
    unparsed: list[UnparsedFile]
    unread: list[UnreadPart]
    summary: Summary


def schema() -> dict[str, Any]:
    """The JSON schema of the audit of one tree."""
    made = msgspec.json.schema(AuditDocument)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "tenantize audit", **made}
