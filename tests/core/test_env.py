"""The readers of the environment refuse what they do not understand."""

from datetime import date

import pytest
from django.core.exceptions import ImproperlyConfigured

from apps.core import env


@pytest.fixture
def given(monkeypatch):
    """Set one variable under a name that no setting uses."""
    return lambda value: monkeypatch.setenv("SAMPLE", value)


def test_text_without_value_or_default_names_the_variable(monkeypatch):
    monkeypatch.delenv("SAMPLE", raising=False)
    with pytest.raises(ImproperlyConfigured, match="SAMPLE is not set"):
        env.text("SAMPLE")


def test_text_takes_an_empty_value_for_unset(given):
    given("  ")
    assert env.text("SAMPLE", "default") == "default"


@pytest.mark.parametrize(("written", "value"), [("True", True), ("False", False), ("", True)])
def test_flag_reads_true_and_false(given, written, value):
    given(written)
    assert env.flag("SAMPLE", True) is value


@pytest.mark.parametrize("written", ["true", "1", "yes", "on", "Falsch"])
def test_flag_refuses_anything_else(given, written):
    given(written)
    with pytest.raises(ImproperlyConfigured, match="write True or False"):
        env.flag("SAMPLE", False)


def test_number_reads_a_whole_number(given):
    given("12")
    assert env.number("SAMPLE", 3) == 12


@pytest.mark.parametrize("written", ["-1", "1.5", "ten", "１２", "0x10", "1_000"])
def test_number_refuses_what_is_not_a_whole_number(given, written):
    given(written)
    with pytest.raises(ImproperlyConfigured, match="whole number"):
        env.number("SAMPLE", 3)


def test_number_refuses_less_than_the_least(given):
    given("0")
    with pytest.raises(ImproperlyConfigured, match="1 or more"):
        env.number("SAMPLE", 3, 1)


def test_words_drops_blanks(given):
    given(" a, ,b,")
    assert env.words("SAMPLE") == ["a", "b"]


def test_day_reads_a_date_and_none_when_unset(given):
    given("2024-04-10")
    assert env.day("SAMPLE") == date(2024, 4, 10)
    given("")
    assert env.day("SAMPLE") is None


@pytest.mark.parametrize("written", ["2024-4-10", "10.04.2024", "2024-02-30"])
def test_day_refuses_another_form(given, written):
    given(written)
    with pytest.raises(ImproperlyConfigured, match="YYYY-MM-DD"):
        env.day("SAMPLE")


def test_choice_refuses_a_word_outside_the_list(given):
    given("c")
    with pytest.raises(ImproperlyConfigured, match="one of a, b"):
        env.choice("SAMPLE", ("a", "b"), "a")


@pytest.mark.trust("H15")
def test_secret_comes_from_a_file_before_the_variable(given, monkeypatch, tmp_path):
    path = tmp_path / "secret"
    path.write_text("from the file\n", encoding="utf-8")
    given("from the variable")
    assert env.secret("SAMPLE") == "from the variable"
    monkeypatch.setenv("SAMPLE_FILE", str(path))
    assert env.secret("SAMPLE") == "from the file"


def test_secret_refuses_a_missing_or_empty_file(monkeypatch, tmp_path):
    monkeypatch.setenv("SAMPLE_FILE", str(tmp_path / "none"))
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        env.secret("SAMPLE")
    (tmp_path / "none").touch()
    with pytest.raises(ImproperlyConfigured, match="is empty"):
        env.secret("SAMPLE")


def test_database_reads_a_postgresql_address_with_quoted_parts(given):
    given("postgresql://p%40erf:w%2Ford@db:5433/base")
    values = env.database("SAMPLE")
    assert (values["USER"], values["PASSWORD"], values["HOST"], values["PORT"], values["NAME"]) == (
        "p@erf",
        "w/ord",
        "db",
        "5433",
        "base",
    )


@pytest.mark.trust("H10")
def test_database_bounds_statements_and_waiting(given):
    given("postgresql://perf:word@db/base")
    options = env.database("SAMPLE")["OPTIONS"]["options"]
    for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        assert f"-c {name}=" in options


def test_database_writes_to_sqlite_without_deferred_starts(given):
    given("sqlite:///folder/a%20b.sqlite3")
    values = env.database("SAMPLE")
    assert values["NAME"] == "/folder/a b.sqlite3"
    assert values["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize("written", ["mysql://u@h/b", "postgres", "/file.sqlite3"])
def test_database_refuses_another_kind(given, written):
    given(written)
    with pytest.raises(ImproperlyConfigured, match="sqlite:///"):
        env.database("SAMPLE")
