"""Routes of the ledger of problems below /api/v1/."""

from django.urls import path

from apps.rectification.api import decision, ledger, problem

ONE = "<int:year>/problems/<uuid:public_id>"
DECISIONS = "<int:year>/payment-decisions"
DECISION = f"{DECISIONS}/<uuid:public_id>"
urlpatterns = [
    path("<int:year>/problems/", ledger.Problems.as_view(), name="api-problems"),
    path("<int:year>/problems/export/", ledger.Export.as_view(), name="api-problems-export"),
    path(
        "<int:year>/problems/import/template/",
        ledger.ProblemsTemplate.as_view(),
        name="api-problems-template",
    ),
    path(
        "<int:year>/problems/import/", ledger.ProblemsImport.as_view(), name="api-problems-import"
    ),
    path(
        "<int:year>/problems/import/confirm/",
        ledger.ProblemsConfirm.as_view(),
        name="api-problems-import-confirm",
    ),
    path(f"{ONE}/", problem.ProblemView.as_view(), name="api-problem"),
    path(f"{ONE}/answer/", problem.Answer.as_view(), name="api-problem-answer"),
    path(f"{ONE}/close/", problem.Close.as_view(), name="api-problem-close"),
    path(f"{ONE}/return/", problem.SendBack.as_view(), name="api-problem-return"),
    path(f"{ONE}/extend/", problem.Extend.as_view(), name="api-problem-extend"),
    path(f"{ONE}/refuse/", problem.Refuse.as_view(), name="api-problem-refuse"),
    path(f"{ONE}/withdraw/", problem.Withdraw.as_view(), name="api-problem-withdraw"),
    path(f"{ONE}/owner/", problem.NameOwner.as_view(), name="api-problem-owner"),
    path(f"{ONE}/files/", problem.Files.as_view(), name="api-problem-files"),
    path(f"{ONE}/letter/", problem.Letter.as_view(), name="api-problem-letter"),
    path(f"{ONE}/payment/", decision.Propose.as_view(), name="api-propose_decision"),
    path(f"{DECISIONS}/", decision.Decisions.as_view(), name="api-payment_decisions"),
    path(
        f"{DECISIONS}/export/",
        decision.ExportDecisions.as_view(),
        name="api-payment_decisions-export",
    ),
    path(f"{DECISION}/", decision.Decision.as_view(), name="api-payment_decision"),
    path(f"{DECISION}/approve/", decision.Approve.as_view(), name="api-approve_decision"),
    path(f"{DECISION}/refuse/", decision.RefuseDecision.as_view(), name="api-refuse_decision"),
    path(f"{DECISION}/reverse/", decision.Reverse.as_view(), name="api-reverse_decision"),
    path(
        "<int:year>/problem-files/<uuid:public_id>/",
        problem.OneFile.as_view(),
        name="api-problem_file",
    ),
]
