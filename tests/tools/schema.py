"""The schema of the audit's JSON, made from the code. `make schema` writes it."""

from __future__ import annotations

import json

from codemods.deliver.reports.document import SCHEMA, schema

if __name__ == "__main__":
    SCHEMA.write_text(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")
