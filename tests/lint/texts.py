"""Rules on files as text: templates, style sheets, and what no file of the project may hold."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

# Bureau PCs run Chromium 86, which drops a declaration that it does not understand.
YOUNG_CSS = re.compile(r"oklch|oklab|color-mix|@container|@layer|light-dark\(", re.I)
CSS_COMMENT = re.compile(r"/\*.*?\*/", re.S)
# The policy of the pages is 'self': nothing inline would run, and nothing may be unescaped.
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|javascript:", re.I)
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+off|\bsafeseq\b")
# A checkout must work on any machine, and a lock from any package index.
ONE_MACHINE = re.compile(
    r"(?<![\w.])/(?:home|Users)/[a-z]\w*/|(?<![\w.])/(?:root|work)/|\.\./shared|/opt/pypi"
    r"|--(?:extra-)?index-url|--find-links|--trusted-host"
)
SUPPRESSION = re.compile(r"#\s*noqa(?P<codes>:\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?(?P<reason>\s*\(.+)?")
SECRET = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{36}\b")


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        found = pattern.search(line)
        if found:
            yield number, found.group().strip()


def _blank(comment: re.Match[str]) -> str:
    """As many lines as the comment had, so that line numbers stay true."""
    return "\n" * comment.group().count("\n")


def _unexplained(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        found = SUPPRESSION.search(line)
        if found and not (found["codes"] and found["reason"]):
            yield number, "write `# noqa: CODE (reason)`"


def breaches(path: str, text: str) -> list[str]:
    """Each breach in one text file as `path:line: rule: what`."""
    place = PurePosixPath(path)
    found: list[tuple[str, Iterator[tuple[int, str]]]] = []
    if place.parts[:2] != ("tests", "lint"):  # where the examples stand
        found.append(("secret", _matches(SECRET, text)))
        found.append(("one_machine", _matches(ONE_MACHINE, text)))
        if place.suffix == ".py":
            found.append(("unexplained_noqa", _unexplained(text)))
    if place.suffix == ".css":
        found.append(("young_css", _matches(YOUNG_CSS, CSS_COMMENT.sub(_blank, text))))
    if place.suffix == ".html" and place.parts[0] == "templates":
        found.append(("inline", _matches(INLINE, text)))
        found.append(("unescaped", _matches(UNESCAPED, text)))
    return [f"{path}:{line}: {rule}: {what}" for rule, rows in found for line, what in rows]
