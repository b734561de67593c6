"""What the command says of a command line that is mistaken, and which language it says it in."""

from __future__ import annotations

import re
from importlib.metadata import version

import pytest

from tests.cli.running import process

# Three words of English in a row, which no code is.
_ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}")


def test_a_misspelt_command_is_asked_back() -> None:
    done = process("adit")
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no command 'adit': did you mean `audit`?" in done.stderr
    assert "known: apply, audit, decide" in process("migrate-it").stderr


@pytest.mark.parametrize(
    ("arguments", "chinese"),
    [
        (["adit"], "没有命令 'adit'：是不是想写 `audit`？"),
        (["audit", "--ony", "insecure"], "没有选项 '--ony'。 是不是想写 '--only'？"),
        (["audit", "--format", "xml"], "'--format' 的值无效：'xml' 不在 "),
        (["diff", "--recipe"], "选项 '--recipe' 需要 1 个参数。"),
        (["recipes", "a", "b"], "多余的参数（b）"),
        (["prove", ".", "--python", "x", "--only", "apsi"], "没有名为 'apsi' 的分组：是不是想写 `apis`？"),
        (["pulls", "--group", "memory", "."], "--group memory 不符合 NAME=GLOB 的形式"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistaken_command_line_is_told_in_chinese(arguments: list[str], chinese: str) -> None:
    said = process(*arguments, LANG="zh_CN.UTF-8", LC_ALL="").stderr
    assert chinese in said
    assert not _ENGLISH.search(said)


def test_the_version_is_told_in_the_language_that_is_asked_for() -> None:
    assert process("--version").stdout == f"tenantize, version {version('tenantize')}\n"
    assert process("--lang", "zh", "--version").stdout == f"tenantize 版本 {version('tenantize')}\n"


@pytest.mark.parametrize("arguments", [["recipes"], ["audit", "--help"], ["pulls", "--help"]], ids=" ".join)
def test_what_can_be_asked_for_is_listed_in_chinese(arguments: list[str]) -> None:
    said = process(*arguments, "--lang", "zh").stdout
    assert re.search(r"[\u4e00-\u9fff]", said)
    assert not _ENGLISH.search(re.sub(r"(?m)^用法.*$|^    tenantize .*$|\.py (与|和).*$", "", said))
