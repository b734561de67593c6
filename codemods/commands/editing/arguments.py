"""What several commands are given alike on LibCST's command line."""

from __future__ import annotations

import argparse

from codemods.places import Imported, Place


def add_imported(parser: argparse.ArgumentParser, flag: str, what: str) -> None:
    """An argument for a name that a command writes, and imports."""
    parser.add_argument(flag, type=Imported.parse, required=True, metavar="MODULE:NAME", help=what)


def add_places(
    parser: argparse.ArgumentParser,
    flag: str,
    place: type[Place],
    what: str,
    *,
    metavar: str | None = None,
    required: bool = True,
) -> None:
    """The argument for the places of a command, however it calls them."""
    parser.add_argument(flag, dest="places", nargs="+", type=place.parse, required=required, metavar=metavar, help=what)
