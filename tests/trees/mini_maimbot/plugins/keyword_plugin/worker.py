"""统计关键词"""

from collections import Counter
from typing import Iterable


class Worker:
    """数一数每个关键词出现了几次"""

    def __init__(self, keywords: Iterable[str]) -> None:
        self.counts = Counter({keyword: 0 for keyword in keywords})

    def note(self, text: str) -> None:
        for keyword in self.counts:
            self.counts[keyword] += text.count(keyword)

    def report(self) -> str:
        return "关键词: " + "，".join(f"{keyword}×{count}" for keyword, count in self.counts.items())
