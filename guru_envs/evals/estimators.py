"""Estimators for evaluation: unbiased pass@k, and means with 95 % confidence intervals. Pure functions of numbers.

Several samples of one task are not independent, so the task is the unit: an interval computed from all samples as if
each were a task of its own would be too narrow. The interval used here is Wilson's, with the effective number of
independent samples that the spread of the task means shows. It stays honest where a bootstrap or a t interval does not:
sixty tasks that all failed give [0, 0.06], not [0, 0].
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from guru_envs.errors import InvalidValueError

Z95 = 1.959963984540054  # 97.5 % quantile of the normal distribution


def pass_at_k(samples: int, correct: int, k: int) -> float:
    """The probability that at least one of k of the given samples is right, when k are drawn without replacement.

    1 - C(n-c, k) / C(n, k): the unbiased estimator of Chen et al. (arXiv 2107.03374). 1 - (1 - c/n)^k would be too low.

    Raises:
        InvalidValueError: unless 1 <= k <= samples and 0 <= correct <= samples.
    """
    if not 0 <= correct <= samples:
        raise InvalidValueError(f"correct is {correct}: allowed is 0 to {samples} (the number of samples)")
    if not 1 <= k <= samples:
        raise InvalidValueError(f"k is {k}: allowed is 1 to {samples} (the number of samples)")
    if samples - correct < k:
        return 1.0
    miss = 1.0
    for position in range(samples - correct + 1, samples + 1):  # a product, so that large binomials never overflow
        miss *= 1.0 - k / position
    return 1.0 - miss


@dataclass(frozen=True)
class Estimate:
    """A mean with its 95 % confidence interval.

    Attributes:
        mean: the mean over tasks of each task's mean.
        low: lower end of the interval.
        high: upper end of the interval.
        tasks: how many tasks it rests on.
    """

    mean: float
    low: float
    high: float
    tasks: int

    @property
    def width(self) -> float:
        """Upper minus lower end."""
        return self.high - self.low

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def mean_interval(per_task: Sequence[Sequence[float]], low: float = 0.0, high: float = 1.0) -> Estimate:
    """Mean and 95 % interval of a bounded quantity, sampled several times for each of several tasks.

    Wilson's score interval on the range [low, high]. Its sample size is the effective one: the variance of a single
    0-or-1 draw of this mean, divided by the measured variance of the mean over tasks; at least the number of tasks, at
    most the number of samples. For values strictly between the ends the interval is wider than it needs to be.

    Args:
        per_task: for each task the values of its samples; empty tasks are left out.
        low: the smallest value possible.
        high: the largest value possible.

    Raises:
        InvalidValueError: no values at all, a value outside [low, high], or low >= high.
    """
    if not low < high:
        raise InvalidValueError(f"the range [{low}, {high}] is empty")
    tasks = [[(value - low) / (high - low) for value in values] for values in per_task if len(values)]
    if not tasks:
        raise InvalidValueError("there are no values to estimate a mean from")
    if any(not -1e-9 <= value <= 1 + 1e-9 for values in tasks for value in values):
        raise InvalidValueError(f"a value lies outside [{low}, {high}]")
    means = [math.fsum(values) / len(values) for values in tasks]
    count = len(means)
    mean = min(1.0, max(0.0, math.fsum(means) / count))
    size = _effective_size(means, mean, sum(map(len, tasks)))
    centre = (mean + Z95**2 / (2 * size)) / (1 + Z95**2 / size)
    half = Z95 / (1 + Z95**2 / size) * math.sqrt(mean * (1 - mean) / size + Z95**2 / (4 * size**2))
    lower, upper = max(0.0, min(mean, centre - half)), min(1.0, max(mean, centre + half))  # rounding can miss the mean
    return Estimate(low + (high - low) * mean, low + (high - low) * lower, low + (high - low) * upper, count)


def _effective_size(means: Sequence[float], mean: float, samples: int) -> float:
    """How many independent 0-or-1 draws would give the measured variance of the mean."""
    count = len(means)
    if count == 1:
        return 1.0
    spread = math.fsum((value - mean) ** 2 for value in means) / (count - 1) / count
    single = mean * (1 - mean)
    if spread <= 0 or single <= 0:  # all tasks alike: nothing is known of the spread, so count each task once
        return float(count)
    return min(float(samples), max(float(count), single / spread))


def rose(before: Estimate, after: Estimate) -> bool:
    """Whether the mean rose by more than the width of the wider of the two 95 % intervals."""
    return after.mean - before.mean > max(before.width, after.width)


def apart(first: Estimate, second: Estimate) -> bool:
    """Whether two 95 % intervals have no point in common."""
    return first.high < second.low or second.high < first.low


def spread_interval(values: Sequence[float]) -> Estimate | None:
    """Mean and 95 % interval of a quantity without a range of its own, from one value of each task; None for fewer than two.

    Student's interval. That for shares (``mean_interval``) would be far too wide: it has to allow for values at both ends.
    """
    if len(values) < 2:
        return None
    middle, free = fmean(values), len(values) - 1
    reach = student(free) * stdev(values) / math.sqrt(len(values))
    return Estimate(middle, middle - reach, middle + reach, len(values))


def student(free: int) -> float:
    """The 97.5 % quantile of Student's distribution: exact for 1 and 2 degrees of freedom, else by Cornish and Fisher."""
    if free < 3:
        return (12.706204736, 4.302652730)[free - 1]
    z = Z95
    parts: tuple[float, ...] = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + math.fsum(part / free**power for power, part in enumerate(parts, 1))
