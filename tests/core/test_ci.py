"""The scripts of .ci that decide something, and the locks that they install."""

import json
import os
import re
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def lines_of(covered: int, of: int) -> dict[str, dict[str, int]]:
    return {
        "summary": {
            "covered_lines": covered,
            "num_statements": of,
            "covered_branches": 0,
            "num_branches": 0,
        }
    }


def floor(tmp_path: Path, files: dict[str, object]) -> subprocess.CompletedProcess[str]:
    report = tmp_path / "coverage.json"
    report.write_text(json.dumps({"files": files}), encoding="utf-8")
    command = [sys.executable, ".ci/coverage_floor.py", str(report), "95"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


GOOD = {
    "apps/rules/scores.py": lines_of(95, 100),
    "apps/filings/services/moves.py": lines_of(20, 20),
    "apps/filings/selectors.py": lines_of(20, 20),
    "apps/filings/permissions.py": lines_of(20, 20),
    "apps/filings/views.py": lines_of(0, 100),
}


def test_the_floor_is_silent_when_it_is_kept(tmp_path):
    answer = floor(tmp_path, GOOD)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("apps/rules/lights.py", "rules"),
        ("apps/targets/services/sheet.py", "services"),
        ("apps/targets/selectors.py", "selectors"),
        ("apps/targets/permissions.py", "permissions"),
    ],
)
def test_the_floor_names_the_kind_and_the_file_that_miss_it(tmp_path, path, kind):
    answer = floor(tmp_path, {**GOOD, path: lines_of(50, 100)})
    assert answer.returncode == 1
    assert re.search(rf"^{kind}: [\d.]+ % covered, 95 % asked$", answer.stderr, re.M)
    assert f"{path}: 50 missing" in answer.stderr


def test_the_floor_fails_when_nothing_was_measured(tmp_path):
    assert floor(tmp_path, {}).returncode == 1


def test_a_new_installation_gets_a_key_of_its_own_and_a_quoted_folder(tmp_path):
    folder = tmp_path / "a folder's name"
    command = [sys.executable, ".ci/new_env.py", str(folder)]
    made = [
        subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]
    values = [
        dict(word.split("=", 1) for word in shlex.split(text, comments=True)) for text in made
    ]
    assert values[0]["SECRET_KEY"] != values[1]["SECRET_KEY"]
    assert len(values[0]["SECRET_KEY"]) >= 50
    assert values[0]["DATA_DIR"] == str(folder)
    assert values[0]["DATABASE_URL"].endswith("a%20folder%27s%20name/perf.sqlite3")


@pytest.mark.trust("H18")
@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_every_locked_package_has_hashes_and_every_wanted_one_is_locked(name):
    lock = (ROOT / f"{name}.txt").read_text(encoding="utf-8")
    packages = re.split(r"^(?=\w)", lock, flags=re.M)[1:]
    assert packages
    for package in packages:
        assert re.match(r"[\w.\-\[\]]+==[\w.]+ (?:; [^\\]+)?\\\n    --hash=sha256:", package), (
            package
        )
    wanted = re.findall(r"^([A-Za-z][\w.-]*)", (ROOT / f"{name}.in").read_text(), re.M)
    locked = {re.match(r"[\w.-]+", package)[0].lower() for package in packages}
    assert {word.lower().replace("_", "-") for word in wanted} <= locked


@pytest.mark.parametrize("path", ["run", "bootstrap.sh", "start.sh", "services.sh", "test.sh"])
def test_the_scripts_can_be_started_and_stop_at_the_first_fault(path):
    script = ROOT / ".ci" / path
    assert os.stat(script).st_mode & stat.S_IXUSR
    assert "\nset -euo pipefail\n" in script.read_text(encoding="utf-8")
