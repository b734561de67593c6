"""What keeps one value for each tenant, in a migrated sample."""

from __future__ import annotations

import sys
import threading
from typing import Any

from tests.behaviour.sample import ACME, ADMIN, Sample, inside, module


async def first_reads_at_once(sample: Sample) -> Any:
    """Appends that are lost when four threads read a tenant's list for the first time at once, in 400 rounds."""
    attribute = module("common.structure.tenant_attribute").TenantAttribute

    class Keeper:
        items: Any = attribute(list)

    sys.setswitchinterval(1e-6)
    try:
        return sum(4 - _appended(Keeper()) for _ in range(400))
    finally:
        sys.setswitchinterval(0.005)


def _appended(keeper: Any) -> int:
    ready = threading.Barrier(4)

    def append() -> None:
        with inside(ACME):
            ready.wait()
            keeper.items.append(1)

    threads = [threading.Thread(target=append) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with inside(ACME):
        return len(keeper.items)


async def attribute_of_two_tenants(sample: Sample) -> Any:
    """What each of two tenants reads of one object, and whether another object has any of it."""
    attribute = module("common.structure.tenant_attribute").TenantAttribute

    class Keeper:
        items: Any = attribute(list)

    keeper, other = Keeper(), Keeper()
    with inside(ACME):
        keeper.items.append("acme")
    with inside(ADMIN):
        keeper.items = ["admin"]
        seen = [list(keeper.items), list(other.items)]
    with inside(ACME):
        return [*seen, list(keeper.items)]
