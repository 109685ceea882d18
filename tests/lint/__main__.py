"""`python -m tests.lint`: every breach of a house rule in the project's own files, one a line."""

import subprocess
import sys
from pathlib import Path

from tests.lint import code, texts

ROOT = Path(__file__).resolve().parents[2]


def project_files(root: Path) -> list[str]:
    """The files under version control, and new ones not ignored, as paths below the root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(command, cwd=root, capture_output=True, check=True, text=True)
    return sorted(
        name for name in set(answer.stdout.split("\0")) if name and (root / name).is_file()
    )


def all_breaches(root: Path, names: list[str]) -> list[str]:
    """The breaches in these files; what is not text is left alone."""
    found: list[str] = []
    for name in names:
        try:
            text = (root / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += texts.breaches(name, text)
        if name.endswith(".py") and "/migrations/" not in name:
            found += code.breaches(name, text)
    return found


if __name__ == "__main__":
    lines = all_breaches(ROOT, project_files(ROOT))
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.exit(bool(lines))
