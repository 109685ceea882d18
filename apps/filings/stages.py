"""The one upward call: a stage registers what the engine must ask it about its content."""

from collections.abc import Callable
from dataclasses import dataclass

from apps.filings.models import Filing, Revision
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.rules.findings import Finding
from apps.rules.form_diff import FormDiff
from apps.workplans import contents


def _nothing(filing: Filing, actor: User) -> None:
    """A stage that does nothing more at this moment."""


def _freely(filing: Filing) -> None:
    """A stage whose closed filings may be opened again."""


def _always(filing: Filing, revision: Revision, is_passing: bool) -> None:
    """A stage whose filings are decided by the sheet alone."""


def _unsaid(filing: Filing) -> str:
    """A stage without a conclusion of its own."""
    return ""


@dataclass(frozen=True)
class Base:
    """What a filing's content is a change of, where that is another filing's revision."""

    revision: Revision
    words: str  # 现行目标（年初项目绩效目标 第2版）


def _from_nothing(filing: Filing) -> Base | None:
    """A stage whose content begins with itself."""
    return None


def _standing(filing: Filing) -> Filing | None:
    """A stage in which nothing takes the place of what was approved."""
    return None


@dataclass(frozen=True)
class Hooks:
    """What a stage knows about its kind of filing.

    `begin` fills a new revision's content, from the previous one when there is one; `place` names a
    path in the form's words and raises RuleError for a path that the form does not have.
    """

    kind: str
    title: str  # the official form's name
    page: str  # URL name of the form page, taking year and public_id
    begin: Callable[[Revision, Revision | None], None]
    check: Callable[[Revision], list[Finding]]
    canonical: Callable[[Revision], str]
    place: Callable[[Revision, str], str]
    diff: Callable[[Revision | None, Revision], FormDiff]
    figures: Callable[[Revision], list[tuple[str, str]]]  # label, value: what a signer must know
    on_submitted: Callable[[Filing, User], None] = _nothing
    on_approved: Callable[[Filing, User], None] = _nothing
    # The page that shows side by side what findings of these checks call alike.
    alike: str = ""
    alike_codes: frozenset[str] = frozenset()
    # Where the last desk decides more than pass or return: its page, what it says so far, and a
    # refusal (RuleError) to close the filing against it.
    decision: str = ""
    decision_title: str = "评估结论"  # what the pages call it
    verdict: Callable[[Filing], str] = _unsaid
    demand_decidable: Callable[[Filing, Revision, bool], None] = _always
    # Nobody owes the kind by its dates: whoever needs it asks. Such a filing may be a change of
    # what another one brought into force, and take its place.
    is_requested: bool = False
    base: Callable[[Filing], Base | None] = _from_nothing
    successor: Callable[[Filing], Filing | None] = _standing
    on_dropped: Callable[[Filing, User], None] = _nothing  # refused for good, or struck out
    demand_reopenable: Callable[[Filing], None] = _freely


_registered: dict[str, Hooks] = {}


def register(hooks: Hooks) -> None:
    """Make a kind of filing known. Called from a stage's AppConfig.ready(); twice is harmless."""
    _registered[hooks.kind] = hooks
    contents.register(hooks.kind, is_requested=hooks.is_requested)  # its tasks can be assigned


def kinds() -> list[str]:
    """The kinds that can be filed today."""
    return sorted(_registered)


def hooks_for(kind: str) -> Hooks:
    """The hooks of a kind. Raises RuleError for one that no stage registered."""
    if kind not in _registered:
        raise RuleError(f"“{kind}”这类任务还不能在本系统填报。", code="filings.unknown_kind")
    return _registered[kind]
