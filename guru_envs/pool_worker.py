"""The program a verifier worker runs: ``python -m guru_envs.pool_worker FD``. Started by ``guru_envs.pool`` only."""

from __future__ import annotations

import os
import sys
import threading
import time
from multiprocessing.connection import Connection

from guru_envs import registry


def _exit_with(parent: int) -> None:
    """End this process when its parent is gone, even while a judgement hangs."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


def main() -> None:
    """Judge responses until the other side closes the connection."""
    threading.Thread(target=_exit_with, args=(os.getppid(),), daemon=True).start()
    connection = Connection(int(sys.argv[1]))
    rows = connection.recv()
    registry.add_rows(rows)
    source = registry.make_source(rows[-1].id)
    connection.send("ready")
    while True:
        try:
            task, show, response = connection.recv()
        except EOFError:
            return
        connection.send(source.judge(task, response, show))


if __name__ == "__main__":
    main()
