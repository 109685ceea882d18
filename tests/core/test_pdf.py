"""PDFs reach no file and no network, and a page too heavy to lay out is refused."""

import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.template import engines

from apps.core import pdf, printing
from apps.rules.errors import RuleError

ASSETS = Path(printing.__file__).parents[2] / "static" / "print"


def laid_out(body: str, fonts: Path | None = None) -> bytes:
    page = (
        f'<!doctype html><html lang="zh-CN"><body class="form" data-receipt="回执7　第2版">{body}'
    )
    return printing.to_pdf(page, title="申报表", assets=ASSETS, fonts=fonts)


def told(content: bytes, tool: str, tmp_path: Path, *options: str) -> str:
    file = tmp_path / "a.pdf"
    file.write_bytes(content)
    target = ["-"] if tool == "pdftotext" else []
    done = subprocess.run([tool, *options, str(file), *target], capture_output=True, check=True)
    return done.stdout.decode()


@pytest.fixture
def listener():
    """A web server on this machine that notes every visit."""
    visits = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            visits.append(self.path)
            self.send_response(302)
            self.send_header("Location", "file:///etc/hostname")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", visits
    server.shutdown()


@pytest.mark.trust("E02")
def test_no_element_reaches_a_file_or_the_network(listener, tmp_path):
    address, visits = listener
    secret = tmp_path / "secret.txt"
    secret.write_text("canary-71c2")
    body = "".join(
        f'<link rel="attachment" href="{url}"><link rel="stylesheet" href="{url}">'
        f'<img src="{url}"><object data="{url}"></object>'
        f'<p style="background:url({url})">文</p><style>@import url({url});</style>'
        for url in (secret.as_uri(), f"{address}/x", "asset:../../manage.py", "asset:/etc/passwd")
    )

    content = laid_out(body)

    assert visits == []
    assert b"canary" not in content
    assert "0 embedded files" in told(content, "pdfdetach", tmp_path, "-list")


@pytest.mark.trust("E02")
@pytest.mark.parametrize(
    "url",
    ["asset:../../manage.py", "asset:%2e%2e/%2e%2e/manage.py", "font:x.ttf", "file:///etc/passwd"],
)
def test_the_fetcher_opens_only_its_own_folders(url):
    with pytest.raises(ValueError, match=r"asset|protocol"):
        printing.PackageFetcher(ASSETS, None).fetch(url)


def test_the_fetcher_opens_its_assets_and_data():
    fetcher = printing.PackageFetcher(ASSETS, None)
    assert b"@page" in fetcher.fetch("asset:official.css").read()
    assert fetcher.fetch("data:text/plain,ok").read() == b"ok"


@pytest.mark.trust("I06")
def test_every_page_carries_receipt_revision_and_number_and_no_author(tmp_path):
    rows = "".join(f"<tr><td>{n}</td><td>供水管网</td></tr>" for n in range(80))
    body = f'<meta name="author" content="张三"><h1>申报表</h1><table>{rows}</table>'

    content = laid_out(body)

    text = told(content, "pdftotext", tmp_path)
    assert text.count("回执7") == text.count("共3页") == 3
    info = told(content, "pdfinfo", tmp_path)
    assert "申报表" in info
    assert "张三" not in info
    assert "Author" not in info


def test_the_offices_own_fonts_come_first(tmp_path):
    rules = []
    for name in ("仿宋_GB2312.ttf", "方正小标宋简体.TTF", "simkai.ttf", "simhei.ttf", "宋体.otf"):
        (tmp_path / name).write_bytes(b"")
        rules.append(name)
    (tmp_path / "readme.txt").write_bytes(b"")

    faces = printing.font_faces(tmp_path)

    for role in (
        "office-fangsong",
        "office-xiaobiaosong",
        "office-kai",
        "office-hei",
        "office-song",
    ):
        assert faces.count(f'"{role}"') == 1
    assert printing.font_faces(None) == printing.font_faces(tmp_path / "none") == ""


@pytest.fixture
def template(settings, tmp_path):
    """A template of the test's own, found by name."""
    (tmp_path / "print.html").write_text(
        '{% extends "print/base.html" %}{% block content %}<h1>{{ name }}</h1>'
        "{% for n in rows %}<p>{{ n }} {{ name }}</p>{% endfor %}{% endblock %}"
    )
    folders = engines["django"].engine.template_loaders[0].loaders[0]
    before = folders.dirs
    folders.dirs = [*engines["django"].engine.dirs, tmp_path]
    yield "print.html"
    folders.dirs = before


@pytest.mark.trust("C02")
def test_user_text_is_text_on_paper(template, tmp_path):
    content = pdf.render(template, {"name": "<img src=x>&甲"}, title="表")
    assert "<img src=x>&甲" in told(content, "pdftotext", tmp_path)


@pytest.mark.trust("E03")
def test_a_long_page_is_made_in_a_child_and_may_not_take_forever(template, monkeypatch, tmp_path):
    long = {"name": "供水管网改造" * 10, "rows": range(3000)}
    monkeypatch.setattr(pdf, "SECONDS", 1)
    with pytest.raises(RuleError, match="没有排完版"):
        pdf.render(template, long, title="表")

    monkeypatch.setattr(pdf, "BIG", 100)
    monkeypatch.setattr(pdf, "SECONDS", 60)
    content = pdf.render(template, {"name": "甲", "rows": range(3)}, title="表\n名")
    assert "表 名" in told(content, "pdfinfo", tmp_path)
