"""Answers to one question compared in pairs: a bounded number of comparisons, the same for the same answers.

Each pair is asked about in both orders. An answer that is preferred in both wins, and where the two replies contradict each other
both win one half, so a judge that always prefers the first (or the second) answer tells nothing apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from guru_envs.judge.prompting import COMPARE, ask, read_choice


def schedule(count: int, rounds: int) -> list[tuple[int, int]]:
    """Pairs of different numbers below ``count``: in round d each is paired with the d-th after it, around a circle.

    So each stands in 2 x ``rounds`` pairs, or in one with every other number when there are no more; in all there are at most
    ``rounds`` x ``count`` pairs, and none twice.
    """
    pairs: dict[tuple[int, int], None] = {}
    for offset in range(1, min(rounds, count // 2) + 1):
        for one in range(count):
            other = (one + offset) % count
            pairs[min(one, other), max(one, other)] = None
    return list(pairs)


def win_rates(
    reply: Callable[[str], str | None],
    question: str,
    reference: str,
    answers: Sequence[str],
    rounds: int,
    beaten: bool = False,
) -> list[float | None]:
    """For each answer the share of its comparisons that it wins; None when it has some, and none could be read.

    A comparison counts when both of its replies can be read. One answer alone is neither better nor worse than the others: 1/2.

    Args:
        reply: asks the judge; None when it gives no reply.
        question: what was asked.
        reference: the right answer, which the others are compared by.
        answers: all different, none of them right.
        rounds: see ``schedule``.
        beaten: another answer is right: one more comparison, which each of these loses.
    """
    won, counted, wanted = [0.0] * len(answers), [0] * len(answers), [0] * len(answers)
    for pair in schedule(len(answers), rounds):
        choices = []
        for first, second in (pair, pair[::-1]):
            text = reply(ask(COMPARE, question, reference, answers[first], answers[second]))
            choice = None if text is None else read_choice(text)
            choices.append(None if choice is None else (first, second)[choice])
        for one in pair:
            wanted[one] += 1
            if None not in choices:
                counted[one] += 1
                won[one] += choices.count(one) / 2
    found: list[float | None] = []
    for win, count, want in zip(won, counted, wanted, strict=True):
        if want and not count:
            found.append(None)
        elif beaten:
            found.append(win / (count + 1))
        else:
            found.append(win / count if count else 0.5)
    return found
