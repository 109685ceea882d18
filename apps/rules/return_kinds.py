"""Which kind of problem a return item names, by the place in the form that it points at (Y-14)."""

from enum import StrEnum


class Kind(StrEnum):
    """What is wrong, as summaries count it."""

    GOAL = "goal"
    INDICATOR = "indicator"
    VALUE = "value"
    WEIGHT = "weight"
    EVIDENCE = "evidence"
    MONEY = "money"
    FILES = "files"
    FACTS = "facts"


WORDS = {
    Kind.GOAL: "总体目标",
    Kind.INDICATOR: "指标设置",
    Kind.VALUE: "指标值",
    Kind.WEIGHT: "分值权重",
    Kind.EVIDENCE: "依据和佐证",
    Kind.MONEY: "资金",
    Kind.FILES: "附件材料",
    Kind.FACTS: "基本信息及其他",
}
OF_FIELD = {
    "value": Kind.VALUE,
    "operator": Kind.VALUE,
    "unit": Kind.VALUE,
    "text": Kind.VALUE,
    "weight": Kind.WEIGHT,
    "evidence": Kind.EVIDENCE,
    "source": Kind.EVIDENCE,
    "basis": Kind.EVIDENCE,
}
MONEY = ("fund", "money", "amount", "asked", "budget", "adjustment.money", "shares.money")


def kind_of(path: str) -> Kind:
    """The kind of problem at a place of any stage's form; what has no kind of its own is 其他."""
    head, _, rest = path.partition(":")
    if head == "indicator":
        return OF_FIELD.get(rest.rpartition(".")[2], Kind.INDICATOR)
    if head in ("share", "upper"):
        is_money = head == "share" and rest.partition(".")[2] in ("", "amount")
        return Kind.MONEY if is_money else Kind.VALUE
    if path.startswith("slot."):
        return Kind.FILES
    if path.endswith("goal"):
        return Kind.GOAL
    if path.startswith(MONEY):
        return Kind.MONEY
    return Kind.FACTS
