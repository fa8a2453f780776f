"""A process gives up what reading a document never needs: for good, and all its code with it.

Three fences, each of which holds without the others: resource limits (setrlimit(2): memory,
processor time, size of files written), a filter of system calls (seccomp(2), Linux on x86-64
and 64-bit ARM), and an audit hook (PEP 578), which also stands where there is no such filter
but which only Python code meets. The filter lists what is allowed: a document's reader computes,
takes memory, reads files (libraries, fonts) and writes to pipes already open. Everything else
fails with EPERM: sockets, writing or changing files, starting or signalling processes.
"""

from __future__ import annotations

import ctypes
import errno
import math
import os
import platform
import resource
import struct
import sys
from typing import Any, Final


def confine(memory: int) -> bool:
    """Give up this process's rights; `memory` in bytes. Whether system calls are filtered."""
    _limit_resources(memory)
    sys.addaudithook(_refuse)
    return _filter_system_calls()


def allow_processor_time(seconds: float) -> None:
    """From now on the process may compute so long; then the system ends it (SIGXCPU)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(used.ru_utime + used.ru_stime + seconds)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def _limit_resources(memory: int) -> None:
    # RLIMIT_DATA, not RLIMIT_AS: libraries reserve address space they never touch.
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


_REFUSED: Final = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.system",
    "os.startfile",
    "os.kill",
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
    "os.chown",
    "os.chflags",
    "os.utime",
    "os.setxattr",
    "os.removexattr",
    "shutil.",
    "tempfile.",
    "ftplib.",
    "http.client",
    "urllib.Request",
    "smtplib.",
)
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        flags = arguments[2]
        refused = isinstance(flags, int) and bool(flags & _WRITING)
    else:
        refused = event.startswith(_REFUSED)
    if refused:
        raise PermissionError(errno.EPERM, f"reading a document may not do this: {event}")


# Names and numbers: asm/unistd_64.h of x86-64, asm-generic/unistd.h of 64-bit ARM.
_ALLOWED: Final = {
    "x86_64": {
        "read": 0,
        "write": 1,
        "close": 3,
        "stat": 4,
        "fstat": 5,
        "lstat": 6,
        "poll": 7,
        "lseek": 8,
        "mmap": 9,
        "mprotect": 10,
        "munmap": 11,
        "brk": 12,
        "rt_sigaction": 13,
        "rt_sigprocmask": 14,
        "rt_sigreturn": 15,
        "pread64": 17,
        "readv": 19,
        "writev": 20,
        "access": 21,
        "sched_yield": 24,
        "mremap": 25,
        "madvise": 28,
        "dup": 32,
        "nanosleep": 35,
        "getpid": 39,
        "exit": 60,
        "uname": 63,
        "fcntl": 72,
        "getcwd": 79,
        "readlink": 89,
        "gettimeofday": 96,
        "getrlimit": 97,
        "getrusage": 98,
        "sysinfo": 99,
        "getuid": 102,
        "getgid": 104,
        "geteuid": 107,
        "getegid": 108,
        "sigaltstack": 131,
        "gettid": 186,
        "futex": 202,
        "sched_getaffinity": 204,
        "getdents64": 217,
        "clock_gettime": 228,
        "clock_getres": 229,
        "clock_nanosleep": 230,
        "exit_group": 231,
        "newfstatat": 262,
        "readlinkat": 267,
        "faccessat": 269,
        "prlimit64": 302,
        "getcpu": 309,
        "getrandom": 318,
        "membarrier": 324,
        "statx": 332,
        "rseq": 334,
        "faccessat2": 439,
    },
    "aarch64": {
        "getcwd": 17,
        "dup": 23,
        "fcntl": 25,
        "faccessat": 48,
        "close": 57,
        "getdents64": 61,
        "lseek": 62,
        "read": 63,
        "write": 64,
        "readv": 65,
        "writev": 66,
        "pread64": 67,
        "ppoll": 73,
        "readlinkat": 78,
        "newfstatat": 79,
        "fstat": 80,
        "exit": 93,
        "exit_group": 94,
        "futex": 98,
        "nanosleep": 101,
        "clock_gettime": 113,
        "clock_getres": 114,
        "clock_nanosleep": 115,
        "sched_getaffinity": 123,
        "sched_yield": 124,
        "sigaltstack": 132,
        "rt_sigaction": 134,
        "rt_sigprocmask": 135,
        "rt_sigreturn": 139,
        "uname": 160,
        "getrlimit": 163,
        "getrusage": 165,
        "getcpu": 168,
        "gettimeofday": 169,
        "getpid": 172,
        "getuid": 174,
        "geteuid": 175,
        "getgid": 176,
        "getegid": 177,
        "gettid": 178,
        "sysinfo": 179,
        "brk": 214,
        "munmap": 215,
        "mremap": 216,
        "mmap": 222,
        "mprotect": 226,
        "madvise": 233,
        "prlimit64": 261,
        "getrandom": 278,
        "membarrier": 283,
        "statx": 291,
        "rseq": 293,
        "faccessat2": 439,
    },
}
_ARCHITECTURE: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_OPENING: Final = {"x86_64": ((2, 1), (257, 2)), "aarch64": ((56, 2),)}
"""Calls that open a file: number, and which argument holds the flags."""

# linux/filter.h and linux/seccomp.h.
_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_KILL, _FAIL, _ALLOW = 0x80000000, 0x00050000 | errno.EPERM, 0x7FFF0000
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2


def filter_program(machine: str) -> bytes:
    """The filter as instructions of the Berkeley packet filter, 8 bytes each."""

    def step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("=HBBI", code, yes, no, value)

    steps = [
        step(_LOAD, _ARCHITECTURE_AT),
        step(_EQUAL, _ARCHITECTURE[machine], yes=1),
        step(_RETURN, _KILL),
        step(_LOAD, _NUMBER_AT),
    ]
    for number in _ALLOWED[machine].values():
        steps += [step(_EQUAL, number, no=1), step(_RETURN, _ALLOW)]
    for number, argument in _OPENING[machine]:
        steps += [
            step(_EQUAL, number, no=4),
            step(_LOAD, _ARGUMENTS_AT + 8 * argument),
            step(_ANY_BIT, _WRITING, no=1),
            step(_RETURN, _FAIL),
            step(_RETURN, _ALLOW),
        ]
    return b"".join((*steps, step(_RETURN, _FAIL)))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


def _filter_system_calls() -> bool:
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _ALLOWED or sys.byteorder != "little":
        return False
    steps = filter_program(machine)
    held = ctypes.create_string_buffer(steps, len(steps))
    program = _Program(len(steps) // 8, ctypes.cast(held, ctypes.c_void_p))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    if prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(prctl(_SET_SECCOMP, _FILTER, ctypes.addressof(program), 0, 0) == 0)
