"""What a password must be, in two profiles that disagree on purpose (TRUST A01).

`dengbao3` follows GB/T 22239-2019 8.1.4.1 a: kinds of characters, age, history. `asvs` follows
OWASP ASVS 5.0 V6.2: length and a list of common passwords, nothing that makes people write it down.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from apps.organizations.models import User

LONGEST = 128
FEWEST = 4  # characters that must remain, and must differ
LEET = str.maketrans("013457@$!", "oieastasi")


@dataclass(frozen=True)
class Profile:
    """One policy. `max_age` None: a password never grows too old."""

    shortest: int
    n_classes: int
    n_history: int
    max_age: timedelta | None

    def in_words(self) -> str:
        """The sentence the form shows under the field."""
        kinds = f"，大写、小写、数字、符号至少{self.n_classes}类" if self.n_classes else ""
        past = f"，不与前{self.n_history}次相同" if self.n_history else ""
        return f"{self.shortest}–{LONGEST}个字符{kinds}{past}，不用账号、姓名和常见密码。"


PROFILES = {
    "dengbao3": Profile(shortest=8, n_classes=3, n_history=5, max_age=timedelta(days=90)),
    "asvs": Profile(shortest=12, n_classes=0, n_history=0, max_age=None),
}


def profile() -> Profile:
    """The policy this installation follows."""
    return PROFILES[settings.PASSWORD_PROFILE]


@cache
def _local_list() -> tuple[str, ...]:
    """Words people here build passwords from, longest first."""
    path = Path(settings.BASE_DIR) / "fixtures" / "common_passwords.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    words = {line.strip().lower() for line in lines if line and not line.startswith("#")}
    return tuple(sorted(words, key=len, reverse=True))


@cache
def _world_list() -> CommonPasswordValidator:
    """The framework's list of the 20,000 most used passwords."""
    return CommonPasswordValidator()


def is_common(password: str) -> bool:
    """Whether the password is listed, or little remains of it without listed words and digits."""
    plain = password.lower()
    try:
        _world_list().validate(plain)
    except ValidationError:
        return True
    return len(set(plain)) < FEWEST or any(
        len(_own_part(spelling)) < FEWEST for spelling in (plain, plain.translate(LEET))
    )


def _own_part(plain: str) -> str:
    """What the person added to common words and digits."""
    for word in _local_list():
        plain = plain.replace(word, "")
    return re.sub(r"[0-9]", "", plain)


def n_classes(password: str) -> int:
    """How many of upper case, lower case, digit and other characters appear."""
    kinds = (str.isupper, str.islower, str.isdigit)
    found = [any(kind(char) for char in password) for kind in kinds]
    other = any(not (c.isupper() or c.islower() or c.isdigit()) for c in password)
    return sum(found) + other


def problems(password: str, user: User, policy: Profile | None = None) -> list[str]:
    """Sentences on what is wrong with the password for the user; empty when it may be used."""
    policy = policy or profile()
    found = []
    if not policy.shortest <= len(password) <= LONGEST:
        found.append(f"密码：{len(password)}个字符，应为{policy.shortest}–{LONGEST}个字符。")
    if n_classes(password) < policy.n_classes:
        found.append(
            f"密码：只有{n_classes(password)}类字符，"
            f"应含大写字母、小写字母、数字、符号中的{policy.n_classes}类，例如Qushui-58km。"
        )
    if _tells_who(password, user):
        found.append("密码：含账号或姓名，请换一个不相干的词。")
    if is_common(password):
        found.append("密码：是常见密码，或只在常见词前后加了数字，请换一个。")
    return found + _history(password, user, policy)


def _tells_who(password: str, user: User) -> bool:
    plain = password.lower()
    return any(len(word) >= 2 and word.lower() in plain for word in (user.username, user.name))


def _history(password: str, user: User, policy: Profile) -> list[str]:
    """Compares slowly on purpose: each former hash costs one log-in."""
    if not policy.n_history or not user.pk:
        return []
    former = user.past_passwords.order_by("-set_at", "-id").values_list("hashed", flat=True)
    hashes = [user.password, *former[: policy.n_history]]
    if any(check_password(password, hashed) for hashed in dict.fromkeys(hashes)):
        return [f"密码：前{policy.n_history}次用过，请换一个。"]
    return []


def must_change(user: User, now: datetime) -> bool:
    """Whether the user may do nothing before changing the password."""
    if user.must_change_password:
        return True
    age = profile().max_age
    changed = user.password_changed_at
    return age is not None and changed is not None and now - changed >= age
