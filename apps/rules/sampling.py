"""Sample checks: which of a population are drawn, the same on every machine (U-11, U-54).

A draw rests on three things that are kept: the population in the order of its keys, a seed, and a
method. Anyone can repeat it by hand: the number of draw i is the first 16 hexadecimal digits of
SHA-256 of “seed|stratum|i|try”; it is thrown away, and the next try taken, while it lies beyond the
largest multiple of what is left; its remainder says which of those left, in their order, is drawn.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from apps.rules.errors import RuleError
from apps.rules.numbers import plain

SPAN = 2**64  # numbers of 16 hexadecimal digits
HUNDRED = Decimal(100)
KEYED = "重点"  # the stratum under which key projects are listed


class Method(StrEnum):
    """How many are drawn; the values are those stored with a draw."""

    SHARE = "share"
    COUNT = "count"
    KEYED = "keyed"
    STRATA = "strata"


WORDS = {
    Method.SHARE: "按比例",
    Method.COUNT: "按条数",
    Method.KEYED: "重点项目全查，另抽",
    Method.STRATA: "分层按比例，每层至少一件",
}


@dataclass(frozen=True)
class Design:
    """The method with its number: a share above 0 and up to 1, or how many."""

    method: Method
    share: Decimal | None = None
    count: int | None = None


@dataclass(frozen=True)
class Member:
    """One of the population: its public id, its stratum, whether it is a key project."""

    key: str
    stratum: str = ""
    is_key: bool = False


@dataclass(frozen=True)
class Drawn:
    """One drawn: the `index`-th (from 0) of `left` in order, by the number `value`.

    A key project that is checked without lot has no number: `left` is 0.
    """

    position: int
    key: str
    stratum: str
    left: int
    index: int
    value: str
    n_thrown: int


@dataclass(frozen=True)
class Quota:
    """How many of a stratum are drawn out of how many."""

    stratum: str
    size: int
    n: int


def words(design: Design) -> str:
    """The method as a sentence names it: 按比例20%, 按条数30件."""
    if design.share is not None:
        return f"{WORDS[design.method]}（{plain(design.share * HUNDRED)}%）"
    if design.method == Method.KEYED:
        return f"{WORDS[design.method]}{design.count}件"
    return f"{WORDS[design.method]}（{design.count}件）"


def ordered(population: Iterable[Member]) -> list[Member]:
    """The population in the order in which it is drawn from: by public id."""
    return sorted(population, key=lambda member: member.key)


def digest(population: Iterable[Member]) -> str:
    """SHA-256 of the population, a line a member: what a later recount is held against."""
    lines = (f"{m.key}\t{m.stratum}\t{int(m.is_key)}\n" for m in ordered(population))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def quotas(population: Sequence[Member], design: Design) -> list[Quota]:
    """How many are drawn of each stratum. Shares round up: 不低于 is a floor.

    Of strata, the whole number is shared out by the largest remainder (at a tie to the stratum
    whose name comes first), then each stratum left without one gets one more.
    Raises RuleError for an empty population, a number that the method lacks, or more than there is.
    """
    _demand_whole(population, design)
    if design.method == Method.STRATA:
        return _by_stratum(population, design.share or Decimal(0))
    if design.method == Method.KEYED:
        keyed = sum(member.is_key for member in population)
        rest = len(population) - keyed
        others = Quota("", rest, min(design.count or 0, rest))
        return [Quota(KEYED, keyed, keyed), others] if keyed else [others]
    total = design.count if design.share is None else _part(len(population), design.share)
    return [Quota("", len(population), total or 0)]


def meant(design: Design) -> Design:
    """The design with the one number by which its method draws; another that was sent is void."""
    if design.method in (Method.SHARE, Method.STRATA):
        return Design(design.method, share=design.share)
    return Design(design.method, count=design.count)


def draw(population: Iterable[Member], design: Design, seed: str) -> list[Drawn]:
    """What is drawn, in the order of drawing: strata by name, key projects first.

    Raises RuleError as `quotas` does, and without a seed.
    """
    if not seed:
        raise RuleError("没有种子，不能抽取。", code="sampling.seed")
    members = ordered(population)
    found: list[Drawn] = []
    for quota in quotas(members, design):
        pool = [member.key for member in members if _belongs(member, quota, design.method)]
        if design.method == Method.KEYED and quota.stratum == KEYED:
            found += [_without_lot(key, len(found) + n) for n, key in enumerate(pool, 1)]
        else:
            found += _lots(pool, quota, seed, len(found))
    return found


def number(seed: str, stratum: str, position: int, attempt: int) -> int:
    """The number of one try, below 2**64."""
    text = f"{seed}|{stratum}|{position}|{attempt}"
    return int(hashlib.sha256(text.encode()).hexdigest()[:16], 16)


def below(bound: int, seed: str, stratum: str, position: int) -> tuple[int, int, int]:
    """A number from 0 up to the bound, each as likely; with what it came from and tries lost."""
    limit = SPAN - SPAN % bound
    attempt = 0
    value = number(seed, stratum, position, attempt)
    while value >= limit:
        attempt += 1
        value = number(seed, stratum, position, attempt)
    return value % bound, value, attempt


def _lots(pool: list[str], quota: Quota, seed: str, before: int) -> list[Drawn]:
    left, found = list(pool), []
    for position in range(1, quota.n + 1):
        index, value, n_thrown = below(len(left), seed, quota.stratum, position)
        n_left, key = len(left), left.pop(index)
        place = before + position
        found.append(Drawn(place, key, quota.stratum, n_left, index, f"{value:016x}", n_thrown))
    return found


def _without_lot(key: str, position: int) -> Drawn:
    return Drawn(position, key, KEYED, 0, 0, "", 0)


def _belongs(member: Member, quota: Quota, method: Method) -> bool:
    if method == Method.STRATA:
        return member.stratum == quota.stratum
    if method == Method.KEYED:
        return member.is_key == (quota.stratum == KEYED)
    return True


def _part(size: int, share: Decimal) -> int:
    return int((size * share).to_integral_value(ROUND_CEILING))


def _by_stratum(population: Sequence[Member], share: Decimal) -> list[Quota]:
    sizes: dict[str, int] = {}
    for member in population:
        sizes[member.stratum] = sizes.get(member.stratum, 0) + 1
    total = _part(len(population), share)
    given = {name: size * total // len(population) for name, size in sizes.items()}
    rest = sorted(sizes, key=lambda name: (-(sizes[name] * total % len(population)), name))
    for name in rest[: total - sum(given.values())]:
        given[name] += 1
    return [Quota(name, sizes[name], max(given[name], 1)) for name in sorted(sizes)]


def _demand_whole(population: Sequence[Member], design: Design) -> None:
    if not population:
        raise RuleError("抽样总体里没有一件。先等单位报来，或放宽范围。", code="sampling.empty")
    if len({member.key for member in population}) < len(population):
        raise RuleError("抽样总体里有重复的件。", code="sampling.twice")
    if design.method in (Method.SHARE, Method.STRATA):
        if design.share is None or not 0 < design.share <= 1:
            raise RuleError("抽取比例：应在0%到100%之间，例如20%。", code="sampling.share")
    elif design.count is None or design.count < (0 if design.method == Method.KEYED else 1):
        raise RuleError("抽取条数：应为1以上的整数，例如30。", code="sampling.count")
    elif design.method == Method.COUNT and design.count > len(population):
        raise RuleError(
            f"抽取条数：写的是{design.count}件，总体只有{len(population)}件。",
            code="sampling.count",
        )
