"""The words the checks know: degrees, things that are counted, units of a kind, synonyms."""

import re

# Words that promise better without saying how much. Technical terms with the same letters are not.
DEGREE = re.compile(
    "明显|显著|进一步|不断|切实|大力|大幅|稳步|逐步|更加|较好|较大|充分|"
    "有效(?!期|率|灌溉|投诉|发明|专利|供给|需求|面积|保护|样本|问卷|线索|投资|库容)|"
    "良好(?!以上|率|天数|农业)|持续(?!期|时间|时长|天数|稳定运行)"
)
AIM = re.compile("提高|提升|加强|增强|改善|促进|推动|推进|完善|优化|保障|维护|巩固|带动")
AIM_FIRST = re.compile(
    "^(?:有效|持续|不断|进一步|逐步|切实|着力)?(?:提高|提升|加强|增强|改善|促进|推动|推进|完善|优化|维护|巩固)"
)
# A name that ends like this says what is measured; of a wish it still says too little.
MEASURE_END = re.compile(
    "(?:率|数|量|额|值|度|比例|比重|占比|面积|里程|长度|人次|时间|时长|时限|天数|幅|标准|指数|得分|"
    "分数|成本|单价|收入|规模|场次|水平|情况|状况|程度)$"
)
WISH_END = re.compile("(?:水平|情况|状况|能力|质量|环境|条件|效率|力度)$")
# What somebody else can verify in a stated standard.
VERIFIABLE = re.compile(
    "通过|验收|出台|印发|建成|移交|发布|备案|取得|获得|获批|投入使用|挂牌|签订|上线|办结|报送|提交|"
    "零|无|未发生|不发生|没有|杜绝|不超|不低于|不高于|不少于|高于|低于|多于|少于|优于|以上|以内|以下|"
    "底前|月前|日前|年底|全部|全覆盖|逐(?!步)|每|国家|自治区|Ⅰ|Ⅱ|Ⅲ|Ⅳ|Ⅴ|A级|合格|较上年|较去年|比上年|比去年"
)

# People whom the money serves, and things that are built or bought.
SERVED = re.compile(
    "群众|居民|村民|农民|农户|牧民|学生|家长|患者|老年人|老人|残疾人|儿童|妇女|低保|特困|救助|游客|观众|"
    "读者|旅客|参训|学员|服务对象|办事|企业|用水户|优抚|困难"
)
WORKS = re.compile("新建|改建|扩建|改造|修缮|维修改造|工程建设|建设工程|采购|购置|安装|铺设")

UNITS = (
    # end of the name → units that suit it
    (re.compile("(?:人数|人口数|人员数|学生数)$"), re.compile("人|名|户次?$"), "人"),
    (re.compile("人次数?$"), re.compile("人|次"), "人次"),
    (re.compile("(?:户数|农户|贫困户|脱贫户|低保户)$"), re.compile("户"), "户"),
    (re.compile("(?:里程|长度)$"), re.compile("公里|米|里$|km|m$", re.IGNORECASE), "公里"),
    (
        re.compile("面积$"),
        re.compile("亩|平方|公顷|㎡|m2|m²|km2|平米|平$", re.IGNORECASE),
        "亩、平方米",
    ),
    (re.compile("(?:次数|场次|频次|频率)$"), re.compile("次|场|期|轮|遍"), "次"),
    (re.compile("产值$"), re.compile("元"), "万元"),
    (
        re.compile("(?:金额|资金额|投资额|销售额|营业额|纯收入|可支配收入)$"),
        re.compile("元|%"),
        "万元",
    ),
    (
        re.compile("(?:时间|时限|时长|工期|天数|周期)$"),
        re.compile("年|月|周|天|日|时|分|秒|季|%"),
        "天、月",
    ),
)
COUNTED = """
个 人 户 名 次 场 辆 台 套 座 所 处 期 件 条 艘
头 只 口 眼 家 项 份 篇 部 架 间 盏 棵 株 栋 幢 村 乡镇 人次 户次
场次 批 批次 班 例 册 支 匹 羽 把 床 块 张 起 宗 台套
台（套） 台(套) 座（处） 个（次） 所（个）
"""
COUNTED_UNITS = frozenset(COUNTED.split())
AVERAGE = re.compile("均|每|率|单位|比")
RATE_END = re.compile("(?:率|比例|比重|占比)$")
NOT_A_RATE = re.compile("(?:频率|效率|功率|速率|汇率|分辨率|容积率|倍率|斜率|曲率|流速率)$")
RATE_UNIT = re.compile("%|％|‰|百分|千分|万分|/|／|每|比|成$|倍")
SHARE = re.compile(
    "合格率|达标率|完成率|覆盖率|及时率|准确率|普及率|发放率|通过率|参保率|到位率|执行率|满意度|满意率|"
    "知晓率|完好率|开工率|完工率|入学率|巩固率|受益率|处理率|回收率|利用率|保障率|规范率|公示率|健全率"
)
# A ceiling of 100 % says something of these.
MAY_EXCEED = re.compile("控制|成本|投资|支出|预算|执行|概算|造价|费用|负荷|增|占用|单价|价格|超")

# Left out when a row's name is compared with the goal: they suit every project.
GENERIC = re.compile(
    "项目|工程|工作|任务|资金|经费|补助|补贴|完成|合格|验收|及时|按时|按期|按照|计划|年度|全年|本年|当年|"
    "数量|次数|人数|户数|场次|人次|个数|面积|里程|长度|规模|总数|新增|累计|完工|开工|实施|开展|组织|"
    "建设|新建|改造|安装|购置|采购|维修|维护|运行|服务|管理|保障|单位|人员|部门|对象|全县|县级|"
    "其中|参合|参保|投入|预算|执行|拨款|拨付|贫困|脱贫|人口|建档立卡|群众|居民|农户|带动|扶持|"
    "情况|达标|质量|发放|支付|覆盖|受益|检查|活动|设施|设备|材料|成果|参与|涉及|支持|对|的|和|与|及|"
    "率|数|量|额|次|个|月|年|日|底|前|后"
)
# Effects that follow from many projects without being named in their goals.
COMMON_EFFECT = re.compile(
    "受益|就业|务工|增收|知晓|投诉|信访|安全|事故|环境|满意|收入|带动|可持续|使用年限|寿命|节约|节能|"
    "群众|生活|条件|获得感|幸福|出行|便利|方便|发展|改善|提升|提高|管护|机制|制度|稳定|和谐|社会|经济|生态|公平|影响|廉洁|规范|成本|产值|税收"
)
# Words of one subject, a line each: a row may speak of what the goal calls otherwise.
SUBJECT_LINES = """
道路 公路 路面 路基 桥 里程 通村 硬化
学校 校舍 教室 教学 学生 宿舍 食堂 幼儿 师生 教师 中小学
污水 出水 排水 污泥 COD 管网 中水 再生水 化学需氧量 氨氮
供水 自来水 饮水 水质 水表 水厂 用水 管网 漏损 水源 机井
农田 耕地 灌溉 渠道 田间 亩 节水 滴灌 机耕
低保 特困 救助 困难 困境 孤儿 流浪 供养 生活补
垃圾 环卫 清扫 保洁 清运 公厕 转运
造林 林木 苗木 绿化 草原 草场 林草 胡杨 防火 病虫 种草 补植 林业
医院 卫生 健康 患者 诊疗 体检 疫苗 接种 慢性病 高血压 糖尿病 医疗 医生 孕产妇 传染病 疫情 检验
网络 信息化 系统 平台 运维 服务器 数据 机房 故障 软件 等保 巡检 网上 政务
图书 博物馆 文化 展览 阅览 免费开放 演出 读者 观众 场馆
旅游 景区 游客 文旅 民宿
培训 学员 课程 参训 班次
路灯 照明 亮化 亮灯
老年 养老 高龄 老人 床位
残疾 康复 辅具 无障碍
辅警 警务 治安 巡逻 视频监控 警情
消防 灭火 应急 演练 救援 隐患 物资
宣传 报道 稿件 宣讲 媒体 节目 广播 电视 舆论 新闻
防疫 免疫 疫病 畜禽 牲畜 检疫 疫苗 养殖
河道 堤防 防洪 水库 护岸 清淤 水毁 水利
法律援助 调解 普法 公证 案件 仲裁
房屋 住房 危房 安居 公租房 棚户 房
种植 棉花 粮食 农作物 小麦 农产品 播种 产量 地膜 农膜
奖学金 助学金 资助 学费 助学 学生
"""
SUBJECTS = tuple(tuple(line.lower().split()) for line in SUBJECT_LINES.split("\n") if line)
