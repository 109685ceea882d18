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


def _always(filing: Filing, revision: Revision, is_passing: bool) -> None:
    """A stage whose filings are decided by the sheet alone."""


def _unsaid(filing: Filing) -> str:
    """A stage without a conclusion of its own."""
    return ""


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
    verdict: Callable[[Filing], str] = _unsaid
    demand_decidable: Callable[[Filing, Revision, bool], None] = _always


_registered: dict[str, Hooks] = {}


def register(hooks: Hooks) -> None:
    """Make a kind of filing known. Called from a stage's AppConfig.ready(); twice is harmless."""
    _registered[hooks.kind] = hooks
    contents.register(hooks.kind)  # tasks of the kind can now be assigned


def kinds() -> list[str]:
    """The kinds that can be filed today."""
    return sorted(_registered)


def hooks_for(kind: str) -> Hooks:
    """The hooks of a kind. Raises RuleError for one that no stage registered."""
    if kind not in _registered:
        raise RuleError(f"“{kind}”这类任务还不能在本系统填报。", code="filings.unknown_kind")
    return _registered[kind]
