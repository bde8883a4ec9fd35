"""The peers' side of the conversation with ``peers.Peer``. Standard library only: it runs in other environments."""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any


def rate(work: Callable[[], int], seconds: float) -> float:
    """As ``measuring.rate``."""
    gc.collect()
    done, start = 0, time.process_time()
    while (spent := time.process_time() - start) < seconds or not done:
        done += work()
    return done / spent


def answer_all(answer: Callable[[dict[str, Any]], Any]) -> None:
    """Answer each question on standard input. What libraries print goes to standard error."""
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        replies.write(json.dumps(answer(json.loads(line))) + "\n")
        replies.flush()
