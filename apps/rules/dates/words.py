"""The words that date phrases are made of: a text becomes a row of one-letter words.

Each word of the table is a letter, a pattern and, where it counts, a value. Text between words is
GAP, unless it is blank. Every pattern is bounded or begins where the one before it stopped, so
that a text of any kind is read in time linear in its length.
"""

import re
from functools import partial
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from apps.rules.dates import script

WEEKDAYS = "一二三四五六日"
GAP = "·"  # other text
STOP = "。"  # the end of a sentence

WS = r"[ ]{0,4}\n?[ ]{0,4}"
CN = f"[{script.NUMERALS}]"
N = rf"(?:[0-9]{{1,4}}|{CN}{{1,5}})"
TEXT = r"[^，。；;、：:()\n]"  # text inside one clause
LAST = r"(?<=[0-9日号月年底末初旬度季中时点分)半])"  # the character a date ends in

VERBS = (
    "结束|完成|批复下达|批复|下达|印发|通过|公布|公开|批准|同意|确定|编制|审核|审议|审查|终了|召开|合格|"
    "调整|验收|开始|启动|发布|签订|公示|期满|届满|备案|到位|报送|上报|反馈|初审|填报|实施|执行|评审|评价|"
    "自评|监控|整改|决算|节点"
)
AFTER = r"之后|以后|后(?!续|期|勤|的(?!" + WS + r"[0-9一二三五十]))|之日起"
BEFORE = r"之前|以前|前(?!提|期|置|后|三|的)"
FEASTS = "春节|国庆节?|元旦|五一|中秋节?|端午节?|清明节?|两会|人代会"
KINDS_OF_COUNT = (
    "%|‰|个?百分点|[百千万亿]{1,3}(?:元|人|个|次)?|元|个(?!工作日|月|自然日|季度|星期|小时)|项|条|家|次|"
    "场|人|篇|类|处|份|户|页|名|分(?!别)|倍|成|股|位|余"
)
STRICT_UNITS = "个?工作日|个?自然日|天|个月|周|个?星期|个?小时"
SHIFTS = {"去": -1, "上": -1, "前": -2, "次": 1, "下": 1, "明": 1, "翌": 1, "来": 1}
YEAR = rf"(?:[0-9]{{4,9}}|(?:19|20)[ ]?[0-9][ ]?[0-9]|[{script.NUMERALS[:12]}0Oo]{{4}})"
NEXT_YEARS = (
    r"(?:(?<!应)当|(?<![基成资])本|今|去|(?<!以)上|上一|(?<![一每两首多])次|(?<!以)下|下一|明|翌|"
    r"(?<!目)前|同|(?<!年)来)年"
)
RHYTHMS = (  # how often: recurrence, words
    ("half-yearly", r"(?:每个?|按|逐)半年(?:度)?"),
    ("yearly", r"每一?个?年度?|(?:按|逐)年度?(?![初末底中预部计])"),
    ("every 2 months", r"每(?:两|2|二)个月"),
    ("quarterly", r"(?:每个?|按|逐)季度?(?!节)|季度(?=结束|终了)"),
    ("monthly", r"(?:每个?|按|逐)月度?|月度(?=结束|终了)"),
    ("every 2 weeks", r"每(?:两|2|二)周"),
    ("weekly", r"(?:每个?|按|逐)(?:周|星期)(?!期|边)"),
    ("daily", r"(?:每|逐)[日天]|按[日天](?!常)"),
)


@dataclass(frozen=True)
class Token:
    """One word: its letter, where it stands, how it is written and what it counts."""

    letter: str
    start: int
    end: int
    text: str
    value: int = 0


def _short(text: str) -> int:
    """A number that a date may hold; a longer one counts as 0."""
    return int(text) if len(text) <= 4 else 0


def _month(text: str) -> int:
    return 1 if text.startswith("元") else script.number_in(text)


def _shift(text: str) -> int:
    return SHIFTS.get(text[0], 0)


def _third(text: str) -> int:
    return "上中下".index(text[0]) + 1


def _weekday(text: str) -> int:
    days = f"{WEEKDAYS}天"
    return min(next(days.index(char) for char in reversed(text) if char in days), 6)


def _nothing(text: str) -> int:
    return 0


def _always(value: int, text: str) -> int:
    return value


Word = tuple[str, str, Callable[[str], int]]

WORDS: tuple[Word, ...] = (
    # numbers that are no dates
    ("编", rf"^{WS}[(]?(?:[0-9]{{1,2}}|{CN}{{1,3}})(?:[)]{WS}[、.]?|{WS}、|{WS}[.](?![0-9]))", script.number_in),
    ("文", rf"〔[0-9]{{4}}年?〕(?:{WS}第?{WS}[0-9]{{1,5}}{WS}号?)?", _nothing),
    ("文", rf"[\[(【][0-9]{{4}}年?[\])】]{WS}第?{WS}[0-9]{{1,5}}{WS}号", _nothing),
    ("文", rf"[0-9]{{4}}年{WS}第[0-9]{{1,5}}号|第{WS}[0-9]{{1,5}}{WS}号", _nothing),
    ("条", rf"第{N}{WS}(?:条|款|章|节(?!点)|部分|项|编|届|次|批|名|位|页|期|类|轮|稿|个)", _nothing),
    ("T", rf"(?:上午|下午|晚上|中午)?[0-9]{{1,2}}(?:[时点]|:[0-9]{{2}})(?:[0-9]{{1,2}}分|整|半)?", script.number_in),
    ("U", rf"(?<!月)(?:{N}|半){WS}(?:{STRICT_UNITS}|日|月|年|个?季度)(?:之|以)?内", script.number_in),
    ("V", rf"{N}{WS}(?:{STRICT_UNITS})(?:之|以)?[前后]", script.number_in),
    ("u", rf"{N}{WS}(?:个工作日|工作日|天|个月|个星期|个小时)", script.number_in),
    ("#", rf"[0-9]{{1,15}}(?:[.,][0-9]{{1,15}}){{0,4}}{WS}[余多]?{WS}(?:{KINDS_OF_COUNT})", _nothing),
    ("#", rf"百分之(?:[0-9]{{1,3}}|{CN}{{1,5}})", _nothing),
    # parts of a date
    *(("R", words, partial(_always, index)) for index, (_, words) in enumerate(RHYTHMS)),
    ("P", r"前三个?季度", script.number_in),
    ("Q", rf"第?{WS}[一二三四1-4]{WS}季度|第[一二三四]季|[Qq][1-4](?![0-9A-Za-z])", script.number_in),
    ("I", r"(?:19|20|21)[0-9]{2}(?P<sep>[-./])[0-9]{1,2}(?:(?P=sep)[0-9]{1,2}日?)?(?![0-9年月日号])", _nothing),
    ("K", r"20[0-9]{4}(?:[0-9]{2})?(?![0-9.年月日号])", _nothing),
    ("i", r"[0-9]{1,2}[./][0-9]{1,2}日?(?![0-9年月%./])", _nothing),
    ("F", rf"{YEAR}{WS}年{WS}度", script.number_in),
    ("Y", rf"{YEAR}{WS}年|[0-9]{{4}}(?=[Qq][1-4])|[0-9]{{2}}{WS}年(?={WS}[0-9]{{1,2}}{WS}月)", script.number_in),
    ("G", rf"{NEXT_YEARS}度", _shift),
    ("y", NEXT_YEARS, _shift),
    ("H", r"[上下]半年(?:度)?", _third),
    ("h", r"半年(?:度)?", _nothing),
    ("A", r"全年(?:度)?", _nothing),
    ("Z", r"(?<![青老少近百周成壮童])年(?:[底末终](?!身|端)|初(?![中级步审])|中(?![国央期小]))", _nothing),
    ("M", rf"(?:[0-9]{{1,3}}|{CN}{{1,3}}|元){WS}月(?![度均息租薪])份?", _month),
    ("D", rf"(?:[0-9]{{1,3}}|{CN}{{1,3}}){WS}(?:日(?!均)|号(?![召码文楼线]))", script.number_in),
    ("m", r"(?:次|下个?|(?<!应)当|本|上个?|末|首|同|翌)月", _nothing),
    ("z", r"月(?:[底末](?!端)|初|中(?!旬))", _nothing),
    ("W", r"[(]?(?:星期|周|礼拜)[一二三四五六日天][)]?", _weekday),
    ("X", r"[上中下]旬", _third),
    ("E", rf"(?<=[年月度份季])(?:{WS})(?:底(?![线数稿层部册价])|末(?![端月])|初(?![中级高步审始期次]))", _nothing),
    ("E", rf"(?<=[年月度份季])(?:{WS})中(?=$|[，。、；;:)\-前后之以至到完开进组报( ])", _nothing),
    # words around a date
    ("止", rf"{LAST}{WS}(?:截止|为止|止)", _nothing),
    ("约", rf"{LAST}{WS}(?:左右|前后)", _nothing),
    ("前", rf"{LAST}{WS}(?:之前|以前|前(?![提期置后三]))", _nothing),
    ("后", rf"{LAST}{WS}(?:之后|以后|后(?!续|期))", _nothing),
    ("起", rf"{LAST}{WS}(?:起|开始|以来)", _nothing),
    ("内", rf"{LAST}{WS}(?:之内|以内|内|期间)", _nothing),
    ("迟", rf"(?:不[迟晚]于|[最至][迟晚]|截止(?:日期|时间)){WS}[应要须需在于为是到:]{{0,3}}", _nothing),
    ("截", r"截至到?|截止[到至]?", _nothing),
    ("终", r"(?:(?<=季度)|(?<=[每按]季)|(?<=[每按]月)|(?<=月度)|(?<=半年))(?:结束|终了)(?:之后|以后|后)?", _nothing),
    ("即", r"(?:自|从)?(?:即日|现在|发文之日|印发之日)起", _nothing),
    ("节", r"作?为?(?:监控|时间|数据|考核|报送)?节点(?!前|后)", _nothing),
    ("典", r"(?:一般|通常|原则上|大致|大约)[是为在于]", _nothing),
    ("集", r"(?:主要|重点|相对)?集中(?:在|于|期|时间|时段)[为是在]?", _nothing),
    ("定", r"定期(?:[和或与]不定期)?|不定期|适时|按照?规定的?(?:时间|时限|期限)|另行通知|择期|近期", _nothing),
    ("弱", r"及时|按时|尽快|限期|随时|实时|抓紧", _nothing),
    # events
    ("随", rf"(?:随同?(?![机时后意着])|[与同](?=部门|预算|决算|项目|资金)){TEXT}{{1,14}}?，?(?:同步|一同|一并|一起|报(?!告)|公开)", _nothing),
    ("同", r"同步[编审批公申下]\w(?:[、和]同步[编审批公申下]\w){1,6}", _nothing),
    ("安", rf"按照?{TEXT}{{1,16}}?(?:时间安排|进度安排|时间要求|时间节点|工作节点|时限)", _nothing),
    ("安", r"在(?:监控|各?工作|时间)节点(?=[，。；])", _nothing),
    ("事", rf"(?:收到|接到|取得){TEXT}{{0,12}}?(?:{AFTER})", _nothing),
    ("事", rf"(?:{VERBS})(?:{AFTER}|{BEFORE})", _nothing),
    ("事", rf"(?:{FEASTS})(?:假期)?(?:{AFTER}|{BEFORE}|期间)", _nothing),
    # marks
    ("~", rf"(?<![达提涉得看收受遇])[至到](?={WS}(?:[0-9次当下今明本年月同元翌全上]|{CN}))", _nothing),
    ("-", r"-{1,3}|(?<=[0-9日月号])一(?=[0-9])", _nothing),
    ("、", rf"、|(?:和|及|与|以及|或者?)(?={WS}(?:[0-9]|{CN}{{1,3}}[月日季]))", _nothing),
    ("，", r"[，,：:]", _nothing),
    (STOP, r"[。；;！？!?]|\n[ ]{0,40}\n", _nothing),
    ("(", r"[(]", _nothing),
    (")", r"[)]", _nothing),
    ("w", r"[A-Za-z_][A-Za-z0-9_]*", _nothing),
    ("n", r"(?<![0-9])[0-9]{1,2}(?![0-9])", script.number_in),
    ("N", r"[0-9]+", _short),
    ("n", rf"{CN}{{1,3}}(?={WS}[-、至到和]{WS}{CN}{{1,3}}{WS}[月日季])", script.number_in),
)  # fmt: skip


LEXER = re.compile(
    "|".join(f"(?P<w{index}>{pattern})" for index, (_, pattern, _) in enumerate(WORDS)),
    re.MULTILINE,
)


# 5、 before 8月 at the start of a phrase counts; in a text it is the number of a paragraph.
LISTED = re.compile(
    rf"([0-9]+)、(?={WS}[0-9]{{1,2}}{WS}[月日])|({CN}+)、(?={WS}{CN}{{1,3}}{WS}[月日季])"
)


def tokens(plain: str, *, is_phrase: bool = False) -> Iterator[Token]:
    """The words of a text that `script.plain` has made, gaps included, blanks left out."""
    done = 0
    if is_phrase and (listed := LISTED.match(plain)):
        done = listed.end()
        yield Token("n", 0, done - 1, plain[: done - 1], script.number_in(plain[: done - 1]))
        yield Token("、", done - 1, done, "、")
    for match in LEXER.finditer(plain, done):
        yield from _gap(plain, done, match.start())
        letter, _, value = WORDS[int((match.lastgroup or "w")[1:])]
        done = match.end()
        yield Token(letter, match.start(), done, match[0], value(match[0]))
    yield from _gap(plain, done, len(plain))


def _gap(plain: str, start: int, end: int) -> Iterator[Token]:
    text = plain[start:end]
    if text and not text.isspace():
        yield Token(GAP, start, end, text)
