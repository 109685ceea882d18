"""How numbers, dates and signs look on every page."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template

from apps.core import clock
from apps.core.templatetags import shown
from apps.rules.findings import Finding, Severity

TODAY = date(2024, 8, 28)


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def moment(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=clock.ZONE)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12860000"), "1,286.00"),
        (Decimal("-400000"), "\u221240.00"),
        (Decimal("49.99"), "0.00"),
        (Decimal("50"), "0.01"),
        (Decimal("-0.01"), "0.00"),
        (Decimal(0), "0.00"),
        (0, "0.00"),
        (None, "—"),
        ("", "—"),
        ("不适用", "—"),
        (Decimal("NaN"), "—"),
        (True, "—"),
    ],
)
def test_money_is_shown_in_wan_with_a_true_minus_and_a_dash_for_what_is_missing(value, text):
    assert shown.wan(value) == text


def test_yuan_keeps_every_place_of_money():
    assert shown.yuan(Decimal("12860000.5")) == "12,860,000.50"
    assert shown.yuan(None) == "—"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("0.86666"), "86.7%"),
        (Decimal("0.14650"), "14.7%"),
        (Decimal(1), "100.0%"),
        (Decimal("-0.556"), "\u221255.6%"),
        (None, "—"),
    ],
)
def test_ratios_are_shown_as_percent_with_one_place_half_up(value, text):
    assert shown.percent(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [("12.50", "12.5"), ("10.00", "10"), ("1200", "1,200"), ("0.00", "0"), (None, "—")],
)
def test_points_lose_idle_zeros_and_nothing_else(value, text):
    assert shown.points(value) == text


def test_a_total_keeps_two_places():
    assert shown.score(Decimal(88)) == "88.00"


def test_a_difference_carries_its_sign():
    assert shown.signed(shown.wan(Decimal("400000"))) == "+40.00"
    assert shown.signed(shown.percent(Decimal("0.104"))) == "+10.4%"
    assert shown.signed(shown.wan(Decimal("-400000"))) == "\u221240.00"
    assert shown.signed("0.00") == "0.00"
    assert shown.signed("—") == "—"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 B"),
        (1023, "1,023 B"),
        (1024, "1.0 KB"),
        (1887436, "1.8 MB"),
        (3 * 1024**3, "3.0 GB"),
        (None, "—"),
    ],
)
def test_file_sizes_use_the_unit_people_use(value, text):
    assert shown.filesize(value) == text


def test_dates_are_written_without_spaces_and_in_local_time():
    late_in_utc = datetime(2024, 3, 19, 16, 30, 5, tzinfo=UTC)
    assert shown.cndate(late_in_utc) == "2024年3月20日"
    assert shown.cnday(date(2024, 3, 20)) == "3月20日"
    assert shown.cntime(late_in_utc) == "3月20日 00:30"
    assert shown.cnclock(late_in_utc) == "00:30:05"
    assert shown.cnmoment(late_in_utc) == "2024年3月20日 00:30:05"
    assert shown.cnweekday(TODAY) == "星期三"


def test_a_missing_date_is_a_dash():
    filters = (shown.cndate, shown.cnday, shown.cntime, shown.cnclock, shown.cnmoment, shown.cnlast)
    assert {show(None) for show in filters} == {"—"}
    assert shown.cnweekday(None) == ""


def test_the_midnight_that_ends_a_window_is_shown_as_the_day_before():
    assert shown.cnlast(moment(2024, 9, 11)) == "9月10日"


# --- deadlines ---------------------------------------------------------------------------------
def due(closes_at: object, remaining: int | None, today: date | None = TODAY) -> str:
    source = "{% due closes_at remaining %}"
    shell = SimpleNamespace(today=today) if today else None
    return render(source, closes_at=closes_at, remaining=remaining, shell=shell)


@pytest.mark.parametrize(
    ("closes_at", "remaining", "day", "words", "kind"),
    [
        (moment(2024, 10, 1), 21, "9月30日", "剩21个工作日", ""),
        (moment(2024, 9, 5), 6, "9月4日", "剩6个工作日", ""),
        (moment(2024, 9, 5), 5, "9月4日", "剩5个工作日", "soon"),
        (moment(2024, 8, 30), 1, "8月29日", "剩1个工作日", "soon"),
        (moment(2024, 8, 29), 0, "8月28日", "今天 24:00截止", "late"),
        (moment(2024, 8, 28, 18), 0, "8月28日", "今天 18:00截止", "late"),
        (moment(2024, 8, 27), -2, "8月26日", "逾期2个工作日", "late"),
        (moment(2024, 8, 28), 0, "8月27日", "已逾期", "late"),
        (moment(2025, 1, 25), None, "2025年1月24日", "剩149天，节假日未公布", ""),
    ],
)
def test_a_deadline_says_its_last_day_and_what_is_left(closes_at, remaining, day, words, kind):
    html = due(closes_at, remaining)
    assert f'<span class="d">{day}</span>' in html
    assert (f'<span class="n">{words}</span>' in html) if words else ('class="n"' not in html)
    assert f'class="jx-due {kind}"' in html


def test_ticks_stand_only_for_the_last_five_working_days():
    assert due(moment(2024, 9, 1), 2).count('class="on"') == 2
    assert due(moment(2024, 9, 1), 2).count("<i") == 5
    assert "<i" not in due(moment(2024, 10, 1), 21)
    assert "<i" not in due(moment(2024, 8, 29), 0)


def test_days_off_that_are_left_are_counted_as_days():
    saturday = date(2024, 8, 31)
    assert "剩1天" in due(moment(2024, 9, 2), 0, saturday)


def test_a_deadline_without_a_page_around_it_goes_by_the_working_days():
    assert "今天 24:00截止" in due(moment(2024, 8, 29), 0, None)
    assert "剩3个工作日" in due(date(2024, 8, 31), 3, None)


def test_a_date_that_nobody_counted_to_stands_alone():
    html = render("{% due day %}", day=moment(2025, 1, 25), shell=SimpleNamespace(today=TODAY))
    assert "2025年1月24日" in html
    assert "剩" not in html


def test_a_plain_date_is_the_last_day_and_no_date_is_said():
    assert "今天 24:00截止" in due(TODAY, 0)
    assert "未定" in due(None, None)


# --- signs -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "word", "shape"),
    [
        ("todo", "未开始", "todo"),
        ("draft", "草稿", "draft"),
        ("submitted", "已提交", "submitted"),
        ("in_review", "审核中", "review"),
        ("returned", "已退回", "returned"),
        ("approved", "已定稿", "final"),
        ("overdue", "逾期", "overdue"),
        ("locked", "未到填报期", "lock"),
    ],
)
def test_every_state_has_a_shape_and_a_word(state, word, shape):
    html = render("{% statetag state %}", state=state)
    assert word in html
    assert f'href="#g-{shape}"' in html
    assert render("{% statetag state %}", state=word) == html


def test_a_state_may_carry_a_fact_and_escapes_it():
    assert "草稿7/11</span>" in render('{% statetag "draft" "7/11" %}')
    assert "&lt;b&gt;" in render("{% statetag state %}", state="<b>")


def test_grades_are_words_in_a_frame():
    assert 'class="jx-grade you">优' in render('{% grade "优" %}')
    assert 'class="jx-grade none">—' in render("{% grade nothing %}", nothing=None)


def test_a_severity_shows_shape_word_and_count():
    html = render('{% severity "阻断" 2 %}')
    assert 'href="#g-block"' in html
    assert "阻断" in html
    assert ">2</b>" in html


def test_a_shape_without_a_word_beside_it_speaks():
    assert 'role="img" aria-label="红灯"' in render('{% glyph "r" "红灯" %}')
    assert 'aria-hidden="true"' in render('{% glyph "r" %}')
    assert 'href="#i-inbox"' in render('{% icon "inbox" %}')


def test_a_bar_stays_within_its_ends():
    assert 'width="867"' in render('{% bar "0.867" %}')
    assert 'class="fill" y="3" width="1000"' in render('{% bar "1.4" %}')
    assert 'class="fill" y="3" width="0"' in render("{% bar nothing %}", nothing=None)
    assert 'class="mark" x="417"' in render('{% bar "0.2" "0.417" %}')
    assert "mark" not in render('{% bar "0.2" %}')


# --- explanations, findings, forms -------------------------------------------------------------
def test_why_opens_without_script_and_shows_formula_inputs_and_clause():
    trace = {
        "title": "为什么是9.78分",
        "formula": "分值 × 指标值 ÷ 实际完成值",
        "inputs": [
            {"name": "指标值", "value": "18.50", "source": "第3版"},
            {"name": "明确清晰性", "grade": "优", "points": "9", "maximum": "10"},
        ],
        "result": "9.78分",
        "clause": "财预〔2020〕10号",
    }
    html = render('{% why trace "1" %}', trace=trace)
    for words in ("<details", "指标值 18.50", "第3版", "优　9／10分", "财预〔2020〕10号", "9.78分"):
        assert words in html
    assert 'id="why-1"' in html


def test_why_shows_nothing_where_nothing_was_computed():
    assert render("{% why trace %}", trace={}).strip() == ""
    assert render("{% why trace %}", trace=None).strip() == ""


def finding(code: str, severity: Severity, n: int = 0) -> Finding:
    return Finding(code, severity, f"p{n}", f"第{n}行", "", "", f"第{n}行不对。", "第9条")


def test_findings_stand_by_rule_with_the_stops_first():
    rows = [
        finding("hint", Severity.HINT, 1),
        finding("stop", Severity.BLOCK, 2),
        finding("hint", Severity.HINT, 3),
    ]
    groups = shown.by_rule(rows)
    assert [group.code for group in groups] == ["stop", "hint"]
    assert [row.path for row in [groups[1].first, *groups[1].rest]] == ["p1", "p3"]
    assert shown.by_rule([row.as_dict() for row in rows])[0].first["path"] == "p2"


def test_the_panel_shows_five_of_a_rule_and_counts_the_rest():
    rows = [finding("sum", Severity.BLOCK, n) for n in range(8)]
    html = render('{% include "parts/_findings.html" %}', findings=rows, checked_at=None)
    assert "另有3条" in html
    assert html.count("jx-find-item") == 8
    assert html.index("第4行不对") < html.index("另有3条") < html.index("第5行不对")
    assert 'href="#c-p0"' in html


def test_the_panel_says_when_nothing_was_found():
    html = render('{% include "parts/_findings.html" %}', findings=[])
    assert "没有查出问题" in html


class Sample(forms.Form):
    name = forms.CharField(label="名称", help_text="全称")
    kind = forms.ChoiceField(label="类别", choices=[("a", "甲")])
    side = forms.ChoiceField(label="方向", choices=[("up", "正")], widget=forms.RadioSelect)
    is_key = forms.BooleanField(label="重点", required=False)


def test_fields_are_tied_to_their_help_and_errors():
    html = render('{% include "parts/_fields.html" %}', form=Sample({"name": ""}))
    assert '<label class="form-label" for="id_name">' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'class="form-select"' in html
    assert 'class="form-check-input"' in html
    assert "<fieldset>" in html
    assert "（可不填）" not in html.split('for="id_name"')[1].split("</label>")[0]


def test_the_error_summary_links_to_every_wrong_field():
    html = render('{% include "parts/_form_errors.html" %}', form=Sample({}))
    assert "有3处要改，还不能提交" in html
    assert 'href="#id_name"' in html
    assert "data-autofocus" in html


@pytest.mark.parametrize(
    ("kind", "word", "shape"),
    [
        ("not_yet", "未到填报期", "lock"),
        ("closed", "已截止", "late"),
        ("in_review", "审核中", "review"),
        ("final", "已定稿", "final"),
    ],
)
def test_the_four_locks_have_their_own_words_and_shape(kind, word, shape):
    lock = {"kind": kind, "text": f"{word}。8月26日", "url": "/x/", "link": "申请延期"}
    html = render('{% include "parts/_lock.html" %}', lock=lock)
    assert word in html
    assert f"#g-{shape}" in html
    assert '<a href="/x/">申请延期</a>' in html


def test_a_running_job_asks_for_itself_and_a_finished_one_does_not():
    job = {"title": "导入", "state": "running", "n_done": 3, "n_total": 9, "public_id": "j"}
    running = render('{% include "parts/_job.html" %}', job=job, job_url="/jobs/j/")
    done = render('{% include "parts/_job.html" %}', job={**job, "state": "done"}, job_url="/j/")
    assert 'hx-get="/jobs/j/"' in running
    assert "<progress" in running
    assert "hx-get" not in done


def test_the_stage_line_says_in_words_what_it_draws():
    stages = [
        {"title": "事前评估", "state": "done", "lines": ["支持"]},
        {"title": "绩效目标", "state": "now", "lines": ["第1版"]},
        {"title": "绩效评价", "state": "none", "lines": []},
        {"title": "结果应用", "state": "later", "lines": ["最晚6月30日"]},
    ]
    html = render('{% include "parts/_stages.html" %}', stages=stages)
    mini = render('{% include "parts/_stages_mini.html" %}', stages=stages)
    for words in ("已办结", "正在办", "不涉及", "未开始"):
        assert words in html
        assert words in mini


def test_the_timeline_names_the_year_where_it_changes():
    days = [date(2025, 4, 15), date(2025, 4, 8), date(2024, 9, 18)]
    events = [{"on": day, "title": "报送", "glyph": "submitted"} for day in days]
    html = render('{% include "parts/_timeline.html" %}', events=events)
    assert "2025年4月15日" in html
    assert ">4月8日" in html
    assert "2024年9月18日" in html


def test_a_receipt_carries_the_whole_hash_and_the_second():
    receipt = {
        "number": "JX-2024-305001-0412",
        "title": "饮水工程",
        "revision": "第1版",
        "unit": "县水利局（201）",
        "received_at": moment(2024, 9, 6, 16, 20, 7),
        "content_hash": "9f" * 32,
    }
    html = render('{% include "parts/_receipt.html" %}', receipt=receipt)
    assert "2024年9月6日 16:20:07" in html
    assert "9f" * 32 in html


def test_no_part_carries_a_style_or_script_of_its_own():
    from pathlib import Path

    from django.conf import settings

    parts = list(Path(settings.BASE_DIR, "templates").rglob("*.html"))
    pages = [part for part in parts if "print" not in part.parts]
    assert pages
    for page in pages:
        source = page.read_text(encoding="utf-8")
        for word in (' style="', "<style", "onclick=", "hx-on", "javascript:", "|safe"):
            assert word not in source, f"{page.name}: {word}"
        assert source.count("<script") == source.count("<script src=") + source.count(
            '<script type="module" src='
        ), page.name


def test_every_shape_and_icon_that_a_template_names_exists():
    import re
    from pathlib import Path

    from django.conf import settings

    root = Path(settings.BASE_DIR, "templates")
    known = set(re.findall(r'id="([gi]-[^"]+)"', (root / "parts/_icons.html").read_text("utf-8")))
    used = set()
    for page in root.rglob("*.html"):
        source = page.read_text(encoding="utf-8")
        used |= {f"i-{name}" for name in re.findall(r'{% icon "([^"]+)"', source)}
        used |= {f"g-{name}" for name in re.findall(r'{% glyph "([^"]+)"', source)}
    signs = {f"g-{sign.shape}" for sign in shown.STATES.values()}
    assert used | signs <= known, sorted((used | signs) - known)


def test_shipped_styles_and_scripts_run_in_the_oldest_browser_promised():
    from pathlib import Path

    from django.conf import settings

    static = Path(settings.BASE_DIR, "static")
    words = ("oklch(", "color-mix(", "light-dark(", "@container", "@layer", "sourceMappingURL")
    for sheet in static.rglob("*.css"):
        source = sheet.read_text(encoding="utf-8")
        assert not [word for word in words if word in source], sheet.name
    for sheet in (static / "css").glob("*.css"):
        source = sheet.read_text(encoding="utf-8").replace("no :has", "")
        assert ":has(" not in source
        assert "url(http" not in source
    newer = (".replaceAll(", ".at(-", "structuredClone", "randomUUID", "import ")
    for script in (static / "js").glob("*.js"):
        source = script.read_text(encoding="utf-8")
        assert not [word for word in newer if word in source], script.name
