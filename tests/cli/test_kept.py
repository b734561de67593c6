"""Commands one after the other on the same tree say what each would say alone, whatever has been kept for them."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from codemods.survey import area, read_files
from codemods.survey.program import TenantProgram
from tests.cli.running import CHAT, Answer, Tenantize, process

HANDLER = f"{CHAT}:get_chat#webui-handler"
DECISION = f'[[decision]]\nat = "{HANDLER}"\nis = "accepted"\nwhy = "so it is"\n'
BACKLOG = "\nKEPT = {}\n\n\ndef keep(key, value):\n    KEPT[key] = value\n"
HOLDER = f'[[holder]]\nname = "KEPT"\nat = "{CHAT.removesuffix(".py").replace("/", ".")}:KEPT"\nscope = "partition"\n'


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TENANTIZE_CACHE_DIR", str(tmp_path / "cache"))


def alone(tenantize: Tenantize, *arguments: object) -> Answer:
    """What a command says for which nothing has been kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TENANTIZE_CACHE_DIR", "")
        return tenantize(*arguments)


COMMANDS = (("audit",), ("diff",), ("audit", "--format", "json"), ("diff", "--stat"))


@pytest.mark.parametrize("order", [*permutations(COMMANDS, 2), COMMANDS, COMMANDS[::-1]])
def test_the_order_of_commands_is_no_matter(
    tree: Path, tenantize: Tenantize, order: tuple[tuple[str, ...], ...]
) -> None:
    for command in (*order, *order):
        assert tenantize(*command, tree) == alone(tenantize, *command, tree)


def test_what_has_been_answered_is_not_asked_again(
    tree: Path, tenantize: Tenantize, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tenantize("audit", tree)
    monkeypatch.setattr(read_files.Files, "read", None)
    assert tenantize("audit", tree) == first


def test_what_was_answered_in_one_language_is_told_in_another(
    tree: Path, tenantize: Tenantize, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "insecure" in tenantize("audit", tree).out
    told = process("audit", "--lang", "zh", tree).stdout
    monkeypatch.setenv("TENANTIZE_CACHE_DIR", "")
    assert told == process("audit", "--lang", "zh", tree).stdout != tenantize("audit", tree).out


@pytest.mark.parametrize("command", ["audit", "diff"])
def test_what_changes_the_answers_is_heard(tree: Path, tenantize: Tenantize, command: str) -> None:
    state = tree.parent / "state.toml"
    state.write_text(HOLDER)
    said = []

    def say(*more: object) -> None:
        answer = tenantize(command, *more, tree)
        assert answer == alone(tenantize, command, *more, tree)
        said.append(answer)

    say()
    (tree / "tenantize.toml").write_text(DECISION)
    say()
    (tree / "tenantize.toml").unlink()
    (tree / CHAT).write_bytes((tree / CHAT).read_bytes() + BACKLOG.encode())
    say()
    say("--state", state)
    (tree / "src/extra.py").write_text("from src.webui.chat_routes import keep\n\nkeep(1, 2)\n")
    say()
    (tree / "src/extra.py").write_text("def (:\n")
    say()
    (tree / "src/extra.py").unlink()
    say()
    assert len({answer.out + answer.err for answer in said}) > 3


def test_a_holder_that_is_not_there_is_refused_each_time(tree: Path, tenantize: Tenantize) -> None:
    state = tree.parent / "state.toml"
    state.write_text(HOLDER)
    for _ in range(2):
        answer = tenantize("audit", "--state", state, tree)
        assert answer.status == 2 and "KEPT" in answer.err


def test_an_interrupted_audit_keeps_what_it_had(
    tree: Path, tenantize: Tenantize, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = alone(tenantize, "audit", tree)
    answer = area.areas_of(())[4]

    def interrupt(program: TenantProgram) -> list[object]:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(answer), "__setattr__", object.__setattr__)
        patch.setattr(type(answer), "__delattr__", object.__delattr__)
        patch.setattr(answer, "survey", interrupt)
        assert tenantize("audit", tree).status != 0
    assert tenantize("audit", tree) == whole
