"""The kind of a problem follows from the place in the form that a return item names."""

import pytest

from apps.rules.return_kinds import WORDS, Kind, kind_of


@pytest.mark.req("Y-14")
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("year_goal", Kind.GOAL),
        ("mid_goal", Kind.GOAL),
        ("indicator:3f2a-11", Kind.INDICATOR),
        ("indicator:3f2a-11.name", Kind.INDICATOR),
        ("indicator:3f2a-11.value", Kind.VALUE),
        ("indicator:3f2a-11.unit", Kind.VALUE),
        ("indicator:3f2a-11.weight", Kind.WEIGHT),
        ("indicator:3f2a-11.evidence", Kind.EVIDENCE),
        ("funds.year.fiscal", Kind.MONEY),
        ("adjustment.money.fiscal.county", Kind.MONEY),
        ("adjustment.reason", Kind.FACTS),
        ("shares.money", Kind.MONEY),
        ("shares", Kind.FACTS),
        ("share:3f2a-11", Kind.MONEY),
        ("share:3f2a-11.amount", Kind.MONEY),
        ("share:3f2a-11.77aa-12", Kind.VALUE),
        ("upper:3f2a-11", Kind.VALUE),
        ("slot.basis", Kind.FILES),
        ("leader", Kind.FACTS),
    ],
)
def test_a_place_tells_the_kind(path, kind):
    assert kind_of(path) == kind
    assert WORDS[kind]
