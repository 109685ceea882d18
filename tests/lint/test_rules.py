"""Each house rule catches its breach and lets the proper form pass."""

import pytest

from tests.lint import code, texts


def names(found: list[str]) -> set[str]:
    return {line.split(": ")[1] for line in found}


@pytest.mark.trust("C05", "B07", "H01", "H19")
@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("with clock.at(moment):\n    pass", "held_clock"),
        ("from apps.core.clock import at", "held_clock"),
        ("x = datetime.now(tz=ZONE)", "other_clock"),
        ("x = timezone.now()", "other_clock"),
        ("x = date.today()", "other_clock"),
        ("x = models.DateTimeField(auto_now_add=True)", "other_clock"),
        ("x = models.DateTimeField(default=timezone.now)", "other_clock"),
        ("run_jobs.delay()", "early_task"),
        ("run_jobs.apply_async(countdown=3)", "early_task"),
        ("Filing.objects.raw('SELECT 1')", "built_sql"),
        ("Filing.objects.extra(where=['1=1'])", "built_sql"),
        ("cursor.execute(f'SELECT {x}')", "built_sql"),
        ("cursor.execute('SELECT %s' % x)", "built_sql"),
        ("cursor.execute('SELECT {}'.format(x))", "built_sql"),
        ("class F(ModelForm):\n    class Meta:\n        fields = '__all__'", "open_fields"),
        ("class F(ModelForm):\n    class Meta:\n        exclude = ['state']", "open_fields"),
        ("x = mark_safe(text)", "unsafe_markup"),
        ("x = Filing.objects.get(pk=1)", "rows_past_the_door"),
        ("x = Project.objects.filter(name=name)", "rows_past_the_door"),
    ],
)
def test_a_breach_in_code_is_named(source, rule):
    assert rule in names(code.breaches("apps/filings/views.py", source))


@pytest.mark.parametrize(
    "source",
    [
        "now = clock.now()",
        "x = Filing.objects.visible_to(user).filter(fiscal_year=2024)",
        "x = models.DateTimeField(default=clock.now)",
        "run_jobs.delay_on_commit()",
        "logger.info('left', extra={'job': 1})",
        "cursor.execute('SELECT %s', [x])",
        "class F(ModelForm):\n    class Meta:\n        fields = ['goal']",
    ],
)
def test_the_proper_form_passes(source):
    assert code.breaches("apps/filings/views.py", source) == []


@pytest.mark.parametrize(
    "path", ["tests/flows/test_year.py", "apps/reports/management/commands/load_demo.py"]
)
def test_the_clock_may_be_held_in_tests_and_load_demo(path):
    assert code.breaches(path, "with clock.at(moment):\n    pass") == []


@pytest.mark.trust("C02", "C03", "H15")
@pytest.mark.parametrize(
    ("path", "text", "rule"),
    [
        ("static/css/app.css", ".a { color: oklch(40% 0.2 250) }", "young_css"),
        ("static/vendor/x/x.css", "@container (min-width: 3em) {}", "young_css"),
        ("templates/a/b.html", "<script>run()</script>", "inline"),
        ("templates/a/b.html", '<p style="color: red">', "inline"),
        ("templates/a/b.html", '<a onclick="run()">', "inline"),
        ("templates/a/b.html", "{{ text|safe }}", "unescaped"),
        ("templates/a/b.html", "{% autoescape off %}", "unescaped"),
        ("apps/core/x.py", "import os  # noqa", "unexplained_noqa"),
        ("apps/core/x.py", "import os  # noqa: F401", "unexplained_noqa"),
        ("README.md", "cd /home/someone/checkout", "one_machine"),
        ("requirements.txt", "--index-url https://mirror.invalid/simple", "one_machine"),
        ("docs/key.md", "-----BEGIN RSA PRIVATE KEY-----", "secret"),
    ],
)
def test_a_breach_in_a_file_is_named(path, text, rule):
    assert rule in names(texts.breaches(path, text))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("static/css/app.css", ".a { color: #123456 }"),
        ("templates/a/b.html", '<script src="/static/js/app.js" defer></script>'),
        ("templates/a/b.html", "{{ text }}"),
        ("apps/core/x.py", "import os  # noqa: F401 (registers itself)"),
        ("README.md", "https://example.invalid/home/page/"),
    ],
)
def test_the_proper_file_passes(path, text):
    assert texts.breaches(path, text) == []
