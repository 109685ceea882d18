"""What a sentence rule knows besides its own words, and the two things it does with them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from apps.rules.dates.moments import Item
from apps.rules.dates.parts import Incomplete, Part, Span, span
from apps.rules.dates.reading import Reading


@dataclass(frozen=True)
class Scene:
    """Where an expression stands.

    `year` is the notice's, or that of the date before it in the sentence; `month` likewise, None
    when there was none. `tail` is the text behind the expression, up to 12 characters.
    """

    year: int
    month: int | None = None
    nodes: tuple[date, ...] = ()
    tail: str = ""
    is_phrase: bool = False  # a single phrase is read, not a longer text
    is_alone: bool = False  # the phrase is this expression and nothing else


def one(items: Sequence[Item], letters: str) -> Item | None:
    """The first item with one of the letters."""
    return next((item for item in items if item.letter in letters), None)


def parts(items: Sequence[Item]) -> list[Part]:
    """The moments among the items."""
    return [item.part for item in items if item.letter in "dbnNirKYFh"]


def days_of(part: Part, scene: Scene) -> Span:
    """The days of the part, its month taken from the sentence where it has none of its own.

    Raises Incomplete when there is no month to take, Impossible when there is no such day.
    """
    if not part.is_dated and scene.month is not None:
        part = replace(part, month=scene.month)
    if not part.is_dated:
        raise Incomplete("没有写月份")
    return span(part, scene.year)


def noted(reading: Reading, *notes: str, doubt: bool = False) -> Reading:
    """The reading with these notes after its own; `doubt` asks for confirmation."""
    told = [note for note in (reading.note, *notes) if note]
    return replace(reading, note="；".join(told) or None, ambiguous=reading.ambiguous or doubt)


def doubted(reading: Reading, *doubts: str) -> Reading:
    """The reading with what a person must confirm; unchanged when all doubts are empty."""
    told = [doubt for doubt in doubts if doubt]
    return noted(reading, *dict.fromkeys(told), doubt=True) if told else reading
