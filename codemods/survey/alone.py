"""One file by itself, for commands that run without a plan: they go by what it shows on its own."""

from __future__ import annotations

from pathlib import Path, PurePath

from codemods.knowledge.state import load_state
from codemods.places import Decorators, Expression
from codemods.survey.survey import Survey, survey_files
from codemods.survey.verdicts import INSECURE
from codemods.survey.webui.connections import shared_connections
from codemods.tree import SourceFile


def handlers_alone(filename: str, data: bytes) -> list[Decorators]:
    """The handlers of one WebUI file that do tenant work, as far as the file shows by itself."""
    entries = _alone(filename, data).entry_points("webui-handler")
    insecure = [entry for entry in entries if entry.verdict == INSECURE and not entry.by_hand]
    return [Decorators(entry.qualname, entry.registering) for entry in insecure]


def connections_alone(filename: str, data: bytes) -> list[Expression]:
    """The places of one WebUI file that go through connections of several tenants."""
    return [Expression(site.qualname, site.collection) for site in shared_connections(_alone(filename, data).program)]


def _alone(filename: str, data: bytes) -> Survey:
    state = load_state()
    name = PurePath(filename).name
    folder = state.entry_points.webui[0].replace(".", "/")
    file = SourceFile(f"{folder}/{name}", f"{state.entry_points.webui[0]}.{Path(name).stem}", data)
    return survey_files([file], state, workers=1)
