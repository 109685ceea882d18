"""Which projects are called alike, so that somebody looks at their earlier results (U-45)."""

import pytest

from apps.rules.similarity import are_like_projects, bare_project

pytestmark = pytest.mark.req("U-45")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("灌区信息化改造项目", "灌区信息化改造（二期）"),
        ("2023年农村公路养护工程", "2024年度农村公路养护"),
        ("县医院门诊楼维修第一批", "县医院门诊楼维修第二批"),
        ("城区供热管网改造建设项目", "城区供热管网改造"),
    ],
)
def test_years_stages_and_the_word_for_project_make_no_difference(one, other):
    assert are_like_projects(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("灌区信息化改造", "农村公路养护"),
        ("塔里木乡文化站维修", "兴平镇卫生院设备购置"),
        ("教师培训", "农民培训"),
    ],
)
def test_other_work_is_not_alike(one, other):
    assert not are_like_projects(one, other)


@pytest.mark.parametrize(
    ("name", "left"),
    [("项目", "项目"), ("工程", "工程"), ("2024年度", "2024年度"), ("桥项目", "桥项目")],
)
def test_a_name_that_would_vanish_stays(name, left):
    assert bare_project(name) == left
