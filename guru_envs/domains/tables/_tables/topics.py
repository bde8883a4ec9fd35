"""What tables are about: names, measures and units, each in English and Chinese."""

from __future__ import annotations

from typing import NamedTuple


class Name(NamedTuple):
    """The same word in both languages."""

    en: str
    zh: str


class Unit(NamedTuple):
    """A unit: its plural and singular in English, its Chinese name, and other ways of writing it (lower case)."""

    en: str
    one: str
    zh: str
    forms: tuple[str, ...]
    sign: str = ""


class Measure(NamedTuple):
    """A quantity of a table: ``low`` to ``high`` in the displayed scale; ``signed`` measures may be negative."""

    name: Name
    unit: Unit
    scale: int
    places: int
    low: int
    high: int
    signed: bool = False


class Topic(NamedTuple):
    """A kind of table: what its rows are, in which groups they stand, and what is measured."""

    titles: tuple[Name, ...]
    noun: Name
    plural: str
    groups: tuple[tuple[Name, tuple[Name, ...]], ...]
    measures: tuple[Measure, ...]


def _names(text: str) -> tuple[Name, ...]:
    return tuple(Name(*part.strip().split("/")) for part in text.split(","))


def _groups(*texts: str) -> tuple[tuple[Name, tuple[Name, ...]], ...]:
    pairs = (text.split(": ") for text in texts)
    return tuple((Name(*head.split("/")), _names(rest)) for head, rest in pairs)


USD = Unit(
    "dollars", "dollar", "美元", ("$", "us$", "usd", "us dollars", "u.s. dollars", "dollars", "dollar", "美元"), "$"
)
EUR = Unit("euros", "euro", "欧元", ("€", "eur", "euros", "euro", "欧元"), "€")
PEOPLE = Unit(
    "people", "person", "人", ("people", "persons", "person", "人", "名", "employees", "students", "passengers")
)
TONNES = Unit("tonnes", "tonne", "吨", ("tonnes", "tonne", "tons", "metric tons", "t", "吨"))
HECTARES = Unit("hectares", "hectare", "公顷", ("hectares", "hectare", "ha", "公顷"))
POWER = Unit("megawatts", "megawatt", "兆瓦", ("megawatts", "megawatt", "mw", "兆瓦"))
ENERGY = Unit(
    "megawatt-hours", "megawatt-hour", "兆瓦时", ("megawatt-hours", "megawatt hours", "megawatt-hour", "mwh", "兆瓦时")
)
BEDS = Unit("beds", "bed", "床", ("beds", "bed", "床", "张床位", "张", "床位"))
FLIGHTS = Unit("flights", "flight", "班次", ("flights", "flight", "班次", "个航班", "航班", "班"))
STORES = Unit("stores", "store", "家店", ("stores", "store", "家店", "家门店", "家", "门店"))

_COUNTRIES = _groups(
    "Europe/欧洲: Germany/德国,France/法国,Italy/意大利,Spain/西班牙,Poland/波兰,Sweden/瑞典,Portugal/葡萄牙",
    "Asia Pacific/亚太: Japan/日本,India/印度,Vietnam/越南,Thailand/泰国,Australia/澳大利亚,Malaysia/马来西亚",
    "Americas/美洲: Brazil/巴西,Canada/加拿大,Mexico/墨西哥,Chile/智利,Peru/秘鲁,Colombia/哥伦比亚",
    "Africa/非洲: Kenya/肯尼亚,Egypt/埃及,Ghana/加纳,Morocco/摩洛哥,Senegal/塞内加尔,Tunisia/突尼斯",
)
TOPICS: tuple[Topic, ...] = (
    Topic(
        _names("Kestrel Foods/红隼食品,Northgate Retail/北门零售,Alder Instruments/桤木仪器,Calder Textiles/考尔德纺织"),
        Name("country", "国家"), "countries", _COUNTRIES,
        (
            Measure(Name("revenue", "营业收入"), USD, 1000, 0, 900, 95_000),
            Measure(Name("operating profit", "营业利润"), USD, 1000, 0, 40, 9_000, True),
            Measure(Name("number of employees", "员工人数"), PEOPLE, 1, 0, 60, 4_800),
            Measure(Name("capital expenditure", "资本支出"), USD, 10**6, 1, 12, 990),
            Measure(Name("number of stores", "门店数量"), STORES, 1, 0, 8, 420),
        ),
    ),
    Topic(
        _names("Harlow Group/哈洛集团,Meridian Software/子午线软件,Tern Logistics/燕鸥物流,Basalt Energy/玄武能源"),
        Name("expense item", "费用项目"), "expense items",
        _groups(
            "Operating expenses/营业费用: research and development/研究与开发,sales and marketing/销售与市场,"
            "general and administrative/行政管理,customer support/客户支持,logistics/物流,facilities/场地设施",
            "Financing and other/融资及其他: interest/利息,restructuring/重组,legal settlements/法律和解,insurance/保险,"
            "currency losses/汇兑损失,impairment of goodwill/商誉减值",
            "Personnel/人事: salaries/工资,bonuses/奖金,pension contributions/养老金缴款,share-based pay/股份支付,training/培训,"
            "travel/差旅",
        ),
        (
            Measure(Name("actual expense", "实际支出"), USD, 10**6, 1, 25, 9_800),
            Measure(Name("budgeted expense", "预算支出"), USD, 10**6, 1, 25, 9_800),
            Measure(Name("tax effect", "税务影响"), USD, 1000, 0, 90, 9_000, True),
            Measure(Name("headcount", "编制人数"), PEOPLE, 1, 0, 12, 2_400),
        ),
    ),
    Topic(
        _names("Crop statistics/农作物统计,Survey of farms/农场调查,Harvest report/收成报告"),
        Name("crop", "作物"), "crops",
        _groups(
            "Cereals/谷物: wheat/小麦,barley/大麦,oats/燕麦,rye/黑麦,maize/玉米,rice/水稻",
            "Oil crops/油料作物: rapeseed/油菜籽,sunflower/向日葵,soybeans/大豆,flax/亚麻,sesame/芝麻",
            "Vegetables/蔬菜: potatoes/马铃薯,onions/洋葱,carrots/胡萝卜,cabbage/卷心菜,tomatoes/番茄,peas/豌豆",
            "Fruit/水果: apples/苹果,pears/梨,plums/李子,cherries/樱桃,grapes/葡萄",
        ),
        (
            Measure(Name("production", "产量"), TONNES, 1000, 1, 150, 88_000),
            Measure(Name("harvested area", "收获面积"), HECTARES, 1000, 1, 40, 9_900),
            Measure(Name("export value", "出口额"), EUR, 10**6, 1, 15, 4_900),
            Measure(Name("trade balance", "贸易差额"), EUR, 10**6, 1, 10, 2_900, True),
        ),
    ),
    Topic(
        _names("Electricity supply/电力供应,Power statistics/电力统计,Grid report/电网报告"),
        Name("source", "能源来源"), "sources",
        _groups(
            "Renewable/可再生: onshore wind/陆上风电,offshore wind/海上风电,solar/太阳能,hydro/水电,biomass/生物质,geothermal/地热",
            "Fossil/化石: hard coal/硬煤,lignite/褐煤,natural gas/天然气,oil/石油,peat/泥炭",
            "Other/其他: nuclear/核能,waste/垃圾发电,pumped storage/抽水蓄能,batteries/电池储能,imports/进口",
        ),
        (
            Measure(Name("generation", "发电量"), ENERGY, 1000, 0, 120, 98_000),
            Measure(Name("installed capacity", "装机容量"), POWER, 1, 0, 90, 42_000),
            Measure(Name("investment", "投资额"), EUR, 10**6, 1, 15, 9_500),
            Measure(Name("operating result", "经营成果"), EUR, 10**6, 1, 10, 3_000, True),
        ),
    ),
    Topic(
        _names("Regional health report/地区卫生报告,Hospital census/医院普查,Provincial health data/省级卫生数据"),
        Name("district", "地区"), "districts",
        _groups(
            "Northern region/北部: Ashby/阿什比,Carrow/卡罗,Dunmore/邓莫尔,Elgin/埃尔金,Farley/法利",
            "Central region/中部: Glenroy/格伦罗伊,Hexham/赫克瑟姆,Inverby/因弗比,Kelso/凯尔索,Larne/拉恩",
            "Southern region/南部: Marlow/马洛,Norbury/诺伯里,Oakham/奥克姆,Penrith/彭里斯,Ripley/里普利",
            "Coastal region/沿海: Selby/塞尔比,Tavistock/塔维斯托克,Ulverton/阿尔弗顿,Wexley/韦克斯利,Yarrow/亚罗",
        ),
        (
            Measure(Name("population", "人口"), PEOPLE, 1000, 1, 90, 9_900),
            Measure(Name("number of hospital beds", "医院床位数"), BEDS, 1, 0, 60, 5_900),
            Measure(Name("health spending", "卫生支出"), EUR, 10**6, 1, 45, 9_700),
            Measure(Name("net migration", "净迁入人口"), PEOPLE, 1, 0, 20, 8_900, True),
        ),
    ),
    Topic(
        _names("Airport statistics/机场统计,Air traffic yearbook/航空年鉴,Aviation survey/航空调查"),
        Name("airport", "机场"), "airports",
        _groups(
            "Hub airports/枢纽机场: Carlton/卡尔顿,Port Regis/里吉斯港,Highfield/海菲尔德,Saint Maren/圣马伦,Lowell Bay/洛厄尔湾",
            "Regional airports/支线机场: Thornby/桑比,Ellerton/埃勒顿,Brackwater/布拉克沃特,Rosedale/罗斯代尔,Westlake/西湖岭",
            "Cargo airports/货运机场: Ironbridge/铁桥,Dry Creek/干溪,Milburn/米尔本,Foxton/福克斯顿,Granton/格兰顿",
        ),
        (
            Measure(Name("number of passengers", "旅客人数"), PEOPLE, 1000, 0, 90, 48_000),
            Measure(Name("number of flights", "航班数量"), FLIGHTS, 1, 0, 900, 92_000),
            Measure(Name("freight", "货运量"), TONNES, 1000, 1, 15, 9_900),
            Measure(Name("net income", "净利润"), USD, 10**6, 1, 10, 2_900, True),
        ),
    ),
)  # fmt: skip
SCALES = {
    1: Name("", ""),
    1000: Name("thousand", "千"),
    10**6: Name("million", "百万"),
}
