"""The sentences of commits and descriptions, in English and Chinese."""

from __future__ import annotations

from dataclasses import dataclass

from codemods import messages
from codemods.knowledge.recipes import Recipe


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of one language."""

    zh: bool
    section: str
    why: str
    what: str
    waits: str
    subject: str
    behaviour: str
    risk: str
    back: str
    back_merged: str
    back_first: str
    sample: str
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

    @property
    def language(self) -> str:
        return messages.CHINESE if self.zh else messages.ENGLISH

    def of(self, recipe: Recipe) -> str:
        return recipe.title_zh if self.zh else recipe.title


ENGLISH = Wording(
    zh=False,
    section="Section {section} of the analysis, {title}",
    why="Why",
    what="What changes",
    waits="Waits for {names}: merge first, for this one stands on it.",
    subject="keep tenants apart ({recipes})",
    behaviour="What behaves differently",
    risk="Risk",
    back="How to take it back",
    back_merged="Close it; or once it is merged, `git revert -m 1 <merge>` (without a merge, revert its commits). The "
    "code is then byte for byte what it was; what has been written to a database or to files since stays.",
    back_first="What stands on it goes first: {names}.",
    sample="A sample",
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
    unchanged="No verdict of the audit changes by this alone.",
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
    waits="等待 {names}：请先合并，这一个建立在其上。",
    subject="隔离各租户（{recipes}）",
    behaviour="行为变化",
    risk="风险",
    back="如何撤回",
    back_merged="关闭它即可；已合并则运行 `git revert -m 1 <合并提交>`（没有合并提交时，撤销这些提交本身）。"
    "代码会逐字节恢复原样；此后写入数据库和文件的内容会保留。",
    back_first="建立在它之上的要先撤回：{names}。",
    sample="改动示例",
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
    unchanged="只合并这一个时，审计的结论没有变化。",
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
