"""Divisors and prime factors."""

from __future__ import annotations

import random
from typing import Any

from guru_envs.domains.code._families.family import Family, P, pick


class DivisorClass(Family):
    name, theme, level = "divisors_in_class", "numbers", 3

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        modulus = rng.randint(2, 6)
        return {
            "modulus": modulus,
            "rest": rng.randrange(modulus),
            "proper": rng.random() < 0.5,
            "what": rng.choice(["count", "sum"]),
        }

    def text(self, p: P) -> tuple[str, str]:
        en = "Count" if p.what == "count" else "Find the sum of"
        zh = "的个数" if p.what == "count" else "之和"
        return (
            f"Given a positive integer `number`, look at its positive divisors{' other than itself' if p.proper else ', itself included'}. "
            f"{en} those that leave the remainder {p.rest} when divided by {p.modulus}.",
            f"给定正整数 `number`，考察它的正约数（{'不含' if p.proper else '包含'}它自身）。求其中除以 {p.modulus} 余 {p.rest} 的约数{zh}。",
        )

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Divisors come in pairs; try the smaller one of each pair up to the square root, and count a square root once.",
            "约数成对出现：枚举不超过平方根的较小者，平方根只算一次。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [
            (1,),
            (2,),
            (p.modulus,),
            (36,),
            (49,),
            (97,),
            (144,),
            (p.modulus * p.modulus,),
            (360,),
            (900,),
            (1225,),
        ]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        root = rng.randint(2, 24)
        return (rng.choice([rng.randint(1, 600), root * root, root * rng.randint(2, 30)]),)

    @staticmethod
    def solve(p: P, m: int, number: int) -> int:
        result = 0
        small = 1
        while small * small <= number if m != 1 else small * small < number:
            if number % small == 0:
                pair = [small, number // small]
                if pair[0] == pair[1] and m != 2:
                    pair.pop()
                for divisor in pair:
                    if divisor % p.modulus == p.rest and (not p.proper or m == 3 or divisor != number):
                        result += 1 if p.what == "count" else divisor
            small += 1
        if m == 3 and not p.proper and number % p.modulus == p.rest:
            result -= 1 if p.what == "count" else number
        return result

    @staticmethod
    def brute(p: P, number: int) -> int:
        found = [d for d in range(1, number + 1 - p.proper) if number % d == 0 and d % p.modulus == p.rest]
        return len(found) if p.what == "count" else sum(found)


class FactorWeight(Family):
    name, theme, level = "prime_weight", "numbers", 4

    def parameters(self, rng: random.Random) -> dict[str, Any]:
        return pick(
            rng, least=[1, 2, 2, 3], rule=["sum", "product", "largest", "count"], odd=[True, False], below=[0, 0, 6, 8]
        )

    def text(self, p: P) -> tuple[str, str]:
        which = f"that divide `number` at least {p.least} times" if p.least > 1 else "that divide `number`"
        zh_which = f"在 `number` 的质因数分解中指数不小于 {p.least} 的" if p.least > 1 else "整除 `number` 的"
        below = f"less than {p.below} " if p.below else ""
        zh_which = zh_which + (f"小于 {p.below} 的" if p.below else "")
        if p.odd:
            which = "odd primes " + below + which
            zh_which += "奇质数"
        else:
            which = "primes " + below + which
            zh_which += "质数"
        en = {
            "sum": f"the sum of the {which}, each counted once. Without such primes it is 0",
            "product": f"the product of the {which}, each counted once. Without such primes it is 1",
            "count": f"the number of the {which}",
            "largest": f"the largest of the {which}. Without such primes it is -1",
        }[p.rule]
        zh = {
            "sum": f"{zh_which}之和（每个质数只计一次）。没有这样的质数时结果为 0",
            "product": f"{zh_which}之积（每个质数只计一次）。没有这样的质数时结果为 1",
            "count": f"{zh_which}的个数",
            "largest": f"{zh_which}中最大的一个。没有这样的质数时结果为 -1",
        }[p.rule]
        return (f"Given an integer `number` of at least 1, find {en}.", f"给定不小于 1 的整数 `number`，求{zh}。")

    def idea(self, p: P) -> tuple[str, str]:
        return (
            "Divide out each prime up to the square root and count how often it divides; what is left above 1 is a prime.",
            "逐个除尽不超过平方根的质因数并记录次数；最后剩下的大于 1 的数也是质数。",
        )

    def edges(self, p: P) -> list[tuple[Any, ...]]:
        return [(1,), (2,), (3,), (8,), (9,), (27,), (97,), (2**6,), (3**4 * 5,), (4 * 27 * 25,), (343 * 8,), (121,)]

    def inputs(self, rng: random.Random, p: P) -> tuple[Any, ...]:
        number = 1
        for _ in range(rng.randint(1, 5)):
            number *= rng.choice([2, 2, 3, 3, 3, 5, 5, 7, 11])
        return (number,)

    @staticmethod
    def solve(p: P, m: int, number: int) -> int:
        primes = []
        factor = 2
        while factor * factor <= number:
            times = 0
            while number % factor == 0:
                number //= factor
                times += 1
            if times >= p.least if m != 1 else times == p.least:
                primes.append(factor)
            factor += 1 if m != 2 else 2
        if p.least == 1 and number > 1:
            primes.append(number)
        if p.odd:
            primes = [prime for prime in primes if prime % 2 == 1]
        if p.below > 0:
            primes = [prime for prime in primes if prime < p.below]
        if m == 3:
            primes = primes[:-1]
        if p.rule == "count":
            return len(primes)
        if p.rule == "sum":
            return sum(primes)
        if p.rule == "product":
            product = 1
            for prime in primes:
                product *= prime
            return product
        return max(primes, default=-1)

    @staticmethod
    def brute(p: P, number: int) -> int:
        found = []
        for prime in range(2 + p.odd, min(number + 1, p.below or number + 1)):
            if number % prime**p.least == 0 and all(prime % small for small in range(2, int(prime**0.5) + 1)):
                found.append(prime)
        if p.rule in ("sum", "count"):
            return sum(found) if p.rule == "sum" else len(found)
        if p.rule == "largest":
            return found[-1] if found else -1
        result = 1
        for prime in found:
            result *= prime
        return result


FAMILIES = (
    DivisorClass(),
    FactorWeight(),
)
