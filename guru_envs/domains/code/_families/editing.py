"""A text editor."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, letters, pick


class Editor(Family):
    name, theme, level = "type_keys", "simulations", 6
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(rng, undo=["one", "all"], home=[True, False], case=[True, False], cursor=["|", "_", "^", ""])

    def text(self, p: P) -> tuple[str, str]:
        undo, zh_undo = (
            (
                "the text and the cursor become again what they were before the last key that changed the text (this can be repeated; a Z that finds nothing to take back does nothing)",
                "文本和光标恢复到最近一次改变文本的按键之前（可以重复；若无可撤销的操作则不起作用）",
            )
            if p.undo == "one"
            else ("the text becomes empty", "文本变为空")
        )
        home, zh_home = (
            (" H puts the cursor at the beginning, E at the end of the text.", "H 把光标移到文本开头，E 移到文本末尾。")
            if p.home
            else ("", "")
        )
        case, zh_case = (
            (
                " C turns caps on or off (off at first): while it is on, letters are typed in upper case.",
                "C 切换大写状态（初始为关闭）：打开时输入的字母为大写。",
            )
            if p.case
            else ("", "")
        )
        cursor, zh_cursor = (
            (f" and put {p.cursor} where the cursor stands", f"，并在光标处插入 {p.cursor}") if p.cursor else ("", "")
        )
        return (
            "A text editor begins with an empty text. The keys of the text `keys` are pressed one after another: a lower-case letter is typed at the cursor, which then stands after it; B removes the letter directly before (left of) the cursor; D removes the letter directly after (right of) it; L and R move the cursor by one letter to the left or right. "
            f"Where that is not possible, the key does nothing.{home}{case} Z takes back: {undo}. Find the text at the end{cursor}.",
            "一个文本编辑器开始时文本为空。依次按下文本 `keys` 中的键：小写字母在光标处输入，光标随后位于它之后；B 删除光标前（左边）的一个字母；D 删除光标后（右边）的一个字母；L 和 R 把光标向左或向右移动一个字母。无法执行时该键不起作用。"
            f"{zh_home}{zh_case}Z 表示撤销：{zh_undo}。求最后的文本{zh_cursor}。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Keep the parts of the text before and after the cursor, and a stack of earlier states for taking back.",
            "分别保存光标前后的文本，并用栈保存先前的状态以便撤销。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        more = ["abHcE", "abcHDE"] if p.home else ["abLc"]
        more += ["aCbCc", "CabZ"] if p.case else ["aab"]
        return [
            ("",),
            ("abc",),
            ("abB",),
            ("BDLRZ",),
            ("abLLD",),
            ("abZ",),
            ("abLZc",),
            ("abBZZ",),
            ("abLDRc",),
            ("abcLLZLd",),
            *[(keys,) for keys in more],
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        keys = "abcdeabcdeBDLLRZ" + ("HE" if p.home else "") + ("C" if p.case else "")
        return ("ab" + letters(rng, keys, 3, 14),)

    @staticmethod
    def solve(p: P, m: int, keys: str) -> str:
        before = after = ""
        caps = False
        history: list[tuple[str, str]] = []
        for key in keys:
            old = (before, after)
            if key.islower():
                before += key.upper() if caps else key
            elif key == "B":
                before = before[:-1]
            elif key == "D":
                after = after[1:] if m != 1 else after[:-1]
            elif key == "L" and before != "":
                before, after = before[:-1], before[-1] + after
            elif key == "R" and after != "":
                before, after = before + after[0], after[1:]
                if m == 2:
                    after = after[1:]
            elif key == "H" and p.home:
                before, after = "", before + after
            elif key == "E" and p.home:
                before, after = before + after, ""
            elif key == "C" and p.case:
                caps = not caps
            elif key == "Z":
                if p.undo == "all":
                    before = after = ""
                    if m == 3:
                        after = old[1]
                elif len(history) > 0:
                    before, after = history.pop()
                    if m == 3:
                        history = []
                continue
            if (before + after != old[0] + old[1] and m != 4) or (m == 4 and old != (before, after)):
                history.append(old)
        return before + p.cursor + after

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.undo == "one" else (1, 2, 3)

    @staticmethod
    def brute(p: P, keys: str) -> str:
        states: list[tuple[list[str], int]] = [([], 0)]
        text: list[str] = []
        place, caps = 0, False
        for key in keys:
            before_text, before_place = list(text), place
            if key == "Z":
                if p.undo == "all":
                    text, place = [], 0
                elif len(states) > 1:
                    text, place = list(states[-1][0]), states[-1][1]
                    states.pop()
                continue
            if key in "abcdefghijklmnopqrstuvwxyz":
                text.insert(place, key.upper() if caps else key)
                place += 1
            elif key == "B" and place:
                place -= 1
                del text[place]
            elif key == "D" and place < len(text):
                del text[place]
            place = {"L": max(place - 1, 0), "R": min(place + 1, len(text)), "H": 0, "E": len(text)}.get(key, place)
            caps = caps != (key == "C")
            if text != before_text:
                states.append((before_text, before_place))
        return "".join([*text[:place], p.cursor, *text[place:]])


FAMILIES = (Editor(),)
