"""The yearly notice of days off, read with everything that can be counted."""

from datetime import date, timedelta

import pytest
from chinese_calendar import constants

from apps.rules import holiday_notice
from apps.rules.errors import RuleError

OF_2026 = """
各省、自治区、直辖市人民政府：
现将2026年元旦等节日放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作。
"""


@pytest.mark.req("Y-84")
def test_the_notice_gives_the_days_that_the_package_has():
    days = holiday_notice.read(OF_2026, 2026)

    assert {d.on for d in days if not d.is_workday} == {
        d for d in constants.holidays if d.year == 2026
    }
    assert {d.on for d in days if d.is_workday} == {d for d in constants.workdays if d.year == 2026}
    assert {d.name for d in days if d.on == date(2026, 2, 20)} == {"春节"}


def test_a_holiday_may_begin_in_the_year_before():
    text = OF_2026.replace(
        "1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。",
        "2025年12月31日至2026年1月2日放假调休，共3天。",
    )
    days = holiday_notice.read(text, 2026)
    assert [d.on for d in days[:3]] == [date(2025, 12, 31) + timedelta(days=n) for n in range(3)]


def test_one_day_a_line_will_do():
    lines = ["2027-01-01 休 元旦", "2027/2/6 休 春节", "4月5日 休 清明节", "5月1日 休 劳动节"]
    lines += ["6月9日，休，端午节", "9月15日 放假 中秋节", "10月1日 休 国庆节", "10月9日 班"]
    days = holiday_notice.read("\n".join(lines), 2027)
    assert len(days) == 8
    assert [d.on for d in days if d.is_workday] == [date(2027, 10, 9)]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("1月1日（周四）", "1月1日（周五）", "写周五，应为周四"),
        ("共9天", "共8天", "写共8天，日期是9天"),
        ("5月1日（周五）至5日", "5月1日（周五）至32日", "没有“5月32日”这一天"),
        ("6月19日（周五）至21日（周日）", "6月19日至6月18日", "末日应在首日之后"),
        ("五、端午节：6月19日（周五）至21日（周日）放假，共3天。", "", "缺：端午"),
        ("1月4日（周日）上班", "1月3日上班", "又放假又上班"),
        ("共3天。1月4日（周日）上班。", "共3天，1月4日上班。", "分成两句"),
        ("三、清明节：", "", "没有节名"),
        ("4月4日（周六）至6日（周一）放假", "2月30日放假", "没有“2月30日”这一天"),
    ],
)
def test_a_contradiction_is_refused_with_its_line(old: str, new: str, says: str):
    assert old in OF_2026
    with pytest.raises(RuleError, match=says):
        holiday_notice.read(OF_2026.replace(old, new), 2026)


@pytest.mark.parametrize("text", ["", "没有日期", "1月", "年月日", "（" * 500, "1" * 20_000])
def test_what_names_no_day_is_refused(text: str):
    with pytest.raises(RuleError, match="没有读到一天"):
        holiday_notice.read(text, 2027)


def test_what_is_too_long_is_refused_and_odd_signs_are_no_days():
    with pytest.raises(RuleError, match="最多20000字"):
        holiday_notice.read("1月1日放假" * 5000, 2027)
    with pytest.raises(RuleError, match="“一、元旦：1月 1日 放假”：“1日”没有写月份。"):
        holiday_notice.read("一、元旦：1月\x001日\x00放假\x0b", 2027)
