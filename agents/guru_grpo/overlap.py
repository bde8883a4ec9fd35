"""The batches of a run: sampled when they are needed, or one step ahead while the step before is learnt.

One step ahead means that the responses of step n + 1 are sampled with the weights that step n begins with: exactly one update
older than those that learn from them. The learner takes its ratio to the probabilities that were sampled from, which corrects
for it; a loss without a ratio is refused unless ``learner.mismatch`` corrects. Never more than one batch waits, and it is in the
checkpoint, so a resumed run is the uninterrupted one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from guru_grpo.collect import Batch


class Batches:
    """Gives the batch of each step.

    Args:
        sample: samples and judges the batch of a step with the weights that the engine holds.
        ahead: one step ahead.
        begin: called first in the thread that samples ahead.
    """

    def __init__(
        self, sample: Callable[[int], Batch], ahead: bool = False, begin: Callable[[], None] = lambda: None
    ) -> None:
        self._sample, self._ahead, self._begin = sample, ahead, begin
        self._waiting: tuple[Batch, int] | None = None  # the batch, and how many updates its weights had had
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None

    def take(self, step: int) -> tuple[Batch, int]:
        """The batch of a step, and by how many updates the weights that sampled it are older than those of the step."""
        batch, version = self._waiting or (self._sample(step), step)
        self._waiting = None
        return batch, step - version

    def start(self, step: int, version: int) -> None:
        """Begin to sample the batch of a step, with weights that have had ``version`` updates, where that is asked for."""
        if not self._ahead:
            return

        def work() -> None:
            try:
                self._begin()
                self._waiting = self._sample(step), version
            except BaseException as error:  # raised again in ``wait``
                self._error = error

        self._thread = threading.Thread(target=work, name="samples ahead", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Until the batch that is being sampled is there; what went wrong with it is raised here."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def state_dict(self) -> Any:
        """The batch that waits; None without one."""
        from guru_grpo.wire import pack

        return None if self._waiting is None else pack(list(self._waiting))

    def load_state_dict(self, state: Any) -> None:
        """Go on with a saved state."""
        from guru_grpo.wire import unpack

        self._waiting = None if state is None else tuple(unpack(state))
