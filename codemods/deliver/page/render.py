"""One page in one file: the template, its style and scripts, and what it shows, with nothing to be fetched."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import jinja2
import msgspec
from markupsafe import Markup, escape

from codemods.deliver.page.fill import Migration, page_of
from codemods.deliver.page.graph import graph_of
from codemods.deliver.page.labels import LABELS
from codemods.deliver.page.model import Both, Page, both
from codemods.deliver.page.runs import shown
from codemods.deliver.pulls.split import Pull
from codemods.messages import CHINESE, spoken
from codemods.prove.proof import Proof
from codemods.survey.survey import Survey
from codemods.tree import Checkout

_HERE = Path(__file__).parent


def report(
    checkout: Checkout,
    survey: Survey,
    migration: Migration | None,
    pulls: Sequence[Pull],
    link: str,
    proof: Proof | None = None,
) -> str:
    """The page of a checkout, with what a proof saw of it, where one has run it."""
    page = page_of(checkout, survey, migration, link, proof)
    unread = [(item.path, item.message) for item in survey.broken] + [
        (item.path, item.reason) for item in checkout.unread
    ]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["told"] = _told
    environment.globals["label"] = lambda name: _told(both(LABELS[name]))
    return environment.get_template("page.html").render(
        page=page,
        data=_json(page),
        language=spoken(),
        chinese=CHINESE,
        name=checkout.root.name,
        revision=checkout.revision,
        files=len(checkout.files),
        profile=both(survey.profile.line),
        is_migratable=migration is not None,
        left=[place for place in page.places if place.decision],
        unread=[(path, both(reason)) for path, reason in unread],
        graph=graph_of(pulls) if pulls else None,
        proof=shown(proof) if proof else None,
        style=Markup((_HERE / "page.css").read_text(encoding="utf-8")),
        scripts=[Markup((_HERE / name).read_text(encoding="utf-8")) for name in ("clusterize.min.js", "page.js")],
    )


def _told(text: Both) -> Markup:
    """A text as the page's switch shows it: in the one language or the other."""
    if isinstance(text, str):
        return escape(text)
    english, chinese = text
    return Markup('<span class="en" lang="en">{}</span><span class="zh" lang="zh">{}</span>').format(english, chinese)


def _json(page: Page) -> Markup:
    """What scripts read: nothing in it ends the script's element, whatever code and names hold."""
    text = json.dumps(msgspec.to_builtins(page, enc_hook=str), separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
