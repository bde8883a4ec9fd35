"""The learner and the engine of every rank, called from rank 0 as if they were one.

Rank 0 draws tasks, judges, writes and decides; each of its calls to the learner or the engine is announced to the others, which make
the same call. So the loop reads the same for one process and for a hundred. Announcements are JSON and tensors.

The engine and the learner have an announcer each, so that one can generate while the other learns (``train.overlap``).
"""

from __future__ import annotations

import inspect
import operator
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from guru_grpo.engine import Completion, Engine, Sampling
from guru_grpo.ranks import Ranks, join_ranks, leave_ranks
from guru_grpo.settings import LearnerSettings
from guru_grpo.wire import broadcast, receive, send

if TYPE_CHECKING:
    import torch

    from guru_grpo.learner import Learner

_END = "end"
_MINE = frozenset({"load_state_dict"})  # calls whose arguments stay on rank 0
_REFERENCE = "__part__"


class Crew:
    """What a rank has: the policy, the engine, and the learner of the moment.

    Args:
        model: a causal language model, or the policy made of it.
        engine: this rank's.
        ranks: the processes of the run.
    """

    def __init__(self, model: Any, engine: Engine, ranks: Ranks) -> None:
        self.model, self.engine, self.ranks = model, engine, ranks
        self.learner: Learner | None = None
        self._groups = {part: ranks.group() for part in ("learner", "engine")}

    def new_learner(self, settings: LearnerSettings, longest: int) -> None:
        """Make a learner that goes on with the weights of the one before it."""
        from guru_grpo.learner import Learner

        self.learner = None  # its optimiser's state would take room beside the new one's
        self.learner = Learner(self.model, settings, longest, self.ranks)
        self.model = self.learner.policy

    def lead(self, part: str) -> Any:
        """The learner or the engine as rank 0 calls it: of all ranks together."""
        return getattr(self, part) if self.ranks.size == 1 else _Together(self, part, self._groups[part])

    def make_learner(self, settings: LearnerSettings, longest: int = 1) -> Any:
        """Make a learner on all ranks; called on rank 0."""
        if self.ranks.size > 1:
            broadcast(["new_learner", [settings, longest]], self._groups["learner"])
        self.new_learner(settings, longest)
        return self.lead("learner")

    def follow(self) -> None:
        """Make the calls that rank 0 announces, until it ends."""
        thread = threading.Thread(target=self._serve, args=("engine",), daemon=True)
        thread.start()
        self._serve("learner")
        thread.join()

    def _serve(self, part: str) -> None:
        self.ranks.bind()
        while True:
            path, arguments = broadcast(None, self._groups[part])
            if path == _END:
                return
            found = [getattr(self, one[_REFERENCE]) if _refers(one) else one for one in arguments]
            operator.attrgetter(path)(self)(*found)

    def dismiss(self) -> None:
        """End ``follow`` on all other ranks; called on rank 0."""
        if self.ranks.size > 1 and self.ranks.leads:
            for group in self._groups.values():
                broadcast([_END, []], group)
            leave_ranks()


def follow(make: Callable[[], Crew]) -> None:
    """What a rank but 0 does: when rank 0 begins, make its part of the crew and follow.

    Args:
        make: loads the model and starts the engine; rank 0 does the same at that time.
    """
    if broadcast(None, join_ranks().announcements):
        make().follow()
    leave_ranks()


def call_up(begin: bool = True) -> None:
    """Tell the other ranks to make their part of the crew, or that there is nothing to do; called on rank 0."""
    ranks = join_ranks()
    if ranks.size > 1:
        broadcast(begin, ranks.announcements)
        if not begin:
            leave_ranks()


def _refers(value: Any) -> bool:
    return isinstance(value, dict) and _REFERENCE in value


class _Together:
    """A part of the crew on rank 0: its methods are called on all ranks."""

    def __init__(self, crew: Crew, part: str, group: Any) -> None:
        self._crew, self._part, self._group = crew, part, group

    def __getattr__(self, name: str) -> Any:
        target = getattr(self._crew, self._part)
        found = getattr(target, name)
        if not inspect.ismethod(found):
            return found

        def call(*arguments: Any) -> Any:
            said = [{_REFERENCE: one._part} if isinstance(one, _Together) else one for one in arguments]
            if name in _MINE:
                said = [None] * len(said)
            broadcast([f"{self._part}.{name}", said], self._group)
            mine = [getattr(self._crew, one._part) if isinstance(one, _Together) else one for one in arguments]
            return found(*mine)

        return call


class SharedEngine:
    """The engines of all ranks as one: each generates for its share of the prompts.

    Args:
        engine: this rank's; with tensor parallelism ``span`` neighbouring ranks hold one engine together.
        ranks: the processes of the run.
        span: ranks of one engine.
    """

    def __init__(self, engine: Engine, ranks: Ranks, span: int = 1) -> None:
        self._engine, self._ranks, self._span, self._group = engine, ranks, span, ranks.group()
        self._busy = threading.Lock()  # a rank's calls to the learner and to the engine come from two threads

    def load(self, weights: Iterable[tuple[str, torch.Tensor]]) -> None:
        """Take new weights; ends when all ranks have them, so that none is asked to generate before."""
        with self._busy:
            self._engine.load(weights)
        self._ranks.meet()

    def generate(self, prompts: Sequence[Sequence[int]], sampling: Sampling) -> list[list[Completion]]:
        """``sampling.n`` completions of each prompt, on rank 0; on the others those of their own share."""
        engines = self._ranks.size // self._span
        bounds = [len(prompts) * part // engines for part in range(engines + 1)]
        own = self._ranks.rank // self._span
        share = prompts[bounds[own] : bounds[own + 1]]
        with self._busy:
            found = self._engine.generate(share, sampling.of_share(bounds[own])) if share else []
        if self._ranks.leads:
            for first in range(self._span, self._ranks.size, self._span):
                found = found + receive(first, self._group)
        elif self._ranks.rank % self._span == 0:
            send(found, 0, self._group)
        return found
