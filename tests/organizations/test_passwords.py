"""Two password policies, and what Argon2 costs."""

import time
from datetime import timedelta

import pytest

from apps.core import clock
from apps.organizations import hashers, passwords, services
from apps.organizations.models import PastPassword, User
from apps.organizations.services import access
from apps.rules.errors import RuleError
from tests.personas import PASSWORD, give_password

TABLE = [  # password, allowed by dengbao3, allowed by asvs
    ("", False, False),
    ("Ab1-", False, False),
    ("Qs-58km", False, False),
    ("Qs-58kmx", True, False),
    ("qushuiab", False, False),
    ("QUSHUIAB", False, False),
    ("qushui58", False, False),
    ("Qushui58", True, False),
    ("qushui-58km", True, False),
    ("Qushui-58km-tarim", True, True),
    ("zaochen kan jian hong yan", False, True),
    ("thecanalreachesthefieldinmay", False, True),
    ("Thecanal reachesthefieldinmay", True, True),
    ("password", False, False),
    ("Password1!", False, False),
    ("P@ssw0rd2024", False, False),
    ("P@ssw0rd2024!", False, False),
    ("Admin@123", False, False),
    ("Admin@1234567", False, False),
    ("admin123456!A", False, False),
    ("Caizheng@2024", False, False),
    ("Yusuan-2024", False, False),
    ("Jixiao!2024ab", False, False),
    ("Jixiao!2024-tarim", True, True),
    ("Yuli@652823", False, False),
    ("Woaini1314!", False, False),
    ("Qwerty123!", False, False),
    ("1qaz@WSX", False, False),
    ("Huawei@12#$", False, False),
    ("aaaaAAAA1111", False, False),
    ("aaaaaaaaaaaa", False, False),
    ("11111111aaaa", False, False),
    ("123456789012", False, False),
    ("12345678Aa!", False, False),
    ("slj-tbr01", False, False),
    ("Xslj-tbr01X", False, False),
    ("Ailijiang艾力2024", False, False),
    ("水渠通到田头了Ab1", True, False),
    ("水渠通到了田头五月天真好", False, True),
    ("Kq" * 32, False, False),
    ("Kq7-Lm" * 10 + "Zx9_", True, True),
    ("K7-" * 42 + "ab", True, True),
    ("K7-" * 43, False, False),
]


@pytest.fixture
def clerk(db):
    return User(username="slj-tbr01", name="艾力")


@pytest.mark.trust("A01")
@pytest.mark.parametrize(("password", "dengbao3", "asvs"), TABLE)
def test_the_profiles_judge_as_they_say(clerk, password, dengbao3, asvs):
    judged = {
        name: not passwords.problems(password, clerk, policy)
        for name, policy in passwords.PROFILES.items()
    }
    assert judged == {"dengbao3": dengbao3, "asvs": asvs}


@pytest.mark.trust("A01")
def test_the_last_five_passwords_are_not_used_again(quick_hashes, filer):
    used = [f"Shuiqu-{number}{number}xx-tong" for number in range(7)]
    for password in used:
        access.set_password(filer, password)
    with pytest.raises(RuleError, match="前5次用过"):
        access.set_password(filer, used[1])
    with pytest.raises(RuleError, match="前5次用过"):
        access.set_password(filer, used[6])
    access.set_password(filer, used[0])
    assert PastPassword.objects.filter(user=filer).count() == 7


@pytest.mark.trust("A01")
def test_a_password_of_ninety_days_must_be_changed_under_dengbao3_only(filer, settings):
    give_password(filer)
    day = filer.password_changed_at
    assert not passwords.must_change(filer, day + timedelta(days=89, hours=23))
    assert passwords.must_change(filer, day + timedelta(days=90))
    settings.PASSWORD_PROFILE = "asvs"
    assert not passwords.must_change(filer, day + timedelta(days=900))


@pytest.mark.trust("A12")
def test_a_hash_is_cheap_enough_for_deadline_night_and_dear_enough_for_a_thief():
    hasher = hashers.BoundedArgon2PasswordHasher()
    assert (hasher.time_cost, hasher.memory_cost, hasher.parallelism) == (2, 47104, 1)
    costs = []
    for _ in range(5):
        start = time.process_time()
        hasher.encode(PASSWORD, "saltsaltsaltsalt")
        costs.append(time.process_time() - start)
    assert 0.01 < min(costs) < 1.0


@pytest.mark.trust("A12")
def test_a_full_queue_is_told_instead_of_waiting_forever(settings):
    settings.LOGIN_PATIENCE = 0.01
    with (
        hashers.turn(),
        hashers.turn(),
        pytest.raises(RuleError, match="登录的人太多") as refusal,
        hashers.turn(),
    ):
        pass
    assert refusal.value.code == "busy"
    with hashers.turn():
        pass


@pytest.mark.trust("A12")
def test_an_older_hash_is_renewed_at_log_in(filer, settings, rf):
    settings.PASSWORD_HASHERS = [
        "apps.organizations.hashers.BoundedArgon2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    from django.contrib.auth.hashers import make_password

    User.objects.filter(pk=filer.pk).update(password=make_password(PASSWORD, hasher="md5"))
    assert User.objects.get(pk=filer.pk).check_password(PASSWORD)
    assert User.objects.get(pk=filer.pk).password.startswith("argon2$")


@pytest.mark.trust("A10")
def test_a_link_sets_the_password_once(world, sys_admin, filer):
    token = services.issue_link(actor=sys_admin, person=filer)
    services.redeem_link(token=token, new=PASSWORD)
    assert User.objects.get(pk=filer.pk).check_password(PASSWORD)
    with pytest.raises(RuleError, match="已用过或已过期"):
        services.redeem_link(token=token, new="Anders-99-shuiku")
    assert User.objects.get(pk=filer.pk).check_password(PASSWORD)


def test_a_link_ends_after_three_days_and_with_the_next_one(world, sys_admin, filer):
    first = services.issue_link(actor=sys_admin, person=filer)
    second = services.issue_link(actor=sys_admin, person=filer)
    assert access.living_link(first) is None
    assert access.living_link(second) is not None
    with clock.at(clock.now() + timedelta(hours=72, seconds=1)):
        assert access.living_link(second) is None
