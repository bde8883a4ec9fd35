"""A judge behind an endpoint that speaks the OpenAI protocol (vLLM, llama.cpp, SGLang, hosted services)."""

from __future__ import annotations

import hashlib
import http.client
import json
import math
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from guru_envs.errors import InvalidValueError
from guru_envs.judge.rules import UnavailableError

_MAX_REPLY = 4_000_000  # bytes of a reply that are read
_LIKELIEST = 20  # words whose probabilities are asked for; vLLM gives no more without being told to
_LONGEST_WAIT = 30.0  # seconds between two attempts


def _preference(choice: Any) -> str | None:
    """The share of Yes in what Yes and No have together, as text."""
    mass = {"yes": 0.0, "no": 0.0}
    for token, logprob in choice["logprobs"]["top_logprobs"][0].items():
        word = token.strip().lower()
        if word in mass:
            mass[word] += math.exp(logprob)
    total = sum(mass.values())
    return repr(mass["yes"] / total) if 0 < total < math.inf else None


class HttpJudge:
    """Asks ``{url}/completions`` (the raw prompt, as general-verifier was trained) or ``{url}/chat/completions``.

    Args:
        url: for example ``http://localhost:8000/v1``.
        model: the model's name at the endpoint; ``TIGER-Lab/general-verifier`` is the documented choice.
        chat: send the prompt as a chat message; otherwise raw.
        max_tokens: longest reply, in tokens.
        timeout: seconds for one attempt.
        attempts: how often is tried; after a refusal for the request's own fault (4xx but 408 and 429) not again.
        backoff: seconds before the second attempt; doubled for each further one.
        cache: folder in which replies are kept as JSON, one file for each request, or None.
        key: sent as a bearer token; it is not part of the cache.
        sleep: waits; for tests.

    Raises:
        InvalidValueError: the URL is no http(s) URL, or a number is out of range.
    """

    def __init__(
        self,
        url: str,
        model: str = "TIGER-Lab/general-verifier",
        *,
        chat: bool = False,
        max_tokens: int = 2048,
        timeout: float = 60.0,
        attempts: int = 4,
        backoff: float = 0.5,
        cache: str | Path | None = None,
        key: str = "",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if not host or parts.scheme not in ("http", "https") or not host.isprintable() or " " in host:
            raise InvalidValueError(
                f"url {url!r}: an http or https URL is expected, for example http://localhost:8000/v1"
            )
        if attempts < 1 or timeout <= 0 or backoff < 0 or max_tokens < 1:
            raise InvalidValueError("attempts and max_tokens must be 1 or more, timeout above 0, backoff 0 or more")
        self._secure, self._host, self._port = parts.scheme == "https", host, port
        self._path = parts.path.rstrip("/") + ("/chat/completions" if chat else "/completions")
        self._where, self._model, self._chat, self._max_tokens = url, model, chat, max_tokens
        self._timeout, self._attempts, self._backoff = timeout, attempts, backoff
        self._cache, self._key, self._sleep = None if cache is None else Path(cache), key, sleep

    def reply(self, prompt: str) -> str:
        """The reply, from the cache if the same request was answered before.

        Raises:
            UnavailableError: after all attempts, with what the last one met.
        """
        body = {"messages": [{"role": "user", "content": prompt}]} if self._chat else {"prompt": prompt}
        return self._ask({"max_tokens": self._max_tokens, **body}, self._text)

    def preference(self, prompt: str, lead: str) -> float:
        """P(Yes) / (P(Yes) + P(No)) for the word after the raw prompt and ``lead``, among the likeliest words that are told.

        Raises:
            UnavailableError: after all attempts, or neither word is among those.
            InvalidValueError: the judge takes chat messages, whose replies have no given beginning.
        """
        if self._chat:
            raise InvalidValueError("a preference reads the word after a given beginning: chat must be false")
        return float(self._ask({"max_tokens": 1, "logprobs": _LIKELIEST, "prompt": prompt + lead}, _preference))

    def _ask(self, body: Mapping[str, Any], read: Callable[[Any], str | None]) -> str:
        """What is read from the first choice of the reply."""
        body = {"model": self._model, "temperature": 0, "stream": False, **body}
        request = json.dumps(body, sort_keys=True)
        digest = hashlib.sha256(json.dumps([self._where, self._path, request]).encode()).hexdigest()
        kept = self._read_cache(digest)
        if kept is not None:
            return kept
        problem = ""
        for attempt in range(self._attempts):
            if attempt:
                self._sleep(min(self._backoff * 2 ** (attempt - 1), _LONGEST_WAIT))
            text, problem, again = self._once(request, read)
            if text is not None:
                self._write_cache(digest, text)
                return text
            if not again:
                break
        raise UnavailableError(f"{self._where}: {problem}")

    def _once(self, request: str, read: Callable[[Any], str | None]) -> tuple[str | None, str, bool]:
        """``(reply, what went wrong, whether to try again)``."""
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        headers = {"Content-Type": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        deadline = time.monotonic() + self._timeout
        connection = kind(self._host, self._port, timeout=self._timeout)
        try:
            connection.request("POST", self._path, request.encode(), headers)
            response = connection.getresponse()
            data = b""
            while chunk := response.read1(65536):
                data += chunk
                if len(data) > _MAX_REPLY:
                    return None, "the reply is too long", False
                if time.monotonic() > deadline:  # a socket's timeout is for each read only
                    return None, "the reply took too long", True
        except (OSError, http.client.HTTPException, UnicodeError) as error:  # no host has a name that cannot be encoded
            return None, f"{type(error).__name__}: {error}", True
        finally:
            connection.close()
        if response.status != 200:
            again = response.status >= 500 or response.status in (408, 429)
            return None, f"status {response.status}", again
        try:
            text = read(json.loads(data)["choices"][0])
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError):
            text = None
        return text, "" if text is not None else "the reply is not of the OpenAI form", True

    def _text(self, choice: Any) -> str | None:
        text = choice["message"]["content"] if self._chat else choice["text"]
        return text if isinstance(text, str) else None

    def _read_cache(self, digest: str) -> str | None:
        if self._cache is None:
            return None
        try:
            text = json.loads((self._cache / f"{digest}.json").read_text(encoding="utf-8"))["reply"]
        except (OSError, ValueError, KeyError, TypeError):
            return None  # not there, or spoilt: ask again
        return text if isinstance(text, str) else None

    def _write_cache(self, digest: str, text: str) -> None:
        if self._cache is None:
            return
        self._cache.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._cache, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"reply": text}, file)
        os.replace(name, self._cache / f"{digest}.json")  # whole or not at all, also with several processes
