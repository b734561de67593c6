"""A real checkout made ready for a scenario: its configuration and its tables. Runs inside the tree."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from codemods.prove.guest.services import Services

CONFIGURATION = "src.config.config"


def get_ready(services: Services | None = None) -> None:
    """With these services, or some, in the place of those that a configuration names."""
    (services or Services()).configure(Path.cwd(), CONFIGURATION)
    create_tables()


def create_tables() -> None:
    from src.common.database import database_model  # type: ignore[import-not-found]

    models: list[Any] = [each for each in vars(database_model).values() if isinstance(each, type)]
    for model in models:
        if issubclass(model, database_model.BaseModel):
            try:
                model.create_table(safe=True)
            except Exception as error:  # a model of the tree that cannot have a table, migrated or not
                print(f"{model.__name__}: {error!r}", file=sys.stderr)
