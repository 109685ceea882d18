"""What a good request of every writing route says, so that only the right can refuse it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.filings import services as filings
from apps.filings.models import Filing
from apps.monitoring import content as nodes
from apps.monitoring import form_json as node_json
from apps.monitoring import inputs as node_inputs
from apps.monitoring import workbook as node_workbook
from apps.pre_assessment import content, form_json
from apps.pre_assessment import inputs as assessment_inputs
from apps.pre_assessment.models import Conclusion
from apps.rules.findings import Severity
from apps.targets import inputs, selectors, workbook
from apps.targets.approvals import reading
from apps.targets.form_json import form_as
from apps.targets.models import Approval
from apps.workplans.models import Plan
from tests import makers
from tests.access import draft_bodies as drafts
from tests.access import editions, meetings, problems, samples
from tests.access.county import PDF, County
from tests.core.books import book
from tests.personas import PASSWORD
from tests.projects import lists, payments

Body = Callable[[County, Any], dict[str, Any]]
UNIT_ROWS = [["预算单位编码", "单位名称", "单位类型"], ["777", "新单位", "部门"]]
PASSWORDS = {"current": PASSWORD, "new": "Shuili-2024-gongcheng", "again": "Shuili-2024-gongcheng"}


def _pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("依据.pdf", PDF)


def _form(filing: Filing) -> dict[str, Any]:
    return {"version": _version(filing), **inputs.inputs_of(selectors.current_form(filing))}


def _form_json(filing: Filing) -> dict[str, Any]:
    return {"version": _version(filing), "form": form_as(selectors.current_form(filing))}


def _report(filing: Filing) -> dict[str, Any]:
    form = content.form_of(filing.revisions.order_by("-number")[0])
    return {"version": _version(filing), **assessment_inputs.inputs_of(form)}


def _report_json(filing: Filing) -> dict[str, Any]:
    form = content.form_of(filing.revisions.order_by("-number")[0])
    return {"version": _version(filing), "form": form_json.form_as(form)}


def _node(filing: Filing) -> dict[str, Any]:
    form = nodes.form_of(filing.revisions.order_by("-number")[0])
    return {"version": _version(filing), **node_inputs.inputs_of(form)}


def _node_json(filing: Filing) -> dict[str, Any]:
    form = nodes.form_of(filing.revisions.order_by("-number")[0])
    return {"version": _version(filing), "form": node_json.form_as(form)}


def _version(filing: Filing) -> int:
    return filing.revisions.order_by("-number")[0].version


def _finding(filing: Filing) -> dict[str, Any]:
    """An answer to a finding of the form that does not block."""
    found = filings.findings_of(revision=filing.revisions.order_by("-number")[0])
    meant = next(each for each in found if each.severity != Severity.BLOCK)
    return {"code": meant.code, "path": meant.path, "text": "已核对"}


def _workbook(county: County, filing: Filing) -> SimpleUploadedFile:
    key = f"filing {filing.pk}"
    if key not in county.books:
        revision = filing.revisions.order_by("-number")[0]
        county.books[key] = workbook.write(filing, revision)
    return SimpleUploadedFile("填报表.xlsx", county.books[key])


def _node_book(county: County, filing: Filing) -> SimpleUploadedFile:
    key = f"node {filing.pk}"
    if key not in county.books:
        revision = filing.revisions.order_by("-number")[0]
        county.books[key] = node_workbook.write(filing, revision)
    return SimpleUploadedFile("监控填报表.xlsx", county.books[key])


def _project_list(county: County) -> SimpleUploadedFile:
    if "projects" not in county.books:
        county.books["projects"] = lists.workbook(county.world, lists.line(700))
    return lists.as_file(county.books["projects"])


def _payments(county: County) -> SimpleUploadedFile:
    if "payments" not in county.books:
        code = county.tenants["own"].objects["project"].code
        county.books["payments"] = lists.payments(county.world, lists.paid(code))
    return lists.as_file(county.books["payments"])


def _export(county: County) -> SimpleUploadedFile:
    code = county.tenants["own"].objects["project"].code
    return lists.as_file(payments.csv(payments.line(code=code)), "支出.csv")


def _spending(county: County) -> SimpleUploadedFile:
    if "pace" not in county.books:
        code = county.tenants["own"].objects["project"].code
        county.books["pace"] = lists.paced(county.world, lists.pace(code))
    return lists.as_file(county.books["pace"])


def _budget_days(county: County) -> SimpleUploadedFile:
    if "days" not in county.books:
        code = county.tenants["own"].objects["project"].code
        county.books["days"] = lists.dated(county.world, lists.day(code))
    return lists.as_file(county.books["days"])


def _approval(county: County, unit: Any) -> dict[str, Any]:
    """A correction of the unit's document, so that there is something to approve."""
    old = Approval.objects.filter(unit=unit).first()
    seen = reading.draft_of(unit, 2024, old).digest
    more = {"replaces": str(old.public_id)} if old else {}
    return {**ORDER, "number": "财预〔2024〕9号", "reason": "金额有误", "seen": seen, **more}


def _likeness(county: County, thing: Any) -> dict[str, Any]:
    """An earlier result of the unit that is called alike."""
    before = Conclusion.objects.filter(project__unit=thing.unit).exclude(filing=thing)
    key = str(before.order_by("pk")[0].filing.public_id)
    return {"earlier": key, "word": "similar", "reason": "同一灌区"}


def _new_project(county: County) -> dict[str, Any]:
    unit = str(county.world.units["water"].public_id)
    return {"unit": unit, "code": lists.code(701), "name": "新建", "first_year": 2024}


def _new_transfer(county: County) -> dict[str, Any]:
    return {**TRANSFER, "unit": county.world.units["water"].pk}


def _new_api_transfer(county: County) -> dict[str, Any]:
    head = {name: text for name, text in TRANSFER.items() if name != "amount-central"}
    unit = str(county.world.units["water"].public_id)
    return {**head, "unit": unit, "amounts": {"central": "6000000.00"}}


def _page_project(county: County) -> dict[str, Any]:
    facts = {"category": "T", "budget_type": "general", "unit": county.world.units["water"].pk}
    return {**_new_project(county), **facts}


def _edited(county: County, project: Any) -> dict[str, Any]:
    names = ("code", "name", "category", "budget_type", "first_year", "leader_phone", "summary")
    return {**{name: getattr(project, name) or "" for name in names}, "leader": "新负责人"}


def _other(county: County, seat: Any) -> str:
    """Somebody else of the seat's own county."""
    is_ours = seat.jurisdiction == county.world.county
    return str(county.world.people["expert" if is_ours else "foreign_farmer"].public_id)


def _loan(county: County, seat: Any) -> dict[str, Any]:
    days = {"starts_on": "2024-04-08", "ends_on": "2024-04-20"}
    return {"user": _other(county, seat), **days}


def _returned(county: County, filing: Any) -> dict[str, Any]:
    item = {"path": "year_goal", "message": "写明年份", "severity": "must"}
    return {"items": [item], "due_on": "2024-04-17", "opinion": ""}


def same(**body: Any) -> Body:
    """A body that does not depend on the object; a fresh copy each time."""
    return lambda county, thing: dict(body)


def _unit(**more: Any) -> Body:
    return same(name="新名称", kind="department", is_active="on", **more)


REASON = same(reason="数字填错")
UNTIL = same(reason="数字填错", until="2024-04-12")
ORDER = {"number": "财预〔2024〕8号", "issued_on": "2024-04-01"}
LAYOUT = {f"column-{key}": label for key, label in payments.COLUMNS.items()}
LAYOUT |= {"kind": "cumulative", "unit": "wan"}
PAID = same(as_of="2024-03-31", amount="5.00", source="一体化")
APPROVED = {
    "fiscal": "900.00",
    "carryover": "0.00",
    "other": "100.00",
    "basis": "尉财预〔2024〕1号",
}
TRANSFER = {
    "name": "新的补助资金",
    "document_number": "新财农〔2024〕99号",
    "issued_on": "2024-02-20",
    "amount-central": "600",
}
EXEMPT = {"kind": "应急救灾类", "reason": "灾情未核定"}
PUT_IN = same(origin="initial", attribute="new")
SPOKEN = same(path="year_goal", text="写明年份")
ROBOT = {"kind": "wecom", "name": "新群", "format": "text", "topics": ["due"]}
ROBOT |= {"address": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"}
HOURS = {"quiet_from": "20:00", "quiet_until": "08:00", "digest_at": "08:30"}
EXTEND = same(last_day="2024-04-26", reason="发大水")
CHECKED = same(step="inspected", on="2024-04-08", note="到单位看过")
ENTERS = same(username="filer", password=PASSWORD)


def _liaison(county: County, thing: Any) -> dict[str, Any]:
    unit = str(county.world.units["water"].public_id)
    return {"unit": unit, "name": "新联络员", "phone": "0996-4020000"}


def _offline(county: County, task: Any, name: str) -> dict[str, Any]:
    """The classified unit handed in on paper: by key for the page, by code for programs."""
    window = task.windows.first()
    return {
        "unit": getattr(county.classified["unit"], name),
        "window": window.pk if name == "pk" else window.key,
        "received_on": "2024-04-08",
        "number": "密收1",
        "n_items": 1,
    }


DAYS_OFF = "\n".join(
    f"2027-{day} 休 {name}"
    for day, name in (
        ("01-01", "元旦"),
        ("02-06", "春节"),
        ("04-05", "清明节"),
        ("05-01", "劳动节"),
        ("06-09", "端午节"),
        ("09-15", "中秋节"),
        ("10-01", "国庆节"),
    )
)
ANNOUNCED = {"year": 2027, "source": "国办发明电", "text": DAYS_OFF}


def _dated(county: County, plan: Any = None) -> dict[str, Any]:
    """An event of the plan (the county's own for the page) has happened."""
    place = county.world.county
    plan = plan or Plan.objects.get(jurisdiction=place, fiscal_year=2024, amends=None)
    event, _ = plan.events.get_or_create(code="budget", defaults={"title": "预算批复"})
    return {"event": event.code, "happened_on": "2024-04-01"}


def _relief(task: Any, name: str) -> dict[str, Any]:
    told = {"act": "extend", "until": "2024-04-26", "reason": "发大水"}
    return {**told, name: [str(task.assignments.first().public_id)]}


CONCLUDED = {"verdict": "部分支持", "supported": "60", "reason": "设备单价偏高"}
VOICE = {
    "expert": "田工",
    "workplace": "水利院",
    "field": "水利",
    "verdict": "支持",
    "text": "可行",
}
ASKED = {"reason": "洪水冲毁取水口，等不到八月", "evidence": "灾情证明"}
EXCEPTED = {"kind": "exception", "reason": "防汛急需", "document": "会议纪要"}
BODIES: dict[str, Body] = {
    **drafts.BODIES,
    **editions.BODIES,
    "organizations:login": ENTERS,
    "organizations:relogin": ENTERS,
    "organizations:resume": same(
        **{"relogin-username": "filer", "relogin-password": PASSWORD, "relogin-to": "/"}
    ),
    "organizations:link": same(new=PASSWORDS["new"], again=PASSWORDS["new"]),
    "organizations:password": same(**PASSWORDS),
    "organizations:tokens": same(name="取数", days=30),
    "organizations:deputy": _loan,
    "organizations:hand_over": lambda county, thing: {"to": _other(county, thing), "on": ""},
    "organizations:new_person": same(username="xin-ren", name="新人"),
    "organizations:unlock": same(key="name:nobody"),
    "organizations:grant": same(role="expert", starts_on="", ends_on=""),
    "organizations:switch": REASON,
    "organizations:new_unit": _unit(code="555"),
    "organizations:unit": _unit(),
    "organizations:new_liaison": _liaison,
    "organizations:regions": same(
        code="652899", name="某县", bureau_code="101", bureau_name="县财政局"
    ),
    "organizations:sections": same(code="xin", name="新科", kind="business", aliases=""),
    "organizations:section": same(name="新名科", aliases=""),
    "organizations:add_route": lambda county, thing: {
        "section": str(county.world.sections["rural"].public_id),
        "fund_tag": "新标签",
    },
    "organizations:import": lambda county, thing: {
        "file": SimpleUploadedFile("单位.xlsx", book(UNIT_ROWS))
    },
    "projects:new": lambda county, thing: _page_project(county),
    "projects:edit": _edited,
    "projects:confirm": PUT_IN,
    "projects:new_transfer": lambda county, thing: _new_transfer(county),
    "projects:edit_transfer": same(**TRANSFER),
    "targets:exempt_transfer": same(**EXEMPT),
    "targets:shares": lambda county, thing: {"version": _version(thing)},
    "api-transfers": lambda county, thing: _new_api_transfer(county),
    "api-transfer": same(name="改了名称"),
    "api-transfer-exempt": same(**EXEMPT),
    "api-target-shares": lambda county, thing: {"version": _version(thing), "shares": []},
    "projects:money": same(**{"fiscal-county-initial": "10", "fiscal-county-adjusted": "10"}),
    "projects:import": lambda county, thing: {"file": _project_list(county)},
    "projects:import_confirm": lambda county, thing: {"job": str(thing.public_id)},
    "projects:unit_budget": same(**APPROVED),
    "projects:executions": PAID,
    "projects:import_steps": lambda county, thing: {"file": _budget_days(county)},
    "projects:confirm_steps": lambda county, thing: {"job": str(thing.public_id)},
    "reports:synchrony_project": same(
        what="budget.approved", on="2024-03-29", source="财预〔2024〕3号"
    ),
    "targets:approve_batch": same(**ORDER),
    "targets:approve_unit": _approval,
    "targets:congress_book": same(scope="all"),
    "projects:import_executions": lambda county, thing: {"file": _payments(county)},
    "projects:confirm_executions": lambda county, thing: {"job": str(thing.public_id)},
    "projects:payments": lambda county, thing: {"file": _export(county)},
    "projects:check_payments": same(**LAYOUT),
    "projects:confirm_payments": REASON,
    "projects:import_spending": lambda county, thing: {"file": _spending(county)},
    "projects:confirm_spending": lambda county, thing: {"job": str(thing.public_id)},
    "workplans:extend": EXTEND,
    "workplans:exempt": REASON,
    "workplans:event_dates": lambda county, thing: {**_dated(county), "step": "do"},
    "workplans:announce_year": same(**ANNOUNCED, step="save"),
    "workplans:set_day": same(on="2024-05-06", works="off", source="县里通知"),
    "workplans:offline": lambda county, thing: _offline(county, thing, "pk"),
    "filings:relief": lambda county, thing: {**_relief(thing, "assignment"), "step": "do"},
    "filings:submit": lambda county, thing: {"version": _version(thing), "key": str(uuid4())},
    "filings:withdraw": REASON,
    "filings:attach": lambda county, thing: {"slot": "basis", "file": _pdf()},
    "filings:comment": SPOKEN,
    "filings:reopen": UNTIL,
    "filings:cancel": REASON,
    "filings:end_reopening": REASON,
    "filings:waive": same(code="filings.return_open year_goal", reason="数字填错"),
    "filings:answer_finding": lambda county, thing: _finding(thing),
    "filings:materials": lambda county, thing: {"version": _version(thing), "summary": "新情况"},
    "filings:answer": same(answer="已写明", is_resolved="on"),
    "filings:resolve": same(is_resolved="true"),
    "filings:review": same(decision="save", opinion="看过"),
    "filings:score": same(opinion="看过"),
    "filings:calibration": samples.asked,
    "filings:second_score": samples.marks,
    "api-calibration": samples.asked,
    "api-second_score": samples.marks_json,
    "filings:session_new": meetings.convened,
    "filings:session": meetings.member,
    "filings:matter": same(act="agree", decision="pass", text="同意"),
    "api-sessions": meetings.convened,
    "api-session-members": meetings.member_json,
    "api-session-leave": meetings.leaving,
    "api-session-agenda": meetings.agenda,
    "api-matter-drop": same(reason="补材料后再议"),
    "api-matter-speak": same(text="可行"),
    "api-matter-agree": same(decision="pass", text="同意"),
    "api-matter-sign": meetings.signing,
    "rectification:problem_new": problems.made,
    "rectification:problem": same(act="extend", reason="雨季", due_on="2024-07-01"),
    "rectification:add_proof": problems.proof,
    "rectification:import_problems": problems.findings,
    "rectification:confirm_problems": lambda county, thing: {"job": str(thing.public_id)},
    "rectification:propose_payment": same(**problems.CUT),
    "rectification:payment_decision": same(act="approve"),
    "api-propose_decision": same(**problems.CUT),
    "api-refuse_decision": same(opinion="先催办"),
    "api-reverse_decision": same(reason="已开工", effective_on="2024-06-01"),
    "api-problems": problems.made,
    "api-problem-answer": same(text="已拨付"),
    "api-problem-close": same(opinion="属实"),
    "api-problem-return": same(reason="凭证不全", due_on="2024-07-01"),
    "api-problem-extend": same(reason="雨季", due_on="2024-07-01"),
    "api-problem-refuse": same(reason="催办不理"),
    "api-problem-withdraw": same(reason="登记有误"),
    "api-problem-owner": problems.owner,
    "api-problem-files": problems.proof,
    "api-problems-import": problems.findings,
    "api-problems-import-confirm": lambda county, thing: {"job": str(thing.public_id)},
    "filings:sample_new": samples.prepared,
    "filings:sample": samples.checkers,
    "filings:sample_export": same(shape="xlsx"),
    "filings:sample_item": same(act="result", result="good"),
    "api-samples": samples.prepared_json,
    "api-sample-void": same(reason="名单有误"),
    "api-sample-assign": samples.checkers_json,
    "api-sample_item-result": same(result="good"),
    "api-sample_item-excuse": same(reason="都办过这一件"),
    "api-sample_item-return": same(due_on="2024-04-17"),
    "targets:sheet": lambda county, thing: _form(thing),
    "targets:copy": lambda county, thing: {"version": _version(thing)},
    "targets:upload": lambda county, thing: {"file": _workbook(county, thing)},
    "targets:ask_exception": same(**ASKED),
    "targets:ask_unit_exception": same(**ASKED),
    "targets:decide_exception": same(is_agreed="yes", until="2024-12-31"),
    "monitoring:grid": same(act="open", node="2024-03"),
    "monitoring:sheet": lambda county, thing: _node(thing),
    "monitoring:upload": lambda county, thing: {"file": _node_book(county, thing)},
    "monitoring:conclude": same(verdict="合格", reason="进度相当"),
    "monitoring:change_light": same(light="yellow", reason="工期在下半年"),
    "pre_assessment:sheet": lambda county, thing: _report(thing),
    "pre_assessment:conclude": same(**CONCLUDED),
    "pre_assessment:reassess": same(is_wanted="no", reason="已经论证"),
    "pre_assessment:reassess_report": same(verdict="支持", supported="80", opinion="可行"),
    "pre_assessment:opinion": same(**VOICE),
    "pre_assessment:likeness": _likeness,
    "pre_assessment:propose_exception": same(**{**EXCEPTED, "amount": "60"}),
    "pre_assessment:decide_exception": same(is_agreed="yes"),
    "notifications:settings": same(topics=["due"], pace="daily"),
    "notifications:channels": same(**ROBOT),
    "notifications:channel": same(**ROBOT),
    "notifications:times": same(**HOURS),
    "reports:checkpoint": CHECKED,
    "reports:hand_over": lambda county, person: {
        "to": str(county.world.people["expert"].public_id),
        "seats": [str(seat.pk) for seat in person.memberships.all()],
    },
    # --- API
    "api-messages-settings": same(muted=["due"], pace="daily"),
    "api-channels": same(**ROBOT),
    "api-channel": same(**ROBOT),
    "api-channels-times": same(**HOURS, working_days_only=True),
    "organizations_api:units": same(code="556", name="新单位", kind="department"),
    "organizations_api:unit": same(name="新名称"),
    "organizations_api:liaisons": _liaison,
    "organizations_api:regions": same(
        code="652899", name="某县", bureau_code="101", bureau_name="县财政局"
    ),
    "organizations_api:sections": same(code="xin", name="新科", kind="business", aliases=[]),
    "organizations_api:section": same(name="新名科", aliases=["新别名"]),
    "organizations_api:routes": same(section="xck", fund_tag="新标签"),
    "organizations_api:people": same(username="xin-ren", name="新人"),
    "organizations_api:grant": same(role="expert"),
    "organizations_api:switch": same(is_active=False, reason="调走"),
    "organizations_api:locks": same(key="name:nobody"),
    "organizations_api:deputy": _loan,
    "organizations_api:hand_over": lambda county, thing: {"to": _other(county, thing)},
    "organizations_api:import": lambda county, thing: {
        "file": SimpleUploadedFile("单位.xlsx", book(UNIT_ROWS))
    },
    "api-projects": lambda county, thing: _new_project(county),
    "api-projects-import": lambda county, thing: {"file": _project_list(county)},
    "api-projects-import-confirm": lambda county, thing: {"job": str(thing.public_id)},
    "api-project": same(leader="新负责人"),
    "api-project-confirm": PUT_IN,
    "api-project-money": lambda county, thing: [  # type: ignore[dict-item, return-value]
        {"source": "fiscal", "level": "county", "initial": "10", "adjusted": "10", "arrived": "0"}
    ],
    "api-unit-budget": same(**APPROVED),
    "api-project-executions": PAID,
    "api-budget_dates-import": lambda county, thing: {"file": _budget_days(county)},
    "api-budget_dates-import-confirm": lambda county, thing: {"job": str(thing.public_id)},
    "api-project-synchrony": same(
        side="budget", step="approved", on="2024-03-29", source="财预〔2024〕3号"
    ),
    "api-approvals-batch": same(**ORDER),
    "api-approval-unit": _approval,
    "api-congress_book": same(scope="all"),
    "api-executions-import": lambda county, thing: {"file": _payments(county)},
    "api-executions-import-confirm": lambda county, thing: {"job": str(thing.public_id)},
    "api-payments": lambda county, thing: {"file": _export(county)},
    "api-payment-check": same(columns=payments.COLUMNS, kind="cumulative", unit="wan"),
    "api-payment-confirm": REASON,
    "api-spending-import": lambda county, thing: {"file": _spending(county)},
    "api-spending-import-confirm": lambda county, thing: {"job": str(thing.public_id)},
    "api-extension": EXTEND,
    "api-exemption": REASON,
    "api-plan-events": _dated,
    "api-holidays-year": same(year=2027, basis="国办发明电", text=DAYS_OFF),
    "api-holidays-day": same(on="2024-05-06", is_workday=False, basis="县里通知"),
    "api-task-relief": lambda county, thing: _relief(thing, "assignments"),
    "api-task-offline": lambda county, thing: _offline(county, thing, "code"),
    "api-checkpoints": CHECKED,
    "api-person-hand_over": lambda county, person: {
        "to": str(county.world.people["expert"].public_id),
        "phone": "0996-4020000",
    },
    "api-filing-submit": lambda county, thing: {"version": _version(thing)},
    "api-filing-withdraw": REASON,
    "api-filing-attachments": lambda county, thing: {"slot": "basis", "file": _pdf()},
    "api-filing-comments": SPOKEN,
    "api-filing-reopen": UNTIL,
    "api-filing-cancel": REASON,
    "api-filing-end_reopening": REASON,
    "api-filing-waive": same(code="filings.return_open", reason="数字填错"),
    "api-filing-answer_finding": lambda county, thing: _finding(thing),
    "api-materials": lambda county, thing: {
        "version": _version(thing),
        "summary": "新情况",
        "facts": {"n": "4"},
    },
    "api-answer": same(answer="已写明", is_resolved=True),
    "api-comment-resolve": same(is_resolved=True),
    "api-review": same(opinion="看过", marks=[]),
    "api-review-pass": same(opinion="看过", marks=[]),
    "api-review-return": _returned,
    "api-review-reject": same(opinion="不行", marks=[]),
    "api-monitoring-grid": same(node="2024-03"),
    "api-monitoring": lambda county, thing: _node_json(thing),
    "api-monitoring-excel": lambda county, thing: {"file": _node_book(county, thing)},
    "api-monitoring-conclude": same(verdict="合格", reason="进度相当"),
    "api-monitoring-light": same(light="yellow", reason="工期在下半年"),
    "api-assessment": lambda county, thing: _report_json(thing),
    "api-assessment-conclude": same(**{**CONCLUDED, "supported": "600000"}),
    "api-assessment-reassess": same(is_wanted=False, reason="已经论证"),
    "api-assessment-third_party": same(verdict="支持", supported="800000", opinion="可行"),
    "api-assessment-opinions": same(**VOICE),
    "api-assessment-likeness": _likeness,
    "api-gate-exception": same(**EXCEPTED, amount="600000"),
    "api-gate-decide": same(is_agreed=True),
    "api-adjustment-ask": same(**ASKED),
    "api-unit-adjustment-ask": same(**ASKED),
    "api-adjustment-decide": same(is_agreed=True, until="2024-12-31"),
    "api-target": lambda county, thing: _form_json(thing),
    "api-target-copy": lambda county, thing: {"version": _version(thing)},
    "api-target-excel": lambda county, thing: {"file": _workbook(county, thing)},
}
FORMS = {  # multipart
    "api-edition-workbook",
    "api-plan-import",
    "api-plan-import-confirm",
    "api-projects-import",
    "api-executions-import",
    "api-problems-import",
    "api-problem-files",
    "api-payments",
    "api-spending-import",
    "api-budget_dates-import",
    "api-filing-attachments",
    "api-monitoring-excel",
    "api-target-excel",
    "organizations_api:import",
}
HEADERS = {"api-filing-submit": {"HTTP_IDEMPOTENCY_KEY": "k-1"}}
assert makers.YEAR == lists.YEAR


def body_of(route: str, county: County, thing: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The body and what else the client must know of it."""
    make = BODIES.get(route, same())
    more: dict[str, Any] = dict(HEADERS.get(route, {}))
    if route in FORMS:
        more["format"] = "multipart"
    return make(county, thing), more
