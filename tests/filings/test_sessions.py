"""会审会签 (Y-10): agreed together, signed by each, carried out by whoever has the desk."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from apps.audit.models import Entry
from apps.core import clock
from apps.filings import session_paper
from apps.filings.models import Filing, JointSession, SessionMatter, State
from apps.filings.selectors import sessions as selectors
from apps.filings.services import leaving, sessions
from apps.filings.services.reviewing import Wanted, save_review, send_back
from apps.filings.services.sessions import Agreed
from apps.jobs.downloads import file_response
from apps.jobs.models import Job
from apps.jobs.services import run_one
from apps.organizations.models import User
from tests import makers
from tests.filings.steps import LATER, at_second_desk, denied, refused
from tests.makers import MONDAY
from tests.personas import World, client_of, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.req("Y-10")]
PASS = Agreed("pass", "同意通过")
BACK = Agreed("return", "修改后再报", [Wanted("year_goal", "写明年份")], date(2024, 4, 17))


@pytest.fixture(autouse=True)
def later() -> Iterator[None]:
    with clock.at(LATER):
        yield


@pytest.fixture(scope="module")
def kept(module_rows: None) -> bytes:
    """One filing at the first desk, one at the second, one never sent."""
    with clock.at(MONDAY):
        world = make_world()
        first = makers.submitted(world, makers.target_filing(world, n=1))
        second = at_second_desk(world, makers.target_filing(world, n=2))
        draft = makers.target_filing(world, n=3)
    return pickle.dumps((world, first, second, draft))


@pytest.fixture
def world(db: None, kept: bytes) -> World:
    return pickle.loads(kept)[0]


@pytest.fixture
def made(db: None, kept: bytes) -> tuple[Filing, Filing, Filing]:
    return pickle.loads(kept)[1:]


def convened(world, made, who="performance_reviewer") -> JointSession:
    return sessions.open_session(
        task=made[0].assignment.task,
        title="年初绩效目标会审",
        held_on=date(2024, 4, 8),
        place="二楼会议室",
        actor=world.people[who],
    )


def seated(world, session, person, part="sign"):
    return sessions.add_member(
        session=session,
        user=world.people[person],
        part=part,
        actor=world.people["performance_reviewer"],
    )


def on_agenda(world, session, *filings):
    sessions.put_on_agenda(
        session=session, filings=filings, actor=world.people["performance_reviewer"]
    )
    return list(session.matters.select_related("session__jurisdiction", "filing", "revision"))


def agreed(world, matter, what=PASS):
    return sessions.agree(matter=matter, actor=world.people["performance_reviewer"], agreed=what)


def signed(world, matter, *people):
    stands = SessionMatter.objects.get(pk=matter.pk).agreed_at
    for person in people:
        sessions.sign(matter=matter, actor=world.people[person], agreed_at=stands)


def test_a_return_agreed_and_signed_by_all_goes_through_the_desk(world, made):
    session = convened(world, made)
    seated(world, session, "section_reviewer")
    (matter,) = on_agenda(world, session, made[0])
    sessions.speak(matter=matter, actor=world.people["section_reviewer"], text="年份不清")
    agreed(world, matter, BACK)
    desk = world.people["section_reviewer"]
    signed(world, matter, "performance_reviewer")
    with refused("还缺：李科"):
        sessions.carry_out(matter=matter, actor=desk)
    with denied("现在的办理人"):
        sessions.carry_out(matter=matter, actor=world.people["performance_reviewer"])
    signed(world, matter, "section_reviewer", "section_reviewer")
    sessions.carry_out(matter=matter, actor=desk)
    filing = Filing.objects.get(pk=made[0].pk)
    assert filing.state == State.RETURNED
    assert [item.message for item in filing.return_items.all()] == ["写明年份"]
    assert Entry.objects.filter(action="filings.sign").count() == 2
    with refused("已按会审结论办理"):
        agreed(world, matter, PASS)


def test_a_pass_keeps_the_engines_demands(world, made):
    session = convened(world, made)
    (matter,) = on_agenda(world, session, made[1])
    agreed(world, matter)
    signed(world, matter, "performance_reviewer")
    desk = world.people["performance_reviewer"]
    with refused("评分未完成"):
        sessions.carry_out(matter=matter, actor=desk)
    filing = Filing.objects.get(pk=made[1].pk)
    save_review(filing=filing, actor=desk, opinion="", marks=makers.full_marks(filing))
    sessions.carry_out(matter=matter, actor=desk)
    filing.refresh_from_db()
    assert filing.state == State.APPROVED
    matter.refresh_from_db()
    assert matter.carried_by == desk


def test_a_rejection_is_carried_out_too(world, made):
    session = convened(world, made)
    (matter,) = on_agenda(world, session, made[1])
    agreed(world, matter, Agreed("reject", "不符合政策"))
    signed(world, matter, "performance_reviewer")
    sessions.carry_out(matter=matter, actor=world.people["performance_reviewer"])
    assert Filing.objects.get(pk=made[1].pk).state == State.REJECTED


def test_a_third_party_guides_and_never_signs(world, made):
    session = convened(world, made)
    with refused("只能指导"):
        seated(world, session, "expert")
    seated(world, session, "expert", "guide")
    expert = world.people["expert"]
    (matter,) = on_agenda(world, session, made[0])
    sessions.speak(matter=matter, actor=expert, text="建议量化")
    agreed(world, matter)
    with denied("指导人员不会签"):
        sessions.sign(matter=matter, actor=expert, agreed_at=LATER)
    assert [m.user for m in selectors.unsigned(matter)] == [world.people["performance_reviewer"]]
    assert matter in selectors.matters(expert)
    assert client_of(expert).get(f"/2024/matters/{matter.public_id}/").status_code == 200


@pytest.mark.trust("B10")
def test_a_seat_ends_with_the_office_in_that_county(world, made):
    session = convened(world, made)
    seated(world, session, "expert", "guide")
    (matter,) = on_agenda(world, session, made[0])
    expert = User.objects.get(pk=world.people["expert"].pk)
    expert.memberships.update(jurisdiction=world.sibling)
    with denied("只有参加会审"):
        sessions.speak(matter=matter, actor=expert, text="建议量化")
    assert not matter.voices.exists()
    assert not JointSession.objects.visible_to(expert).exists()


def test_what_is_agreed_anew_must_be_signed_anew(world, made):
    session = convened(world, made)
    (matter,) = on_agenda(world, session, made[0])
    with refused("还没有会审结论"):
        signed(world, matter, "performance_reviewer")
    agreed(world, matter)
    signed(world, matter, "performance_reviewer")
    assert selectors.unsigned(matter) == []
    agreed(world, matter, BACK)
    assert len(selectors.unsigned(matter)) == 1


def test_nobody_signs_what_they_did_not_see(world, made):
    session = convened(world, made)
    (matter,) = on_agenda(world, session, made[0])
    read = agreed(world, matter).agreed_at
    with clock.at(LATER + timedelta(minutes=1)):
        agreed(world, matter, BACK)
    client = client_of(world.people["performance_reviewer"])
    answer = client.post(
        f"/api/v1/2024/matters/{matter.public_id}/sign/",
        {"agreed_at": read.isoformat()},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "sessions.stale")
    assert len(selectors.unsigned(matter)) == 1
    signed(world, matter, "performance_reviewer")
    assert selectors.unsigned(matter) == []


@pytest.mark.parametrize(
    ("what", "match"),
    [
        (Agreed("", "同意"), "未选"),
        (Agreed("pass", " "), "未填"),
        (Agreed("return", "改"), "至少一条意见"),
        (Agreed("return", "改", BACK.items, date(2024, 4, 1)), "早于今天"),
        (Agreed("return", "改", [Wanted("nowhere", "改")], date(2024, 4, 17)), "没有"),
    ],
)
def test_an_agreement_must_be_whole(world, made, what, match):
    (matter,) = on_agenda(world, convened(world, made), made[0])
    with refused(match):
        agreed(world, matter, what)


def test_only_who_may_convenes_and_only_members_speak(world, made):
    with denied("召集"):
        convened(world, made, "leader")
    session = convened(world, made)
    (matter,) = on_agenda(world, session, made[0])
    with denied("召集"):
        sessions.close_session(session=session, actor=world.people["leader"])
    with denied("由召集的科室"):
        sessions.agree(matter=matter, actor=world.people["leader"], agreed=PASS)
    with denied("只有参加会审"):
        sessions.speak(matter=matter, actor=world.people["leader"], text="同意")
    with refused("未写内容"):
        sessions.speak(matter=matter, actor=world.people["performance_reviewer"], text=" ")
    with refused("已经参加"):
        seated(world, session, "performance_reviewer")
    with refused("不在本局"):
        seated(world, session, "filer")
    with refused("未填"):
        sessions.open_session(
            task=made[0].assignment.task,
            title=" ",
            held_on=date(2024, 4, 8),
            place="",
            actor=world.people["plan_admin"],
        )
    assert not JointSession.objects.visible_to(world.people["section_reviewer"]).exists()


def test_only_what_lies_on_a_desk_comes_up_and_an_open_matter_keeps_it_open(world, made):
    session = convened(world, made)
    with refused("没有选中"):
        on_agenda(world, session)
    with refused("不在审核中"):
        on_agenda(world, session, made[2])
    offered = selectors.may_come_up(session, world.people["performance_reviewer"])
    assert set(offered) == {made[0], made[1]}
    matter, _ = on_agenda(world, session, made[0], made[1])
    with refused("都已列入"):
        on_agenda(world, session, made[0])
    agreed(world, matter)
    with refused("还有1件"):
        sessions.close_session(session=session, actor=world.people["plan_admin"])
    desk = world.people["section_reviewer"]
    send_back(filing=made[0], actor=desk, items=BACK.items, due_on=BACK.due_on, seen=1)
    sessions.close_session(session=session, actor=world.people["plan_admin"])
    with refused("已结束"):
        seated(world, session, "leader")


def test_the_pages_lead_from_the_call_to_the_minutes(world, made):
    client = client_of(world.people["performance_reviewer"])
    task = str(made[0].assignment.task.public_id)
    told = {"task": task, "title": "会审", "held_on": "2024-04-08", "place": "会议室"}
    assert client.post("/2024/sessions/new/", {**told, "held_on": ""}).status_code == 422
    there = client.post("/2024/sessions/new/", told).url
    expert = str(world.people["expert"].public_id)
    assert client.post(there, {"act": "member", "user": "x", "part": "guide"}).status_code == 409
    client.post(there, {"act": "member", "user": expert, "part": "guide"})
    client.post(there, {"act": "agenda", "filing": [str(f.public_id) for f in made[:2]]})
    assert client.post(there, {"act": "nothing"}).status_code == 409
    page = client.get(there).content.decode()
    assert "沈专家" in page
    matter = SessionMatter.objects.get(filing=made[1])
    at = f"/2024/matters/{matter.public_id}/"
    assert "上一件" in client.get(at).content.decode()
    assert client.post(at, {"act": "speak", "text": ""}).status_code == 422
    assert client.post(at, {"act": "speak", "text": "可行"}).status_code == 302
    wrong = {"act": "agree", "decision": "return", "text": "改", "path": "", "message": ""}
    assert client.post(at, wrong).status_code == 422
    items = {"path": ["year_goal"], "message": ["写明年份"], "due_on": "2024-04-17"}
    assert client.post(at, {**wrong, **items}).status_code == 302
    (shown,) = re.findall('name="agreed_at" value="([^"]+)"', client.get(at).content.decode())
    assert client.post(at, {"act": "sign", "agreed_at": "2024-99-99T00:00:00"}).status_code == 409
    assert client.post(at, {"act": "sign", "agreed_at": shown}).status_code == 302
    assert client.post(at, {"act": "carry"}).status_code == 302
    assert client.post(at, {"act": "nothing"}).status_code == 409
    assert Filing.objects.get(pk=made[1].pk).state == State.RETURNED
    assert client.post(there, {"act": "close"}).status_code == 302
    assert "会审" in client.get("/2024/sessions/").content.decode()


def test_the_minutes_are_printed_for_who_may_still_see_them(world, made):
    session = convened(world, made)
    (matter,) = on_agenda(world, session, made[0])
    agreed(world, matter, BACK)
    job = session_paper.start_minutes(session=session, actor=world.people["leader"])
    while run_one():
        pass
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message
    assert b"".join(file_response(job.file).streaming_content).startswith(b"%PDF-")
    with pytest.raises(PermissionDenied):
        session_paper.start_minutes(session=session, actor=world.people["filer"])
    world.people["leader"].memberships.update(ends_on=date(2024, 4, 1))
    with pytest.raises(PermissionDenied):
        session_paper.run_minutes(Job.objects.get(pk=job.pk))


def test_a_member_leaves_and_is_waited_for_no_longer(world, made):
    session = convened(world, made)
    seated(world, session, "section_reviewer")
    (matter,) = on_agenda(world, session, made[0])
    admin = world.people["performance_reviewer"]
    reviewer = world.people["section_reviewer"]
    with denied("会审由绩效科审核员或计划管理员召集"):
        leaving.take_out(session=session, user=reviewer, actor=reviewer)
    with refused("没有参加这次会审"):
        leaving.take_out(session=session, user=world.people["leader"], actor=admin)
    leaving.take_out(session=session, user=reviewer, actor=admin)
    with denied("只有参加会审的人"):
        sessions.speak(matter=matter, actor=reviewer, text="可行")
    agreed(world, matter)
    signed(world, matter, "performance_reviewer")
    assert selectors.unsigned(matter) == []
    with refused("会签的只剩这一人"):
        leaving.take_out(session=session, user=admin, actor=admin, reason="出差")
    back = seated(world, session, "section_reviewer", "guide")
    assert (back.left_at, back.part) == (None, "guide")


def test_who_has_spoken_leaves_with_a_reason_and_stays_in_the_minutes(world, made):
    session = convened(world, made)
    seated(world, session, "section_reviewer")
    (matter,) = on_agenda(world, session, made[0])
    admin = world.people["performance_reviewer"]
    reviewer = world.people["section_reviewer"]
    sessions.speak(matter=matter, actor=reviewer, text="测算偏高")
    with refused("请他退出要写理由"):
        leaving.take_out(session=session, user=reviewer, actor=admin, reason=" ")
    client = client_of(admin)
    page = f"/2024/sessions/{session.public_id}/"
    told = {"act": "leave", "user": str(reviewer.public_id), "reason": "回避"}
    assert client.post(page, told).status_code == 302
    assert "退出：回避" in client.get(page).content.decode()
    shown = client.get(f"/2024/matters/{matter.public_id}/").content.decode()
    assert "测算偏高" in shown
    assert "已退出：回避" in shown


def test_while_a_conclusion_waits_for_signatures_nobody_leaves_without_a_reason(world, made):
    session = convened(world, made)
    seated(world, session, "section_reviewer")
    (matter,) = on_agenda(world, session, made[0])
    agreed(world, matter)
    admin = world.people["performance_reviewer"]
    with refused("有结论在等会签"):
        leaving.take_out(session=session, user=world.people["section_reviewer"], actor=admin)


def test_a_filing_is_taken_off_the_agenda_and_comes_back_undecided(world, made):
    session = convened(world, made)
    matters = on_agenda(world, session, made[0], made[1])
    admin = world.people["performance_reviewer"]
    leaving.take_off(matter=matters[0], actor=admin)
    assert made[0] in selectors.may_come_up(session, admin)
    agreed(world, matters[1])
    with refused("移出议程要写理由"):
        leaving.take_off(matter=matters[1], actor=admin)
    with denied("会审由绩效科审核员或计划管理员召集"):
        leaving.take_off(matter=matters[1], actor=world.people["leader"], reason="补材料")
    client = client_of(admin)
    url = f"/2024/matters/{matters[1].public_id}/"
    assert client.post(url, {"act": "drop", "reason": ""}).status_code == 422
    assert client.post(url, {"act": "drop", "reason": "补材料"}).status_code == 302
    assert "移出议程：补材料" in client.get(url).content.decode()
    with refused("已移出议程"):
        agreed(world, matters[1])
    sessions.put_on_agenda(session=session, filings=[made[1]], actor=admin)
    again = session.matters.get(filing=made[1])
    assert (again.decision, again.dropped_at, again.dropped_reason) == ("", None, "")
    with clock.at(LATER):
        leaving.take_off(matter=again, actor=admin)
    assert sessions.close_session(session=session, actor=admin).closed_at is not None


def test_what_was_carried_out_is_not_taken_off(world, made):
    (matter,) = on_agenda(world, convened(world, made), made[1])
    SessionMatter.objects.filter(pk=matter.pk).update(
        decision="pass", agreed_at=LATER, carried_at=LATER
    )
    with refused("已按会审结论办理"):
        leaving.take_off(matter=matter, actor=world.people["plan_admin"], reason="补材料")
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionMatter.objects.filter(pk=matter.pk).update(dropped_at=LATER)
