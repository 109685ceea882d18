"""What an entry holds, in the auditor's words: names by FIELDS, values by what they are."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps

FIELDS = {
    "account": "账号",
    "action": "动作",
    "actor": "办理身份",
    "adjusted": "调整后预算数",
    "adjustment": "调整",
    "after": "改后",
    "agency": "机构",
    "aliases": "别名",
    "amendment": "修订序号",
    "amount": "金额（元）",
    "answer": "答复",
    "arrived": "到位数",
    "as_of": "截至日期",
    "basis": "依据",
    "batch": "批次",
    "before": "改前",
    "budget_type": "预算类型",
    "bureau": "财政部门",
    "carryover": "上年结转",
    "categories": "分类",
    "category": "类别",
    "cause": "退回原因",
    "central": "中央",
    "chain": "单位编码",
    "changes": "改动",
    "code": "编码",
    "codes": "编码",
    "content_hash": "内容校验值",
    "count": "数量",
    "county": "县本级",
    "credit_code": "统一社会信用代码",
    "days": "有效天数",
    "decision": "会审结论",
    "deputy_for": "代谁办",
    "digest": "校验值",
    "document": "文书",
    "document_number": "文号",
    "doubtful": "待确认",
    "due_on": "整改截止",
    "email": "邮箱",
    "effective_on": "执行日期",
    "ends_on": "止",
    "evidence": "依据和佐证",
    "expert": "专家",
    "filter": "筛选",
    "first_year": "起始年度",
    "fiscal": "财政拨款",
    "fiscal_year": "年度",
    "fund_tags": "资金标签",
    "grade": "等级",
    "handed": "交接事项",
    "held_on": "会审日期",
    "how": "方式",
    "has_targets": "目标随文下达",
    "initial": "年初预算数",
    "is_active": "在用",
    "is_agreed": "同不同意",
    "is_classified": "涉密",
    "is_fund_manager": "管专项资金",
    "is_infrastructure": "基建项目",
    "is_key": "重点项目",
    "is_livelihood": "民生项目",
    "is_policy": "政策",
    "is_wanted": "做不做",
    "is_workday": "上班",
    "issued_on": "下达日期",
    "items": "件数",
    "joined_on": "列入日期",
    "kept": "保留数",
    "kind": "类别",
    "last_year": "终止年度",
    "late_days": "逾期工作日",
    "leader": "项目负责人",
    "leader_phone": "联系电话",
    "level": "资金级次",
    "may_write": "可以写入",
    "method": "请求方式",
    "minutes": "锁定时长（分钟）",
    "money_unit": "金额单位",
    "moved": "改期数",
    "n_added": "新增行数",
    "n_back": "退回件数",
    "n_changed": "改动行数",
    "n_days": "天数",
    "n_done": "办成件数",
    "n_drawn": "抽中件数",
    "n_entries": "条数",
    "n_extra": "文件里没有的行数",
    "n_excused": "无人可查件数",
    "n_faulty": "不合格件数",
    "n_files": "文件数",
    "n_left": "未派件数",
    "n_marks": "要说明的处数",
    "n_problems": "问题数",
    "n_rows": "行数",
    "n_same": "未变行数",
    "n_years": "年数",
    "name": "名称",
    "new": "新",
    "node": "节点",
    "note": "说明",
    "number": "收件编号",
    "occasion": "第几次",
    "old": "原",
    "on": "日期",
    "opened": "新分派数",
    "opinion": "意见",
    "origin": "来源",
    "other": "其他资金",
    "owner": "责任人",
    "parent": "上级",
    "path": "位置",
    "person": "人员",
    "phone": "电话",
    "place": "位置",
    "plan": "计划",
    "position": "位置",
    "prefecture": "地州（市）",
    "project": "项目",
    "province": "自治区（省）",
    "reason": "理由",
    "receipt": "回执",
    "received_on": "收到日期",
    "refusal": "不同意的理由",
    "refusals": "只看被拒绝的",
    "remark": "意见",
    "replaces": "代替哪一份",
    "resolved": "已解决",
    "restored": "恢复数",
    "result": "结果",
    "reverses": "恢复、撤销的是",
    "revision": "版次",
    "role": "角色",
    "rows": "行数",
    "scope": "范围",
    "score": "得分",
    "scorer": "打分人",
    "section": "科室",
    "seed": "种子",
    "serial": "序号",
    "series": "周期",
    "severity": "严重程度",
    "sha256": "文件校验值",
    "sheet": "评分表",
    "side": "哪一边",
    "since": "起",
    "slot": "材料",
    "source": "来源",
    "starts_on": "起",
    "state": "状态",
    "status": "答复码",
    "step": "步骤",
    "subject": "对象",
    "summary": "项目概况",
    "supported": "支持金额（元）",
    "tag": "资金标签",
    "taken": "删去数",
    "task": "任务",
    "tasks": "任务",
    "text": "内容",
    "to": "接手人",
    "total": "合计（元）",
    "total_investment": "总投资（元）",
    "unit": "单位",
    "until": "截止",
    "user": "人员",
    "username": "账号",
    "usernames": "账号",
    "value": "值",
    "verdict": "结论",
    "version": "保存次序",
    "void": "撤销数",
    "was": "原豁免理由",
    "window": "节点",
    "windows": "填报期",
    "working_days_only": "只在工作日发",
    "year": "年度",
}
OF_A_REFUSAL = {"path": "网址"}  # elsewhere a place of the form
LISTS = ("aliases", "categories", "changes", "usernames")  # any other two are what was and is
CHOICES = {
    "budget_type": "projects.Project",
    "category": "projects.Project",
    "kind": "organizations.Unit",
    "origin": "projects.ProjectYear",
    "role": "organizations.Membership",
}


def details(data: Mapping[str, object]) -> list[tuple[str, str]]:
    """What an entry holds, by name in words."""
    names = FIELDS | OF_A_REFUSAL if "method" in data else FIELDS
    return [(names.get(key, key), _of(key, value)) for key, value in data.items()]


def _of(key: str, value: object) -> str:
    if isinstance(value, list) and len(value) == 2 and key not in LISTS:
        old, new = (_shown(key, item) for item in value)
        return f"原{old}，新{new}"
    return _shown(key, value)


def _shown(key: str, value: object) -> str:
    """The value without a trace of how it is stored."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return (
            "；".join(f"{_name(inner)}：{_shown(inner, item)}" for inner, item in value.items())
            or "—"
        )
    if isinstance(value, list):
        return "、".join(_shown(key, item) for item in value) or "—"
    return "—" if value in (None, "") else str(_choices(key).get(value, value))


def _name(key: str) -> str:
    """“财政拨款/县本级” for "fiscal/county"."""
    return "/".join(FIELDS.get(part, part) for part in key.split("/"))


def _choices(key: str) -> dict[Any, Any]:
    """What the values of a choice are called on the pages."""
    if key not in CHOICES:
        return {}
    return dict(apps.get_model(CHOICES[key])._meta.get_field(key).flatchoices)
