"""What a reviewer reads: the messages of commits, and the description of each pull, in English or Chinese."""

from __future__ import annotations

import shlex
import textwrap
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from codemods.deliver.pulls.split import Part, Pull
from codemods.deliver.pulls.verdicts import Row, Rows
from codemods.knowledge.recipes import Recipe
from codemods.survey.verdicts import BAD, Finding

# What a description shows of long lists, and the most that it may be long: GitHub takes 65,536 characters.
_MOST_ROWS, _MOST_NAMES, _MOST = 60, 30, 60_000


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of one language."""

    zh: bool
    section: str
    why: str
    what: str
    waits: str
    title: str
    lines: str
    functions: str
    file: str
    new: str
    audit: str
    whose: str
    verdict: str
    place: str
    before: str
    after: str
    unchanged: str
    rows: str
    check: str
    check_diff: str
    check_compiles: str
    check_audit: str
    exact: str
    left: str
    nothing_left: str
    open: str
    more: str
    separator: str
    letter: str

    def of(self, recipe: Recipe) -> str:
        return recipe.title_zh if self.zh else recipe.title


ENGLISH = Wording(
    zh=False,
    section="Section {section} of the analysis, {title}",
    why="Why",
    what="What changes",
    waits="Waits for {names}: the commits of those come first, and this one stands on them.",
    title="{name}: safe for many tenants ({recipes})",
    lines="Lines",
    functions="Functions and places",
    file="File",
    new="new",
    audit="Audit",
    whose="The places that this concerns, today and with all branches of tenantize merged: on the way, one may still "
    "wait for another branch.",
    verdict="Verdict",
    place="Place",
    before="Today",
    after="All merged",
    unchanged="No row of the audit changes: others stand on what this brings.",
    rows="Rows that change: {count}",
    check="How to check it",
    check_diff="what it changes",
    check_compiles="it compiles",
    check_audit="the verdicts above, once all are merged",
    exact="Whatever is not listed above stays byte for byte what it is. All branches of tenantize merged, in any order "
    "in which none comes before one that it waits for, give what `tenantize apply` writes.",
    left="Left for a person",
    nothing_left="Nothing.",
    open="stays {verdict}: {reason}",
    more="and {count} more",
    separator=", ",
    letter="""# Safe for many tenants, in {count} patches

Made from {head}. From the top of a checkout of it:

    git am --keep-cr <this folder>/*.patch

`--keep-cr` keeps files whose lines end in CRLF as they are. The patches of a module stand together, and the text before
them says why they are there, what they change and how to check it. The modules, in the order to merge them:

```text
{overview}
```
""",
)
CHINESE = Wording(
    zh=True,
    section="分析的第 {section} 节：{title}",
    why="为什么",
    what="改了什么",
    waits="等待 {names}：它们的提交在前，这一个建立在它们之上。",
    title="{name}：多租户安全（{recipes}）",
    lines="行数",
    functions="函数与位置",
    file="文件",
    new="新增",
    audit="审计",
    whose="与此相关的位置，今天以及 tenantize 的全部分支合并之后的结论；在此之间，个别位置可能还要等待其他分支。",
    verdict="结论",
    place="位置",
    before="今天",
    after="全部合并后",
    unchanged="审计结果没有变化：这里带来的是其他改动的基础。",
    rows="有变化的条目：{count}",
    check="如何检查",
    check_diff="改了什么",
    check_compiles="可以编译",
    check_audit="全部合并后与上表一致",
    exact="以上没有列出的内容逐字节保持原样。tenantize 的全部分支，只要没有哪一个先于它所等待的分支，"
    "按任何顺序合并，结果都与 `tenantize apply` 写出的完全相同。",
    left="留给人决定",
    nothing_left="没有。",
    open="仍是 {verdict}：{reason}",
    more="还有 {count} 项",
    separator="、",
    letter="""# 多租户安全，共 {count} 个补丁

由 {head} 生成。在该提交的检出目录顶层运行：

    git am --keep-cr <本目录>/*.patch

`--keep-cr` 使以 CRLF 结尾的文件保持原样。同一模块的补丁放在一起，其前的文字说明为什么需要、改了什么、如何检查。\
各模块按合并的顺序为：

```text
{overview}
```
""",
)
LANGUAGES = {"en": ENGLISH, "zh": CHINESE}


# Commits


def commit_message(pull: Pull, part: Part, words: Wording) -> str:
    """A commit's message: what, why, and which functions of which files."""
    lines = [f"{pull.name}: {words.of(part.recipe)}", ""]
    for section in part.recipe.why:
        title, text = _analysis(section, words)
        if text:
            lines += [*_wrapped(f"{words.section.format(section=section, title=title)}:"), ""]
            lines += [f"    {line}" for line in _wrapped(text, 68)] + [""]
    for change in part.changes:
        lines += _wrapped(f"- {change.path}: {_few(change.names, words)}", indent="  ")
    return "\n".join(lines).rstrip() + "\n"


def _wrapped(text: str, width: int = 72, indent: str = "") -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)


# Pulls


def pull_title(pull: Pull, words: Wording) -> str:
    """The title of a pull request."""
    if len(pull.parts) == 1:
        return f"{pull.name}: {words.of(pull.parts[0].recipe)}"
    recipes = words.separator.join(part.recipe.name for part in pull.parts)
    return words.title.format(name=pull.name, recipes=recipes)


@dataclass(frozen=True, slots=True)
class Description:
    """A pull, and what its description needs besides: what the audit says of its places, what is left, its branch."""

    pull: Pull
    rows: Rows
    left: tuple[Finding, ...]
    branch: str

    def text(self, words: Wording, waits_for: Sequence[str]) -> str:
        """The description as Markdown; `waits_for` names the pulls that come first, as the reader can follow them."""
        parts = [words.waits.format(names=words.separator.join(waits_for))] if waits_for else []
        parts += [f"## {words.why}", *self._why(words), f"## {words.what}", *self._what(words)]
        parts += [f"## {words.audit}", *self._audit(words)]
        parts += [f"## {words.check}", self._commands(words), words.exact]
        parts += [f"## {words.left}", self._left(words)]
        text = "\n\n".join(parts) + "\n"
        return text if len(text) <= _MOST else text[:_MOST].rpartition("\n")[0] + "\n…\n"

    def _why(self, words: Wording) -> list[str]:
        sections = dict.fromkeys(section for part in self.pull.parts for section in part.recipe.why)
        quoted = []
        for section in sections:
            title, text = _analysis(section, words)
            source = words.section.format(section=section, title=title).rstrip(", ：")
            quoted.append(f"> {text}\n>\n> — {source}" if text else f"> {source}")
        return quoted

    def _what(self, words: Wording) -> list[str]:
        blocks = []
        for part in self.pull.parts:
            rows = [
                [
                    f"`{change.path}`" + (f" ({words.new})" if change.before is None else ""),
                    "+{} −{}".format(*change.counts),
                    _few([f"`{name}`" for name in change.names], words),
                ]
                for change in part.changes
            ]
            blocks += [f"**{part.recipe.name}**: {words.of(part.recipe)}"]
            blocks += [_table([words.file, words.lines, words.functions], rows, words)]
        return blocks

    def _audit(self, words: Wording) -> list[str]:
        changed = self.rows.changed
        if not changed:
            return [words.unchanged]
        counts = [Counter(row.verdict for row in rows) for rows in (self.rows.before, self.rows.after)]
        verdicts = [
            [verdict, str(counts[0][verdict]), str(counts[1][verdict])] for verdict in sorted(counts[0] | counts[1])
        ]
        rows = [[_place(now or was), _verdict(was), _verdict(now)] for was, now in changed]
        return [
            words.whose,
            _table([words.verdict, words.before, words.after], verdicts, words),
            f"<details>\n<summary>{words.rows.format(count=len(rows))}</summary>\n\n"
            + _table([words.place, words.before, words.after], rows, words)
            + "\n\n</details>",
        ]

    def _commands(self, words: Wording) -> str:
        changed = " ".join(shlex.quote(change.path) for change in self.pull.changes)
        lines = [
            (f"git diff {self.branch}~{len(self.pull.parts)} {self.branch}", words.check_diff),
            (f"git switch {self.branch}", ""),
            (f"python -m py_compile {changed}", words.check_compiles),
            ("tenantize audit", words.check_audit),
        ]
        shown = [f"{command}  # {why}" if why else command for command, why in lines]
        return "```sh\n" + "\n".join(shown) + "\n```"

    def _left(self, words: Wording) -> str:
        items = [f"- `{item.path}:{item.line}` {item.reason}" for item in self.left]
        items += [
            f"- {_place(row)} {words.open.format(verdict=row.verdict, reason=row.reason)}"
            for row in self.rows.after
            if row.verdict in BAD
        ]
        items += [f"- {_place(row)} {row.note}" for row in self.rows.after if row.note and row.verdict not in BAD]
        items = list(dict.fromkeys(items))
        if len(items) > _MOST_ROWS:
            items = [*items[:_MOST_ROWS], f"- {words.more.format(count=len(items) - _MOST_ROWS)}"]
        return "\n".join(items) or words.nothing_left


def _place(row: Row | None) -> str:
    if row is None:
        return ""
    return f"`{row.path}:{row.line}` `{row.name}`"


def _verdict(row: Row | None) -> str:
    return f"**{row.verdict}**: {row.reason}" if row else "–"


def _few(names: Sequence[str], words: Wording) -> str:
    shown = list(names[:_MOST_NAMES])
    if len(names) > _MOST_NAMES:
        shown.append(words.more.format(count=len(names) - _MOST_NAMES))
    return words.separator.join(shown)


def _table(head: Sequence[str], rows: Sequence[Iterable[str]], words: Wording) -> str:
    lines = [head, ["---"] * len(head), *rows[:_MOST_ROWS]]
    if len(rows) > _MOST_ROWS:
        lines.append([words.more.format(count=len(rows) - _MOST_ROWS), *[""] * (len(head) - 1)])
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _analysis(section: str, words: Wording) -> tuple[str, str]:
    """The title and the sentences of a section of the analysis, both "" for one that is not quoted."""
    found = _sections().get(section, {})
    ending = "_zh" if words.zh else ""
    return found.get(f"title{ending}", ""), found.get(f"text{ending}", "")


@cache
def _sections() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "analysis.toml").read_text(encoding="utf-8"))
