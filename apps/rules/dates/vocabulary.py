"""The word table: every word that a date phrase is made of, as a letter, a pattern and a value.

A row is tried only at the characters it may begin with. Every pattern is bounded, so that no text
costs more than its length. Rows that begin alike are tried in the order of the table.
"""

import re
from collections.abc import Callable
from functools import partial

from apps.rules.dates.script import NUMERALS, number_in

HOUR = "[0-9]{1,2}(?:[时点]|:[0-9]{2})"
AMOUNT = "[0-9]{1,15}(?:[.,][0-9]{1,15}){0,4}"
WEEKDAYS = "一二三四五六日"
NAMES = "一二三四五六七八九十"
SIDE_BY_SIDE = re.compile("[一二三四五六七八九]{2}")
EDGED = "(?:(?<=[年月度份季])|(?<=[每按逐]旬))"
DIGIT = "0123456789"
COUNT = DIGIT + NUMERALS
BLANK = " \n"

WS = r"[ ]{0,4}\n?[ ]{0,4}"  # what a line break or a blank inside a date may be
CN = f"[{NUMERALS}]"
N = rf"(?:[0-9]{{1,4}}|{CN}{{1,5}})"
TEXT = r"[^，。；;、：:()\n“”《》]"  # text inside one clause
LAST = r"(?<=[0-9日号月份年底末初旬度季中时点分)半])"  # the character a date ends in
YEAR = rf"(?:[0-9]{{4,9}}|(?:19|20)[ ]?[0-9][ ]?[0-9]|[{NUMERALS[:12]}0Oo]{{4}})"
OTHER_YEAR = (
    r"(?:(?<!应)当|(?<![基成资])本|今|去|(?<!以)上|上一|(?<![一每两首多])次|(?<!以)下|下一|明|翌|"
    r"(?<![目以])前|同|(?<!年)来)年"
)
SHIFTS = {"去": -1, "上": -1, "前": -2, "次": 1, "下": 1, "明": 1, "翌": 1, "来": 1}
STRICT_UNIT = "个?工作日|个?自然日|天|个月|周|个?星期|个?小时"
ANY_UNIT = f"{STRICT_UNIT}|日|月|(?<![0-9]{{4}})年|个?季度"
COUNTED = (
    "%|‰|个?百分点|[百千万亿]{1,3}(?:元|人|个|次)?|元|个(?!工作日|月|自然日|季度|星期|小时)|项|条|家|次|"
    "场|人|篇|类|处|份|户|页|名|分(?!别)|倍|成|股|位"
)

# An event is known by what ends it: 批复后, 编制前, 收到通知之日起.
DEEDS = (
    "结束 完成 批复 下达 印发 通过 公布 公开 批准 同意 确定 编制 审核 审议 审查 终了 召开 合格 "
    "调整 验收 开始 启动 发布 签订 公示 期满 届满 备案 到位 报送 上报 反馈 初审 填报 实施 执行 "
    "会议 评审 评价 自评 监控 整改 决算 节点 受理 通知 文件 意见 要求 "
    "春节 国庆 庆节 元旦 五一 中秋 秋节 午节 明节 两会 代会 假期"
)
DEED = "|".join(f"(?<={deed})" for deed in re.findall(r"\S+", DEEDS))
AFTER = rf"之后|以后|后(?!续|期|勤|的(?!{WS}[0-9一二三五十]))的?"
BEFORE = "之前|以前|前(?!提|期|置|后|三|的)"

RHYTHMS = (  # how often: recurrence, words
    ("half-yearly", r"(?:每个?|按|逐)半年(?:度)?"),
    ("yearly", r"每一?个?年度?|(?:按|逐)年度?(?![初末底中预部计])"),
    ("every 2 months", r"每(?:两|2|二)个月"),
    ("quarterly", r"(?:每个?|按|逐|各)季度?|季度(?=结束|终了)"),
    ("monthly", r"(?:每个?|按|逐|各)月(?:度|份)?|月度(?=结束|终了)"),
    ("every 10 days", r"(?:每个?|按|逐|各)旬"),
    ("every 2 weeks", r"每(?:两|2|二)周"),
    ("weekly", r"(?:每个?|按|逐)(?:周|星期)(?!期|边)"),
    ("daily", r"(?:每|逐)[日天]|按[日天](?!常)"),
)

# Neighbours named without a mark between them: 四五月份, 二三季度 (in the numbers of parts.HALVES).
NEXT_MONTHS = {f"{NAMES[n - 1]}{NAMES[n]}": (n, n + 1) for n in range(1, 10)} | {"十一二": (11, 12)}
NEXT_QUARTERS = {"一二": 1, "二三": 4, "三四": 2, "一二三": 3}

Value = Callable[[str], int]
Word = tuple[str, str, str, Value]  # letter, first characters, pattern, value


def _nothing(text: str) -> int:
    return 0


def _always(value: int, text: str) -> int:
    return value


def _month(text: str) -> int:
    if SIDE_BY_SIDE.search(text):
        return -1  # 一二月底: which of the two is not said
    return 1 if text.startswith("元") else number_in(text)


def _months(text: str) -> int:
    """The first and the last month of two named side by side: 405 for 四五月份."""
    first, last = NEXT_MONTHS[text.partition("月")[0]]
    return first * 100 + last


def _quarters(text: str) -> int:
    return NEXT_QUARTERS[text.removeprefix("第").partition("季")[0]]


def _shift(text: str) -> int:
    return SHIFTS.get(text[0], 0)


def _third(text: str) -> int:
    return "上中下".index(text[0]) + 1


def _half_month(text: str) -> int:
    return 4 if text[0] == "上" else 5  # see parts.THIRDS


def _weekday(text: str) -> int:
    last = text.rstrip(")")[-1]
    return WEEKDAYS.index("日" if last == "天" else last)


NO_DATES: tuple[Word, ...] = (
    (
        "编",  # the number of a paragraph, at the start of a line
        f"{COUNT}( ",
        rf"^[ ]{{0,8}}[(]?(?:[0-9]{{1,2}}|{CN}{{1,3}})(?:[)]{WS}[、.]?|{WS}、|{WS}[.](?![0-9]))",
        number_in,
    ),
    ("文", "〔", rf"〔[0-9]{{4}}年?〕(?:{WS}第?{WS}[0-9]{{1,5}}{WS}号?)?", _nothing),
    ("文", "[(【", rf"[\[(【][0-9]{{4}}年?[\])】]{WS}第?{WS}[0-9]{{1,5}}{WS}号", _nothing),
    ("文", DIGIT, rf"[0-9]{{4}}年{WS}第[0-9]{{1,5}}号", _nothing),
    ("文", "第", rf"第{WS}[0-9]{{1,5}}{WS}号", _nothing),
    (
        "条",
        "第",
        rf"第{N}{WS}(?:条|款|章|节(?!点)|部分|项|编|届|次|批|名|位|页|期|类|轮|稿|个)",
        _nothing,
    ),
    ("U", COUNT + "半", rf"(?<!月)(?:{N}|半){WS}(?:{ANY_UNIT})(?:之|以)?内", _nothing),
    ("V", COUNT, rf"(?<!最后)(?<!第){N}{WS}(?:{STRICT_UNIT})(?:之|以)?[前后]", _nothing),
    ("u", COUNT, rf"{N}{WS}(?:个工作日|工作日|天|个月|个星期|个小时)", _nothing),
    ("#", DIGIT, rf"{AMOUNT}{WS}[余多]?{WS}(?:{COUNTED})", _nothing),
    ("#", "百", rf"百分之(?:[0-9]{{1,3}}|{CN}{{1,5}})", _nothing),
)  # fmt: skip

PARTS: tuple[Word, ...] = (
    *(
        ("R", "每按逐各季月", words, partial(_always, row))
        for row, (_, words) in enumerate(RHYTHMS)
    ),
    ("P", "前", r"前三个?季度", number_in),
    ("P", "第一二三", rf"第?(?:一二三|一二|二三|三四){WS}季度", _quarters),
    ("Q", "第" + COUNT, rf"第?{WS}[一二三四五六七八九1-9]{WS}季度|第[一二三四1-4]季", number_in),
    ("Q", "Qq", r"[Qq][1-4](?![0-9A-Za-z])", number_in),
    (
        "I",
        "12",
        r"(?:19|20|21)[0-9]{2}(?P<sep>[-./])[0-9]{1,2}(?:(?P=sep)[0-9]{1,2}日?)?(?![0-9年月日号])",
        _nothing,
    ),
    ("K", "2", r"20[0-9]{4}(?:[0-9]{2})?(?![0-9.年月日号])", _nothing),
    ("T", "上下中" + DIGIT, rf"(?:[上下中]午)?{HOUR}(?:[0-9]{{1,2}}分|整|半)?", _nothing),
    ("i", DIGIT, r"[0-9]{1,2}[./][0-9]{1,2}日?(?![0-9年月%./])", _nothing),
    ("F", COUNT, rf"{YEAR}{WS}年{WS}度", number_in),
    ("Y", COUNT, rf"{YEAR}{WS}年|[0-9]{{4}}(?=[Qq][1-4])", number_in),
    ("Y", DIGIT, rf"[0-9]{{2}}{WS}年(?={WS}[0-9]{{1,2}}{WS}月)", number_in),
    ("G", "当本今去上次下明翌前同来", rf"{OTHER_YEAR}度", _shift),
    ("y", "当本今去上次下明翌前同来", OTHER_YEAR, _shift),
    ("H", "上下", r"[上下]半年(?:度)?", lambda text: 1 if text[0] == "上" else 2),
    ("h", "半", r"半年(?:度)?", _nothing),
    ("A", "全年", r"全年(?:度)?|年内", _nothing),
    (
        "Z",
        "年",
        r"(?<![青老少近百周成壮童])年(?:[底末终](?!身|端)|初(?![中级步审])|中(?![国央期小]))",
        _nothing,
    ),
    (
        "M",
        NAMES,
        rf"(?<!{CN})(?:{'|'.join(NEXT_MONTHS)})月(?![度均息租薪底末初中上下]|份?{WS}{N}[日号])份?",
        _months,
    ),
    ("M", COUNT + "元", rf"(?:[0-9]{{1,3}}|{CN}{{1,3}}|元){WS}月(?![度均息租薪])份?", _month),
    ("D", COUNT, rf"(?:[0-9]{{1,3}}|{CN}{{1,3}}){WS}(?:日(?!均)|号(?![召码文楼线]))", number_in),
    ("m", "次下当本上末首同翌", r"(?:次|下个?|(?<!应)当|本|上个?|末|首|同|翌)月", _nothing),
    ("z", "月", r"月(?:[底末](?!端)|初|中(?!旬))", _nothing),
    ("W", WEEKDAYS, rf"(?:(?<=每周)|(?<=每星期))[{WEEKDAYS}](?![次期个篇份])", _weekday),
    ("W", "(星周礼", r"[(]?(?:星期|周|礼拜)[一二三四五六日天][)]?", _weekday),
    ("X", "上中下", r"[上中下]旬", _third),
    ("X", "上下", r"[上下]半(?:个)?月", _half_month),
    ("E", "底" + BLANK, rf"{EDGED}{WS}底(?![线数稿层部册价])", _nothing),
    ("E", "末" + BLANK, rf"{EDGED}{WS}末(?![端月])", _nothing),
    ("E", "初" + BLANK, rf"(?<=[年月度份季]){WS}初(?![中级高步审始期次])", _nothing),
    (
        "E",
        "中" + BLANK,
        rf"(?<=[年月度份季]){WS}中(?=$|[，。、；;:)\-前后之以至到完开进组报( ])",
        _nothing,
    ),
)  # fmt: skip

AROUND: tuple[Word, ...] = (
    ("事", "之以后前期", rf"(?:{DEED})(?:{AFTER}|{BEFORE}|期间)|之日起", _nothing),
    ("事", "收接取", rf"(?:收到|接到|取得){TEXT}{{0,12}}?(?:之后|以后|后)", _nothing),
    ("止", "截为止" + BLANK, rf"{LAST}{WS}(?:截止|为止|止)", _nothing),
    ("约", "左前" + BLANK, rf"{LAST}{WS}(?:左右|前后)", _nothing),
    ("前", "之以前" + BLANK, rf"{LAST}{WS}(?:之前|以前|前(?![提期置后三]))", _nothing),
    ("后", "之以后" + BLANK, rf"{LAST}{WS}(?:之后|以后|后(?!续|期))", _nothing),
    ("起", "起开以" + BLANK, rf"{LAST}{WS}(?:起|开始|以来)", _nothing),
    ("内", "之以内期" + BLANK, rf"{LAST}{WS}(?:之内|以内|内|期间)", _nothing),
    (
        "迟",
        "不最至截",
        rf"(?:不[迟晚]于|[最至][迟晚]|截止(?:日期|时间)){WS}[应要须需在于为是到:]{{0,3}}",
        _nothing,
    ),
    ("定", "截", r"截[至止]到?目前", _nothing),
    ("截", "截", r"截至到?|截止[到至]?", _nothing),
    (
        "终",
        "结终",
        r"(?:(?<=季度)|(?<=[每按逐]旬)|(?<=[每按]季)|(?<=[每按]月)|(?<=月度)|(?<=半年))(?:结束|终了)(?:之后|以后|后)?",
        _nothing,
    ),
    ("即", "自从即现", r"(?:自|从)?(?:即日|现在)起", _nothing),
    ("节", "作为监时数考报节", r"作?为?(?:监控|时间|数据|考核|报送)?节点(?![前后])", _nothing),
    ("工", "最第", rf"(?:最后|第){N}个?工作日", _nothing),
    ("提", "提", r"提前", _nothing),
    ("典", "一通原大", r"(?:一般|通常|原则上|大致|大约)[是为在于]", _nothing),
    ("集", "主重相集", r"(?:主要|重点|相对)?集中(?:在|于|期|时间|时段)[为是在]?", _nothing),
    ("定", "定不适另择近", r"定期(?:[和或与]不定期)?|不定期|适时|另行通知|择期|近期", _nothing),
    ("定", "按", r"按照?规定的?(?:时间|时限|期限)", _nothing),
    ("弱", "及按尽限随实抓", r"及时|按时|尽快|限期|随时|实时|抓紧", _nothing),
    (
        "~",
        "至到",
        rf"(?<![达提涉得看收受遇])[至到](?={WS}(?:[0-9次当下今明本年月同元翌全上第]|{CN}))",
        _nothing,
    ),
)  # fmt: skip

ALL_STEPS = r"[编审批公申下]\w(?:[、和]同步[编审批公申下]\w)"
EVENTS: tuple[Word, ...] = (
    (
        "随",
        "随与同",
        rf"(?:随同?(?![机时后意着])|[与同](?=部门|预算|决算|项目|资金)){TEXT}{{1,14}}?，?"
        rf"(?:同步(?:{ALL_STEPS}{{0,6}})?|一同|一并|一起|报(?!告)|公开)",
        _nothing,
    ),
    ("同", "同", rf"同步{ALL_STEPS}{{1,6}}", _nothing),
    (
        "安",
        "按",
        rf"按照?{TEXT}{{1,16}}?(?:时间安排|进度安排|时间要求|时间节点|工作节点|时限)",
        _nothing,
    ),
    ("安", "在", r"在(?:监控|各?工作|时间)节点(?=[，。；]|$)", _nothing),
)

MARKS: tuple[Word, ...] = (
    ("-", "-一", r"-{1,3}|(?<=[0-9日月号])一(?=[0-9])", _nothing),
    ("、", "、", r"、", _nothing),
    (
        "、",
        "和及与以",
        rf"(?:和|及|与|以及)(?={WS}(?:[0-9]|{CN}{{1,3}}[月日季]))",
        _nothing,
    ),
    ("或", "或", rf"或者?(?={WS}(?:[0-9]|{CN}{{1,3}}[月日季]))", _nothing),
    ("，", "，,：:", r"[，,：:]", _nothing),
    ("。", "。；;！？!?", r"[。；;！？!?]", _nothing),
    ("。", "\n", r"\n[ ]{0,40}\n", _nothing),
    ("(", "(", r"[(]", _nothing),
    (")", ")", r"[)]", _nothing),
    ("n", DIGIT, r"[0-9]{1,2}(?![0-9])", number_in),
    ("N", "12", r"(?:19|20)[0-9]{2}(?![0-9])", number_in),
    ("n", NUMERALS, rf"{CN}{{1,3}}(?={WS}[-、至到和]{WS}{CN}{{1,3}}{WS}[月日季])", number_in),
)  # fmt: skip

WORDS = NO_DATES + PARTS + AROUND + EVENTS + MARKS
