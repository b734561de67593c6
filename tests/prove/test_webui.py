"""Requests to endpoints, made for what they publish of themselves."""

from __future__ import annotations

from typing import Any

import pytest

from codemods.prove.guest.owners import owners
from codemods.prove.guest.values import Values
from codemods.prove.guest.webui import Route, Web
from codemods.prove.guest.words import FIRST, Words


def body_for(fields: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> str:
    """The body of a form with these fields."""
    words = Words()
    everybody = owners(words)
    web = Web.__new__(Web)
    monkeypatch.setattr(web, "_schema", {}, raising=False)
    schema = {"type": "object", "properties": fields, "required": list(fields)}
    published = {"requestBody": {"content": {"multipart/form-data": {"schema": schema}}}}
    route = Route("POST", "/upload", "src.webui.routes", "upload", published, print)
    _, _, body, kind = web.parts(route, Values(words, everybody[FIRST], everybody[FIRST], "POST /upload"))
    assert kind.startswith("multipart/form-data; boundary=")
    return body.decode("latin-1")


@pytest.mark.parametrize("binary", [{"format": "binary"}, {"contentMediaType": "application/octet-stream"}])
def test_files_are_sent_as_files_one_or_many(binary: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    file = {"type": "string", **binary}
    body = body_for({"file": file, "files": {"type": "array", "items": file}, "title": {"type": "string"}}, monkeypatch)
    for name in ("file", "files"):
        assert f'name="{name}"; filename="picture.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG' in body
    assert body.count("Content-Disposition") == 3 and 'name="title"\r\n\r\nza' in body
