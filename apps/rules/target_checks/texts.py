"""What a text says or fails to say: template words, stock phrases, standards nobody can verify."""

import re

from apps.rules.target_checks.vocabulary import AIM, DEGREE, VERIFIABLE

PUNCTUATION = re.compile(r"[\s\d０-９，。、；：！？,.;:!?…·“”\"'（）()【】\[\]<>《》_＿—–-]+")
# What a blank template says before anybody writes into it, once numbers and marks are taken out.
TEMPLATE_WORDS = (
    *("目标", "指标", "一级指标", "二级指标", "三级指标", "年度目标", "中期目标", "总体目标"),
    *("同上", "略", "无", "见附件", "详见附件", "见方案", "详见方案", "待定", "待补充", "暂无"),
    *("填写", "请填写", "内容", "不适用", "测试"),
)
# Repetitions here and below are bounded: a goal may be long, and a search must stay linear in it.
TEMPLATE_MARK = re.compile(r"(?<![A-Za-z])[xX×Ｘ＊*]{2,4}(?![A-Za-z])|[○〇]{2}|（填写|请填写")
TEMPLATE_ENDS = ("……", "...", "___")
LEADING_MARK = re.compile(
    r"(?:年度|总体|中期)?(?:目标|指标)\s{0,3}[\d０-９一二三四五六七八九十]{0,3}\s{0,3}[:：、.．]?"
)
# Phrases that fit every project; what is left without them must say something.
STOCK_PHRASES = re.compile(
    "按时|按期|保质保量|全面|圆满|顺利|认真|切实|严格|积极|及时|有效|确保|保障|保证|做好|完成|"
    "开展|推进|落实|加强|提高|提升|促进|维护|改善|实现|达到|预期|年度|本年|全年|今年|各项|相关|有关|"
    "单位|部门|本单位|工作|任务|目标|职责|职能|日常|正常|运转|运行|项目|实施|资金|使用|预算|上级|要求|"
    "规定|计划|效果|效益|水平|质量|效率|服务|社会|经济|发展|稳定|和谐|的|地|得|和|与|及|并|等"
)
# Words of degree and approval; a standard made of them alone cannot be verified.
VAGUE_WORDS = re.compile(
    "明显|显著|较为|较|很|更加|更|进一步|不断|持续|有效|逐步|大幅度?|稳步|稳定|基本|全面|长期|良好|优秀|"
    "改善|改进|提升|提高|增强|增加|加强|促进|推动|推进|推广|优化|完善|健全|巩固|保障|保证|确保|维护|实现|"
    "降低|减少|控制|建立|达到|达成|达标|认可|满意|合格|合理|规范|及时|充分|严格|执行|符合|遵守|按照|根据|"
    "相关|有关|各项|制度|规定|文件|政策|要求|标准|预期|目标|指标|效果|效益|水平|程度|情况|影响|作用|"
    "高|低|好|强|大|多|长|中|有|无|是否|一定|正常|完成|到位|得到|具有|的|了|得|地|和|与|等|为"
)
COMPARED = re.compile(r"[较比同自从距以因据与于]\s{0,3}$")
RANGE_TO = r"\s{0,2}年?\s{0,2}[—–~～至到-]{1,2}\s{0,2}(20\d\d)"
YEARS = re.compile(rf"(?<!\d)(20\d\d)(?:{RANGE_TO})?\s{{0,2}}年")
AS_BASE = re.compile(r"\s{0,3}(?:以来|相比|同期|基数|的?水平|版|印发|出台)")
DATED = re.compile(
    r"(?<![\d.])(20\d\d)[.\-/](?:1[0-2]|0?[1-9])(?:[.\-/](?:[12]\d|3[01]|0?[1-9]))?"
    r"\s{0,2}(?:底|前|完|日|月|起|止|—|-|至|，|。|；|、|$)"
)
NO_MEASURE = re.compile(
    r"20\d\d\s{0,2}[—–~～至到-]{0,2}\s{0,2}(?:20\d\d)?\s{0,2}年度?|\d{1,2}月(?:份|底)?(?:\d{1,2}[日号])?|"
    r"[〔\[（(]\s{0,2}20\d\d\s{0,2}[〕\]）)]\s{0,2}\d{1,4}\s{0,2}号|(?:目标|任务|指标)\s{0,2}\d{1,2}|"
    r"(?<!\d)\d{1,2}[.、)）．](?!\d)"
)
COUNTED = re.compile(
    "[一二两三四五六七八九十百千万][个所座户人名次公里条处台套场期亩吨辆家村县镇乡班幢栋眼倍成]|"
    "百分之|全覆盖|零|清零"
)
LEAD = 4  # characters before a year that may make it a base of comparison


def bare(text: str) -> str:
    """The text without digits, punctuation and space."""
    return PUNCTUATION.sub("", text)


def is_placeholder(text: str) -> bool:
    """Whether a blank template's words stand here: 目标1：…… · XXX · 同上."""
    if TEMPLATE_MARK.search(text) or text.rstrip().endswith(TEMPLATE_ENDS):
        return True
    left = bare(LEADING_MARK.sub("", text))
    return not left or left in TEMPLATE_WORDS


def is_boilerplate(goal: str) -> bool:
    """Whether the goal holds only phrases that fit every project; a number is content."""
    if re.search(r"[\d０-９]", LEADING_MARK.sub("", goal)):
        return False
    return not bare(STOCK_PHRASES.sub("", goal))


def is_vague(standard: str) -> bool:
    """Whether a qualitative standard says only that something gets better: 居民生活明显改善."""
    if re.search(r"[\d０-９]", standard):
        return False
    if not bare(VAGUE_WORDS.sub("", standard)):
        return True
    is_wish = DEGREE.search(standard) or AIM.search(standard)
    return bool(is_wish) and not VERIFIABLE.search(standard)


def has_measure(text: str) -> bool:
    """Whether the text counts something; years, dates and numbers of items do not."""
    left = NO_MEASURE.sub("", text)
    return bool(re.search(r"[\d０-９]", left) or COUNTED.search(left))


def degree_words(text: str) -> list[str]:
    """The words in the text that promise better without saying how much, each once."""
    found = [match[0] for words in (DEGREE, AIM) for match in words.finditer(text)]
    return list(dict.fromkeys(found))


def other_years(text: str, year: int) -> list[str]:
    """Years named in the text beside the fiscal year, as written; bases of comparison are fine."""
    found = []
    for match in YEARS.finditer(text):
        first, last = int(match[1]), int(match[2] or match[1])
        lead = text[max(0, match.start() - LEAD) : match.start()]
        is_base = COMPARED.search(lead) or AS_BASE.match(text, match.end())
        if not first <= year <= last and not is_base:
            found.append(match[0])
    for match in DATED.finditer(text):
        lead = text[max(0, match.start() - LEAD) : match.start()]
        if int(match[1]) != year and not COMPARED.search(lead):
            found.append(f"{match[1]}年")
    return list(dict.fromkeys(found))
