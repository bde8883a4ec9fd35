"""Texts: letters, shifts, runs, windows, palindromes."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, letters, pick


class CountLetters(Family):
    name, theme, level = "count_letters", "strings", 1
    mutants = 4

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.double else (1, 3, 4)

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        wanted = "".join(sorted(rng.sample("abcdefg", rng.randint(2, 4))))
        return {"wanted": wanted, "case": rng.random() < 0.5, "double": rng.random() < 0.5}

    def text(self, p: P) -> tuple[str, str]:
        listed = ", ".join(p.wanted)
        case = "Upper-case letters count as well" if p.case else "Only lower-case letters count"
        zh_case = "大写字母同样计入" if p.case else "只计小写字母"
        double = " A letter that stands directly after the same character counts 2 instead of 1." if p.double else ""
        zh_double = "若某个字母紧跟在相同的字符之后，则计 2 而不是 1。" if p.double else ""
        return (
            f"Given a text `text`, count the letters in it that are one of {listed}. {case}.{double}",
            f"给定文本 `text`，统计其中属于 {listed} 的字母个数。{zh_case}。{zh_double}",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return ("Go through the characters and add up what each counts.", "遍历每个字符，累加它的计数。")

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        one = p.wanted[0]
        return [
            ("",),
            (one,),
            (one.upper(),),
            (one * 3,),
            (one + one.upper(),),
            ("xyz",),
            (f"{p.wanted} {p.wanted}",),
            ("XX" + p.wanted.upper(),),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        words = [letters(rng, "abcdefgxyz" + p.wanted * 2 + p.wanted.upper(), 1, 5) for _ in range(rng.randint(1, 4))]
        text = " ".join(words)
        return (text + text[-1] if rng.random() < 0.5 else text,)

    @staticmethod
    def solve(p: P, m: int, text: str) -> int:
        count = 0
        before = ""
        for character in text if m != 4 else text.split(" ")[0]:
            if (character.lower() if p.case != (m == 1) else character) in (p.wanted if m != 3 else p.wanted[:-1]):
                count += 2 if p.double and character == before and m != 2 else 1
            before = character
        return count

    @staticmethod
    def brute(p: P, text: str) -> int:
        total = 0
        for place in range(len(text)):
            fits = any(text[place] == one or (p.case and text[place] == one.upper()) for one in p.wanted)
            total += fits
            total += bool(fits and p.double and place and text[place - 1] == text[place])
        return total


class ShiftLetters(Family):
    name, theme, level = "shift_letters", "strings", 2

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {"by": rng.randint(2, 11), "grow": rng.choice([0, 1, 2, 3]), "back": rng.random() < 0.5}

    def text(self, p: P) -> tuple[str, str]:
        way, zh_way = ("back", "向前（朝 a 的方向）") if p.back else ("forward", "向后（朝 z 的方向）")
        grow = (
            f" The first letter of the text is moved by {p.by}, and each following letter by {p.grow} more than the letter before it."
            if p.grow
            else f" Every letter is moved by {p.by}."
        )
        zh_grow = (
            f"文本中的第一个字母移动 {p.by} 位，此后每个字母比前一个字母多移动 {p.grow} 位。"
            if p.grow
            else f"每个字母移动 {p.by} 位。"
        )
        return (
            f"Given a text `text`, move every letter {way} in the alphabet of 26 letters, going round at its end; upper case stays upper "
            f"case and lower case stays lower case.{grow} Other characters stay and count as no letter. Find the resulting text.",
            f"给定文本 `text`，把每个字母在 26 个字母的字母表中{zh_way}移动，超出末端则循环；大写仍为大写，小写仍为小写。{zh_grow}"
            "其他字符保持不变，也不算作字母。求得到的文本。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Count the letters passed so far for the size of the shift, and move each letter with a remainder by 26.",
            "用已经过的字母个数决定位移大小，并以对 26 取余的方式移动每个字母。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [("",), ("a",), ("Z",), ("z y-x",), ("abc ABC",), ("1, 2; 3!",), ("zzzzzzzzzzzzzzzzzzzz",), ("A1b2C3",)]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (letters(rng, "abcmnoxyzABCMNOXYZ,-8", 1, 8) + " " + letters(rng, "klmNOP?z", 1, 8),)

    @staticmethod
    def solve(p: P, m: int, text: str) -> str:
        result = []
        shift = p.by
        for character in text:
            if character.isalpha():
                first = ord("a") if character.islower() else ord("A")
                place = ord(character) - first
                moved = place - shift if p.back else place + shift
                result.append(chr(first + moved % (26 if m != 1 else 25)))
                shift += p.grow if m != 2 else p.grow + 1
            else:
                result.append(character)
        return "".join(result) if m != 3 else "".join(result).lower()

    @staticmethod
    def brute(p: P, text: str) -> str:
        lower = "abcdefghijklmnopqrstuvwxyz"
        done, seen = "", 0
        for character in text:
            if character.lower() in lower and character:
                ring = lower if character in lower else lower.upper()
                place = ring.index(character)
                for _ in range(p.by + p.grow * seen):
                    place = (place or 26) - 1 if p.back else (place + 1 if place < 25 else 0)
                done, seen = done + ring[place], seen + 1
            else:
                done += character
        return done


class Abbreviate(Family):
    name, theme, level = "shorten_words", "strings", 2

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(rng, longest=[3, 4, 5, 6], style=["count", "vowels", "cut"], mark=[".", "~", "*"])

    def text(self, p: P) -> tuple[str, str]:
        en = {
            "count": "its first letter, the number of letters between the first and the last one, and its last letter",
            "vowels": f"the word without its vowels (a, e, i, o, u), except that a vowel at its beginning stays, and with {p.mark} at the end",
            "cut": f"its first {p.longest} letters and {p.mark}",
        }[p.style]
        zh = {
            "count": "它的首字母、首尾字母之间的字母个数和尾字母依次相连",
            "vowels": f"去掉元音（a、e、i、o、u）后的单词（但词首的元音保留），末尾再加上 {p.mark}",
            "cut": f"它的前 {p.longest} 个字母加上 {p.mark}",
        }[p.style]
        return (
            f"A text `text` consists of words of lower-case letters with single spaces between them. Replace every word with more than "
            f"{p.longest} letters by {en}; shorter words stay. Find the resulting text.",
            f"文本 `text` 由小写字母组成的单词构成，单词之间以单个空格分隔。把字母数多于 {p.longest} 的每个单词替换为：{zh}；"
            "其余单词保持不变。求得到的文本。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Split at spaces, replace the long words one by one, and join again.",
            "按空格切分，逐个替换较长的单词，再拼接起来。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        k = p.longest
        return [
            ("a",),
            ("b" * k,),
            ("e" * (k + 1),),
            ("o" * k + " " + "io" * k,),
            ("abcdefghijklmnopq",),
            ("eat " + "banana" * 2,),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (" ".join(letters(rng, "aeiourstlnbd", 1, p.longest + 4) for _ in range(rng.randint(1, 5))),)

    @staticmethod
    def solve(p: P, m: int, text: str) -> str:
        words = []
        for word in text.split(" "):
            if len(word) > p.longest if m != 1 else len(word) >= p.longest:
                if p.style == "count":
                    word = word[0] + str(len(word) - 2 if m != 2 else len(word)) + word[-1]
                elif p.style == "vowels":
                    word = (
                        word[0]
                        + "".join([letter for letter in word[1:] if letter not in ("aeiou" if m != 2 else "aeio")])
                        + p.mark
                    )
                else:
                    word = word[: p.longest if m != 2 else p.longest - 1] + p.mark
            words.append(word)
        return " ".join(words) if m != 3 else " ".join(words[:2])

    @staticmethod
    def brute(p: P, text: str) -> str:
        done = ""
        word = ""
        for character in text + " ":
            if character != " ":
                word += character
                continue
            if len(word) >= p.longest + 1:
                if p.style == "count":
                    inner = sum(1 for place in range(len(word)) if 0 < place < len(word) - 1)
                    word = f"{word[:1]}{inner}{word[len(word) - 1 :]}"
                elif p.style == "vowels":
                    rest = word[1:]
                    for vowel in "uoiea":
                        rest = rest.replace(vowel, "")
                    word = word[0] + rest + p.mark
                else:
                    while len(word) > p.longest:
                        word = word[:-1]
                    word += p.mark
            done += (" " if done else "") + word
            word = ""
        return done


class RunLengths(Family):
    name, theme, level = "pack_runs", "strings", 3
    mutants = 4

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 4) if p.least == 2 else (1, 2, 3, 4)

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(rng, least=[2, 3, 4], most=[5, 6, 9], front=[True, False], mark=["", "x", ":"])

    def text(self, p: P) -> tuple[str, str]:
        order = (
            f"its length{f', {p.mark}' if p.mark else ''} and the letter"
            if p.front
            else f"the letter{f', {p.mark}' if p.mark else ''} and its length"
        )
        zh_order = (
            f"长度{f'、{p.mark} ' if p.mark else ''}和该字母"
            if p.front
            else f"该字母{f'、{p.mark} ' if p.mark else ''}和长度"
        )
        sample = f"{p.most}{p.mark}a" if p.front else f"a{p.mark}{p.most}"
        return (
            f"Given a text `text` of lower-case letters, pack it: cut it from left to right into runs of equal letters, where a run ends at "
            f"another letter or when it has {p.most} letters. A run of at least {p.least} letters is written as {order} ({'a' * p.most} becomes "
            f"{sample}); shorter runs stay as they are. Find the packed text.",
            f"给定由小写字母组成的文本 `text`，对其压缩：从左到右切成由相同字母组成的段，遇到不同字母或段长达到 {p.most} 时该段结束。"
            f"长度不小于 {p.least} 的段写作{zh_order}（{'a' * p.most} 变为 {sample}），较短的段保持不变。求压缩后的文本。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Take the longest run at the current place, at most the limit, write it, and go on after it.",
            "在当前位置取不超过上限的最长段，写出后继续处理其后的部分。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        one, two = "q" * p.least, "q" * p.most
        return [
            ("",),
            ("a",),
            ("ab",),
            (one,),
            (one[1:],),
            (two,),
            (two + "q",),
            (two + one,),
            (two + two,),
            ("a" + two + one + "b",),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        return (
            "".join(
                rng.choice("abc") * rng.choice([1, 1, 2, p.least, p.most, p.most + 2]) for _ in range(rng.randint(1, 5))
            ),
        )

    @staticmethod
    def solve(p: P, m: int, text: str) -> str:
        packed = ""
        start = 0
        while start < len(text) if m != 4 else start < len(text) - 1:
            end = start
            while (
                end < len(text)
                and text[end] == text[start]
                and (end - start < p.most if m != 1 else end - start < p.most + 3)
            ):
                end += 1
            size = end - start
            if size >= p.least if m != 2 else size > p.least:
                packed += str(size) + p.mark + text[start] if p.front else text[start] + p.mark + str(size)
            else:
                packed += text[start:end] if m != 3 else text[start]
            start = end
        return packed

    @staticmethod
    def brute(p: P, text: str) -> str:
        runs: list[str] = []
        for letter in text:
            if runs and runs[-1][0] == letter and len(runs[-1]) != p.most:
                runs[-1] += letter
            else:
                runs.append(letter)
        made = []
        for run in runs:
            parts = [str(len(run)), run[0]] if p.front else [run[0], str(len(run))]
            made.append(run if len(run) < p.least else p.mark.join(parts))
        return "".join(made)


FAMILIES = (
    CountLetters(),
    ShiftLetters(),
    Abbreviate(),
    RunLengths(),
)
