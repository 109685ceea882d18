"""The sentence table: which words in a row make a date expression, and how it is read.

A pattern is written in the letters of `vocabulary` and `moments`: d a dated moment, b a bare day,
n a bare number, r 次月…, Y a year, N one without 年, F a 年度, i 3.20, K 202403, h 半年, R 每季度,
· other text.
The first rule that fits at a place wins; no rule reaches further than some forty words.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from apps.rules.dates import events, fixed, recurring
from apps.rules.dates.moments import Item
from apps.rules.dates.reading import Kind, Reading
from apps.rules.dates.scene import Scene

Build = Callable[[Sequence[Item], Scene], Reading | None]

EACH = r"r|[dbi](?:、[dbi]){0,35}|E|W|工"
RANGE = r"(?:[diKb]起?[-~](?:[dbiK]|n(?![-~、或]))|n[-~][db]|[NY][-~]Y|[NF][-~]F)止?"


def _no_date(what: str) -> Build:
    def build(items: Sequence[Item], scene: Scene) -> Reading:
        return Reading(Kind.not_a_date, note=f"{what}，不是日期")

    return build


def _nothing(items: Sequence[Item], scene: Scene) -> None:
    """Words that are consumed and say nothing."""


def _unsaid(items: Sequence[Item], scene: Scene) -> Reading:
    return Reading(Kind.unspecified, note=f"“{items[0].text}”没有写时间")


def _unsaid_alone(items: Sequence[Item], scene: Scene) -> Reading | None:
    """及时 and the like stand in every sentence; they count where nothing else was written."""
    return _unsaid(items, scene) if scene.is_phrase else None


@dataclass(frozen=True)
class Rule:
    """A row of the table."""

    name: str
    pattern: str
    build: Build


RULES = (
    # what is no date, so that nobody takes it for one
    Rule("numbering", r"编", _nothing),
    Rule("document", r"文", _no_date("文号")),
    Rule("article", r"条", _no_date("条款或序号")),
    Rule("count", r"#", _no_date("数量")),
    Rule("length", r"u", _no_date("时长")),
    # what says more about a window
    Rule("usual", rf"d[(]?典(?:{RANGE}|d)[)]?", fixed.usual),
    Rule("focus", rf"(?:{RANGE}|[dYF])[，(]?集(?:{RANGE}|d)[)]?", fixed.focus),
    # what comes again
    Rule("every_range", rf"[YF]?R{RANGE}", recurring.in_year(recurring.every_range)),
    Rule("after_each", r"[YF]?R终(?:，?U|r前?)", recurring.in_year(recurring.after_each)),
    Rule("each", rf"[YF]?R(?:{EACH})?前?节?", recurring.in_year(recurring.each)),
    Rule("per_node", r"节?r前?", recurring.per_node),
    # what hangs on an event
    Rule("event", r"[·YFh]{0,6}事(?:，?U|[ub])?", events.event),
    Rule("alongside", r"[随安]", events.alongside),
    Rule("ahead", r"提[ub]", events.ahead),
    Rule("at_once", r"即(?![-~])", events.at_once),
    Rule("in_step", r"同", events.in_step),
    # days of their own
    Rule("as_of", r"截[dibKYFh]止?", fixed.as_of),
    Rule("latest", r"迟[dibK]", fixed.until),
    Rule("until", r"~[dYKi](?:前|止)?", fixed.until),
    Rule("periods", r"(?:[nd][-~]d、){1,11}[nd][-~]d", fixed.periods),
    Rule("range", rf"(?:{RANGE}|即[-~][dibK])[前内]?", fixed.range_),
    Rule("years", r"[NYF](?:、[NYF]){0,5}、[YF]", fixed.years),
    Rule("list", r"[dnbi](?:[、或][dnbi]){0,34}[、或][dbi](?![-~])[前节]?", fixed.list_),
    Rule("nodes", r"d节", fixed.nodes),
    Rule("deadline", r"[diKYF][前止]", fixed.deadline),
    Rule("since", r"[diKYF][起后]", fixed.since),
    Rule("about", r"[diK]约", fixed.about),
    Rule("point", r"d内?", fixed.point),
    Rule("compact", r"K", fixed.compact),
    Rule("dotted", r"i", fixed.dotted),
    Rule("bare_day", r"b[前止]?", fixed.bare_day),
    Rule("half", r"h", fixed.half),
    Rule("whole_year", r"Y(?:内|(?=[，。()]|$))", fixed.whole_year),
    Rule("fiscal_year", r"[YF]", fixed.fiscal_year),
    # nothing said
    Rule("duration", r"[UV]", events.bare),
    Rule("unsaid", r"定", _unsaid),
    Rule("unsaid_alone", r"弱", _unsaid_alone),
)

# Most words begin no expression: other text unless an event follows, and marks.
BARREN = r"(?![，。()、或w-]|·(?![·YFh]{0,5}事))"
TABLE = re.compile(
    BARREN + "(?:" + "|".join(f"(?P<{rule.name}>{rule.pattern})" for rule in RULES) + ")"
)
NAMED = {rule.name: rule for rule in RULES}


def expressions(items: Sequence[Item]) -> Iterator[tuple[Rule, Sequence[Item]]]:
    """Each rule that fits with the words it fits, left to right, without overlap."""
    letters = "".join(item.letter for item in items)
    for match in TABLE.finditer(letters):
        yield NAMED[match.lastgroup or ""], items[match.start() : match.end()]
