"""Pictures of pages: all into build/shots, the guide's own into docs/guide/img when asked for."""

import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "build" / "shots"
GUIDE = ROOT / "docs" / "guide" / "img"
COLOURS = (
    256  # the most frequent, exactly: grounds and signs keep theirs, and it stays under 150 kB
)
HEIGHT = 1000
IN_GUIDE = {  # picture: name in the guide
    "01-home-returned": "home",
    "02-confirm": "confirm",
    "02-conflict": "conflict",
    "02-excel": "excel",
    "02-receipt": "receipt",
    "02-targets-blocked": "targets",
    "03-queue": "queue",
    "03-review-diff": "review",
    "03-review-scored": "scoring",
    "04-plan": "plan",
    "05-changes": "amend",
    "05-notice": "notice",
    "05-plan-editor": "plan-editor",
    "05-publish": "publish",
    "05-scopes": "scopes",
    "06-document": "document",
    "06-import-errors": "import",
    "06-project": "project",
    "10-login": "login",
    "01-notice-settings": "notice-settings",
    "12-audit": "audit",
    "12-channels": "channels",
    "12-people": "people",
    "12-sections": "sections",
    "13-calendar": "calendar",
    "13-hand-over": "hand-over",
    "13-ledger": "ledger",
    "13-silent": "silent",
    "15-holidays": "holidays",
    "16-candidates": "candidates",
    "16-edition": "edition",
    "16-library": "library",
    "15-relief-preview": "relief",
    "17-checks": "checks",
    "17-counts": "check-counts",
    "20-decision-concluded": "decision",
    "20-gate-exception": "gate",
    "20-register": "assessments",
    "20-report": "assessment",
    "21-approval-new": "approvals",
    "21-synchrony": "synchrony",
    "22-payments-checked": "payments",
    "22-payments-map": "payments-map",
}


def take(page: Page, name: str, *, whole: bool) -> None:
    """The picture of a page as it stands; GUIDE_SHOTS=1 renews the guide's copy too."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    path = SHOTS / f"{name}.png"
    page.screenshot(path=path, full_page=whole)
    if os.environ.get("GUIDE_SHOTS") and name in IN_GUIDE:
        _into_guide(path, GUIDE / f"{IN_GUIDE[name]}.png")


def _into_guide(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(path) as picture:
        part = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, HEIGHT)))
        every = sorted(part.getcolors(part.width * part.height), reverse=True)
    palette = Image.new("P", (1, 1))
    palette.putpalette([channel for _, colour in every[:COLOURS] for channel in colour])
    part.quantize(palette=palette, dither=Image.Dither.NONE).save(target, optimize=True)
