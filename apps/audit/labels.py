"""Acts in the auditor's words; a verb not listed here shows as its code.

VERBS holds what services record and, for refusals, the pages and buttons that were refused; PARTS
the words that the names of the API are made of.
"""

import re

from django.apps import apps

VERBS = {
    "account": "我的账号",
    "add": "新增",
    "add_document": "依据库增加文件",
    "add_event": "增加事件",
    "add_notice": "读通知",
    "add_route": "设分工",
    "add_series": "按周期设填报期",
    "add_setting": "增加参数",
    "add_sheet": "增加审核表",
    "add_task": "增加任务",
    "add_window": "增加填报期",
    "amend": "修订生效",
    "announce_year": "登记全年节假日",
    "answer": "答复退回意见",
    "appoint_deputy": "指定代办",
    "approve": "定稿",
    "assign": "分派任务",
    "attach": "上传附件",
    "begin": "开始填报",
    "begin_amendment": "开始修订",
    "calendar": "导出日历",
    "calendar_feed": "日历订阅",
    "cancel": "取消",
    "change_password": "修改密码",
    "channel": "群机器人",
    "channels": "通知渠道",
    "check_import": "检查导入",
    "checkpoint": "检查点",
    "clone": "从上年复制",
    "comment": "写意见",
    "confirm": "确认",
    "confirm_executions": "确认导入支出",
    "confirm_task": "核对任务",
    "copy": "沿用上年",
    "create": "新建",
    "create_channel": "新建群机器人",
    "create_classified": "登记涉密项目",
    "create_person": "新建人员",
    "create_plan": "新建计划",
    "create_section": "新建科室",
    "create_unit": "新建单位",
    "date_event": "填事件日期",
    "decide": "审核结论",
    "delete": "删除",
    "deputy": "指定代办",
    "detach": "撤下附件",
    "detail": "详情",
    "disable": "停用",
    "dismiss_task": "判定不作任务",
    "document": "正式表",
    "document_batch": "批量打印正式表",
    "document_pdf": "正式表PDF",
    "document_xlsx": "正式表Excel",
    "drop_amendment": "放弃修订",
    "drop_plan": "删去草稿",
    "edit": "修改",
    "edit_document": "依据库修改文件",
    "edit_event": "修改事件",
    "edit_plan": "修改计划",
    "edit_setting": "修改参数",
    "edit_sheet": "修改审核表",
    "edit_task": "修改任务",
    "edit_window": "修改填报期",
    "enable": "启用",
    "end_liaison": "联络员卸任",
    "end_membership": "结束任职",
    "end_other_sessions": "结束其他登录",
    "end_reopening": "结束开放",
    "end_sessions": "结束其他登录",
    "event_dates": "事件日期",
    "excel": "离线填报",
    "excuse": "延期或豁免",
    "executions": "支出",
    "executions_template": "支出导入模板",
    "exempt": "豁免任务",
    "export": "导出",
    "exemption_ended": "豁免到期",
    "export_ledger": "导出总台账",
    "export_liaisons": "导出联络员名册",
    "extend": "延期",
    "feed": "订阅的日历",
    "file": "文件",
    "first_admin": "建立首批管理员",
    "grant": "授予角色",
    "hand_over": "办理交接",
    "hand_over_person": "人员交接",
    "holidays": "节假日",
    "home": "待办",
    "import": "导入",
    "import_confirm": "确认导入",
    "import_executions": "导入支出",
    "import_profile": "导入计划",
    "import_template": "导入模板",
    "issue_link": "发一次性链接",
    "issue_opening_links": "发首批管理员链接",
    "lapse": "重新开放到期",
    "lapse_rejected": "恢复不通过",
    "ledger": "总台账",
    "liaison": "联络员",
    "liaisons": "联络员",
    "liaisons_export": "导出联络员名册",
    "liaisons_missing": "没有联络员的单位",
    "library": "指标库",
    "link": "一次性链接",
    "list": "清单",
    "load": "载入",
    "load_holidays": "载入节假日",
    "load_profile": "载入方案",
    "locked": "锁定清单",
    "log": "查看日志",
    "log_in": "登录",
    "log_in_failed": "登录失败",
    "log_out": "退出",
    "login": "登录",
    "logout": "退出",
    "make_feed": "建立日历订阅",
    "make_token": "建立令牌",
    "materials": "材料",
    "money": "登记资金",
    "move_task": "移动任务",
    "new": "新建",
    "new_liaison": "登记联络员",
    "new_person": "新建人员",
    "new_unit": "新建单位",
    "offline": "线下报送登记",
    "open": "打开填报",
    "opening_links": "首批管理员链接",
    "pass_on": "转下一步",
    "password": "修改密码",
    "people": "人员",
    "person": "人员",
    "pick": "从指标库选",
    "plan": "计划",
    "project": "项目档案",
    "publish": "发布",
    "queue": "待审",
    "reach": "覆盖范围",
    "read": "标为已读",
    "read_all": "全部标为已读",
    "receipt": "回执",
    "record_execution": "登记支出",
    "redeem_link": "用一次性链接设密码",
    "register_checkpoint": "登记检查点",
    "register_liaison": "登记联络员",
    "register_offline": "登记线下报送",
    "register_region": "登记下级地区",
    "reject": "不通过",
    "relief": "批量办理",
    "relogin": "接着登录",
    "remove_document": "依据库删去文件",
    "remove_event": "删去事件",
    "remove_route": "取消分工",
    "remove_setting": "删去参数",
    "remove_sheet": "删去审核表",
    "remove_task": "删去任务",
    "remove_window": "删去填报期",
    "rename_section": "科室改名",
    "reopen": "重新开放",
    "resend": "重发通知",
    "reset_day": "恢复节假日",
    "resolve": "标为已解决",
    "resolve_comment": "标为已解决",
    "restore": "恢复应报",
    "resume": "接着登录",
    "review": "审核",
    "review_save": "暂存审核",
    "revoke_feed": "作废日历订阅",
    "revoke_token": "停用令牌",
    "roll": "顺延截止日",
    "save": "保存",
    "save_draft": "保存草稿",
    "save_preference": "改通知设置",
    "score": "打分",
    "search": "查找",
    "section": "科室",
    "sections": "科室",
    "seen": "标为看过",
    "send_back": "退回",
    "set_basis": "设任务依据",
    "set_day": "改节假日",
    "set_facts": "设填报数",
    "set_money": "登记资金",
    "set_reminders": "设提醒",
    "set_route": "设分工",
    "set_scopes": "设范围",
    "set_setting": "设定参数",
    "set_slots": "设附件",
    "set_steps": "设审核步骤",
    "set_times": "设发送时间",
    "set_weights": "设权重",
    "settings": "规则参数",
    "sheet": "填报表",
    "silent": "催报名单",
    "start": "首页",
    "submit": "报送",
    "switch": "停用或启用",
    "task": "任务",
    "task_from_leftover": "由原文作任务",
    "template": "模板",
    "test_channel": "试发通知",
    "times": "发送时间",
    "tokens": "令牌",
    "turn_down": "不通过，原定稿有效",
    "unexempt": "撤销豁免",
    "unit": "单位",
    "units": "单位",
    "unlock": "解除锁定",
    "update": "修改",
    "update_channel": "修改群机器人",
    "update_person": "修改人员",
    "update_unit": "修改单位",
    "upload": "上传填报表",
    "waive": "豁免检查",
    "withdraw": "撤回",
    "workbook": "下载填报表",
}
PARTS = {
    "answer": "答复",
    "assignments": "应报事项",
    "attachment": "附件",
    "attachments": "附件",
    "audit": "日志",
    "begin": "开始填报",
    "calendar": "日历",
    "cancel": "取消",
    "channel": "群机器人",
    "channels": "通知渠道",
    "checkpoints": "检查点",
    "colleagues": "同事",
    "comment": "意见",
    "comments": "意见",
    "confirm": "确认",
    "copy": "沿用上年",
    "day": "日",
    "deadlines": "截止日期",
    "diff": "比较",
    "documents": "正式表",
    "dossier": "档案",
    "events": "事件",
    "excel": "填报表",
    "executions": "支出",
    "exemption": "豁免",
    "extension": "延期",
    "feed": "订阅",
    "file": "文件",
    "filing": "填报",
    "filings": "填报",
    "findings": "检查",
    "hand_over": "交接",
    "history": "经过",
    "holidays": "节假日",
    "home": "待办",
    "import": "导入",
    "import_marked": "标错的表",
    "indicators": "指标库",
    "job": "后台任务",
    "jobs": "后台任务",
    "ledger": "总台账",
    "load": "载入",
    "locks": "锁定",
    "materials": "材料",
    "me": "本人",
    "message": "消息",
    "messages": "消息",
    "money": "资金",
    "owed": "应报",
    "pass": "通过",
    "pdf": "正式表PDF",
    "people": "人员",
    "person": "人员",
    "plan": "计划",
    "plans": "计划",
    "project": "项目",
    "projects": "项目",
    "publish": "发布",
    "read": "标为已读",
    "receipt": "回执",
    "regions": "下级地区",
    "reject": "不通过",
    "relief": "批量办理",
    "reopen": "重新开放",
    "resend": "重发通知",
    "resolve": "标为已解决",
    "return": "退回",
    "review": "审核",
    "reviews": "审核",
    "revisions": "版次",
    "route": "分工",
    "routes": "分工",
    "schema": "接口说明",
    "search": "查找",
    "seat": "任职",
    "sections": "科室",
    "settings": "设置",
    "silent": "催报名单",
    "stages": "阶段",
    "submit": "报送",
    "target": "绩效目标",
    "task": "任务",
    "tasks": "任务",
    "test": "试发",
    "times": "发送时间",
    "todo": "待办",
    "token": "令牌",
    "unit": "单位",
    "units": "单位",
    "waive": "豁免",
    "withdraw": "撤回",
    "xlsx": "正式表Excel",
    "year": "年度",
}

WORDS = VERBS | PARTS  # of the API

API = "接口"
API_CODE = re.compile(r"^(?:api[-.]|[a-z]+_api\.)")  # api-filing-submit, organizations_api.me
CHAINS = {"unit": "单位", "region": "区划", "system": "系统"}


def chain_label(name: str) -> str:
    """“单位652823/201” for "unit:652823/201"."""
    kind, _, place = name.partition(":")
    return f"{CHAINS.get(kind, kind)}{place}"


def action_label(action: str) -> str:
    """“填报：报送” for "filings.submit", “接口：填报·报送” for "api-filing-submit"."""
    if API_CODE.match(action):
        parts = API_CODE.sub("", action).split("-")
        return f"{API}：{'·'.join(WORDS.get(part, part) for part in parts)}"
    room, _, verb = action.partition(".")
    if not apps.is_installed(f"apps.{room}"):
        return action
    return f"{apps.get_app_config(room).verbose_name}：{VERBS.get(verb, verb)}"


def like(text: str) -> str:
    """A regular expression, for either database, of the codes that the log shows in such words.

    It finds 报送, 填报：报送, 接口：填报·报送 and parts of them; a code is found as it is.
    """
    place, colon, act = text.partition("：")
    if not colon:
        return "|".join([re.escape(text), *_of_a_place(text), *_of_an_act(text)])
    found = [re.escape(text)]
    rooms, verbs = _any(_rooms(), place), _any(VERBS, act)
    if rooms and verbs:
        found.append(rf"^{rooms}\.{verbs}$")
    if place in API:
        found += _of_the_api(act)
    return "|".join(found)


def _of_a_place(text: str) -> list[str]:
    rooms = _any(_rooms(), text)
    return ([rf"^{rooms}\."] if rooms else []) + ([API_CODE.pattern] if text in API else [])


def _of_an_act(text: str) -> list[str]:
    verbs = _any(VERBS, text)
    return ([rf"^[a-z]+\.{verbs}$"] if verbs else []) + _of_the_api(text)


def _of_the_api(act: str) -> list[str]:
    parts = [_any(WORDS, part) for part in act.split("·")]
    return [rf"{API_CODE.pattern}(?:.*-)?{'-'.join(parts)}(?:-.*)?$"] if all(parts) else []


def _any(words: dict[str, str], text: str) -> str:
    """The codes whose words hold the text, and the text where it is itself a code."""
    codes = [code for code, word in words.items() if text in word]
    if re.fullmatch("[a-z0-9_]+", text) and text not in codes:
        codes.append(text)
    return f"(?:{'|'.join(codes)})" if codes else ""


def _rooms() -> dict[str, str]:
    return {config.label: str(config.verbose_name) for config in apps.get_app_configs()}
