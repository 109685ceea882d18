from django.urls import path

from apps.filings.views import exceptional, filing, findings, materials, relief, reviewing
from apps.filings.views import exceptional, filing, materials, relief, reviewing, sampling
from apps.filings.views import (
    calibration,
    exceptional,
    filing,
    materials,
    relief,
    returned,
    reviewing,
    sampling,
)

app_name = "filings"
urlpatterns = [
    path("<int:year>/assignments/<uuid:public_id>/begin/", filing.begin, name="begin"),
    path("<int:year>/filings/", filing.listing, name="list"),
    path("<int:year>/filings/<uuid:public_id>/", filing.detail, name="detail"),
    path("<int:year>/filings/<uuid:public_id>/confirm/", filing.confirm, name="confirm"),
    path("<int:year>/filings/<uuid:public_id>/submit/", filing.submit, name="submit"),
    path("<int:year>/filings/<uuid:public_id>/withdraw/", filing.withdraw, name="withdraw"),
    path("<int:year>/filings/<uuid:public_id>/attach/", filing.attach, name="attach"),
    path("<int:year>/filings/<uuid:public_id>/comment/", filing.comment, name="comment"),
    path("<int:year>/filings/<uuid:public_id>/reopen/", exceptional.reopen, name="reopen"),
    path(
        "<int:year>/filings/<uuid:public_id>/end-reopening/",
        exceptional.end_reopening,
        name="end_reopening",
    ),
    path("<int:year>/filings/<uuid:public_id>/cancel/", exceptional.cancel, name="cancel"),
    path("<int:year>/plan/<uuid:public_id>/relief/", relief.relief, name="relief"),
    path("<int:year>/filings/<uuid:public_id>/waive/", exceptional.waive, name="waive"),
    path("<int:year>/filings/<uuid:public_id>/findings/", findings.findings, name="findings"),
    path(
        "<int:year>/filings/<uuid:public_id>/findings/answer/",
        findings.answer_finding,
        name="answer_finding",
    ),
    path("<int:year>/checks/", findings.counts, name="check_counts"),
    path("<int:year>/checks/recheck/", findings.recheck, name="recheck"),
    path("<int:year>/checks/export/", findings.export_counts, name="export_check_counts"),
    path("<int:year>/materials/<uuid:public_id>/", materials.form, name="materials"),
    path("<int:year>/receipts/<slug:number>/", filing.receipt, name="receipt"),
    path("<int:year>/attachments/<uuid:public_id>/", filing.file, name="file"),
    path("<int:year>/attachments/<uuid:public_id>/remove/", filing.detach, name="detach"),
    path("<int:year>/returns/<uuid:public_id>/answer/", filing.answer, name="answer"),
    path("<int:year>/comments/<uuid:public_id>/resolve/", filing.resolve, name="resolve"),
    path("<int:year>/reviews/", reviewing.queue, name="queue"),
    path("<int:year>/reviews/<uuid:public_id>/", reviewing.review, name="review"),
    path("<int:year>/reviews/<uuid:public_id>/score/", reviewing.score, name="score"),
    path("<int:year>/calibration/", calibration.compare, name="calibration"),
    path(
        "<int:year>/calibration/export/",
        calibration.export_calibration,
        name="export_calibration",
    ),
    path(
        "<int:year>/second-scores/<uuid:public_id>/",
        calibration.second_score,
        name="second_score",
    ),
    path("<int:year>/returned/", returned.returned, name="returned"),
    path("<int:year>/returned/export/", returned.export_returned, name="export_returned"),
    path("<int:year>/samples/", sampling.samples, name="samples"),
    path("<int:year>/samples/new/", sampling.sample_new, name="sample_new"),
    path("<int:year>/samples/<uuid:public_id>/", sampling.sample, name="sample"),
    path(
        "<int:year>/samples/<uuid:public_id>/export/",
        sampling.sample_export,
        name="sample_export",
    ),
    path("<int:year>/sample-items/<uuid:public_id>/", sampling.sample_item, name="sample_item"),
]
