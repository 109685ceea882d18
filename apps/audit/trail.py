"""What is hashed, and how: the one place that writer and verifier share."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from apps.audit.models import Entry

FIELDS = (
    "number",
    "actor_id",
    "actor_label",
    "action",
    "subject_type",
    "subject_id",
    "subject_label",
    "data",
    "ip",
    "is_refusal",
)


def clean(text: str) -> str:
    """Text that both databases store unchanged: no NUL, no half of a surrogate pair."""
    return text.replace("\x00", "\u2400").encode("utf-8", "replace").decode("utf-8")


def plain(value: Any) -> Any:
    """The value as JSON that reads back equal: Decimals, dates and ids as text, floats refused.

    Raises TypeError for anything else, so that nothing enters the trail by its repr().
    """
    match value:
        case None | bool() | int():
            return value
        case str():
            return clean(value)
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case Decimal() | UUID():
            return str(value)
        case Mapping():
            return {clean(str(key)): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no place in the trail; pass text or Decimal")


def canonical(value: Any) -> str:
    """One spelling of a plain value: sorted keys, no blanks."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(entry: Entry, chain: str) -> str:
    """SHA-256 over the previous hash and every field of the entry."""
    fields = {name: getattr(entry, name) for name in FIELDS}
    fields |= {"chain": chain, "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds")}
    return hashlib.sha256(f"{entry.previous_hash}\n{canonical(fields)}".encode()).hexdigest()
