"""Messages between the judge and the player of an assertion test: lines of JSON over their own socket, in turns."""

from __future__ import annotations

import os
from typing import Any

from . import frames
from .protocol import PEER

_LONGEST = 16 * 2**20


class GoneError(Exception):
    """The other side is gone, or does not keep to the protocol."""


class Wire:
    """One end. Messages are lists of plain data; each side decodes strictly, and the judge believes nothing."""

    def __init__(self) -> None:
        self._buffer = b""

    def send(self, message: list[Any], other: frames.Other) -> None:
        """Write a message.

        Raises:
            FrameError: it contains something that ``other`` refuses.
            GoneError: nobody reads it.
        """
        view = memoryview(frames.encode(message, other).encode() + b"\n")
        try:
            while view:
                view = view[os.write(PEER, view) :]
        except OSError as error:
            raise GoneError("the other process is gone") from error

    def receive(self, other: Any) -> list[Any]:
        """Wait for a message and read it.

        Raises:
            GoneError: there is none, it is too long, or it is no message.
        """
        chunks = [self._buffer]
        length = len(self._buffer)
        while b"\n" not in chunks[-1]:
            try:
                chunk = os.read(PEER, 65536)
            except OSError as error:
                raise GoneError("the other process is gone") from error
            length += len(chunk)
            if not chunk or length > _LONGEST:
                raise GoneError("the other process ended")
            chunks.append(chunk)
        line, _, self._buffer = b"".join(chunks).partition(b"\n")
        try:
            message = frames.decode(line, other)
        except frames.FrameError as error:
            raise GoneError(f"the other process sent no message: {error}") from error
        if type(message) is not list or not message:
            raise GoneError("the other process sent no message")
        return message
