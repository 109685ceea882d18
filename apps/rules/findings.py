"""What a check says: where, what was found, what is allowed, by which clause."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs: 阻断 stops a submission, 提示 asks, 建议 offers."""

    BLOCK = "阻断"
    HINT = "提示"
    TIP = "建议"


@dataclass(frozen=True)
class Finding:
    """One contradiction or gap; `path` names the cell for the page, `where` for a person."""

    code: str
    severity: Severity
    path: str
    where: str
    found: str
    expected: str
    message: str
    clause: str = ""

    def as_dict(self) -> dict[str, str]:
        """The finding as stored on a revision and answered by the API."""
        return {key: str(value) for key, value in asdict(self).items()}


ORDER = {Severity.BLOCK: 0, Severity.HINT: 1, Severity.TIP: 2}


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """The findings with 阻断 first, otherwise in the order of the form."""
    return sorted(findings, key=lambda finding: ORDER[finding.severity])
