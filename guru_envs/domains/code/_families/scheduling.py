"""Jobs and machines."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P


class Scheduler(Family):
    name, theme, level = "round_robin", "simulations", 6
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {
            "slice": rng.randint(2, 5),
            "switch": rng.choice([0, 0, 1, 2]),
            "what": rng.choice(["finish", "order"]),
            "first": rng.choice(["new", "old"]),
        }

    def text(self, p: P) -> tuple[str, str]:
        switch = (
            f" Before a job starts to run, the machine needs {p.switch} unit of time for the change, unless the same job ran directly before."
            if p.switch
            else ""
        )
        zh_switch = (
            f"一个作业开始运行之前，机器需要 {p.switch} 个时间单位进行切换，除非紧接着之前运行的就是同一作业。"
            if p.switch
            else ""
        )
        first = (
            "the jobs that arrived in the meantime (or at this very moment) come before it"
            if p.first == "new"
            else "it comes before jobs that arrive at this very moment, but after those that arrived earlier"
        )
        zh_first = (
            "在此期间（或恰在此刻）到达的作业排在它前面"
            if p.first == "new"
            else "它排在恰在此刻到达的作业之前，但排在更早到达的作业之后"
        )
        ask = (
            "for each job, in the order of the list, the time at which it is finished"
            if p.what == "finish"
            else "the list of the positions of the jobs (from 0) in the order in which they are finished"
        )
        zh_ask = (
            "各作业（按列表次序）完成的时刻的列表"
            if p.what == "finish"
            else "各作业的位置（从 0 计）按完成次序排列的列表"
        )
        return (
            f"Each item of `jobs` is a list `[arrives, needs]`: a job that arrives at this time (times do not decrease from item to item) and needs so many units of running time (at least 1). Jobs wait in a queue, at equal times in the order of the list. The machine takes the first one and "
            f"runs it for {p.slice} units, or less if it is finished earlier; if it is not finished then, it goes to the end of the queue, where {first}. An idle machine waits for the next arrival.{switch} Find {ask}.",
            f"`jobs` 的每一项是列表 `[arrives, needs]`：在该时刻到达（各项的时刻不减）、需要若干单位运行时间（至少 1）的作业。作业在队列中等待，同时到达的按列表次序。机器取队首作业运行 {p.slice} 个单位（若更早完成则更少）；届时若未完成，它回到队尾，其中{zh_first}。"
            f"空闲的机器等待下一个作业到达。{zh_switch}求{zh_ask}。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Keep the clock and the queue; after each slice let in the jobs that arrived, in the right order with the one that ran.",
            "维护时钟和队列；每个时间片后按正确次序让到达的作业和刚运行的作业入队。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        s = p.slice
        return [
            ([],),
            ([[0, 1]],),
            ([[3, s]],),
            ([[0, 2 * s + 1]],),
            ([[0, s], [0, s]],),
            ([[0, s + 1], [s, 1]],),
            ([[0, s + 1], [s - 1, 2], [s, 1]],),
            ([[0, 1], [9, 1]],),
            ([[0, 3 * s], [1, s], [2, 1], [s + p.switch, s + 1]],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        time, jobs = 0, []
        for _ in range(rng.randint(2, 6)):
            time += rng.choice([0, 0, 1, 2, p.slice, 12])
            jobs.append([time, rng.randint(1, 3 * p.slice)])
        return (jobs,)

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.switch and p.what == "finish" else (1, 2, 3)

    @staticmethod
    def solve(p: P, m: int, jobs: list[list[int]]) -> list[int]:
        left = [needs for _, needs in jobs]
        finish = [0] * len(jobs)
        order: list[int] = []
        queue: list[int] = []
        time = arrived = 0
        last = -1
        while len(order) < len(jobs):
            while arrived < len(jobs) and jobs[arrived][0] <= time:
                queue.append(arrived)
                arrived += 1
            if len(queue) == 0:
                time = jobs[arrived][0]
                continue
            job = queue.pop(0) if m != 1 else queue.pop()
            if p.switch > 0 and (job != last or m == 4):
                time += p.switch
            last = job
            run = min(p.slice if m != 2 else p.slice + 1, left[job])
            time += run
            left[job] -= run
            while arrived < len(jobs) and (
                jobs[arrived][0] <= time if p.first == ("new" if m != 3 else "old") else jobs[arrived][0] < time
            ):
                queue.append(arrived)
                arrived += 1
            if left[job] > 0:
                queue.append(job)
            else:
                order.append(job)
                finish[job] = time
        return finish if p.what == "finish" else order

    @staticmethod
    def brute(p: P, jobs: list[list[int]]) -> list[int]:
        # Unit by unit: every waiting job has a key (when it came to the queue, who goes first then, position).
        waiting: list[tuple[int, int, int]] = [
            (arrives, 0 if p.first == "new" else 1, n) for n, (arrives, _) in enumerate(jobs)
        ]
        left = {n: needs for n, (_, needs) in enumerate(jobs)}
        done: dict[int, int] = {}
        time, before = 0, None
        while waiting:
            here = sorted(key for key in waiting if key[0] <= time)
            if not here:
                time += 1
                continue
            key = here[0]
            waiting.remove(key)
            n = key[2]
            if before != n:
                time += p.switch
            before = n
            for _ in range(p.slice):
                if left[n]:
                    left[n] -= 1
                    time += 1
            if left[n]:
                waiting.append((time, 1 if p.first == "new" else 0, n))
            else:
                done[n] = time
        return [done[n] for n in range(len(jobs))] if p.what == "finish" else sorted(done, key=lambda n: done[n])


class Jobs(Family):
    name, theme, level = "best_jobs", "intervals", 7
    mutants = 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return {"pause": rng.randint(0, 3), "fee": rng.choice([0, 1, 2, 3]), "most": rng.choice([2, 3, 9])}

    def text(self, p: P) -> tuple[str, str]:
        pause = (
            f"the next one may start {p.pause} after the end of the one before at the earliest"
            if p.pause
            else "the next one may start when the one before ends"
        )
        zh_pause = (
            f"后一项的开始时刻至少要比前一项的结束时刻晚 {p.pause}" if p.pause else "后一项可以在前一项结束的时刻开始"
        )
        fee = f" For each job done {p.fee} is to be paid." if p.fee else ""
        zh_fee = f"每做一项工作要支付 {p.fee}。" if p.fee else ""
        return (
            "Each item of `jobs` is a list `[start, end, pay]` with start < end. One worker does jobs one after another: "
            f"{pause}. At most {p.most} jobs can be done.{fee} Find the largest total that can be earned (0 if it is best to do nothing).",
            f"`jobs` 的每一项是列表 `[start, end, pay]`，满足 start < end，表示开始、结束时刻与报酬。一名工人依次做其中若干项工作：{zh_pause}。"
            f"至多做 {p.most} 项。{zh_fee}求能赚到的最大总额（若什么都不做最好，则为 0）。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Sort by end; best[i][k] is the most earned with the first i jobs and at most k of them: leave job i out, or add it to the best of those that end in time.",
            "按结束时刻排序；best[i][k] 为前 i 项中至多做 k 项的最大收入：不做第 i 项，或在及时结束的工作的最优值上加上它。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        g = p.pause
        return [
            ([],),
            ([[0, 3, p.fee + 1]],),
            ([[0, 3, p.fee]],),
            ([[0, 3, 5], [3 + g, 6 + g, 5]],),
            ([[0, 3, 5], [2 + g, 6 + g, 7]],),
            ([[20 * k, 20 * k + 2, 4 + k] for k in range(p.most + 1)],),
            ([[0, 30, 12], [0, 2, 5], [8, 10, 5], [16, 18, 5]],),
            ([[5, 6, 1], [0, 1, 9], [10, 11, 9], [20, 21, 9], [30, 31, 2]],),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        jobs = []
        for _ in range(rng.randint(2, 8)):
            start = rng.randint(0, 20)
            jobs.append([start, start + rng.randint(1, 6), rng.randint(1, 9)])
        return (jobs,)

    def live(self, p: P) -> tuple[int, ...]:
        return (1, 2, 3, 4) if p.fee else (1, 2, 3)

    @staticmethod
    def solve(p: P, m: int, jobs: list[list[int]]) -> int:
        jobs = sorted(jobs, key=lambda job: job[1] if m != 1 else -job[2])
        best = [[0] * (p.most + 1)]
        for number, (start, _, pay) in enumerate(jobs):
            line = [0]
            before = 0
            for other in range(number):
                if jobs[other][1] + p.pause <= start if m != 2 else jobs[other][1] + p.pause < start:
                    before = other + 1
            for count in range(1, p.most + 1):
                worth = pay - p.fee if m != 4 else pay
                line.append(max(best[number][count], best[before][count - 1 if m != 3 else count] + worth))
            best.append(line)
        return best[-1][p.most]

    @staticmethod
    def brute(p: P, jobs: list[list[int]]) -> int:
        from itertools import combinations

        best = 0
        for size in range(1, min(p.most, len(jobs)) + 1):
            for chosen in combinations(jobs, size):
                order = sorted(chosen)
                if all(one[1] + p.pause <= two[0] for one, two in zip(order, order[1:], strict=False)):
                    best = max(best, sum(job[2] - p.fee for job in chosen))
        return best


FAMILIES = (
    Scheduler(),
    Jobs(),
)
