"""The entrance: wrong passwords, locks, sessions, links, redirects."""

import statistics
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client

from apps.audit.models import Entry
from apps.core import clock
from apps.organizations import entrance, hashers, services, sessions
from apps.organizations.models import LoginGuard, User
from tests.personas import PASSWORD, client_of, give_password, make_world

WRONG = "Nicht-das-Wort-1"


def try_in(client, username="filer", password=PASSWORD, **more):
    return client.post("/login/", {"username": username, "password": password, **more})


@pytest.fixture
def member(filer):
    return give_password(filer)


def test_the_right_password_opens_and_stands_in_the_trail(visitor, member):
    answer = try_in(visitor)
    assert answer.status_code == 302
    assert answer["Location"] == "/"
    assert visitor.get("/account/").status_code == 200
    assert Entry.objects.filter(action="organizations.log_in", is_refusal=False).count() == 1


@pytest.mark.trust("A02")
def test_five_wrong_passwords_lock_for_thirty_minutes(visitor, member):
    for left in (4, 3, 2, 1):
        answer = try_in(visitor, password=WRONG)
        assert answer.status_code == 422
        assert f"账号或密码不对，还可再试{left}次" in answer.content.decode()
    assert "锁定到" in try_in(visitor, password=WRONG).content.decode()
    answer = try_in(visitor)
    assert answer.status_code == 429
    assert "_auth_user_id" not in visitor.session
    with clock.at(clock.now() + timedelta(minutes=30, seconds=1)):
        assert try_in(visitor).status_code == 302
    assert Entry.objects.filter(is_refusal=True).count() == 6


@pytest.mark.trust("A02")
def test_a_success_in_between_starts_the_count_afresh(visitor, member):
    for _ in range(3):
        for _ in range(4):
            try_in(Client(), password=WRONG)
        assert try_in(Client()).status_code == 302
    assert LoginGuard.objects.get(key="name:filer").n_failures == 0


@pytest.mark.trust("A02")
@pytest.mark.skipif(connection.vendor != "postgresql", reason="threads write at once")
@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_guesses_try_five_passwords_and_lock(monkeypatch):
    give_password(make_world().people["filer"])
    tried, answers, gate = [], [], threading.Barrier(50)
    real = User.check_password

    def counting(self, raw):
        tried.append(raw)
        return real(self, raw)

    monkeypatch.setattr(User, "check_password", counting)

    def guess(number):
        try:
            client = Client(REMOTE_ADDR="10.0.0.7")
            gate.wait()
            answers.append(try_in(client, password=f"{WRONG}{number}").status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 50
    assert len(tried) <= 5
    assert set(answers) <= {422, 429}
    assert try_in(Client()).status_code == 429
    assert LoginGuard.objects.get(key="name:filer").n_failures == 5


@pytest.mark.trust("A03")
def test_one_address_has_a_budget_wide_enough_for_an_office(settings, quick_hashes, member):
    settings.LOGIN_FAILURES = 2  # the address may fail forty times
    for number in range(20):
        try_in(Client(), username=f"nobody{number}", password=WRONG)
    assert try_in(Client()).status_code == 302
    for number in range(20, 40):
        try_in(Client(), username=f"nobody{number}", password=WRONG)
    answer = try_in(Client())
    assert answer.status_code == 429
    assert "从这个地址" in answer.content.decode()
    assert try_in(Client(REMOTE_ADDR="10.9.9.9")).status_code == 302


@pytest.mark.trust("A03")
def test_the_security_administrator_unlocks(world, member, sec_admin, sys_admin):
    for _ in range(5):
        try_in(Client(), password=WRONG)
    assert "filer" in client_of(sec_admin).get("/people/locked/").content.decode()
    assert client_of(sys_admin).get("/people/locked/").status_code == 403
    assert (
        client_of(sys_admin).post("/people/locked/unlock/", {"key": "name:filer"}).status_code
        == 403
    )
    assert try_in(Client()).status_code == 429
    client_of(sec_admin).post("/people/locked/unlock/", {"key": "name:filer"})
    assert try_in(Client()).status_code == 302
    unlocked = Entry.objects.filter(action="organizations.unlock", is_refusal=False)
    assert unlocked.count() == 1


def plain(answer):
    """The page without the token and the name that differ on every visit."""
    import re

    return re.sub(
        r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]*', "", answer.content.decode()
    )


@pytest.mark.trust("A04")
def test_unknown_disabled_and_wrong_are_told_the_same(member, disabled):
    give_password(disabled)
    bodies = []
    for username, password in (("filer", WRONG), ("disabled", PASSWORD), ("nobody", PASSWORD)):
        answer = try_in(Client(), username=username, password=password)
        assert answer.status_code == 422
        bodies.append(plain(answer).replace(f'value="{username}"', ""))
    assert bodies[0] == bodies[1] == bodies[2]


@pytest.mark.trust("A04")
def test_unknown_names_take_as_long_as_wrong_passwords(member, settings):
    settings.LOGIN_FAILURES = 1000
    times = {"filer": [], "nobody": []}
    try_in(Client(), password=WRONG)
    for _ in range(12):
        for username, taken in times.items():
            start = time.perf_counter()
            try_in(Client(), username=username, password=WRONG)
            taken.append(time.perf_counter() - start)
    ratio = statistics.median(times["nobody"]) / statistics.median(times["filer"])
    assert 0.6 < ratio < 1.6


@pytest.mark.trust("A06")
def test_the_session_id_changes_at_log_in_and_the_old_one_is_dead(visitor, member):
    visitor.get("/login/")
    session = visitor.session
    session["before"] = True
    session.save()
    visitor.cookies["session"] = session.session_key
    old = session.session_key
    try_in(visitor)
    assert visitor.session.session_key != old
    thief = Client()
    thief.cookies["session"] = old
    assert thief.get("/account/").status_code == 302


@pytest.mark.trust("A07")
@pytest.mark.parametrize(("minutes", "alive"), [(29, True), (30, False)])
def test_a_session_ends_after_thirty_idle_minutes(visitor, member, minutes, alive):
    start = clock.now()
    with clock.at(start):
        try_in(visitor)
    with clock.at(start + timedelta(minutes=minutes)):
        answer = visitor.get("/account/")
    if alive:
        assert answer.status_code == 200
    else:
        assert answer["Location"] == "/login/?next=%2Faccount%2F&expired=1"


@pytest.mark.trust("A07")
def test_a_busy_session_ends_after_twelve_hours(visitor, member):
    start = clock.now()
    with clock.at(start):
        try_in(visitor)
    for minutes in range(20, 12 * 60, 20):
        with clock.at(start + timedelta(minutes=minutes)):
            assert visitor.get("/account/").status_code == 200
    with clock.at(start + timedelta(hours=12)):
        assert visitor.get("/account/").status_code == 302
    assert "_auth_user_id" not in visitor.session


@pytest.mark.trust("A07")
def test_a_session_without_times_is_over(visitor, filer):
    visitor.force_login(filer)
    assert visitor.get("/account/").status_code == 302


def test_the_session_row_is_written_once_a_minute(visitor, member):
    start = clock.now()
    with clock.at(start):
        try_in(visitor)
    for seconds, noted in ((30, 0), (61, 61), (100, 61)):
        with clock.at(start + timedelta(seconds=seconds)):
            visitor.get("/account/")
        assert round(visitor.session[sessions.SEEN_AT] - start.timestamp()) == noted


@pytest.mark.trust("A08")
@pytest.mark.parametrize("how", ["disable", "password", "role", "others"])
def test_what_ends_an_account_ends_its_sessions_at_the_next_request(world, member, how):
    first, second = Client(), Client()
    try_in(first)
    try_in(second)
    assert second.get("/account/").status_code == 200
    if how == "disable":
        services.disable(actor=world.people["sys_admin"], person=member, reason="调离")
    elif how == "role":
        services.end_membership(actor=world.people["sec_admin"], membership=member.in_force()[0])
    elif how == "others":
        assert first.post("/account/sessions/end/").status_code == 302
    else:
        new = "Anders-99-shuiku"
        sent = {"current": PASSWORD, "new": new, "again": new}
        assert first.post("/account/password/", sent).status_code == 302
    assert second.get("/account/").status_code == 302
    stays = how in ("password", "others")
    assert first.get("/account/").status_code == (200 if stays else 302)


@pytest.mark.trust("A09")
def test_log_out_empties_the_session_and_the_browser(visitor, member):
    try_in(visitor)
    key = visitor.session.session_key
    assert visitor.get("/logout/").status_code == 405
    answer = visitor.post("/logout/")
    assert "cookies" in answer["Clear-Site-Data"]
    thief = Client()
    thief.cookies["session"] = key
    assert thief.get("/account/").status_code == 302
    assert visitor.get("/login/")["Cache-Control"] == "no-store"


@pytest.mark.trust("C06")
@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\\/evil.example",
        "http://evil.example",
        "https:evil.example",
        "https:/evil.example",
        "https:///evil.example",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        " //evil.example",
        "\t//evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "evil.example",
        "／／evil.example",
        "//evil。example",
        "@evil.example",
        "//testserver@evil.example/",
        "http://testserver/account/",
    ],
)
def test_the_way_back_stays_in_the_house(visitor, member, wanted):
    assert try_in(visitor, next=wanted)["Location"] == "/"
    assert visitor.get("/login/", {"next": wanted})["Location"] == "/"


@pytest.mark.trust("C06")
def test_the_way_back_keeps_our_own_path(visitor, member):
    assert try_in(visitor, next="/people/?q=1&after=b")["Location"] == "/people/?q=1&after=b"


def ended(member):
    """A browser whose session idled away, and the moment."""
    client, start = Client(), clock.now()
    with clock.at(start):
        try_in(client)
    return client, start + timedelta(minutes=31)


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {"Accept": "application/json"}])
def test_a_script_learns_that_the_session_ended(member, headers):
    client, later = ended(member)
    with clock.at(later):
        answer = client.post("/account/tokens/", {"name": "x"}, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["code"] == "session_ended"
    assert answer.json()["relogin"] == "/account/relogin/"
    assert "session-ended" in answer["HX-Trigger"]


def test_logging_in_again_in_place_answers_a_fresh_token(member):
    client, later = ended(member)
    with clock.at(later):
        client.get("/account/", headers={"HX-Request": "true"})
        form = client.get("/account/relogin/").content.decode()
        assert 'value="filer"' in form
        wrong = client.post("/account/relogin/", {"username": "filer", "password": WRONG})
        assert wrong.status_code == 422
        answer = client.post("/account/relogin/", {"username": "filer", "password": PASSWORD})
        assert len(answer.json()["csrf"]) == 64
        assert answer.json()["person"] == str(member.public_id)
        assert client.get("/account/").status_code == 200


def test_another_person_cannot_go_on_in_the_page(member, stranger):
    give_password(stranger)
    client, later = ended(member)
    with clock.at(later):
        client.get("/account/", headers={"HX-Request": "true"})
        answer = client.post("/account/relogin/", {"username": "stranger", "password": PASSWORD})
    assert answer.status_code == 422
    assert "另一位用户" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_form_sent_after_the_end_keeps_what_was_typed(member):
    client, later = ended(member)
    typed = {"name": "取数<程序>", "days": "30"}
    with clock.at(later):
        page = client.post("/account/tokens/", typed)
        assert page.status_code == 401
        assert "取数&lt;程序&gt;" in page.content.decode()
        sent = {**typed, "relogin-to": "/account/tokens/", "relogin-username": "filer"}
        wrong = client.post("/account/resume/", {**sent, "relogin-password": WRONG})
        assert wrong.status_code == 422
        assert "取数&lt;程序&gt;" in wrong.content.decode()
        page = client.post("/account/resume/", {**sent, "relogin-password": PASSWORD})
        assert 'action="/account/tokens/"' in page.content.decode()
        assert "取数&lt;程序&gt;" in page.content.decode()
        assert PASSWORD not in page.content.decode()
        assert client.post("/account/tokens/", typed).status_code == 200
    assert member.tokens.count() == 1


@pytest.mark.trust("C06")
def test_resuming_sends_nothing_to_another_house(member):
    client, later = ended(member)
    with clock.at(later):
        client.get("/account/")
        sent = {"relogin-username": "filer", "relogin-password": PASSWORD}
        page = client.post("/account/resume/", {**sent, "relogin-to": "//evil.example/x"})
    assert "evil.example" not in page.content.decode()


def test_whoever_must_change_the_password_sees_only_that(visitor, member):
    User.objects.filter(pk=member.pk).update(must_change_password=True)
    try_in(visitor)
    assert visitor.get("/account/")["Location"] == "/account/password/"
    assert visitor.get("/account/", headers={"HX-Request": "true"}).status_code == 403
    assert visitor.get("/account/password/").status_code == 200
    new = "Anders-99-shuiku"
    visitor.post("/account/password/", {"current": PASSWORD, "new": new, "again": new})
    assert visitor.get("/account/").status_code == 200


def test_an_open_screen_gets_no_more_guesses_than_a_stranger(member):
    client = client_of(member)
    new = "Anders-99-shuiku"
    for _ in range(5):
        answer = client.post("/account/password/", {"current": WRONG, "new": new, "again": new})
        assert answer.status_code == 422
    client.post("/account/password/", {"current": PASSWORD, "new": new, "again": new})
    assert User.objects.get(pk=member.pk).check_password(PASSWORD)


@pytest.mark.trust("A10")
def test_the_link_page_sets_a_password_and_then_is_gone(world, sys_admin, filer, visitor):
    token = services.issue_link(actor=sys_admin, person=filer)
    path = f"/account/link/{token}/"
    assert "filer" in visitor.get(path).content.decode()
    weak = visitor.post(path, {"new": "Password1!", "again": "Password1!"})
    assert weak.status_code == 422
    assert visitor.post(path, {"new": PASSWORD, "again": PASSWORD}).status_code == 302
    assert visitor.get(path).status_code == 410
    assert visitor.get("/account/link/nothing/").status_code == 410
    assert try_in(visitor).status_code == 302


def test_a_very_long_name_or_password_is_only_wrong(visitor, member):
    assert try_in(visitor, username="x" * 200, password="y" * 1000).status_code == 422
    assert try_in(visitor, username="\x00filer").status_code in (200, 422)
    assert LoginGuard.objects.filter(key__startswith="name:").count() == 1


def test_the_demo_names_its_people_only_in_demo_mode(world, visitor, settings):
    assert "section_reviewer" not in visitor.get("/login/").content.decode()
    settings.DEMO = True
    page = visitor.get("/login/").content.decode()
    assert "section_reviewer" in page
    assert "审核员·农业科" in page
    assert "尉犁县财政局" in page


@pytest.mark.trust("A12")
def test_an_attempt_that_found_no_seat_is_not_counted(member, settings):
    settings.LOGIN_PATIENCE = 0.01
    with hashers.turn(), hashers.turn():
        answer = try_in(Client())
    assert answer.status_code == 429
    assert "登录的人太多" in answer.content.decode()
    assert {guard.n_failures for guard in LoginGuard.objects.all()} == {0}


def test_only_a_locked_name_is_unlocked(sec_admin, member):
    answer = client_of(sec_admin).post("/people/locked/unlock/", {"key": "name:filer"})
    assert answer.status_code == 409


def test_names_of_days_ago_are_forgotten(visitor, member):
    with clock.at(clock.now() - timedelta(days=3)):
        try_in(visitor, username="nobody", password=WRONG)
    try_in(visitor, username="nobody2", password=WRONG)
    assert not LoginGuard.objects.filter(key="name:nobody").exists()


def test_a_script_without_any_session_is_sent_to_log_in_too(visitor):
    answer = visitor.get("/account/", headers={"HX-Request": "true"})
    assert answer.status_code == 401


def test_a_disabled_person_gets_no_link(world, sys_admin, disabled):
    answer = client_of(sys_admin).post(f"/people/{disabled.public_id}/link/")
    assert answer.status_code == 409
    assert not disabled.links.exists()


def test_new_passwords_are_typed_twice_and_judged_beside_the_field(member):
    client = client_of(member)
    sent = {"current": PASSWORD, "new": "Anders-99-shuiku", "again": "Anders-98-shuiku"}
    assert "两次输入不一致" in client.post("/account/password/", sent).content.decode()
    sent = {"current": PASSWORD, "new": "Caizheng@2024", "again": "Caizheng@2024"}
    answer = client.post("/account/password/", sent)
    assert answer.status_code == 422
    assert "常见密码" in answer.content.decode()
    assert User.objects.get(pk=member.pk).check_password(PASSWORD)


def test_the_entrance_shows_what_upper_rooms_register(visitor, db, monkeypatch):
    line = entrance.PlanLine("3月20日", "目标申报", "now", "剩9个工作日")
    monkeypatch.setattr(entrance, "_sources", [])
    entrance.register_plan_lines(lambda: [line])
    assert "剩9个工作日" in visitor.get("/login/").content.decode()
