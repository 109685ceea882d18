"""The revisions of a filing with their files and decisions, and the talk about them."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from apps.filings.models import (
    Attachment,
    Comment,
    Filing,
    Review,
    ReviewScore,
    Revision,
    SecondScore,
    State,
)
from apps.organizations.models import User


def file_digests(revision: Revision) -> list[str]:
    """One line a file: slot, name, digest; part of what the receipt vouches for."""
    rows = revision.attachments.values_list("slot", "name", "file__sha256")
    return [f"{slot}\t{name}\t{digest}" for slot, name, digest in sorted(rows)]


def history(filing: Filing, user: User) -> QuerySet[Revision]:
    """The revisions that exist for the person, newest first, with reviews, marks and items.

    Who was asked to score a review again does not see it before they did.
    """
    blind = SecondScore.objects.filter(review=OuterRef("pk"), scorer=user, scored_at__isnull=True)
    reviews = Review.objects.filter(~Exists(blind)).select_related("step", "reviewer", "section")
    reviews = reviews.prefetch_related(
        "items", Prefetch("scores", ReviewScore.objects.select_related("item"))
    )
    return (
        filing.revisions.visible_to(user)
        .order_by("-number")
        .select_related("submitted_by", "saved_by")
        .prefetch_related(Prefetch("reviews", reviews), _with_files())
    )


def _with_files() -> "Prefetch[str]":
    """The attachments of revisions with their stored files, in one query."""
    return Prefetch("attachments", Attachment.objects.select_related("file"))


def newest(filing: Filing, user: User) -> Revision:
    """What a page shows of a filing that the person sees: its newest revision that exists for them.

    Of an approved filing the revision in force: a reopening that lapsed may have left later ones.
    """
    rows = filing.revisions.visible_to(user).select_related("submitted_by", "saved_by")
    rows = rows.prefetch_related(_with_files())
    if filing.state == State.APPROVED and filing.approved_revision_id:
        rows = rows.filter(pk=filing.approved_revision_id)
    return rows.order_by("-number")[0]


def began_from(filing: Filing, revision: Revision) -> Revision | None:
    """The revision that this one was copied from: what is in force, for a reopening."""
    if revision.origin == Revision.Origin.REOPENING and filing.approved_revision is not None:
        return filing.approved_revision
    return filing.revisions.filter(number=revision.number - 1).first()


def first_shown(filing: Filing, revisions: list[Revision]) -> Revision:
    """The same among revisions at hand, the newest first."""
    in_force = filing.approved_revision_id if filing.state == State.APPROVED else None
    return next((r for r in revisions if r.pk == in_force), revisions[0])


def threads(filing: Filing, user: User | None = None) -> list[Comment]:
    """The first remark of each thread with its replies, oldest first; one query.

    For a user only what is said on revisions that exist for them: not on an unsubmitted one.
    """
    rows = filing.comments.select_related("revision", "author")
    if user is not None:
        rows = rows.filter(revision__in=filing.revisions.visible_to(user))
    remarks = list(rows)
    answers: dict[int, list[Comment]] = defaultdict(list)
    for remark in remarks:
        if remark.parent_id:
            answers[remark.parent_id].append(remark)
    found = [remark for remark in remarks if remark.parent_id is None]
    for remark in found:
        remark.answers = answers[remark.pk]
    return found


def threads_by_path(filing: Filing) -> dict[str, list[Comment]]:
    """The threads by the field that they are about."""
    grouped: dict[str, list[Comment]] = defaultdict(list)
    for remark in threads(filing):
        grouped[remark.path].append(remark)
    return dict(grouped)


def attachments(revision: Revision) -> QuerySet[Attachment]:
    """The revision's files with their stored file, by slot."""
    return revision.attachments.select_related("file").order_by("slot", "id")
