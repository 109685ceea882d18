"""Routes of the engine below /api/v1/."""

from django.urls import path

from apps.filings.api import (
    calibration,
    exceptional,
    filing,
    findings,
    materials,
    relief,
    returned,
    reviewing,
    sampling,
    sessions,
    talk,
    unsampled,
)

ONE = "<int:year>/filings/<uuid:public_id>"
REVIEW = "<int:year>/reviews/<uuid:public_id>"
SAMPLE = "<int:year>/samples/<uuid:public_id>"
SESSION = "<int:year>/sessions/<uuid:public_id>"
MATTER = "<int:year>/matters/<uuid:public_id>"
DRAWN = "<int:year>/sample-items/<uuid:public_id>"

urlpatterns = [
    path(
        "<int:year>/assignments/<uuid:public_id>/begin/",
        filing.Begin.as_view(),
        name="api-begin",
    ),
    path("<int:year>/filings/", filing.Sent.as_view(), name="api-filings"),
    path(f"{ONE}/", filing.FilingOne.as_view(), name="api-filing"),
    path(f"{ONE}/findings/", findings.Findings.as_view(), name="api-filing-findings"),
    path(
        f"{ONE}/findings/answer/",
        findings.AnswerFinding.as_view(),
        name="api-filing-answer_finding",
    ),
    path("<int:year>/checks/", findings.CheckCounts.as_view(), name="api-check-counts"),
    path("<int:year>/checks/recheck/", findings.CheckAgain.as_view(), name="api-recheck"),
    path(
        "<int:year>/checks/export/",
        findings.CheckCountsFile.as_view(),
        name="api-check-counts-export",
    ),
    path(f"{ONE}/confirm/", filing.Confirm.as_view(), name="api-filing-confirm"),
    path(f"{ONE}/submit/", filing.Submit.as_view(), name="api-filing-submit"),
    path(f"{ONE}/withdraw/", filing.Withdraw.as_view(), name="api-filing-withdraw"),
    path(f"{ONE}/revisions/", filing.History.as_view(), name="api-filing-revisions"),
    path(f"{ONE}/revisions/<int:number>/diff/", filing.Diff.as_view(), name="api-filing-diff"),
    path(f"{ONE}/attachments/", talk.Attachments.as_view(), name="api-filing-attachments"),
    path(f"{ONE}/comments/", talk.Comments.as_view(), name="api-filing-comments"),
    path(f"{ONE}/reopen/", exceptional.Reopen.as_view(), name="api-filing-reopen"),
    path(
        f"{ONE}/end-reopening/",
        exceptional.EndReopening.as_view(),
        name="api-filing-end_reopening",
    ),
    path(f"{ONE}/cancel/", exceptional.Cancel.as_view(), name="api-filing-cancel"),
    path("tasks/<uuid:public_id>/relief/", relief.TaskRelief.as_view(), name="api-task-relief"),
    path(f"{ONE}/waive/", exceptional.Waive.as_view(), name="api-filing-waive"),
    path(
        "<int:year>/materials/<uuid:public_id>/",
        materials.Materials.as_view(),
        name="api-materials",
    ),
    path("<int:year>/receipts/<slug:number>/", filing.Receipt.as_view(), name="api-receipt"),
    path(
        "<int:year>/attachments/<uuid:public_id>/",
        talk.AttachmentOne.as_view(),
        name="api-attachment",
    ),
    path("<int:year>/returns/<uuid:public_id>/answer/", talk.Answer.as_view(), name="api-answer"),
    path(
        "<int:year>/comments/<uuid:public_id>/resolve/",
        talk.Resolve.as_view(),
        name="api-comment-resolve",
    ),
    path("<int:year>/reviews/", reviewing.Queue.as_view(), name="api-reviews"),
    path(f"{REVIEW}/", reviewing.Review.as_view(), name="api-review"),
    path(f"{REVIEW}/pass/", reviewing.Pass.as_view(), name="api-review-pass"),
    path(f"{REVIEW}/return/", reviewing.Return.as_view(), name="api-review-return"),
    path(f"{REVIEW}/reject/", reviewing.Reject.as_view(), name="api-review-reject"),
    path("<int:year>/calibration/", calibration.Comparison.as_view(), name="api-calibration"),
    path(
        "<int:year>/calibration/export/",
        calibration.Export.as_view(),
        name="api-calibration-export",
    ),
    path(
        "<int:year>/second-scores/<uuid:public_id>/",
        calibration.Second.as_view(),
        name="api-second_score",
    ),
    path("<int:year>/returned/counts/", returned.Counts.as_view(), name="api-returned-counts"),
    path("<int:year>/returned/", returned.Objects.as_view(), name="api-returned"),
    path(
        "<int:year>/returned/problems/", returned.Problems.as_view(), name="api-returned-problems"
    ),
    path("<int:year>/returned/export/", returned.Export.as_view(), name="api-returned-export"),
    path("<int:year>/sessions/", sessions.Sessions.as_view(), name="api-sessions"),
    path(f"{SESSION}/", sessions.Session.as_view(), name="api-session"),
    path(f"{SESSION}/members/", sessions.Members.as_view(), name="api-session-members"),
    path(f"{SESSION}/leave/", sessions.Leave.as_view(), name="api-session-leave"),
    path(f"{SESSION}/agenda/", sessions.Agenda.as_view(), name="api-session-agenda"),
    path(f"{SESSION}/close/", sessions.CloseSession.as_view(), name="api-session-close"),
    path(f"{MATTER}/", sessions.Matter.as_view(), name="api-matter"),
    path(f"{MATTER}/drop/", sessions.Drop.as_view(), name="api-matter-drop"),
    path(f"{MATTER}/speak/", sessions.Speak.as_view(), name="api-matter-speak"),
    path(f"{MATTER}/agree/", sessions.Agree.as_view(), name="api-matter-agree"),
    path(f"{MATTER}/sign/", sessions.Sign.as_view(), name="api-matter-sign"),
    path(f"{MATTER}/carry/", sessions.Carry.as_view(), name="api-matter-carry"),
    path("<int:year>/samples/", sampling.Samples.as_view(), name="api-samples"),
    path(f"{SAMPLE}/", sampling.Sample.as_view(), name="api-sample"),
    path(f"{SAMPLE}/draw/", sampling.Draw.as_view(), name="api-sample-draw"),
    path(f"{SAMPLE}/void/", sampling.Void.as_view(), name="api-sample-void"),
    path(f"{SAMPLE}/assign/", sampling.Assign.as_view(), name="api-sample-assign"),
    path(f"{SAMPLE}/close/", sampling.Close.as_view(), name="api-sample-close"),
    path(
        f"{SAMPLE}/pass-unsampled/", unsampled.PassRest.as_view(), name="api-sample-pass_unsampled"
    ),
    path(f"{SAMPLE}/export/", sampling.Export.as_view(), name="api-sample-export"),
    path(f"{DRAWN}/", sampling.Item.as_view(), name="api-sample_item"),
    path(f"{DRAWN}/result/", sampling.Check.as_view(), name="api-sample_item-result"),
    path(f"{DRAWN}/excuse/", sampling.Excuse.as_view(), name="api-sample_item-excuse"),
    path(f"{DRAWN}/return/", sampling.SendBack.as_view(), name="api-sample_item-return"),
]
