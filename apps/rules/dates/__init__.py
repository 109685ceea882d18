"""Date phrases of notices (4月1—15日, 每季度结束次月1日前) read as a careful person reads them.

Four tables, each in its module, make the grammar: `script` (characters), `words`, `moments` (parts
of the calendar) and `sentences` (expressions). `reader` walks a text with them, `phrases` makes
one reading of a phrase. What the words leave open is marked for confirmation, never guessed.
"""

from apps.rules.dates.phrases import read
from apps.rules.dates.reader import find
from apps.rules.dates.reading import Found, Kind, Reading, to_json

__all__ = ["Found", "Kind", "Reading", "find", "read", "to_json"]
