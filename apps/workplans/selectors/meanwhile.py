"""What happened to a published plan while its working copy was open."""

from __future__ import annotations

from apps.workplans.models import Plan, PlanEvent, RuleSetting


def moved_since(copy: Plan) -> list[str]:
    """What the published plan was given while its working copy was open: events, parameters.

    Nothing for a draft that amends none.
    """
    return [*_dated(copy), *_decided(copy)] if copy.amends_id else []


def _dated(copy: Plan) -> list[str]:
    held = dict(copy.events.values_list("code", "happened_on"))
    dated = PlanEvent.objects.filter(plan=copy.amends_id, happened_on__isnull=False)
    return [
        f"事件“{event}”：{event.happened_on:%Y-%m-%d}"
        for event in dated
        if held.get(event.code, event.happened_on) != event.happened_on
    ]


def _decided(copy: Plan) -> list[str]:
    """Parameters that the copy leaves open."""
    left = copy.settings.filter(is_filled=False).values_list("task__code", "code")
    codes = set(left)
    rows = RuleSetting.objects.filter(plan=copy.amends_id, is_filled=True)
    rows = rows.filter(code__in={code for _, code in codes}).select_related("task")
    return [
        f"{f'“{row.task}”' if row.task else ''}参数“{row}”：{row.value}{row.unit}"
        for row in rows.order_by("task__position", "code")
        if (row.task.code if row.task else None, row.code) in codes
    ]
