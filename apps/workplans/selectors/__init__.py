"""What other rooms and the pages read of a plan."""

from apps.workplans.selectors.deadlines import (
    Deadline,
    deadlines_of,
)
from apps.workplans.selectors.feeds import feed_deadlines, living_feed
from apps.workplans.selectors.plans import (
    SettingsPage,
    current_plan,
    offline_of,
    owed_of,
    setting,
    settings_of,
    steps_of,
    steps_with_sheets,
    tasks_with_windows,
    visible_plan,
    weights_for,
    whole_tasks,
)
from apps.workplans.selectors.reach import (
    PublishPreview,
    ScopeLine,
    ScopePreview,
    publish_preview,
    scope_preview,
)

__all__ = [
    "Deadline",
    "PublishPreview",
    "ScopeLine",
    "ScopePreview",
    "SettingsPage",
    "current_plan",
    "deadlines_of",
    "feed_deadlines",
    "living_feed",
    "offline_of",
    "owed_of",
    "publish_preview",
    "scope_preview",
    "setting",
    "settings_of",
    "steps_of",
    "steps_with_sheets",
    "tasks_with_windows",
    "visible_plan",
    "weights_for",
    "whole_tasks",
]
