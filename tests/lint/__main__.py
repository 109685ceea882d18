"""`python -m tests.lint`: every breach of a house rule in the project's own files, one a line."""

import sys
from pathlib import Path

from tests.lint import code, texts

ROOT = Path(__file__).resolve().parents[2]
MADE = {  # what tools fill, as in .gitignore (in a worktree .git is a file)
    ".git",
    ".venv",
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".import_linter_cache",
    ".hypothesis",
    "htmlcov",
    "var",
    "staticfiles",
    "build",
    "node_modules",
}


def project_files(root: Path) -> list[str]:
    """The project's own files, as paths below the root."""
    paths = (path for path in root.rglob("*") if path.is_file())
    names = (path.relative_to(root) for path in paths)
    return sorted(name.as_posix() for name in names if not MADE & set(name.parts))


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
