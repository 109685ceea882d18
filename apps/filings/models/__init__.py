"""The one engine: a filing is written in revisions, a revision is reviewed step by step."""

from apps.filings.models.calibration import SecondMark, SecondScore, SecondScoreQuerySet
from apps.filings.models.checking import FindingAnswer, FindingRecord, Recheck
from apps.filings.models.exceptional import Reopening, Waiver
from apps.filings.models.filing import (
    DESK_STATES,
    OPEN_STATES,
    Attachment,
    Filing,
    FilingQuerySet,
    Revision,
    RevisionQuerySet,
    State,
    SubmitKey,
)
from apps.filings.models.materials import MaterialFact, MaterialSheet
from apps.filings.models.reviewing import Comment, ReturnItem, Review, ReviewScore
from apps.filings.models.sampling import (
    SampleDraw,
    SampleDrawQuerySet,
    SampleItem,
    SampleItemQuerySet,
)
from apps.filings.models.sessions import (
    JointSession,
    JointSessionQuerySet,
    SessionMatter,
    SessionMember,
    SessionVoice,
)

__all__ = [
    "DESK_STATES",
    "OPEN_STATES",
    "Attachment",
    "Comment",
    "Filing",
    "FilingQuerySet",
    "FindingAnswer",
    "FindingRecord",
    "JointSession",
    "JointSessionQuerySet",
    "MaterialFact",
    "MaterialSheet",
    "Recheck",
    "Reopening",
    "ReturnItem",
    "Review",
    "ReviewScore",
    "Revision",
    "RevisionQuerySet",
    "SampleDraw",
    "SampleDrawQuerySet",
    "SampleItem",
    "SampleItemQuerySet",
    "SecondMark",
    "SecondScore",
    "SecondScoreQuerySet",
    "SessionMatter",
    "SessionMember",
    "SessionVoice",
    "State",
    "SubmitKey",
    "Waiver",
]
