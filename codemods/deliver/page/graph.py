"""The pull requests as a graph: each below those that it waits for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from codemods.deliver.pulls.split import Pull

_WIDTH, _HEIGHT, _GAP, _RISE = 190, 46, 18, 40


@dataclass(frozen=True, slots=True)
class Node:
    """A pull, where it is drawn, and what is written there."""

    name: str
    x: int
    y: int
    size: str
    recipes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """Boxes of one size, and the lines between them, each as the path of an SVG."""

    nodes: tuple[Node, ...]
    lines: tuple[str, ...]
    width: int
    height: int
    box: tuple[int, int] = (_WIDTH, _HEIGHT)


def graph_of(pulls: Sequence[Pull]) -> Graph:
    """A row for each length of the longest way from the first pull."""
    depth: dict[str, int] = {}
    for pull in pulls:
        depth[pull.name] = max((depth[name] + 1 for name in pull.waits_for), default=0)
    rows: dict[int, list[Pull]] = defaultdict(list)
    for pull in pulls:
        rows[depth[pull.name]].append(pull)
    widest = max((len(row) for row in rows.values()), default=1)
    width = widest * (_WIDTH + _GAP) - _GAP
    nodes = {}
    for level, row in rows.items():
        left = (width - (len(row) * (_WIDTH + _GAP) - _GAP)) // 2
        for number, pull in enumerate(row):
            nodes[pull.name] = _node(pull, left + number * (_WIDTH + _GAP), level * (_HEIGHT + _RISE))
    lines = [_line(nodes[name], nodes[pull.name]) for pull in pulls for name in pull.waits_for]
    return Graph(tuple(nodes.values()), tuple(lines), width, len(rows) * (_HEIGHT + _RISE) - _RISE)


def _node(pull: Pull, x: int, y: int) -> Node:
    counts = [change.counts for change in pull.changes]
    added, removed = (sum(part) for part in zip(*counts, strict=True))
    return Node(pull.name, x, y, f"+{added} −{removed}", tuple(part.recipe.name for part in pull.parts))


def _line(above: Node, below: Node) -> str:
    start, end = (above.x + _WIDTH // 2, above.y + _HEIGHT), (below.x + _WIDTH // 2, below.y)
    middle = (start[1] + end[1]) // 2
    return f"M{start[0]} {start[1]} C{start[0]} {middle} {end[0]} {middle} {end[0]} {end[1]}"
