"""Small machines: registers and jumps."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, pick


class Registers(Family):
    name, theme, level = "run_registers", "simulations", 7
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(rng, limit=[0, 16, 100], zero=["skip", "set"], what=["a", "sum"], names=["abc", "xyz", "pqr"])

    def text(self, p: P) -> tuple[str, str]:
        one, two, three = p.names
        limit = (
            f" After each command every register is replaced by its remainder (0 to {p.limit - 1}) when divided by {p.limit}."
            if p.limit
            else ""
        )
        zh_limit = f"每条命令之后，每个寄存器取其除以 {p.limit} 的余数（0 到 {p.limit - 1}）。" if p.limit else ""
        zero = {
            "skip": "the following command is passed over if register R is 0",
            "set": "the following command is passed over if register R is not 0",
        }[p.zero]
        zh_zero = {"skip": "若寄存器 R 为 0，则跳过下一条命令", "set": "若寄存器 R 不为 0，则跳过下一条命令"}[p.zero]
        ask = f"the value of register {one}" if p.what == "a" else "the sum of the three registers"
        zh_ask = f"寄存器 {one} 的值" if p.what == "a" else "三个寄存器之和"
        return (
            f"A machine has three registers {one}, {two}, {three}, which are 0 at first. It does the commands of the list `program` in order. R is a register, V is a register or a whole number: `set R V` puts the value of V into R; `add R V` adds it; `sub R V` subtracts it; "
            f"`swap R V` (V is a register here) exchanges both; `test R`: {zero}; `loop N` (N is a number of at least 1) does the N commands directly before it once more (commands before the beginning of the program are left out; a `loop` and a `test` among them do nothing then).{limit} Find {ask} at the end.",
            f"一台机器有三个寄存器 {one}、{two}、{three}，初始为 0。它依次执行列表 `program` 中的命令。R 表示寄存器，V 表示寄存器或整数：`set R V` 把 V 的值放入 R；`add R V` 加上它；`sub R V` 减去它；`swap R V`（此处 V 为寄存器）交换两者；"
            f"`test R`：{zh_zero}；`loop N`（N 为不小于 1 的数）把紧邻其前的 N 条命令再执行一遍（超出程序开头的部分略去；其中的 `loop` 和 `test` 此时不起作用）。{zh_limit}求最后{zh_ask}。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Keep the registers in a dictionary and go through the commands with a position; a loop calls the same step for the commands before it.",
            "用字典保存寄存器并用位置遍历命令；loop 对前面的命令调用同样的单步过程。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        a, b, c = p.names
        return [
            ([],),
            ([f"set {a} 7"],),
            ([f"sub {a} 3", f"add {b} {a}"],),
            ([f"set {b} 5", f"swap {a} {b}"],),
            ([f"test {a}", f"add {a} 9", f"add {a} 1"],),
            ([f"set {a} 2", f"test {a}", f"add {a} 40", f"add {b} {a}"],),
            ([f"add {a} 60", "loop 1", f"add {b} {a}", "loop 5"],),
            ([f"set {c} 4", f"add {a} {c}", "loop 2", "loop 1", f"add {a} 1"],),
            ([f"add {a} 3", f"test {a}", f"add {a} 5", "loop 3"],),
            ([f"test {b}", "loop 4", f"sub {a} 2", "loop 1"],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        program = []
        for _ in range(rng.randint(4, 10)):
            one, two = rng.sample(p.names, 2)
            value = rng.choice([two, str(rng.randint(-9, 40))])
            program.append(
                rng.choice(
                    [
                        f"set {one} {value}",
                        f"add {one} {value}",
                        f"add {one} {value}",
                        f"sub {one} {value}",
                        f"swap {one} {two}",
                        f"test {one}",
                        f"loop {rng.randint(1, 4)}",
                    ]
                )
            )
        return (program,)

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.limit else (1, 2, 3)

    @staticmethod
    def solve(p: P, m: int, program: list[str]) -> int:
        registers = {p.names[0]: 0, p.names[1]: 0, p.names[2]: 0}

        def step(command: str) -> None:
            words = command.split()
            kind, name = words[0], words[1]
            if kind in ("loop", "test"):
                return
            value = registers[words[2]] if words[2] in registers else int(words[2])
            if kind == "set":
                registers[name] = value
            elif kind == "add":
                registers[name] += value
            elif kind == "sub":
                registers[name] -= value if m != 1 else -value
            else:
                registers[words[2]] = registers[name]
                registers[name] = value
            if p.limit > 0 and m != 4:
                for other in registers:
                    registers[other] %= p.limit

        place = 0
        while place < len(program):
            words = program[place].split()
            if words[0] == "loop":
                count = int(words[1])
                for command in (
                    program[max(place - count, 0) : place] if m != 2 else program[max(place - count + 1, 0) : place]
                ):
                    step(command)
            elif words[0] == "test":
                if (registers[words[1]] == 0) == (p.zero == ("skip" if m != 3 else "set")):
                    place += 1
            else:
                step(program[place])
            place += 1
        return registers[p.names[0]] if p.what == "a" else sum(registers.values())

    @staticmethod
    def brute(p: P, program: list[str]) -> int:
        values = [0, 0, 0]
        todo = [(command, index, True) for index, command in enumerate(program)]
        passing = False
        while todo:
            command, index, outer = todo.pop(0)
            if passing:
                passing = False
                continue
            parts = command.split(" ")
            if parts[0] == "test":
                if outer:
                    zero = values[p.names.index(parts[1])] == 0
                    passing = zero if p.zero == "skip" else not zero
                continue
            if parts[0] == "loop":
                if outer:
                    first = index - int(parts[1])
                    again = [(program[i], i, False) for i in range(index) if i >= first]
                    todo = again + todo
                continue
            target = p.names.index(parts[1])
            number = values[p.names.index(parts[2])] if parts[2].isalpha() else int(parts[2])
            if parts[0] == "swap":
                values[p.names.index(parts[2])] = values[target]
            values[target] = {
                "set": number,
                "swap": number,
                "add": values[target] + number,
                "sub": values[target] - number,
            }[parts[0]]
            if p.limit:
                values = [value % p.limit for value in values]
        return values[0] if p.what == "a" else sum(values)


class Jumps(Family):
    name, theme, level = "jump_machine", "simulations", 8
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "start": rng.randint(0, 3),
            "most": rng.choice([20, 50, 100]),
            "double": rng.random() < 0.5,
        } | rng.choice(
            [{"what": "value", "below": "stop"}, {"what": "steps", "below": "stop"}, {"what": "value", "below": "wrap"}]
        )

    def text(self, p: P) -> tuple[str, str]:
        double = ("D doubles it", "D 把它加倍") if p.double else ("D turns its sign", "D 使它变号")
        below = (
            "the machine stops"
            if p.below == "stop"
            else "it is taken with remainder by the number of commands, so that one comes in again at the other end"
        )
        zh_below = "机器停止" if p.below == "stop" else "则对命令条数取余，从另一端重新进入"
        ask = "the value of the counter" if p.what == "value" else "how many commands were done"
        zh_ask = "计数器的值" if p.what == "value" else "执行了多少条命令"
        return (
            f"A machine has a counter, which is {p.start} at first, and works on the list `program` of commands, beginning with command 0. `A n` adds n to the counter; {double[0]}; `J n` goes on n commands further (backwards if n is negative) instead of to the next command; `P n` does so only if the counter is "
            f"positive; `E n` only if it is even; otherwise `P` and `E` do nothing. If the number of the next command is less than 0 or beyond the last command, {below}. The machine also stops after {p.most} commands, and when the absolute value of the counter exceeds 1000 after a command. (With an empty program it stops at once.) Find {ask} when the machine stops.",
            f"一台机器有一个计数器，初始为 {p.start}，它处理命令列表 `program`，从第 0 条命令开始。`A n` 把 n 加到计数器上；{double[1]}；`J n` 转到往后第 n 条命令（n 为负则往前），而不是下一条；`P n` 仅当计数器为正时如此；`E n` 仅当计数器为偶数时如此；否则 `P` 和 `E` 不起作用。"
            f"若下一条命令的编号小于 0 或超出最后一条，{zh_below}。执行 {p.most} 条命令之后机器也停止；某条命令之后计数器的绝对值超过 1000 时也停止。（程序为空时立即停止。）求机器停止时{zh_ask}。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "A loop with the position, the counter and the number of commands done; each command gives the change of position.",
            "循环中维护位置、计数器和已执行的命令数；每条命令给出位置的变化。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            ([],),
            (["A 5"],),
            (["A -9", "P 2", "A 1", "A 1"],),
            (["J 0"],),
            (["A 3", "J -1"],),
            (["A 1", "E 2", "J -2", "A 7"],),
            (["D", "A 1", "P -2"],),
            (["J 2", "A 50", "J -5", "A 1"],),
            (["A 2", "P 3", "A 9", "A 9", "D"],),
            (["A 400", "D", "E -2", "A 1"],),
            (["A -1", "D", "P 2", "E -2", "A 3"],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        program = []
        for _ in range(rng.randint(3, 8)):
            jump = rng.choice([-3, -2, -1, 2, 2, 3])
            program.append(
                rng.choice(
                    [f"A {rng.randint(-6, 6)}", f"A {rng.randint(-6, 6)}", "D", f"J {jump}", f"P {jump}", f"E {jump}"]
                )
            )
        return (program,)

    @staticmethod
    def solve(p: P, m: int, program: list[str]) -> int:
        counter = p.start
        place = steps = 0
        while 0 <= place < len(program) and steps < p.most and abs(counter) <= 1000:
            command = program[place]
            number = int(command[2:]) if len(command) > 1 else 0
            steps += 1
            move = 1
            if command[0] == "A":
                counter += number
            elif command[0] == "D":
                counter = counter * 2 if p.double else -counter
                if m == 4:
                    counter += 1
            elif command[0] == "J":
                move = number if m != 1 else number + 1
            elif command[0] == "P":
                if counter > 0 if m != 2 else counter >= 0:
                    move = number
            elif counter % 2 == (0 if m != 3 else 1):
                move = number
            place += move
            if p.below == "wrap":
                place %= len(program)
        return counter if p.what == "value" else steps

    @staticmethod
    def brute(p: P, program: list[str]) -> int:
        def run(place: int, counter: int, steps: int) -> tuple[int, int]:
            if p.below == "wrap" and program:
                place = (place + 1000 * len(program)) % len(program)
            if place not in range(len(program)) or steps == p.most or counter not in range(-1000, 1001):
                return counter, steps
            kind, _, number = program[place].partition(" ")
            if kind == "A":
                return run(place + 1, counter + int(number), steps + 1)
            if kind == "D":
                return run(place + 1, counter + counter if p.double else 0 - counter, steps + 1)
            jumps = {"J": True, "P": counter >= 1, "E": not counter & 1}[kind]
            return run(place + (int(number) if jumps else 1), counter, steps + 1)

        counter, steps = run(0, p.start, 0)
        return counter if p.what == "value" else steps


FAMILIES = (Registers(), Jumps())
