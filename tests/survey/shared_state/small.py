"""A WebUI file of a few functions, and what tenants share in it."""

from __future__ import annotations

from textwrap import dedent

from codemods.analysis.symbols import Symbol
from codemods.survey.program import TenantProgram
from codemods.survey.shared_state.sharing import Sharing
from codemods.survey.verdicts import Finding
from tests.survey.judging import GUARDED, program_of

PATH, MODULE = "src/webui/small.py", "src.webui.small"
HEAD = """
from fastapi import APIRouter

from src.common.database.database_model import Messages
from src.common.message.tenant_context import current_tenant_id, get_current_agent_id, get_current_tenant_id

router = APIRouter()


def rows(chat=""):
    return list(Messages.select().where(Messages.chat_id == chat))


"""
# What a request runs, with a tenant's rows in it.
SERVE = '\n\n@router.get("/serve")\nasync def serve(chat):\n    rows(chat)\n'


def small(text: str, path: str = PATH) -> TenantProgram:
    return program_of(GUARDED | {path: HEAD.lstrip("\n") + dedent(text).strip("\n") + "\n"})


def served(body: str, above: str = "") -> TenantProgram:
    """A program whose one request does this with its `chat`."""
    lines = "".join(f"    {line}\n" for line in dedent(body).strip("\n").split("\n"))
    return small(dedent(above).strip("\n") + SERVE + lines)


def name(qualname: str) -> Symbol:
    return Symbol(MODULE, qualname)


def verdicts(program: TenantProgram) -> dict[str, tuple[str, str]]:
    """What is said of each holder of the file: its verdict and the reason."""
    return {entry.qualname: (entry.verdict, entry.reason) for entry in Sharing(program).judged() if entry.path == PATH}


def line_of(program: TenantProgram, text: str) -> int:
    lines = program.sources.text(MODULE).decode().splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def here(findings: list[Finding]) -> list[Finding]:
    return [item for item in findings if item.path == PATH]
