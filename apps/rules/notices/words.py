"""The words by which a notice names stages, actors and duties."""

from __future__ import annotations

import re
from enum import StrEnum

from apps.rules.notices.model import Stage

STRONG = {  # a word that settles the stage of its clause
    "事前绩效评估": Stage.PRE_ASSESSMENT,
    "事前评估": Stage.PRE_ASSESSMENT,
    "再评估": Stage.PRE_ASSESSMENT,
    "绩效评估": Stage.PRE_ASSESSMENT,
    "绩效目标实现": Stage.MONITORING,
    "绩效目标": Stage.TARGETS,
    "目标编审": Stage.TARGETS,
    "目标审核": Stage.TARGETS,
    "绩效运行监控": Stage.MONITORING,
    "绩效监控": Stage.MONITORING,
    "运行监控": Stage.MONITORING,
    "双监控": Stage.MONITORING,
    "监控": Stage.MONITORING,
    "黄标": Stage.MONITORING,
    "红标": Stage.MONITORING,
    "绩效自评": Stage.SELF_EVALUATION,
    "自评": Stage.SELF_EVALUATION,
    "自我评价": Stage.SELF_EVALUATION,
    "绩效评价": Stage.EVALUATION,
    "部门评价": Stage.EVALUATION,
    "重点评价": Stage.EVALUATION,
    "整体评价": Stage.EVALUATION,
    "财政评价": Stage.EVALUATION,
    "评价报告": Stage.EVALUATION,
    "结果应用": Stage.RESULT,
    "结果运用": Stage.RESULT,
    "挂钩": Stage.RESULT,
    "扣减": Stage.RESULT,
    "约谈": Stage.RESULT,
    "统筹平衡安排预算": Stage.RESULT,
    "培训": Stage.MATERIALS,
    "轮训": Stage.MATERIALS,
    "座谈会": Stage.MATERIALS,
    "研讨会": Stage.MATERIALS,
    "宣传": Stage.MATERIALS,
    "稿件": Stage.MATERIALS,
    "信息报送": Stage.MATERIALS,
    "信息公开": Stage.MATERIALS,
    "迎检": Stage.MATERIALS,
    "总台账": Stage.MATERIALS,
    "联络员": Stage.MATERIALS,
    "第三方机构从": Stage.MATERIALS,
    "对第三方机构": Stage.MATERIALS,
    "指标框架": Stage.MATERIALS,
    "指标体系": Stage.MATERIALS,
    "制度体系": Stage.MATERIALS,
    "信息化建设": Stage.MATERIALS,
}
WEAK = {  # a word that settles it only where neither clause nor heading says more
    "公开": Stage.MATERIALS,
    "总结": Stage.MATERIALS,
    "台账": Stage.MATERIALS,
    "考核": Stage.MATERIALS,
    "材料": Stage.MATERIALS,
    "绩效评价结果": Stage.RESULT,
    "评价结果": Stage.RESULT,
    "绩效结果": Stage.RESULT,
    "管理结果": Stage.RESULT,
    "整改": Stage.RESULT,
    "通报": Stage.RESULT,
    "备案": Stage.RESULT,
}
_BUT = {"监控": "(?!节点)", "绩效评价": "(?!科|中心|股)"}  # 监控节点 is a day, 评价科 an actor
CUE = re.compile(
    "|".join(word + _BUT.get(word, "") for word in sorted([*STRONG, *WEAK], key=len, reverse=True))
)

GOAL_HEADING = re.compile(
    r"总体目标|工作目标|主要目标|指导思想|总体要求|工作思路|基本原则|主要原则|背景|意义|目的|重要性"
)
TASK_HEADING = re.compile(
    r"任务|重点工作|具体工作|工作安排|工作内容|实施步骤|重点事项|工作措施|工作计划"
)
GUARD_HEADING = re.compile(
    r"工作要求|保障|组织实施|组织领导|有关要求|相关要求|工作机制|纪律|责任追究"
)
SHARE_HEADING = re.compile(r"职责分工|任务分工|责任分工|职责划分|工作职责")

DUTY = re.compile(
    r"应(?![急用对收付当])|应当|须|必须|负责|不得|按时|务必|确保|牵头|要(?!素|求|点|件|内容|意义|目标|任务|精神|工作)"
)
HARD_DUTY = re.compile(r"应(?![急用对收付])|须|必须|负责|务必|按时")
ACTION = re.compile(
    r"开展|组织|实施|实行|完成|报送|上报|填报|填写|撰写|提交|编制|编报|设置|设定|制定|审核|抽审|抽检|复核|抽查|核查|初审"
    r"|进行|公开|公示|汇总|总结|备案|反馈|建立|更新|出具|收集|选取|选择|遴选|评审|通报|抄送|参加|召开|做好|形成|督促"
    r"|采取|提出|确定|分解|下达|落实|挂钩|安排|承担|配合|参与|印发|布置|申报|提供|报(?=[县市旗州区省财主上同送本自人])|推进|探索|加快|研究"
)
SUBMIT = re.compile(
    r"报送|上报|填报|提交|报(?=[县市旗州区省财主上同本自人])|备案|抄送|反馈|公开|公示|出具|撰写|形成|汇总|收集|报告"
)
REVIEW = re.compile(r"审核|初审|审查|打分|复核|指导|抽审|确定评价等级")
OUTPUT = re.compile(
    r"上报|报(?=[县市旗州区省财主上同自人])|汇总|反馈|抄送|通报|收集|督促|提出|确定|出具|总结|建立|形成|公开|核查|抽检"
    r"|检查|分解|下达|选取|选择|承担|管理|组织|(?<!不)安排|监督|评价，|牵头"
)
CONSEQUENCE = re.compile(
    r"不得|不予|不安排|不能|一律|作为.{0,40}(?:依据|参考|要件)|纳入.{0,40}(?:考核|体系)|原则上|直接列入|追究|问责"
)
CONDITION = re.compile(r"(?:的|时|情况|后|前|中|下)$")
ADVERBIAL = re.compile(r"结合|按照|根据|依据|依托|按(?!时)|以|围绕|针对|为了?")
FILES = re.compile(
    r"上报|报送|报(?=[县市旗州区省财主上])|备案|(?:建立|形成)[^，。]{0,12}(?:台账|清单|打分表)"
)
IMPERATIVE = re.compile(r"(?:做好|完成|组织开展|加快)")
AMOUNTS = re.compile(r"不少于|不低于|至少")
UPWARD = re.compile(r"报(?:自治州|自治区|州|省|盟)财政|报(?:同级|县|旗|市)?人大")
LEDGER = re.compile(r"建立[^，。]{0,14}(?:台账|清单)")
DEFINES = re.compile(r"是指|指的是|一般是")


class Actor(StrEnum):
    """Who has a duty."""

    UNIT = "unit"
    FINANCE = "finance"
    UPPER = "upper"


_NEXT = (  # what may follow an actor that is the subject of its part
    "负应须需必可将对以按在于从依根结组开实完填撰上报编设选抽审复核汇落参配牵做加认承建制执通督收提"
    "主充申自及统评是为每随会不新年并同优择逐分向把就既全进牢“，,。；、（0123456789要总有先当如凡具履公"
)
_NO_ACTOR = "(?![报将向与对经随把给在是为请至到及按由从])"
_BUREAU = _NO_ACTOR + r"[\u4e00-\u9fff]{0,7}?财政(?:局|部门|厅|所|分局)?"
_SECTION_END = r"(?:科室|处室|业务处|科(?![学技目研员级室])|股(?![份东权])|评价中心)"
_SECTION = rf"(?:{_NO_ACTOR}(?:(?![报送过])[\u4e00-\u9fff]){{0,14}}?{_SECTION_END})"
_SECTIONS = rf"{_SECTION}(?:[、和与]{_SECTION}){{0,4}}"
_UNIT = (
    r"(?:各级|各有关|各相关|有关|相关|各|全[县市旗区州]|[县市旗区州盟](?:本级|直属|直|级)|本级|被评价|预算|项目|资金"
    r"|行业|主管|所有|投资|下级|基层|用款|实施|具体){0,6}"
    r"(?:部门|单位)(?:（单位）|[、和]?(?:各)?(?:所属)?(?:预算)?单位)?"
    r"|各(?:地|苏木镇|乡镇|镇|旗县区|区（县）|县市|县区|区县|市县|街道)[\u4e00-\u9fff]{0,6}?"
)
ACTOR = re.compile(
    rf"(?:由|请|并由|再由|同时|其中)?(?P<who>{_BUREAU}(?:各|相关|有关|业务){{0,4}}{_SECTIONS}|{_BUREAU}|{_UNIT}"
    rf"|{_SECTIONS}|[\u4e00-\u9fff]{{2,5}}主管部门)(?=[{_NEXT}]|\Z)"
)
SECTION_NAME = re.compile(r"[^、和与，]*?(?:科室|科|股|处室|业务处|中心)")
UPPER = re.compile(r"自治区|财政厅|财政部(?!门)|省|自治州|州财政|盟财政|上级")
LOWER = re.compile(r"旗县|县区|县市|区（县）|乡镇|苏木|下级")
_COUNTY_UPPER = re.compile(r"市财政")


def actor_kind(who: str, *, county: bool) -> Actor:
    """Who is meant; above a county the city's bureau is upper too."""
    if LOWER.search(who):
        return Actor.UNIT
    if UPPER.search(who) or (county and _COUNTY_UPPER.match(who)):
        return Actor.UPPER
    if "财政" in who or who.endswith(("科", "股", "科室", "处室", "中心")):
        return Actor.FINANCE
    return Actor.UNIT
