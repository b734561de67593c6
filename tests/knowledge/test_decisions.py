"""`[[decision]]` of a checkout: what may stand there, and what is said of what may not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from codemods.errors import TenantizeError
from codemods.knowledge.decisions import Decision
from codemods.knowledge.settings import decisions_of
from codemods.tree import Checkout

ONE = '# Why not.\n[[decision]]\nat = "src/a.py:f#log-sink"\nis = "accepted"\nwhy = "only operators read it"\n'
WRONG = {
    "[[decisions]]\nat = 'a'\n": "unknown key `decisions`: did you mean `decision`?",
    ONE.replace("why =", "reason ="): "unknown key `reason` in `decision[1]`: known: at, is, until, why.",
    ONE.replace("accepted", "acepted"): '"acepted": choose from "accepted", "process", "shared", "tenant".',
    ONE.replace("only operators read it", " "): '`decision[1].why` is " ": write the reason, in a few words.',
    ONE.replace('why = "only operators read it"\n', ""): "`decision[1]` has no key `why`: add it.",
    ONE.replace("src/a.py:f#log-sink", ""): "`decision[1].at` is \"\": write what 'tenantize audit' prints as `at`",
    ONE + "until = 'soon'\n": '`decision[1].until` is "soon": write a date, such as 2027-12-31.',
    ONE + "until = 3\n": "`decision[1].until` is a whole number: write a date, such as 2027-12-31.",
    ONE + ONE: "is decided twice (first in tenantize.toml, line 3): take one out.",
    "decision = 3\n": "`decision` is a whole number: write a list.",
    "[[decision": "is no TOML",
}


def read(root: Path, text: str = "", project: str = "") -> tuple[Decision, ...]:
    for name, written in (("tenantize.toml", text), ("pyproject.toml", project)):
        if written:
            (root / name).write_text(written, encoding="utf-8")
    return decisions_of(Checkout(root, ()))


@pytest.mark.parametrize("text", WRONG)
def test_a_decision_that_is_none_is_refused_in_a_sentence(text: str, tmp_path: Path) -> None:
    with pytest.raises(TenantizeError, match=r"tenantize\.toml") as error:
        read(tmp_path, text)
    assert WRONG[text] in str(error.value) and "\n" not in str(error.value)


def test_there_need_be_none(tmp_path: Path) -> None:
    assert read(tmp_path) == ()


def test_a_decision_has_its_line(tmp_path: Path) -> None:
    (decision,) = read(tmp_path, ONE + "until = 2027-12-31\n")
    assert decision == Decision(
        "src/a.py:f#log-sink", "accepted", "only operators read it", date(2027, 12, 31), "tenantize.toml", 3
    )


def test_both_files_are_read_and_one_thing_is_decided_once(tmp_path: Path) -> None:
    project = ONE.replace("[[decision]]", "[[tool.tenantize.decision]]")
    other = read(tmp_path, ONE.replace(":f#", ":g#"), project)
    assert [(decision.at, decision.file) for decision in other] == [
        ("src/a.py:g#log-sink", "tenantize.toml"),
        ("src/a.py:f#log-sink", "pyproject.toml"),
    ]
    with pytest.raises(TenantizeError, match=r"pyproject\.toml: .* is decided twice"):
        read(tmp_path, ONE)


def test_a_decision_holds_through_its_last_day(tmp_path: Path) -> None:
    (decision,) = read(tmp_path, ONE + "until = 2027-12-31\n")
    assert not decision.has_expired(date(2027, 12, 31)) and decision.has_expired(date(2028, 1, 1))
