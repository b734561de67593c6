"""What the page says besides what it shows, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from codemods.messages import phrase

LABELS: Mapping[str, str] = {
    "overview": phrase("Overview"),
    "places": phrase("Places"),
    "left": phrase("Left for a person"),
    "changes": phrase("Changes"),
    "door": phrase("Through the door"),
    "pulls": phrase("Pull requests"),
    "today": phrase("today"),
    "migrated": phrase("migrated"),
    "insecure": phrase("not secure"),
    "secure": phrase("secure"),
    "quiet": phrase("not a tenant's"),
    "unjudged": phrase("not judged"),
    "accepted": phrase("accepted"),
    "search": phrase("Search names, files and reasons"),
    "every_section": phrase("Every section"),
    "every_verdict": phrase("Every verdict"),
    "every_kind": phrase("Every kind"),
    "name": phrase("Name"),
    "verdict": phrase("Verdict"),
    "place": phrase("Place"),
    "reason": phrase("Reason"),
    "way": phrase("The way there"),
    "mended": phrase("The hunk that mends it"),
    "means": phrase("What it means"),
    "by_hand": phrase("By hand"),
    "accept": phrase("When to accept it"),
    "decision": phrase("The decision, to fill in"),
    "copy": phrase("Copy"),
    "copied": phrase("Copied"),
    "close": phrase("Close"),
    "nothing_left": phrase("Nothing is left for a person."),
    "nothing_changes": phrase("Nothing changes."),
    "no_door": phrase("Nothing passes the door."),
    "not_migrated": phrase("No recipe is for a tree of this kind, so there is no migration to show."),
    "unshown": phrase("What could not be read"),
    "new": phrase("new file"),
    "behaviour": phrase("What behaves differently"),
    "risk": phrase("Risk"),
    "order": phrase("Each pull request stands on those that its lines come from."),
    "door_about": phrase("What the system does for all tenants passes here, and nowhere else."),
    "left_about": phrase("Open once every recipe has run: mend it by hand, or paste its decision into tenantize.toml."),
    "nothing_fits": phrase("Nothing fits."),
}
