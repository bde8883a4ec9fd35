"""The stories: what is to be told apart, and by which categories."""

from __future__ import annotations

from typing import NamedTuple


class Theme(NamedTuple):
    """A story.

    Attributes:
        intro: the first sentence, by language.
        nouns: English singular and plural, Chinese noun and measure word.
        facets: names of at least four categories without an order.
        scales: names of two ordered categories whose values cannot be mistaken for one another.
    """

    intro: dict[str, str]
    nouns: tuple[str, str, str, str]
    facets: tuple[str, ...]
    scales: tuple[str, str]


def _theme(en: str, zh: str, nouns: str, facets: str, scales: str) -> Theme:
    one, several, noun, measure = nouns.split()
    first, second = scales.split()
    return Theme({"en": en, "zh": zh}, (one, several, noun, measure), tuple(facets.split()), (first, second))


THEMES: tuple[Theme, ...] = (
    _theme(
        "The result sheet of a charity run got wet.",
        "一场公益跑的成绩单被打湿了。",
        "runner runners 选手 位", "name town shirt drink likes", "took age",
    ),
    _theme(
        "The program of a conference has to be put together again.",
        "一场会议的日程需要重新拼起来。",
        "talk talks 报告 场", "by about room tongue", "clock lasts",
    ),
    _theme(
        "A museum is labeling its newest exhibits.",
        "一家博物馆正在给新展品贴标签。",
        "exhibit exhibits 展品 件", "from made room owner", "year weight",
    ),
    _theme(
        "A bakery mixed up its cake orders.",
        "一家面包店把蛋糕订单弄混了。",
        "cake cakes 蛋糕 个", "flavor for occasion color", "cost june",
    ),
    _theme(
        "A wine merchant checks the cellar list.",
        "一位酒商正在核对酒窖清单。",
        "vintage vintages 藏酒 款", "region owner made occasion", "year cost",
    ),
    _theme(
        "The harbor master looks for today's register.",
        "港务长在找今天的登记簿。",
        "ship ships 船 艘", "ship cargo goes color", "week distance",
    ),
    _theme(
        "Guests had dinner at the same restaurant.",
        "几位客人在同一家餐馆吃了晚饭。",
        "guest guests 客人 位", "name dish drink job wears", "paid arrived",
    ),
    _theme(
        "A bookshop puts out its new books.",
        "一家书店正在摆放新书。",
        "book books 书 本", "by genre tongue color", "pages cost",
    ),
    _theme(
        "An orchestra invited players for an audition.",
        "一个乐团请了几位乐手来试奏。",
        "musician musicians 乐手 位", "name plays town rides", "score age",
    ),
    _theme(
        "A travel agency sorts its bus tours.",
        "一家旅行社正在整理巴士旅行。",
        "tour tours 旅行 趟", "goes stop leader color", "june seats",
    ),
    _theme(
        "A dog show is over and the cards are lost.",
        "狗展结束了，卡片却丢了。",
        "dog dogs 狗 只", "breed owner from wears", "score weight",
    ),
    _theme(
        "A gardening club compares its greenhouses.",
        "一个园艺俱乐部在比较各自的温室。",
        "greenhouse greenhouses 温室 间", "planted owner color crop", "heat distance",
    ),
    _theme(
        "Students take evening courses.",
        "几位学生在上夜校。",
        "student students 学生 位", "name studies sport rides country", "paid age",
    ),
    _theme(
        "An old town is proud of its towers.",
        "一座古城以塔楼闻名。",
        "tower towers 塔楼 座", "made owner lives color", "height year",
    ),
    _theme(
        "A cycling club went on a tour.",
        "一个自行车俱乐部外出骑行。",
        "cyclist cyclists 骑手 位", "name shirt fruit town", "rode arrived",
    ),
    _theme(
        "A zoo is planning its new enclosures.",
        "一家动物园在规划新的场馆。",
        "enclosure enclosures 场馆 个", "lives leader planted color", "week cost",
    ),
    _theme(
        "A theater announces its season.",
        "一家剧院公布了演出季。",
        "play plays 剧目 部", "by genre tongue uses", "june lasts",
    ),
    _theme(
        "An office building got new tenants.",
        "一座写字楼来了新租户。",
        "office offices 办公室 间", "leader color planted served", "floor seats",
    ),
    _theme(
        "A workshop delivers hand-made vases.",
        "一家作坊交付了手工花瓶。",
        "vase vases 花瓶 只", "made for shows color planted", "cost length",
    ),
    _theme(
        "Hikers met in a mountain hut.",
        "几位徒步者在山间小屋相遇。",
        "hiker hikers 徒步者 位", "name country wears drink likes", "arrived rode",
    ),
    _theme(
        "A committee plans the projects of the spring.",
        "一个委员会在规划春季项目。",
        "project projects 项目 个", "leader about from room", "week cost",
    ),
    _theme(
        "A language school talks to its new students.",
        "一所语言学校正在接待新学员。",
        "learner learners 学员 位", "name speaks job country", "age score",
    ),
    _theme(
        "Gardeners brought their best pieces to the fair.",
        "园丁们把最得意的作品带到集市。",
        "gardener gardeners 园丁 位", "name grows town wears fruit", "score took",
    ),
    _theme(
        "A film festival hangs up its posters.",
        "一个电影节正在张贴海报。",
        "film films 影片 部", "by genre country tongue", "clock lasts",
    ),
    _theme(
        "Farms around the village sell at the gate.",
        "村子周围的农场在门口售卖。",
        "farm farms 农场 家", "owner crop color lives", "distance year",
    ),
)  # fmt: skip
