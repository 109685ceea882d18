"""Every write of the room: the report, what finance concludes, the voices heard, the exceptions."""

from apps.pre_assessment.services.alike import judge_likeness
from apps.pre_assessment.services.concluding import conclude
from apps.pre_assessment.services.letting import decide_exception, propose_exception
from apps.pre_assessment.services.report import request, save
from apps.pre_assessment.services.voices import (
    Voice,
    decide_reassessment,
    record_opinion,
    report_reassessment,
)

__all__ = [
    "Voice",
    "conclude",
    "decide_exception",
    "decide_reassessment",
    "judge_likeness",
    "propose_exception",
    "record_opinion",
    "report_reassessment",
    "request",
    "save",
]
