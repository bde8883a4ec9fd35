"""What is put in order: the same themes, with the same names at the same numbers, in both languages."""

from __future__ import annotations

from typing import NamedTuple


class Theme(NamedTuple):
    """One kind of objects and the scale that they are ordered by.

    Attributes:
        one: the word for one object.
        many: the word for several.
        scene: a sentence with ``{many}`` and the list of names as ``{names}``.
        span: the order asked for, and the reverse.
        first: what place 1 is, and, in the reverse order, the last place.
        compare: "X ... Y" when X is before Y, and when it is after Y.
        direct: the same for neighbours, or nothing when the theme has no words for it.
        rank: "X ..." when X is at the place ``{o}`` counted from the first, and from the last.
        names: the objects.
        article: English names take "the".
        plain: the ordinal "first" is left out ("the oldest").
    """

    one: str
    many: str
    scene: str
    span: tuple[str, str]
    first: tuple[str, str]
    compare: tuple[str, str]
    direct: tuple[str, str] | None
    rank: tuple[str, str]
    names: tuple[str, ...]
    article: bool = True
    plain: bool = True


_LEFT = (
    ("from left to right", "from right to left"),
    ("the leftmost", "the rightmost"),
    ("is somewhere to the left of", "is somewhere to the right of"),
    ("is directly to the left of", "is directly to the right of"),
    ("the {o} from the left", "the {o} from the right"),
)
_LEFT_ZH = (
    ("从左到右", "从右到左"),
    ("最左边的", "最右边的"),
    ("在{}左边的某处", "在{}右边的某处"),
    ("紧挨着{}，在其左边", "紧挨着{}，在其右边"),
    ("是从左边数第{o}", "是从右边数第{o}"),
)
_PEOPLE = "Anna Boris Clara Daniel Elena Felix Greta Hugo Ingrid Jonas Katja Louis Marta Nils"
_PEOPLE_ZH = "小安 小波 小春 小丹 小恩 小飞 小光 小海 小佳 小凯 小兰 小明 小宁 小平"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _row(one: str, many: str, scene: str, names: str) -> Theme:
    return Theme(one, many, scene, *_LEFT, _words(names), plain=False)


def _row_zh(word: str, scene: str, names: str) -> Theme:
    return Theme(word, word, scene, *_LEFT_ZH, _words(names))


EN = (
    _row(
        "bird",
        "birds",
        "{many} sit side by side on a wire: {names}.",
        "crow dove eagle finch goose heron jay kite lark owl parrot robin swan wren",
    ),
    _row(
        "book",
        "books",
        "{many} stand side by side on a shelf: {names}.",
        "almanac atlas biography comic cookbook diary dictionary guidebook handbook novel songbook textbook thriller yearbook",
    ),
    _row(
        "vehicle",
        "vehicles",
        "{many} are parked side by side: {names}.",
        "ambulance bicycle bus jeep limousine minivan moped motorcycle scooter taxi tractor trailer tram truck",
    ),
    _row(
        "instrument",
        "instruments",
        "{many} are displayed side by side in a shop window: {names}.",
        "accordion banjo cello clarinet drum flute guitar harp oboe piano trombone trumpet tuba violin",
    ),
    Theme(
        "gemstone",
        "gemstones",
        "{many} have been valued, and no two have the same price: {names}.",
        ("from the most expensive to the cheapest", "from the cheapest to the most expensive"),
        ("the most expensive", "the cheapest"),
        ("costs more than", "costs less than"),
        None,
        ("the {o} most expensive", "the {o} cheapest"),
        _words("agate amber amethyst beryl diamond emerald garnet jade onyx opal pearl ruby sapphire topaz"),
    ),
    Theme(
        "person",
        "people",
        "{many} have been asked for their ages, and no two are equally old: {names}.",
        ("from the oldest to the youngest", "from the youngest to the oldest"),
        ("the oldest", "the youngest"),
        ("is older than", "is younger than"),
        None,
        ("the {o} oldest", "the {o} youngest"),
        _words(_PEOPLE),
        article=False,
    ),
    Theme(
        "tree",
        "trees",
        "{many} in a park have been measured, and no two are equally tall: {names}.",
        ("from the tallest to the shortest", "from the shortest to the tallest"),
        ("the tallest", "the shortest"),
        ("is taller than", "is shorter than"),
        None,
        ("the {o} tallest", "the {o} shortest"),
        _words("ash beech birch cedar chestnut elm fir larch linden maple oak pine poplar willow"),
    ),
    Theme(
        "runner",
        "runners",
        "{many} finished a race, and no two arrived at the same time: {names}.",
        ("from the first to arrive to the last", "from the last to arrive to the first"),
        ("the first to arrive", "the last to arrive"),
        ("arrived earlier than", "arrived later than"),
        None,
        ("the {o} to arrive", "the {o} to arrive, counted from the end,"),
        _words(_PEOPLE),
        article=False,
        plain=False,
    ),
    Theme(
        "animal",
        "animals",
        "{many} have been timed, and no two are equally fast: {names}.",
        ("from the fastest to the slowest", "from the slowest to the fastest"),
        ("the fastest", "the slowest"),
        ("is faster than", "is slower than"),
        None,
        ("the {o} fastest", "the {o} slowest"),
        _words("antelope badger camel deer donkey fox goat hare horse leopard lion otter wolf zebra"),
    ),
    Theme(
        "fruit",
        "fruits",
        "{many} have been weighed, and no two are equally heavy: {names}.",
        ("from the heaviest to the lightest", "from the lightest to the heaviest"),
        ("the heaviest", "the lightest"),
        ("is heavier than", "is lighter than"),
        None,
        ("the {o} heaviest", "the {o} lightest"),
        _words("apple apricot banana coconut fig grapefruit kiwi lemon mango melon orange papaya peach pear"),
    ),
    Theme(
        "person",
        "people",
        "{many} stand in a queue, one behind the other: {names}.",
        ("from the front to the back", "from the back to the front"),
        ("at the front of the queue", "at the back of the queue"),
        ("stands somewhere in front of", "stands somewhere behind"),
        ("stands directly in front of", "stands directly behind"),
        ("the {o} from the front", "the {o} from the back"),
        _words(_PEOPLE),
        article=False,
        plain=False,
    ),
    Theme(
        "person",
        "people",
        "{many} live in a tower, each on a floor of their own: {names}.",
        ("from the top floor to the bottom", "from the bottom floor to the top"),
        ("on the highest of these floors", "on the lowest of these floors"),
        ("lives higher up than", "lives lower down than"),
        None,
        ("the {o} from the top", "the {o} from the bottom"),
        _words(_PEOPLE),
        article=False,
        plain=False,
    ),
)

ZH = (
    _row_zh(
        "只鸟",
        "{many}并排停在电线上：{names}。",
        "乌鸦 鸽子 老鹰 燕雀 大雁 苍鹭 松鸦 鸢 云雀 猫头鹰 鹦鹉 知更鸟 天鹅 鹪鹩",
    ),
    _row_zh(
        "本书",
        "{many}并排立在书架上：{names}。",
        "历书 地图册 传记 漫画 菜谱 日记 词典 旅行指南 手册 小说 歌本 课本 惊险故事 年鉴",
    ),
    _row_zh(
        "辆车",
        "{many}并排停着：{names}。",
        "救护车 自行车 公共汽车 吉普车 豪华轿车 面包车 助力车 摩托车 滑板车 出租车 拖拉机 拖车 电车 卡车",
    ),
    _row_zh(
        "件乐器",
        "{many}并排摆在橱窗里：{names}。",
        "手风琴 班卓琴 大提琴 单簧管 鼓 长笛 吉他 竖琴 双簧管 钢琴 长号 小号 大号 小提琴",
    ),
    Theme(
        "件宝石",
        "件宝石",
        "{many}经过估价，价格各不相同：{names}。",
        ("从最贵到最便宜", "从最便宜到最贵"),
        ("最贵的", "最便宜的"),
        ("比{}贵", "比{}便宜"),
        None,
        ("按价格从高到低排第{o}", "按价格从低到高排第{o}"),
        _words("玛瑙 琥珀 紫水晶 绿柱石 钻石 祖母绿 石榴石 翡翠 缟玛瑙 蛋白石 珍珠 红宝石 蓝宝石 黄玉"),
    ),
    Theme(
        "个人",
        "个人",
        "{many}的年龄各不相同：{names}。",
        ("从最年长到最年轻", "从最年轻到最年长"),
        ("最年长的", "最年轻的"),
        ("比{}年长", "比{}年轻"),
        None,
        ("按年龄从大到小排第{o}", "按年龄从小到大排第{o}"),
        _words(_PEOPLE_ZH),
    ),
    Theme(
        "棵树",
        "棵树",
        "公园里的{many}高度各不相同：{names}。",
        ("从最高到最矮", "从最矮到最高"),
        ("最高的", "最矮的"),
        ("比{}高", "比{}矮"),
        None,
        ("按高度从高到低排第{o}", "按高度从低到高排第{o}"),
        _words("白蜡树 山毛榉 桦树 雪松 栗树 榆树 冷杉 落叶松 椴树 枫树 橡树 松树 杨树 柳树"),
    ),
    Theme(
        "名选手",
        "名选手",
        "{many}跑完了比赛，到达时间各不相同：{names}。",
        ("从最先到达到最后到达", "从最后到达到最先到达"),
        ("最先到达的", "最后到达的"),
        ("比{}先到达", "比{}后到达"),
        None,
        ("从最先到达的数起是第{o}个", "从最后到达的数起是第{o}个"),
        _words(_PEOPLE_ZH),
    ),
    Theme(
        "只动物",
        "只动物",
        "{many}的速度各不相同：{names}。",
        ("从最快到最慢", "从最慢到最快"),
        ("最快的", "最慢的"),
        ("比{}快", "比{}慢"),
        None,
        ("按速度从快到慢排第{o}", "按速度从慢到快排第{o}"),
        _words("羚羊 獾 骆驼 鹿 驴 狐狸 山羊 野兔 马 豹子 狮子 水獭 狼 斑马"),
    ),
    Theme(
        "个水果",
        "个水果",
        "{many}的重量各不相同：{names}。",
        ("从最重到最轻", "从最轻到最重"),
        ("最重的", "最轻的"),
        ("比{}重", "比{}轻"),
        None,
        ("按重量从重到轻排第{o}", "按重量从轻到重排第{o}"),
        _words("苹果 杏子 香蕉 椰子 无花果 柚子 猕猴桃 柠檬 芒果 甜瓜 橙子 木瓜 桃子 梨"),
    ),
    Theme(
        "个人",
        "个人",
        "{many}前后排成一队：{names}。",
        ("从队首到队尾", "从队尾到队首"),
        ("最靠近队首的", "最靠近队尾的"),
        ("站在{}前面的某处", "站在{}后面的某处"),
        ("紧站在{}前面", "紧站在{}后面"),
        ("是从队首数第{o}", "是从队尾数第{o}"),
        _words(_PEOPLE_ZH),
    ),
    Theme(
        "个人",
        "个人",
        "{many}住在一座塔楼里，每人各住一层：{names}。",
        ("从最高层到最低层", "从最低层到最高层"),
        ("住得最高的", "住得最低的"),
        ("住得比{}高", "住得比{}低"),
        None,
        ("按楼层从高到低排第{o}", "按楼层从低到高排第{o}"),
        _words(_PEOPLE_ZH),
    ),
)
THEMES = {"en": EN, "zh": ZH}
