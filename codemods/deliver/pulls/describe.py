"""What a reviewer reads: the messages of commits, and the description of each pull, in English or Chinese."""

from __future__ import annotations

import itertools
import shlex
import textwrap
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from codemods.changes import hunk_lines
from codemods.deliver.pulls.convention import Convention
from codemods.deliver.pulls.split import Part, Pull
from codemods.deliver.pulls.verdicts import Row, Rows
from codemods.deliver.pulls.wording import Wording
from codemods.deliver.reports.words import VERDICT_WORDS
from codemods.knowledge.explanations import explained
from codemods.messages import told
from codemods.survey.verdicts import BAD, Finding

# What a description shows of long lists, and the most that it may be long: GitHub takes 65,536 characters.
_MOST_ROWS, _MOST_NAMES, _MOST_LINES, _MOST = 60, 30, 30, 60_000


# Commits


def commit_message(pull: Pull, part: Part, words: Wording, convention: Convention) -> str:
    """A commit's message: what, why, and which functions of which files."""
    lines = [convention.subject(pull.name, words.subject, [part.recipe.name]), ""]
    lines += [*_wrapped(words.of(part.recipe) + ("。" if words.zh else ".")), ""]
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


def pull_title(pull: Pull, words: Wording, convention: Convention) -> str:
    """The title of a pull request."""
    return convention.subject(pull.name, words.subject, [part.recipe.name for part in pull.parts])


@dataclass(frozen=True, slots=True)
class Description:
    """A pull, and what its description needs besides: what the audit says of its places, what is left, its branch.

    `below`: the branches that stand on it.
    """

    pull: Pull
    rows: Rows
    left: tuple[Finding, ...]
    branch: str
    below: tuple[str, ...] = ()

    def text(self, words: Wording, waits_for: Sequence[str]) -> str:
        """The description as Markdown; `waits_for` names the pulls that come first, as the reader can follow them."""
        parts = [words.waits.format(names=words.separator.join(waits_for))] if waits_for else []
        parts += [f"## {words.why}", *self._why(words), f"## {words.what}", *self._what(words)]
        parts += [f"## {words.behaviour}", *self._behaviour(words)]
        if sample := _sample(self.pull):
            parts += [f"## {words.sample}", sample]
        parts += [f"## {words.audit}", *self._audit(words)]
        parts += [f"## {words.check}", self._commands(words), words.exact]
        parts += [f"## {words.back}", words.back_merged]
        if self.below:
            parts += [words.back_first.format(names=words.separator.join(f"`{name}`" for name in self.below))]
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

    def _behaviour(self, words: Wording) -> list[str]:
        """What a maintainer notices once it is merged, and what they dare with it, recipe by recipe."""
        topics = [topic for part in self.pull.parts if (topic := explained(part.recipe))]
        several = len(topics) > 1
        blocks = []
        for topic in topics:
            said = topic.words(words.language)
            lines = [f"- {change}" for change in said.changes]
            blocks += [f"**{topic.recipe.name}**"] * several
            blocks += ["\n".join(lines), f"**{words.risk}**: {' '.join(said.risk.split())}"]
        return blocks or [words.unchanged]

    def _audit(self, words: Wording) -> list[str]:
        changed = self.rows.changed
        if not changed:
            return [words.unchanged]
        counts = [Counter(row.verdict for row in rows) for rows in (self.rows.before, self.rows.after)]
        verdicts = [
            [_told_verdict(verdict, words), str(counts[0][verdict]), str(counts[1][verdict])]
            for verdict in sorted(counts[0] | counts[1])
        ]
        rows = [[_place(now or was), _verdict(was, words), _verdict(now, words)] for was, now in changed]
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
        lang = words.language
        items = [f"- `{item.path}:{item.line}` {told(item.reason, lang)}" for item in self.left]
        items += [
            f"- {_place(row)} "
            + words.open.format(verdict=_told_verdict(row.verdict, words), reason=told(row.reason, lang))
            for row in self.rows.after
            if row.verdict in BAD
        ]
        items += [
            f"- {_place(row)} {told(row.note, lang)}" for row in self.rows.after if row.note and row.verdict not in BAD
        ]
        items = list(dict.fromkeys(items))
        if len(items) > _MOST_ROWS:
            items = [*items[:_MOST_ROWS], f"- {words.more.format(count=len(items) - _MOST_ROWS)}"]
        return "\n".join(items) or words.nothing_left


def _place(row: Row | None) -> str:
    if row is None:
        return ""
    return f"`{row.path}:{row.line}` `{row.name}`"


def _verdict(row: Row | None, words: Wording) -> str:
    return f"**{_told_verdict(row.verdict, words)}**: {told(row.reason, words.language)}" if row else "–"


def _told_verdict(verdict: str, words: Wording) -> str:
    return told(VERDICT_WORDS[verdict], words.language)


def _sample(pull: Pull) -> str:
    """The first hunk of a file that was there before, as far as it is short enough to read; "" where none is."""
    for change in pull.changes:
        lines = list(hunk_lines(change.before, change.after)) if change.before else []
        starts = [number for number, line in enumerate(lines) if line.startswith(b"@@")] + [len(lines)]
        for start, stop in itertools.pairwise(starts):
            hunk = lines[start:stop]
            is_code = any(not line[1:].startswith((b"from ", b"import ")) for line in _edited(hunk))
            if is_code and len(hunk) <= _MOST_LINES:
                shown = b"".join(hunk).decode("utf-8", "replace").replace("\r\n", "\n")
                return f"`{change.path}`\n\n````diff\n{shown.rstrip()}\n````"
    return ""


def _edited(hunk: Sequence[bytes]) -> list[bytes]:
    return [line for line in hunk if line[:1] in (b"+", b"-") and line[1:].strip()]


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
