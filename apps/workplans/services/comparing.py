"""Two profiles side by side: every difference in the words of the pages."""

from __future__ import annotations

from dataclasses import dataclass

from apps.workplans.profiles import Profile


@dataclass(frozen=True)
class Change:
    """One difference. `task` is empty for the plan's own; `old` empty: added, `new` empty: gone."""

    task: str  # the task's title
    where: str  # 截止（5月节点）, 范围, 审核步骤2的时限 …
    old: str
    new: str
    code: str = ""  # the task's code

    def as_dict(self) -> dict[str, str]:
        """The change as an amendment keeps it."""
        return {"task": self.task, "where": self.where, "old": self.old, "new": self.new}


def compare(old: Profile, new: Profile) -> list[Change]:
    """What differs, in the order of the new plan.

    For plans of different years a date that only moved with the year is the same.
    """
    raise NotImplementedError
