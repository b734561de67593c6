"""README.zh-CN.md says what README.md says: the same sections, examples, rows and points, in the same order."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
ENGLISH, CHINESE = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md"))


def shape(text: str) -> list[str]:
    """What a text is built of, but for its words: headings by depth, points, rows of tables by their code, code."""
    blocks = re.split(r"^( *```.*?^ *```)$", text, flags=re.MULTILINE | re.DOTALL)
    found: list[str] = []
    for block in blocks:
        if block.lstrip().startswith("```"):
            found.append(block)
            continue
        for line in block.splitlines():
            if match := re.match(r"#+ |- ", line):
                found.append(match[0])
            elif line.startswith("|"):
                found.append("row " + " ".join(re.findall(r"`[^`]+`|\d+ of \d+|SECURE \(\d+\)", line)[:1]))
    return found


def test_both_are_built_alike() -> None:
    assert shape(CHINESE) == shape(ENGLISH)


def test_each_leads_to_the_other() -> None:
    assert "(README.zh-CN.md)" in ENGLISH.partition("## ")[0]
    assert "(README.md)" in CHINESE.partition("## ")[0]


def test_every_environment_variable_and_option_is_in_both() -> None:
    def named(text: str) -> set[str]:
        return set(re.findall(r"\bMAIM\w+|\bTENANTIZE_\w+|--[a-z][\w-]+", text))

    assert named(CHINESE) - {"--lang"} == named(ENGLISH) - {"--lang"}
