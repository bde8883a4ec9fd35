"""The categories without an order: their values, and how an item is called by its value.

``{n}`` is the noun of the theme ("runner"), ``{v}`` the value. The pools share no value, so that a value alone names its item.
"""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """How the items of a category are called in one language: the category's name, a noun phrase, and two predicates."""

    name: str
    phrase: str
    is_it: str
    is_not: str


class Facet(NamedTuple):
    """A category without an order: its values and its words by language."""

    values: dict[str, tuple[str, ...]]
    words: dict[str, Words]


def words(text: str) -> Words:
    """Read ``name|phrase|is|is not``."""
    return Words(*text.split("|"))


_POOLS = {
    "names": (
        "Ann Boris Clara David Elena Felix Grace Henry Irene Jonas",
        "安娜 鲍里斯 克拉拉 戴维 埃琳娜 费利克斯 格蕾丝 亨利 艾琳 约纳斯",
    ),
    "others": (
        "Karl Laura Marco Nadia Oscar Paula Quentin Rosa Simon Teresa",
        "卡尔 劳拉 马可 纳迪娅 奥斯卡 葆拉 昆廷 罗莎 西蒙 特蕾莎",
    ),
    "towns": (
        "Athens Berlin Cairo Dublin Lima Lyon Oslo Porto Riga Seoul",
        "雅典 柏林 开罗 都柏林 利马 里昂 奥斯陆 波尔图 里加 首尔",
    ),
    "countries": (
        "Brazil Canada Denmark Ghana India Japan Kenya Mexico Norway Poland",
        "巴西 加拿大 丹麦 加纳 印度 日本 肯尼亚 墨西哥 挪威 波兰",
    ),
    "colors": (
        "black blue brown gray green pink purple red white yellow",
        "黑色 蓝色 棕色 灰色 绿色 粉色 紫色 红色 白色 黄色",
    ),
    "jobs": (
        "baker carpenter dentist engineer farmer lawyer nurse pilot plumber teacher",
        "面包师 木匠 牙医 工程师 农民 律师 护士 飞行员 水管工 教师",
    ),
    "drinks": (
        "cider cocoa coffee juice lemonade milk soda tea water wine",
        "苹果酒 可可 咖啡 果汁 柠檬水 牛奶 苏打水 茶 白水 葡萄酒",
    ),
    "fruits": (
        "apple apricot banana cherry fig grape lemon mango peach plum",
        "苹果 杏子 香蕉 樱桃 无花果 葡萄 柠檬 芒果 桃子 李子",
    ),
    "animals": (
        "bear camel dolphin fox giraffe lion otter panda tiger wolf",
        "熊 骆驼 海豚 狐狸 长颈鹿 狮子 水獭 熊猫 老虎 狼",
    ),
    "instruments": (
        "cello clarinet drums flute guitar harp piano trumpet viola violin",
        "大提琴 单簧管 架子鼓 长笛 吉他 竖琴 钢琴 小号 中提琴 小提琴",
    ),
    "sports": (
        "badminton boxing chess fencing golf hockey judo rowing rugby tennis",
        "羽毛球 拳击 国际象棋 击剑 高尔夫 曲棍球 柔道 赛艇 橄榄球 网球",
    ),
    "topics": (
        "algebra astronomy botany economics ethics geology history optics poetry robotics",
        "代数 天文 植物 经济 伦理 地质 历史 光学 诗歌 机器人",
    ),
    "rooms": (
        "attic cellar chapel courtyard gallery hall kitchen library studio terrace",
        "阁楼 地窖 礼拜堂 庭院 画廊 大厅 厨房 图书室 工作室 露台",
    ),
    "materials": (
        "bronze clay copper glass gold granite iron marble silver wood",
        "青铜 黏土 紫铜 玻璃 黄金 花岗岩 铁 大理石 白银 木头",
    ),
    "flowers": (
        "daisy iris lily lotus orchid peony poppy rose tulip violet",
        "雏菊 鸢尾 百合 荷花 兰花 牡丹 罂粟 玫瑰 郁金香 紫罗兰",
    ),
    "vehicles": (
        "bicycle bus canoe ferry minivan motorcycle scooter taxi train tram",
        "自行车 公共汽车 独木舟 渡轮 面包车 摩托车 踏板车 出租车 火车 有轨电车",
    ),
    "dishes": (
        "burrito curry dumplings lasagna omelet paella pizza ramen salad soup",
        "卷饼 咖喱 饺子 千层面 煎蛋卷 海鲜饭 披萨 拉面 沙拉 浓汤",
    ),
    "genres": (
        "biography comedy drama fantasy horror mystery romance satire thriller western",
        "传记 喜剧 正剧 奇幻 恐怖 悬疑 爱情 讽刺 惊悚 西部",
    ),
    "ships": (
        "Albatross Comet Dawn Falcon Heron Neptune Pioneer Sirius Swallow Triton",
        "信天翁号 彗星号 黎明号 猎鹰号 苍鹭号 海王号 先锋号 天狼号 燕子号 海卫号",
    ),
    "cakes": (
        "brownie carrot cheesecake chocolate coconut hazelnut honey mocha pistachio vanilla",
        "布朗尼 胡萝卜 芝士 巧克力 椰子 榛子 蜂蜜 摩卡 开心果 香草",
    ),
    "occasions": (
        "anniversary baptism birthday christening farewell graduation holiday picnic reunion wedding",
        "周年庆 洗礼 生日 命名礼 送别 毕业 假日 野餐 重聚 婚礼",
    ),
    "languages": (
        "Arabic Dutch English French German Greek Italian Korean Spanish Turkish",
        "阿拉伯语 荷兰语 英语 法语 德语 希腊语 意大利语 韩语 西班牙语 土耳其语",
    ),
    "breeds": (
        "beagle boxer collie corgi dachshund husky poodle pug terrier whippet",
        "比格犬 拳师犬 牧羊犬 柯基犬 腊肠犬 哈士奇 贵宾犬 巴哥犬 梗犬 惠比特犬",
    ),
    "clothes": (
        "beret cape cardigan hat jacket poncho scarf sweater tie vest",
        "贝雷帽 斗篷 开衫 礼帽 夹克 披肩 围巾 毛衣 领带 马甲",
    ),
    "regions": (
        "Alsace Burgundy Jura Madeira Mosel Napa Piedmont Rioja Sicily Tuscany",
        "阿尔萨斯 勃艮第 汝拉 马德拉 摩泽尔 纳帕 皮埃蒙特 里奥哈 西西里 托斯卡纳",
    ),
}
POOLS: dict[str, dict[str, tuple[str, ...]]] = {
    name: {"en": tuple(en.split()), "zh": tuple(zh.split())} for name, (en, zh) in _POOLS.items()
}


def _facet(pool: str, en: str, zh: str) -> Facet:
    return Facet(POOLS[pool], {"en": words(en), "zh": words(zh)})


FACETS: dict[str, Facet] = {
    "name": _facet(
        "names", "first name|{v}|is {v}|is not {v}",
        "名字|{v}|是{v}|不是{v}",
    ),
    "town": _facet(
        "towns", "home town|the {n} from {v}|comes from {v}|does not come from {v}",
        "家乡|来自{v}的{n}|来自{v}|不是来自{v}",
    ),
    "country": _facet(
        "countries", "country|the {n} from {v}|comes from {v}|does not come from {v}", "国家|来自{v}的{n}|来自{v}|不是来自{v}"
    ),
    "shirt": _facet(
        "colors", "shirt|the {n} in {v}|wears {v}|does not wear {v}", "衣服|穿{v}衣服的{n}|穿{v}衣服|不穿{v}衣服"
    ),
    "color": _facet(
        "colors", "color|the {v} {n}|is {v}|is not {v}",
        "颜色|{v}的{n}|颜色是{v}|颜色不是{v}",
    ),
    "job": _facet(
        "jobs", "job|the {v}|is the {v}|is not the {v}",
        "职业|当{v}的{n}|当{v}|不当{v}",
    ),
    "drink": _facet(
        "drinks", "drink|the {n} who drinks {v}|drinks {v}|does not drink {v}",
        "饮料|喝{v}的{n}|喝{v}|不喝{v}",
    ),
    "dish": _facet(
        "dishes", "dish|the {n} who ordered the {v}|ordered the {v}|did not order the {v}",
        "菜|点了{v}的{n}|点了{v}|没有点{v}",
    ),
    "fruit": _facet(
        "fruits", "fruit|the {n} with the {v}|has the {v}|does not have the {v}",
        "水果|带{v}的{n}|带{v}|不带{v}",
    ),
    "sport": _facet(
        "sports", "sport|the {n} who does {v}|does {v}|does not do {v}",
        "运动|练{v}的{n}|练{v}|不练{v}",
    ),
    "plays": _facet(
        "instruments", "instrument|the {n} who plays the {v}|plays the {v}|does not play the {v}",
        "乐器|演奏{v}的{n}|演奏{v}|不演奏{v}",
    ),
    "studies": _facet(
        "topics", "subject|the {n} who studies {v}|studies {v}|does not study {v}",
        "学科|学{v}的{n}|学{v}|不学{v}",
    ),
    "speaks": _facet(
        "languages", "language|the {n} who learns {v}|learns {v}|does not learn {v}",
        "语言|学{v}的{n}|学{v}|不学{v}",
    ),
    "rides": _facet(
        "vehicles", "transport|the {n} who came by {v}|came by {v}|did not come by {v}",
        "交通|乘{v}来的{n}|乘{v}来|不是乘{v}来",
    ),
    "wears": _facet(
        "clothes", "clothing|the {n} with the {v}|wears the {v}|does not wear the {v}",
        "服饰|穿戴{v}的{n}|穿戴{v}|没有穿戴{v}",
    ),
    "likes": _facet(
        "animals", "favorite animal|the {n} who likes the {v}|likes the {v}|does not like the {v}",
        "最爱|最爱{v}的{n}|最爱{v}|不是最爱{v}",
    ),
    "grows": _facet(
        "flowers", "flower|the {n} who grows the {v}|grows the {v}|does not grow the {v}",
        "花|种{v}的{n}|种{v}|不种{v}",
    ),
    "by": _facet(
        "others", "author|the {n} by {v}|is by {v}|is not by {v}",
        "作者|{v}的{n}|是{v}的|不是{v}的",
    ),
    "for": _facet(
        "others", "customer|the {n} for {v}|is for {v}|is not for {v}",
        "顾客|给{v}的{n}|是给{v}的|不是给{v}的",
    ),
    "owner": _facet(
        "others", "owner|the {n} that belongs to {v}|belongs to {v}|does not belong to {v}",
        "主人|属于{v}的{n}|属于{v}|不属于{v}",
    ),
    "leader": _facet(
        "others", "leader|the {n} led by {v}|is led by {v}|is not led by {v}",
        "负责人|由{v}负责的{n}|由{v}负责|不由{v}负责",
    ),
    "about": _facet(
        "topics", "topic|the {n} about {v}|is about {v}|is not about {v}",
        "主题|讲{v}的{n}|讲{v}|不讲{v}",
    ),
    "room": _facet(
        "rooms", "room|the {n} in the {v}|is in the {v}|is not in the {v}",
        "房间|在{v}的{n}|在{v}|不在{v}",
    ),
    "goes": _facet(
        "countries", "destination|the {n} to {v}|goes to {v}|does not go to {v}",
        "目的地|去{v}的{n}|去{v}|不去{v}",
    ),
    "stop": _facet(
        "towns", "stop|the {n} via {v}|goes via {v}|does not go via {v}",
        "途经|途经{v}的{n}|途经{v}|不途经{v}",
    ),
    "from": _facet(
        "towns", "origin|the {n} from {v}|comes from {v}|does not come from {v}",
        "产地|来自{v}的{n}|来自{v}|不是来自{v}",
    ),
    "region": _facet(
        "regions", "region|the {n} from {v}|comes from {v}|does not come from {v}",
        "产区|来自{v}的{n}|来自{v}|不是来自{v}",
    ),
    "made": _facet(
        "materials", "material|the {n} made of {v}|is made of {v}|is not made of {v}",
        "材料|用{v}做的{n}|是用{v}做的|不是用{v}做的",
    ),
    "shows": _facet(
        "animals", "animal|the {n} with the {v}|shows the {v}|does not show the {v}",
        "动物|有{v}的{n}|展现{v}|不展现{v}",
    ),
    "lives": _facet(
        "animals", "animal|the {n} of the {v}|houses the {v}|does not house the {v}",
        "动物|{v}的{n}|住着{v}|没有住{v}",
    ),
    "flavor": _facet(
        "cakes", "flavor|the {v} {n}|has the {v} flavor|does not have the {v} flavor",
        "口味|{v}味的{n}|是{v}味的|不是{v}味的",
    ),
    "occasion": _facet(
        "occasions", "occasion|the {n} for the {v}|is for the {v}|is not for the {v}",
        "场合|为{v}准备的{n}|是为{v}准备的|不是为{v}准备的",
    ),
    "served": _facet(
        "drinks", "drink|the {n} with {v}|comes with {v}|does not come with {v}",
        "饮料|配{v}的{n}|配{v}|不配{v}",
    ),
    "ship": _facet(
        "ships", "ship|the {v}|is the {v}|is not the {v}",
        "船名|{v}|是{v}|不是{v}",
    ),
    "cargo": _facet(
        "fruits", "cargo|the {n} that carries the {v}|carries the {v}|does not carry the {v}",
        "货物|运{v}的{n}|运{v}|不运{v}",
    ),
    "crop": _facet(
        "fruits", "crop|the {n} with the {v}|yields the {v}|does not yield the {v}",
        "作物|产{v}的{n}|产{v}|不产{v}",
    ),
    "genre": _facet(
        "genres", "genre|the {v} {n}|is the {v} {n}|is not the {v} {n}",
        "类型|{v}{n}|是{v}类的|不是{v}类的",
    ),
    "tongue": _facet(
        "languages", "language|the {n} in {v}|is in {v}|is not in {v}",
        "语言|{v}的{n}|是{v}的|不是{v}的",
    ),
    "breed": _facet(
        "breeds", "breed|the {v}|is the {v}|is not the {v}",
        "品种|{v}|是{v}|不是{v}",
    ),
    "planted": _facet(
        "flowers", "flower|the {n} with the {v}|has the {v}|does not have the {v}",
        "花|种着{v}的{n}|种着{v}|没有种{v}",
    ),
    "uses": _facet(
        "instruments", "instrument|the {n} with the {v}|has the {v}|does not have the {v}",
        "乐器|有{v}的{n}|有{v}|没有{v}",
    ),
}  # fmt: skip
