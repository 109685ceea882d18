"""The trail as CSV that no spreadsheet takes for formulas (TRUST E01)."""

import csv
from collections.abc import Iterable, Iterator

from apps.audit import trail
from apps.audit.models import Entry
from apps.core.clock import ZONE

HEAD = (
    "时间",
    "人员",
    "动作",
    "对象类别",
    "对象编号",
    "对象",
    "内容",
    "结果",
    "地址",
    "链",
    "编号",
    "校验值",
    "动作代码",
)
RISKY = tuple("=+-@\t\r\n\x00＝＋－＠")


class _Echo:
    """A file that hands each line straight back, so that the export needs no memory."""

    def write(self, line: str) -> str:
        """The line itself."""
        return line


def safe(text: str) -> str:
    """The text, with an apostrophe before a first character that could start a formula."""
    return f"'{text}" if text.startswith(RISKY) else text


def lines(entries: Iterable[Entry]) -> Iterator[str]:
    """A byte order mark for WPS and Excel, the head, then one line per entry."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + str(writer.writerow(HEAD))
    for entry in entries:
        yield str(writer.writerow([safe(text) for text in _cells(entry)]))


def _cells(entry: Entry) -> list[str]:
    """The entry's columns as text."""
    return [
        f"{entry.at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}",
        entry.actor_label,
        entry.action_label,
        entry.subject_type,
        entry.subject_id,
        entry.subject_label,
        trail.canonical(entry.data),
        "拒绝" if entry.is_refusal else "完成",
        entry.ip,
        entry.chain.name,
        str(entry.number),
        entry.hash,
        entry.action,
    ]
