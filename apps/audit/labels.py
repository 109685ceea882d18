"""Actions in the auditor's words; a verb not listed here shows as its code."""

from django.apps import apps

VERBS = {
    "add": "新增",
    "approve": "定稿",
    "assign": "分派任务",
    "attach": "上传附件",
    "cancel": "取消",
    "change_password": "修改密码",
    "comment": "写意见",
    "confirm": "确认",
    "create": "新建",
    "delete": "删除",
    "detach": "撤下附件",
    "disable": "停用",
    "enable": "启用",
    "end_other_sessions": "结束其他登录",
    "export": "导出",
    "extend": "延期",
    "import": "导入",
    "issue_link": "发一次性链接",
    "issue_opening_links": "发首批管理员链接",
    "list": "查看列表",
    "load": "载入",
    "load_profile": "载入方案",
    "log": "查看日志",
    "log_in": "登录",
    "log_in_failed": "登录失败",
    "log_out": "退出",
    "login": "登录",
    "make_token": "建立接口密钥",
    "open_revision": "开新版次",
    "pass": "通过",
    "publish": "发布",
    "receive": "接收",
    "redeem_link": "用一次性链接设密码",
    "reject": "不通过",
    "reopen": "重开",
    "reply": "回复意见",
    "resolve": "解决意见",
    "revoke_token": "停用接口密钥",
    "save": "保存",
    "save_draft": "保存草稿",
    "score": "打分",
    "send_back": "退回",
    "submit": "报送",
    "unlock": "解除锁定",
    "update": "修改",
    "waive": "豁免检查",
    "withdraw": "撤回",
}


def action_label(action: str) -> str:
    """“填报：报送” for "filings.submit"."""
    room, _, verb = action.partition(".")
    if not apps.is_installed(f"apps.{room}"):
        return action
    return f"{apps.get_app_config(room).verbose_name}：{VERBS.get(verb, verb)}"
