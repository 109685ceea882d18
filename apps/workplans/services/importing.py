"""A file or a sample becomes a draft's content, after its differences were looked at."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePosixPath

from django.db import transaction

from apps.organizations.models import Section, User
from apps.projects.models import FundTag
from apps.rules.errors import RuleError
from apps.workplans import profile_books, profile_files
from apps.workplans.models import Plan, TaskScope
from apps.workplans.profiles import Profile, SectionRow, TaskRow
from apps.workplans.profiles.moving import moved
from apps.workplans.services.comparing import Change, compare
from apps.workplans.services.editing.common import opened, recorded
from apps.workplans.services.exporting import profile_of
from apps.workplans.services.loading import Writer, write_profile

DOUBT = 200  # characters of PlanTask.doubt
MONEY = "的资金标签"


def read_file(*, content: bytes, name: str, plan: Plan) -> Profile:
    """The profile in a .yaml or .xlsx file. Raises RuleError naming line or sheet, row and column.

    A workbook names neither jurisdiction nor sections of its own: they are those of the plan, and a
    sheet that it lacks leaves that part of the plan as it is. It must have passed its guard.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".xlsx":
        return profile_books.from_workbook(content, profile_of(plan))
    if suffix not in (".yaml", ".yml"):
        raise RuleError(f"文件“{name}”：扩展名应为.yaml或.xlsx。", code="upload.type")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / PurePosixPath(name).name
        path.write_bytes(content)
        return profile_files.read(path)


def import_changes(*, plan: Plan, profile: Profile, actor: User) -> list[Change]:
    """What importing would change; nothing is written. Raises PermissionDenied or RuleError."""
    with transaction.atomic():
        plan = opened(plan, actor)
        now = profile_of(plan)
        return compare(now, adapted(profile, now))


@transaction.atomic
def import_profile(*, plan: Plan, profile: Profile, actor: User) -> list[Change]:
    """The draft is as the profile says; importing again changes nothing. Returns what changed.

    A profile of another place or year serves as a sample: see `adapted`.
    """
    plan = opened(plan, actor)
    now = profile_of(plan)
    profile = adapted(profile, now)
    changes = compare(now, profile)
    if changes:
        write_profile(plan, profile, Writer())
        recorded(plan, actor, "import_profile", plan, count=len(changes))
    return changes


def adapted(profile: Profile, now: Profile) -> Profile:
    """The profile for the plan's own place and year.

    Another year's dates are moved, another place's plan keeps our plan's own line. Sections, their
    work and the kinds of money stay ours, since all years share them: the profile's sections become
    ours of the same code (in a profile of this place) or name, or the one of the same kind; a task
    whose section or kind of money we do not have says so in its doubt.
    """
    years = now.plan.year - profile.plan.year
    is_foreign = profile.jurisdiction.code != now.jurisdiction.code
    if years:
        profile = moved(profile, years)
    if years or is_foreign:
        profile = profile.model_copy(update={"plan": now.plan})
    own = set() if is_foreign else {row.code for row in now.sections}
    ours = {
        row.code: row.code if row.code in own else _counterpart(row, now.sections)
        for row in profile.sections
    }
    lacking = _Lacking(profile, "样板" if is_foreign else "文件")
    return profile.model_copy(
        update={
            "jurisdiction": now.jurisdiction,
            "sections": now.sections,
            "fund_tags": now.fund_tags,
            "tasks": [_placed(task, ours, lacking) for task in profile.tasks],
        }
    )


def _counterpart(row: SectionRow, ours: list[SectionRow]) -> str | None:
    """Our section of the same name; for performance and budget the only one of its kind."""
    names = {row.name, *row.aliases}
    for own in ours:
        if names & {own.name, *own.aliases}:
            return own.code
    alike = [own.code for own in ours if own.kind == row.kind != Section.Kind.BUSINESS]
    return alike[0] if len(alike) == 1 else None


class _Lacking:
    """What a profile names and we do not have, in sentences."""

    def __init__(self, profile: Profile, source: str) -> None:
        self.source = source
        self.sections = {row.code: row.name for row in profile.sections}
        self.tags = {row.code: row.name for row in profile.fund_tags}
        self.known_tags = set(FundTag.objects.values_list("code", flat=True))

    def section(self, code: str) -> str:
        return f"{self.source}的牵头科室“{self.sections.get(code, code)}”本地没有，待确认。"

    def money(self, task: TaskRow) -> str:
        """Empty when the task's scopes name no kind of money that we lack, or its doubt says so."""
        if MONEY in task.doubt:
            return ""
        named = [row.value for row in task.scopes if row.field == TaskScope.Field.FUND_TAG]
        lacking = [
            f"“{self.tags.get(code, code)}”" for code in named if code not in self.known_tags
        ]
        return f"{self.source}{MONEY}{'、'.join(lacking)}本地没有，待确认。" if lacking else ""


def _placed(task: TaskRow, ours: dict[str, str | None], lacking: _Lacking) -> TaskRow:
    """The task with our section; its doubt names the section and the money that we lack."""
    section = ours.get(task.section) if task.section else None
    doubt = task.doubt
    said = [lacking.section(task.section)] if task.section and not section else []
    for sentence in (*said, lacking.money(task)):
        doubt += "" if sentence in doubt else sentence
    return task.model_copy(update={"section": section, "doubt": doubt[:DOUBT]})
