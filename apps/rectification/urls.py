"""Pages of the ledger of problems, under their year."""

from django.urls import path

from apps.projects import views as lists
from apps.rectification.views import decision, ledger, problem

app_name = "rectification"
ONE = "<int:year>/problems/<uuid:public_id>"
FILE = "<int:year>/problem-files/<uuid:public_id>"
DECISIONS = "<int:year>/payment-decisions"
LIST = {"kind": "problems"}
urlpatterns = [
    path("<int:year>/problems/", ledger.ledger, name="problems"),
    path("<int:year>/problems/export/", ledger.export, name="export_problems"),
    path("<int:year>/problems/new/", ledger.new, name="problem_new"),
    path("<int:year>/problems/import/", lists.import_list, LIST, name="import_problems"),
    path("<int:year>/problems/import/template/", lists.template, LIST, name="problems_template"),
    path(
        "<int:year>/problems/import/confirm/", lists.import_confirm, LIST, name="confirm_problems"
    ),
    path(f"{ONE}/", problem.problem, name="problem"),
    path(f"{ONE}/files/", problem.attach, name="add_proof"),
    path(f"{ONE}/letter/", problem.letter_pdf, name="letter"),
    path(f"{ONE}/payment/", decision.propose, name="propose_payment"),
    path(f"{DECISIONS}/", decision.listed, name="payment_decisions"),
    path(f"{DECISIONS}/export/", decision.export, name="export_payment_decisions"),
    path(f"{DECISIONS}/<uuid:public_id>/", decision.decision, name="payment_decision"),
    path(f"{FILE}/", problem.file, name="proof"),
    path(f"{FILE}/remove/", problem.remove, name="remove_proof"),
]
