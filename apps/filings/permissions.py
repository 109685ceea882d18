"""Who may do what with a filing. Services enforce these; templates ask them to hide buttons."""

from apps.filings.models import (
    DESK_STATES,
    OPEN_STATES,
    Filing,
    JointSession,
    Revision,
    SampleDraw,
    SampleItem,
    SecondScore,
    State,
)
from apps.filings.standing import participants_in, readers_in
from apps.organizations import selectors as people
from apps.organizations.models import Role, User
from apps.workplans import contents
from apps.workplans.models import Assignment, Plan

BUREAU = (
    Role.SECTION_REVIEWER,
    Role.PERFORMANCE_REVIEWER,
    Role.BUDGET_OFFICER,
    Role.LEADER,
    Role.OBSERVER,
    Role.PLAN_ADMIN,
)


def may_file(user: User, filing: Filing | Assignment) -> bool:
    """Whether the person writes for the unit: a filer of it, or a deputy in these days (U-07)."""
    return filing.unit_id in people.units_of(user, Role.FILER)


def holds_desk(user: User, filing: Filing) -> bool:
    """Whether the filing lies on a desk at which the person holds the step's role today."""
    if filing.state not in DESK_STATES or filing.step is None:
        return False
    role = filing.step.role
    if filing.desk_section_id:
        return filing.desk_section_id in people.sections_of(user, role)
    return filing.desk_unit_id in people.units_of(user, role)


def is_fresh_eye(user: User, filing: Filing) -> bool:
    """Filer, first and second reviewer of a revision are three people (decision 15, TRUST B09)."""
    revision = filing.revisions.order_by("-number").first()
    return revision is not None and user.pk not in taken_part(revision, filing)


def taken_part(revision: Revision, filing: Filing) -> set[int | None]:
    """Ids of those who wrote the revision or judged it at another step than the present one."""
    judges = {r.reviewer_id for r in revision.reviews.all() if r.step_id != filing.step_id}
    return {*revision.writers, revision.submitted_by_id, *judges}


def may_review(user: User, filing: Filing) -> bool:
    """Whether the person may judge the filing where it lies now."""
    return holds_desk(user, filing) and is_fresh_eye(user, filing)


def may_comment(user: User, filing: Filing) -> bool:
    """Whether the person takes part in the talk about the fields: the unit or the desk."""
    return may_file(user, filing) or holds_desk(user, filing)


def may_talk_now(user: User, filing: Filing) -> bool:
    """Whether the pages show a reply field: nobody talks about what is closed."""
    return filing.state in (*OPEN_STATES, *DESK_STATES) and may_comment(user, filing)


def may_withdraw(user: User, filing: Filing) -> bool:
    """Whether the unit may take a submission back (the service checks that no step is taken)."""
    return may_file(user, filing)


def _administers(user: User, jurisdiction_id: int) -> bool:
    return jurisdiction_id in people.jurisdictions_of(user, Role.PLAN_ADMIN)


def may_cancel(user: User, filing: Filing) -> bool:
    """Whether the person may strike a filing out: the plan administrator of its jurisdiction.

    A draft that the unit asked for itself, also its filer.
    """
    is_own_request = filing.state == State.DRAFT and contents.is_requested(filing.kind)
    return _administers(user, filing.jurisdiction_id) or (is_own_request and may_file(user, filing))


def may_reopen(user: User, filing: Filing) -> bool:
    """Whether the person may open a closed filing again: the plan administrator."""
    return _administers(user, filing.jurisdiction_id)


def may_waive(user: User, filing: Filing, *, is_fresh: bool | None = None) -> bool:
    """Whether the person may waive one check for this filing.

    The plan administrator, and the finance section on whose desk it lies; `is_fresh` where the
    caller knows already whether the person is a fresh eye.
    """
    if _administers(user, filing.jurisdiction_id):
        return True
    if filing.desk_section_id is None or not holds_desk(user, filing):
        return False
    return is_fresh_eye(user, filing) if is_fresh is None else is_fresh


def may_recheck(user: User, plan: Plan) -> bool:
    """Whether the person has all filings of a plan checked again: its administrator."""
    return _administers(user, plan.jurisdiction_id)


def may_count_findings(user: User) -> bool:
    """Whether the person sees what came of the checks: the bureau."""
    return people.has_role(user, *BUREAU)


def may_edit_now(user: User, filing: Filing) -> bool:
    """Whether the form shows inputs; the window is the service's to check."""
    return filing.state in OPEN_STATES and may_file(user, filing)


def may_sample(user: User, jurisdiction_id: int) -> bool:
    """Whether the person runs sample checks: the performance section, the plan administrator."""
    return jurisdiction_id in people.jurisdictions_of(
        user, Role.PERFORMANCE_REVIEWER, Role.PLAN_ADMIN
    )


def may_pass_unsampled(user: User, jurisdiction_id: int) -> bool:
    """Whether the person lets pass together what a sample left out: the performance section."""
    return jurisdiction_id in people.jurisdictions_of(user, Role.PERFORMANCE_REVIEWER)


def may_draw(user: User, draw: SampleDraw) -> bool:
    """Whether the person draws as the second who sees it: also a leader, never who prepared it."""
    places = people.jurisdictions_of(user, Role.PERFORMANCE_REVIEWER, Role.PLAN_ADMIN, Role.LEADER)
    return draw.jurisdiction_id in places and draw.prepared_by_id != user.pk


def may_check(user: User, item: SampleItem) -> bool:
    """Whether the drawn filing is the person's to check, while they review in its jurisdiction."""
    return item.checker_id == user.pk and item.draw.jurisdiction_id in readers_in(user)


def may_calibrate(user: User, jurisdiction_id: int) -> bool:
    """Whether the person compares the bureau's reviewers: performance section and leaders."""
    return jurisdiction_id in people.jurisdictions_of(user, Role.PERFORMANCE_REVIEWER, Role.LEADER)


def may_score_again(user: User, second: SecondScore) -> bool:
    """Whether the second score is the person's to give, while they review in its jurisdiction."""
    place = second.review.revision.filing.jurisdiction_id
    return second.scorer_id == user.pk and place in readers_in(user)


def may_speak(user: User, session: JointSession) -> bool:
    """Whether the person speaks and signs in a session: a member in office there today."""
    return session.members.filter(user=user, left_at=None).exists() and (
        session.jurisdiction_id in participants_in(user)
    )


may_convene = may_sample  # joint reviews: the same people
