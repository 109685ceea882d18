"""The decomposition as it stands on the official form: who brings what to which upper indicator."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from apps.filings.models import Filing, Revision
from apps.projects import selectors as projects
from apps.rules.decomposition import Contribution, contributions
from apps.rules.form_words import show_target
from apps.rules.numbers import MISSING, show_points, show_value, show_wan
from apps.rules.target_form import TargetForm, TargetLine
from apps.targets import handed, handing
from apps.targets.handed import Share
from apps.targets.told import told_text

CENT = Decimal("0.01")
HEADS = ("上级指标", "上级值\n（权重）", "接收方", "资金\n（万元）", "下达值", "贡献值", "占比")


@dataclass(frozen=True)
class Handed:
    """The comparison as text, a row a recipient and upper indicator, and the money in a line."""

    rows: tuple[tuple[str, ...], ...]  # in the order of HEADS
    money: str
    heads: tuple[str, ...] = HEADS


def handed_of(filing: Filing, revision: Revision, form: TargetForm) -> Handed | None:
    """The comparison of a transfer's form; None for any other kind."""
    if filing.kind != handed.KIND:
        return None
    shares = handed.shares_of(revision)
    whole = projects.amount_of(handing.transfer_of(filing))
    given = sum((share.amount for share in shares), Decimal(0))
    money = (
        f"上级下达{show_wan(whole, exact=True)}万元，分解给{len(shares)}个接收方"
        f"{show_wan(given, exact=True)}万元，差额{show_wan(given - whole, exact=True)}万元。"
    )
    rows = [row for line in form.lines if line.name.strip() for row in _rows(line, shares)]
    return Handed(tuple(rows), money)


def brought(line: TargetLine, shares: list[Share]) -> dict[str, Contribution]:
    """What each share brings to the indicator, by the share's key."""
    return contributions(handed.upper_of(line), [handed.plain(share) for share in shares])


def _rows(line: TargetLine, shares: list[Share]) -> list[tuple[str, ...]]:
    """A row for each recipient that serves the indicator; one that says so where none does."""
    upper = show_target(line)
    if line.weight is not None:
        upper = f"{upper}\n（{show_points(line.weight)}分）"
    parts = brought(line, shares)
    rows = [_row(line, upper, share, parts[share.key]) for share in shares if share.key in parts]
    return rows or [(line.name, upper, "没有分解", "", "", "", "")]


def _row(line: TargetLine, upper: str, share: Share, part: Contribution) -> tuple[str, ...]:
    return (
        line.name,
        upper,
        str(share.recipient),
        show_wan(share.amount, exact=True),
        told_text(line, share),
        MISSING if part.number is None else show_value(part.number.quantize(CENT, ROUND_HALF_UP)),
        part_text(part),
    )


def part_text(part: Contribution) -> str:
    """The part in percent with one place, as page and paper show it."""
    return MISSING if part.part is None else f"{part.part * 100:.1f}%"
