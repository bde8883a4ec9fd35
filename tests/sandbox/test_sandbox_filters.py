"""The seccomp programs, executed by a small interpreter of their own instructions, for both architectures."""

from __future__ import annotations

import errno
import re
import struct
from pathlib import Path

import pytest

from guru_envs.sandbox import seccomp, syscalls

ALLOW = 0x7FFF0000
PID = 4321
GROUPS = ("_ALLOWED", "_SUPERVISOR", "_CONDITIONAL", "_FILES", "_DENIED")


@pytest.fixture(params=["x86_64", "aarch64"])
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    column = syscalls.ARCHITECTURES[request.param][1]
    merged: dict[str, int] = {}
    for name in GROUPS:
        table = syscalls._table(getattr(syscalls, name), column)
        merged |= table
        monkeypatch.setattr(seccomp, name.strip("_"), table)
    monkeypatch.setattr(seccomp, "NUMBERS", merged)
    monkeypatch.setattr(seccomp, "architecture", lambda: syscalls.ARCHITECTURES[request.param])
    return str(request.param)


def run(code: bytes, machine: str, number: int, *arguments: int, arch: int | None = None) -> int | str:
    """What a filter says: "allow" or the number of an error."""
    data = struct.pack("=iIQ", number, arch or syscalls.ARCHITECTURES[machine][0], 0)
    data += struct.pack("=6Q", *[value % 2**64 for value in arguments], *[0] * (6 - len(arguments)))
    instructions = [struct.unpack_from("=HBBI", code, place) for place in range(0, len(code), 8)]
    place, accumulator = 0, 0
    while True:
        operation, if_true, if_false, constant = instructions[place]
        place += 1
        if operation == 0x20:
            accumulator = struct.unpack_from("=I", data, constant)[0]
        elif operation == 0x54:
            accumulator &= constant
        elif operation in (0x15, 0x35, 0x45):
            true = {0x15: accumulator == constant, 0x35: accumulator >= constant, 0x45: bool(accumulator & constant)}[
                operation
            ]
            place += if_true if true else if_false
        else:
            assert operation == 0x06
            return "allow" if constant == ALLOW else constant & 0xFFFF


def program_filter() -> bytes:
    return seccomp.program_filter().replace(struct.pack("=I", seccomp._OWN_PID), struct.pack("=I", PID))


def both(machine: str, name: str, *arguments: int) -> int | str:
    """What a program is told: the stricter of the two filters."""
    number = seccomp.NUMBERS[name]
    first = run(seccomp.zygote_filter(may_open=True, may_write=True), machine, number, *arguments)
    return first if first != "allow" else run(program_filter(), machine, number, *arguments)


def test_no_call_is_in_two_groups(machine: str) -> None:
    tables = [syscalls._table(getattr(syscalls, name), syscalls.ARCHITECTURES[machine][1]) for name in GROUPS]
    names = [name for table in tables for name in table]
    numbers = [number for table in tables for number in table.values()]
    assert len(names) == len(set(names))
    assert len(numbers) == len(set(numbers))


HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
# By hand from the kernel's tables, for machines without its headers.
BY_HAND = {
    "x86_64": "read 0 write 1 mmap 9 clone 56 execve 59 ptrace 101 openat 257 seccomp 317 bpf 321 unlinkat 263 prlimit64 302",
    "aarch64": "read 63 write 64 mmap 222 clone 220 execve 221 ptrace 117 openat 56 seccomp 277 bpf 280 unlinkat 35 prlimit64 261",
}


def test_numbers_are_those_of_the_kernel(machine: str) -> None:
    words = BY_HAND[machine].split()
    known = dict(zip(words[::2], map(int, words[1::2]), strict=True))
    if HEADERS[machine].exists():
        found = re.findall(r"^#define __NR(?:3264)?_(\w+)\s+(\d+)\s*$", HEADERS[machine].read_text(), re.MULTILINE)
        known |= {name: int(number) for name, number in found}
        known.setdefault("newfstatat", known.get("fstatat", -1))
        assert {name for name in seccomp.NUMBERS if name not in known} == set()
    assert {name: number for name, number in seccomp.NUMBERS.items() if known.get(name, number) != number} == {}


def test_architecture_words() -> None:
    """ELF machine, 64 bits, little-endian, as in linux/audit.h."""
    assert {name: word for name, (word, _) in syscalls.ARCHITECTURES.items()} == {
        "x86_64": 62 | 0x80000000 | 0x40000000,
        "aarch64": 183 | 0x80000000 | 0x40000000,
    }


HARMLESS = "read write close mmap munmap brk futex exit_group getrandom lseek rt_sigaction openat clock_gettime"
DANGEROUS = """execve execveat socket connect bind ptrace process_vm_readv mount unshare setns bpf io_uring_setup memfd_create shmget
keyctl userfaultfd perf_event_open
fchmodat linkat symlinkat mknodat fchownat utimensat seccomp recvmsg sendmsg pidfd_open pidfd_send_signal tkill
rt_sigqueueinfo setuid setsid"""


def test_harmless_calls(machine: str) -> None:
    assert {name: both(machine, name) for name in HARMLESS.split()} == dict.fromkeys(HARMLESS.split(), "allow")


def test_dangerous_calls(machine: str) -> None:
    assert {name: both(machine, name) for name in DANGEROUS.split()} == dict.fromkeys(DANGEROUS.split(), errno.EPERM)


def test_calls_that_nobody_knows_do_not_exist(machine: str) -> None:
    for number in (435, 437, 451, 480, 999, 2**31 - 1, 0x40000000 | 41):
        assert run(seccomp.zygote_filter(may_open=True, may_write=True), machine, number) == errno.ENOSYS


def test_another_architecture_is_refused(machine: str) -> None:
    for code in (seccomp.zygote_filter(may_open=True, may_write=True), program_filter()):
        assert run(code, machine, 0, arch=0x40000003) == errno.EPERM


def test_processes_and_threads(machine: str) -> None:
    assert both(machine, "clone", 17) == errno.EPERM  # fork
    assert both(machine, "clone", 0x3D0F00) == "allow"  # what pthread_create asks for
    assert both(machine, "clone", 0x10000000 | 17) == errno.EPERM
    assert both(machine, "clone", 0x3D0F00 | 0x20000000) == errno.EPERM


def test_signals_go_to_oneself_only(machine: str) -> None:
    for name in ("kill", "tgkill"):
        assert both(machine, name, PID, 9) == "allow"
        for other in (PID + 1, 0, 1, -1, -PID, 2):
            assert both(machine, name, other, 9) == errno.EPERM


def test_limits_of_oneself(machine: str) -> None:
    for pid in (0, PID):
        assert both(machine, "prlimit64", pid, 9, 0x1000, 0x1000) == "allow"
    for pid in (1, PID + 1, -1):
        assert both(machine, "prlimit64", pid, 9, 0, 0x1000) == errno.EPERM


def test_pairs_of_sockets(machine: str) -> None:
    assert both(machine, "socketpair", 1, 1 | 0o2000000) == "allow"
    assert both(machine, "socketpair", 1, 2) == errno.EPERM
    assert both(machine, "socketpair", 2, 1) == errno.EPERM
    assert both(machine, "sendto", 3, 0x1000, 5, 0, 0) == "allow"
    assert both(machine, "sendto", 3, 0x1000, 5, 0, 0x1000) == errno.EPERM
    assert both(machine, "sendto", 3, 0x1000, 5, 0, 0x7F00_0000_0000) == errno.EPERM


def test_descriptor_commands(machine: str) -> None:
    assert both(machine, "fcntl", 0, 1) == "allow"
    assert both(machine, "fcntl", 0, 8) == errno.EPERM
    assert both(machine, "ioctl", 0, 0x5421) == "allow"
    assert both(machine, "ioctl", 0, 0x5412) == errno.EPERM
    assert both(machine, "prctl", 15) == "allow"
    for option in (1, 4, 22, 38):
        assert both(machine, "prctl", option) == errno.EPERM


def test_closed_level_opens_nothing(machine: str) -> None:
    code = seccomp.zygote_filter(may_open=False, may_write=False)
    assert run(code, machine, seccomp.NUMBERS["openat"]) == errno.EACCES
    for name in ("mkdirat", "unlinkat", "renameat2"):
        assert run(code, machine, seccomp.NUMBERS[name]) == errno.EPERM


def test_files_of_its_own(machine: str) -> None:
    assert {name: both(machine, name) for name in ("mkdirat", "unlinkat", "renameat2")} == dict.fromkeys(
        ("mkdirat", "unlinkat", "renameat2"), "allow"
    )


def test_the_zygote_can_do_its_work(machine: str) -> None:
    code = seccomp.zygote_filter(may_open=True, may_write=True)
    for name in ("seccomp", "recvmsg", "sendmsg", "pidfd_open", "wait4", "kill", "prlimit64"):
        assert run(code, machine, seccomp.NUMBERS[name], 99) == "allow"
    assert run(code, machine, seccomp.NUMBERS["clone"], 17) == "allow"
