from django.urls import path

from apps.targets.approvals import views as approvals
from apps.targets.views import adjustment, alike, documents, sheet, transfers

app_name = "targets"
BASE = "<int:year>/targets/<uuid:public_id>/"
MONEY = "<int:year>/transfers/<uuid:public_id>/"
APPROVALS = "<int:year>/approvals/"
ONE, PDF, XLSX = f"{APPROVALS}<uuid:public_id>/", {"kind": "pdf"}, {"kind": "xlsx"}
ADJUST, PROJECT = "<int:year>/projects/<uuid:public_id>/adjustment/", {"of": "project"}
WHOLE, UNIT = "<int:year>/units/<uuid:public_id>/adjustment/", {"of": "unit"}
EXCEPTION = "<int:year>/adjustment-exceptions/<uuid:public_id>/"
urlpatterns = [
    path(APPROVALS, approvals.listing, name="approvals"),
    path(f"{APPROVALS}batch/", approvals.batch, name="approve_batch"),
    path(f"{APPROVALS}congress/", approvals.book, name="congress_book"),
    path(f"{APPROVALS}units/<uuid:public_id>/", approvals.unit, name="approve_unit"),
    path(ONE, approvals.document, name="approval"),
    path(f"{ONE}pdf/", approvals.file, PDF, name="approval_pdf"),
    path(f"{ONE}xlsx/", approvals.file, XLSX, name="approval_xlsx"),
    path("<int:year>/targets/documents/", documents.document_batch, name="document_batch"),
    path("<int:year>/transfers/", transfers.listing, name="transfers"),
    path("<int:year>/transfers/export/", transfers.export_ledger, name="export_transfers"),
    path(MONEY, transfers.transfer, name="transfer"),
    path(f"{MONEY}export/", transfers.export_transfer, name="export_transfer"),
    path(f"{MONEY}exempt/", transfers.exempt_transfer, name="exempt_transfer"),
    path(BASE, sheet.sheet, name="sheet"),
    path(f"{BASE}alike/", alike.alike, name="alike"),
    path(f"{BASE}shares/", transfers.shares, name="shares"),
    path(f"{BASE}copy/", sheet.copy, name="copy"),
    path(f"{BASE}document/", documents.document, name="document"),
    path(f"{BASE}document/pdf/", documents.document_pdf, name="document_pdf"),
    path(f"{BASE}document/xlsx/", documents.document_xlsx, name="document_xlsx"),
    path(f"{BASE}excel/", documents.excel, name="excel"),
    path(f"{BASE}excel/workbook/", documents.workbook_file, name="workbook"),
    path(f"{BASE}excel/upload/", documents.upload, name="upload"),
    path(ADJUST, adjustment.adjustment, PROJECT, name="adjustment"),
    path(f"{ADJUST}request/", adjustment.request_adjustment, PROJECT, name="request_adjustment"),
    path(f"{ADJUST}exception/", adjustment.ask_exception, PROJECT, name="ask_exception"),
    path(
        "<int:year>/projects/<uuid:public_id>/targets/request/",
        adjustment.request_targets,
        name="request",
    ),
    path(WHOLE, adjustment.adjustment, UNIT, name="unit_adjustment"),
    path(f"{WHOLE}request/", adjustment.request_adjustment, UNIT, name="request_unit_adjustment"),
    path(f"{WHOLE}exception/", adjustment.ask_exception, UNIT, name="ask_unit_exception"),
    path(f"{EXCEPTION}decide/", adjustment.decide_exception, name="decide_exception"),
]
