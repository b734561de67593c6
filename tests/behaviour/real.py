"""The tables of a real checkout. Runs inside the tree."""

from __future__ import annotations

import sys
from typing import Any


def create_tables() -> None:
    from src.common.database import database_model  # type: ignore[import-not-found]

    models: list[Any] = [each for each in vars(database_model).values() if isinstance(each, type)]
    for model in models:
        if issubclass(model, database_model.BaseModel):
            try:
                model.create_table(safe=True)
            except Exception as error:  # a model of the tree that cannot have a table, migrated or not
                print(f"{model.__name__}: {error!r}", file=sys.stderr)
