"""What the settings promise to an installation; each is read in a process of its own."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DUMP = (
    "import json; from perf_mgmt import settings as s;"
    "print(json.dumps({k: v for k, v in vars(s).items() if k.isupper()}, default=str))"
)


def production(**changes: str) -> dict[str, str]:
    """The environment of the deployment check, with changes."""
    lines = (ROOT / ".ci/production.env").read_text(encoding="utf-8").splitlines()
    values = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    return {"PATH": os.environ["PATH"], **values, **changes}


def run(code: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *code]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def settings_of(environment: dict[str, str]) -> dict[str, object]:
    answer = run(["-c", DUMP], environment)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


@pytest.fixture(scope="module")
def deployed():
    return settings_of(production())


@pytest.mark.trust("H03")
def test_a_task_is_acknowledged_late_and_outlives_its_worker(deployed):
    assert deployed["CELERY_TASK_ACKS_LATE"] is True
    assert deployed["CELERY_TASK_REJECT_ON_WORKER_LOST"] is True
    assert deployed["CELERY_WORKER_PREFETCH_MULTIPLIER"] == 1


@pytest.mark.trust("H03")
def test_redis_hides_a_task_longer_than_it_may_run(deployed):
    hidden = deployed["CELERY_BROKER_TRANSPORT_OPTIONS"]["visibility_timeout"]
    assert deployed["CELERY_TASK_SOFT_TIME_LIMIT"] < deployed["CELERY_TASK_TIME_LIMIT"] < hidden


@pytest.mark.trust("H05")
def test_sessions_do_not_live_in_redis(deployed):
    assert deployed["SESSION_ENGINE"] == "django.contrib.sessions.backends.db"


@pytest.mark.trust("C04")
def test_cookies_are_bound_to_this_host_over_https(deployed):
    for kind in ("SESSION", "CSRF"):
        assert deployed[f"{kind}_COOKIE_NAME"].startswith("__Host-")
        assert deployed[f"{kind}_COOKIE_SECURE"] is True
        assert deployed[f"{kind}_COOKIE_HTTPONLY"] is True


@pytest.mark.trust("C03")
def test_the_policy_allows_nothing_inline(deployed):
    policy = deployed["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert policy["script-src"] == policy["style-src"] == policy["default-src"] == ["'self'"]
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]


def test_demo_people_and_the_demo_date_are_off_by_default(deployed):
    bare = {name: value for name, value in production().items() if name not in ("DEMO", "DEBUG")}
    values = settings_of(bare)
    assert (values["DEMO"], values["BUSINESS_DATE"], values["DEBUG"]) == (False, None, False)


@pytest.mark.trust("C04", "H19")
def test_the_deployment_check_has_nothing_to_say():
    command = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    answer = run(command, production())
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"DEMO": "True"}, "core.W002"),
        ({"BUSINESS_DATE": "2024-04-10"}, "core.W002"),
        ({"BROKER_URL": "redis://redis:6379/0"}, "core.W003"),
        ({"BROKER_URL": "filesystem://"}, "core.W004"),
        ({"HTTPS": "False"}, "security.W"),
        ({"SECRET_KEY": "short"}, "security.W009"),
    ],
)
def test_the_deployment_check_names_what_is_unsafe(tmp_path, changes, complaint):
    command = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    answer = run(command, production(DATA_DIR=str(tmp_path), **changes))
    assert answer.returncode != 0
    assert complaint in answer.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "BROKER_URL"])
def test_a_missing_value_stops_the_start_and_names_itself(name):
    answer = run(["-c", DUMP], production(**{name: ""}))
    assert answer.returncode != 0
    assert f"{name} is not set" in answer.stderr


def test_the_embedded_queue_is_a_folder_without_remote_control(tmp_path):
    values = settings_of(production(BROKER_URL="filesystem://", DATA_DIR=str(tmp_path)))
    options = values["CELERY_BROKER_TRANSPORT_OPTIONS"]
    assert options["data_folder_in"] == options["data_folder_out"]
    assert Path(options["data_folder_in"]).is_dir()
    assert Path(options["control_folder"]).is_dir()
    assert values["CELERY_WORKER_ENABLE_REMOTE_CONTROL"] is False


def names_read(path: str) -> set[str]:
    """The variables that a module reads through apps.core.env."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute | ast.Name)
        and ast.unparse(node.func).removeprefix("env.")
        in ("text", "flag", "number", "words", "secret", "day", "choice", "database")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def test_the_example_lists_exactly_what_is_read():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    listed = set(re.findall(r"^(?:# )?([A-Z][A-Z_]*)=", example, re.M))
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    asked_by_compose = set(re.findall(r"\$\{([A-Z_]+)", compose))
    read = names_read("perf_mgmt/settings.py") | names_read("apps/core/env.py")
    read |= names_read("apps/core/management/commands/grant_runtime.py")
    assert listed == read | asked_by_compose
