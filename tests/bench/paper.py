"""The official form as PDF: against WeasyPrint on the same page, and a hundred in one job."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from apps.core.printing import PackageFetcher
from apps.filings.models import Filing, Revision
from apps.jobs.models import Job
from apps.organizations.models import User
from apps.targets import documents, prints
from tests.bench import crowd, databases, submitting, workers
from tests.bench.measuring import Measured, in_turn

FORMS = 100
SOON = 20  # forms after which the memory has found its level
ROUNDS = {"default": 15, "full": 50}
GROWTH = 1.05  # what still counts as flat


def measure(template: str, size: str) -> Iterator[Measured]:
    """One form by the app and by WeasyPrint alone; then the memory of the job with a hundred."""
    with databases.copied(template, f"{template}_paper") as name:
        databases.use(name)
        ids = submitting.drafts(crowd.make_people(), FORMS)
        for pk in ids:
            submitting.submission(pk)()
        newest = Revision.objects.filter(filing=OuterRef("pk")).values("pk")
        Filing.objects.filter(pk__in=ids).update(
            state="approved", step=None, desk_section=None, approved_revision=Subquery(newest[:1])
        )
        yield _one(ids[0], ROUNDS[size])
        yield from _hundred()


def _one(pk: int, rounds: int) -> Measured:
    """From the stored form to the PDF, and from the finished page to the PDF."""
    filing = prints.filings_of(User.objects.get(username="filer")).get(pk=pk)
    revision = filing.revisions.get()
    ours = partial(_ours, filing, revision)
    plain = partial(_plain, *_page(documents.document_of(filing, revision)))
    times = in_turn({"ours": ours, "plain": plain}, rounds=rounds)
    than = "WeasyPrint, same page"
    return Measured("PDF of one form", times["ours"] * 1000, "ms", than, times["plain"] * 1000, 1.3)


def _ours(filing: Filing, revision: Revision) -> bytes:
    return documents.form_pdf(documents.document_of(filing, revision))


def _page(document: documents.Document) -> tuple[str, list[CSS], FontConfiguration, PackageFetcher]:
    """The finished page, and what WeasyPrint needs beside it, ready made."""
    context = {"document": document, "receipt": document.receipt, "title": document.title}
    html = render_to_string("print/targets/form.html", context)
    assets = Path(settings.BASE_DIR) / "static" / "print"
    fetcher, fonts = PackageFetcher(assets, None), FontConfiguration()
    rules = (assets / "official.css").read_text(encoding="utf-8")
    return html, [CSS(string=rules, url_fetcher=fetcher, font_config=fonts)], fonts, fetcher


def _plain(html: str, rules: list[CSS], fonts: FontConfiguration, fetcher: PackageFetcher) -> bytes:
    page = HTML(string=html, url_fetcher=fetcher)
    pdf: bytes = page.write_pdf(stylesheets=rules, font_config=fonts)
    return pdf


def _hundred() -> Iterator[Measured]:
    """A worker prints them all: the memory after the first ones and at the end."""
    job = prints.start_batch(actor=User.objects.get(username="filer"), year=submitting.makers.YEAR)
    rows = Job.objects.filter(pk=job.pk).values_list("n_done", flat=True)
    ran = workers.run(job, n_done=rows.get)
    soon, late = ran.peak_between(0, SOON), ran.peak_between(SOON, FORMS)
    name = f"memory of {FORMS} forms in one job"
    yield Measured(name, late, "MB", f"after {SOON}", soon, GROWTH, f"{ran.seconds:.0f} s")
