"""Judging the responses of running episodes: as answers, as single facts (mode ``steps``), or with a review of their facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from guru_envs.errors import InvalidValueError
from guru_envs.reward import NOT_REVIEWED, Review
from guru_envs.source import Posed
from guru_envs.task import Outcome, Verdict

if TYPE_CHECKING:
    from guru_envs.deduction import StepsEpisode
    from guru_envs.episode import Play


class Judged(NamedTuple):
    """The judgement of some responses.

    Attributes:
        verdicts: one for each.
        earned: in mode ``steps`` the reward of each, whether or not its episode ends; None otherwise.
        reviews: what the stated facts are worth, where the reward rule prices them; None otherwise.
    """

    verdicts: list[Verdict]
    earned: list[float] | None = None
    reviews: list[Review] | None = None


class Judging:
    """Judges responses for the episodes of an environment, which it knows by their number."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self._episodes: dict[int, StepsEpisode] = {}

    def forget(self, which: Iterable[int]) -> None:
        """These episodes are over."""
        if self._episodes:
            for index in which:
                if index in self._episodes:
                    self._episodes.pop(index).close()

    def facts(self, index: int) -> list[str]:
        """The facts that an episode of mode ``steps`` has established, for saving."""
        return list(self._episodes[index].facts) if index in self._episodes else []

    def restore(self, index: int, posed: Posed, facts: Sequence[str]) -> None:
        """Go on with a saved episode."""
        self.forget([index])
        if facts:
            self._episode(index, posed, facts)

    def _episode(self, index: int, posed: Posed, facts: Sequence[str] = ()) -> StepsEpisode:
        from guru_envs.deduction import StepsEpisode  # with a SAT solver, which most uses do not need

        if index not in self._episodes:
            self._episodes[index] = StepsEpisode(self._play.source, posed, facts)
        return self._episodes[index]

    def judge(self, which: Sequence[int], posed: Sequence[Posed], responses: Sequence[str]) -> Judged:
        """Judge one response for each of the episodes ``which``."""
        play = self._play
        if play.source.show.mode == "steps":
            triples = zip(which, posed, responses, strict=True)
            turns = play.max_turns if play.fair else None
            pairs = [self._episode(index, one).respond(text, play.rule, turns) for index, one, text in triples]
            return Judged([verdict for verdict, _ in pairs], [earned for _, earned in pairs])
        verdicts = play.judge(posed, responses)
        if not play.rule.prices_steps:
            return Judged(verdicts)
        return Judged(verdicts, None, [self._review(*each) for each in zip(posed, responses, verdicts, strict=True)])

    def _review(self, posed: Posed, response: str, verdict: Verdict) -> Review:
        from guru_envs.review import review

        return NOT_REVIEWED if verdict.outcome is Outcome.FAULT else review(self._play.source, posed, response)

    def oracle(self, index: int, posed: Posed) -> str:
        """A response that earns the most: a whole solution, or in mode ``steps`` the next fact."""
        if posed.show.mode == "steps":
            return self._episode(index, posed).oracle()
        return self._play.source.demonstrate(posed.task, posed.show)


def check_mode(play: Play, posed: Posed) -> Posed:
    """Refuse a task whose address asks for another mode than the environment has.

    Raises:
        InvalidValueError: naming both.
    """
    mode: Any = play.source.show.mode
    if posed.show.mode != mode:
        raise InvalidValueError(
            f"task id {posed.task_id!r} asks for mode {posed.show.mode!r}, but this environment has mode {mode!r}: "
            f"make it with mode={posed.show.mode!r}"
        )
    return posed
