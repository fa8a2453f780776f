"""P11: children that read documents are limited, reused, replaced, and safe from many threads."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from made_documents import pdf, show

from crawlers.extract import sandbox as sandbox_module
from crawlers.extract.confinement import filter_program
from crawlers.extract.document import Document, Refusal
from crawlers.extract.files import extraction, read_files
from crawlers.extract.limits import MEMORY, RETIRED_AT
from crawlers.extract.protocol import LENGTHS, Reply, framed
from crawlers.extract.sandbox import Item, Sandbox, SandboxError

ROOT = Path(__file__).resolve().parents[1]


def hello(number: int = 0) -> bytes:
    return pdf([show(f"Hello from page number {number}", 72, 100)])


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as made:
        yield made


def children_of_this_process() -> set[int]:
    listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return {int(pid) for pid in listed}


def confined(code: str) -> str:
    """What a process that has given up its rights says to an attempt."""
    script = (
        "import ctypes, errno, os, socket, subprocess, sys, tempfile\n"
        "from crawlers.extract.confinement import confine\n"
        f"filtered = confine({MEMORY})\n"
        "try:\n"
        f"    {code}\n"
        "    print('done')\n"
        "except BaseException as error:\n"
        "    print(type(error).__name__)\n"
        "if not filtered: print('unfiltered')\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return ran.stdout.split("\n")[0]


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.socket()",
        "socket.create_connection(('127.0.0.1', 9))",
        "open('written-by-a-child.txt', 'w')",
        "open('/dev/null', 'wb')",
        "os.open('written-by-a-child.txt', os.O_CREAT | os.O_RDWR)",
        "os.remove('pyproject.toml')",
        "os.rename('pyproject.toml', 'x')",
        "os.mkdir('made-by-a-child')",
        "os.symlink('a', 'b')",
        "os.chmod('pyproject.toml', 0)",
        "os.truncate('pyproject.toml', 0)",
        "tempfile.TemporaryFile()",
        "subprocess.run(['true'])",
        "os.system('true') and sys.exit()",
        "os.fork()",
        "os.execv('/bin/true', ['true'])",
        "os.kill(os.getppid(), 0)",
        "bytearray(600 << 20)",
    ],
)
def test_p11_a_child_may_not(attempt: str) -> None:
    assert confined(attempt) in ("PermissionError", "FileNotFoundError", "MemoryError", "OSError")
    assert (ROOT / "pyproject.toml").stat().st_size > 0
    assert not list(ROOT.glob("*-by-a-child*"))


@pytest.mark.skipif(sys.platform != "linux", reason="system calls are filtered on Linux")
@pytest.mark.parametrize(
    "call",
    [
        "socket(2, 1, 0)",
        "creat(b'written-by-a-child.txt', 0o600)",
        "open(b'written-by-a-child.txt', 0o101, 0o600)",
        "fork()",
        "vfork()",
        "execv(b'/bin/true', 0)",
        "kill(os.getppid(), 9)",
        "unlink(b'pyproject.toml')",
        "ptrace(16, 1, 0, 0)",
    ],
)
def test_p11_the_kernel_holds_the_code_of_libraries_too(call: str) -> None:
    # Straight to the C library: no audit hook sees it.
    attempt = (
        f"libc = ctypes.CDLL(None, use_errno=True); got = libc.{call}; "
        "print('EPERM' if got == -1 and ctypes.get_errno() == errno.EPERM else got)"
    )
    assert confined(attempt) == "EPERM"
    assert (ROOT / "pyproject.toml").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="memory of data is limited on Linux")
def test_p11_the_memory_of_libraries_is_limited_too() -> None:
    attempt = (
        "malloc = ctypes.CDLL(None).malloc; malloc.restype = ctypes.c_void_p; "
        "malloc.argtypes = [ctypes.c_size_t]; print(malloc(1 << 30))"
    )
    assert confined(attempt) == "None"


def test_p11_a_child_may_read_files_and_compute() -> None:
    assert confined("len(open('pyproject.toml').read()) and sum(range(999))") == "done"


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_p11_the_filter_fails_what_it_does_not_name(machine: str) -> None:
    program = filter_program(machine)
    assert len(program) % 8 == 0
    steps = [program[i : i + 8] for i in range(0, len(program), 8)]
    assert len(steps) < 4096
    # The last step is reached by every call that no step before has named: EPERM.
    assert steps[-1] == b"\x06\x00\x00\x00\x01\x00\x05\x00"


def test_p11_a_child_has_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYRIGHTS_TEST_SECRET", "confidential")
    with Sandbox(1) as own:
        own.read(Item(hello()))
        (pid,) = children_of_this_process() & {
            child for child in children_of_this_process() if b"extract.child" in _command(child)
        } - _others(own)
        assert b"confidential" not in Path(f"/proc/{pid}/environ").read_bytes()


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def _others(own: Sandbox) -> set[int]:
    mine = {child._process.pid for child in own._idle}
    return children_of_this_process() - mine


def test_a_child_is_reused_for_many_documents() -> None:
    with Sandbox(1) as own:
        for number in range(20):
            assert own.read(Item(hello(number))).text == f"Hello from page number {number}"
        (first,) = own._idle
        own.read(Item(hello()))
        assert own._idle == [first]


def test_what_the_parent_holds_is_not_counted_against_a_child() -> None:
    held = b"1" * (RETIRED_AT + (16 << 20))
    with Sandbox(1) as own:
        own.read(Item(hello()))
        (first,) = own._idle
        own.read(Item(hello()))
        assert own._idle == [first]
    assert held


def test_p11_a_child_that_was_killed_is_replaced() -> None:
    with Sandbox(1) as own:
        own.read(Item(hello()))
        (first,) = own._idle
        os.kill(first._process.pid, signal.SIGKILL)
        first._process.wait()
        assert own.read(Item(hello(2))).text == "Hello from page number 2"
        assert own._idle != [first]


def test_a_service_that_is_stopped_spoils_no_document_that_is_being_read() -> None:
    with Sandbox(1) as own:
        own.read(Item(hello()))
        (first,) = own._idle
        os.kill(first._process.pid, signal.SIGTERM)
        assert own.read(Item(hello(2))).text == "Hello from page number 2"
        assert own._idle == [first]


def test_p11_what_takes_too_long_is_stopped_and_named() -> None:
    with Sandbox(1) as own:
        own.read(Item(hello()))
        (child,) = own._idle
        # A child that stands still answers no more than one that computes for ever.
        os.kill(child._process.pid, signal.SIGSTOP)
        own._seconds = 0.05
        with pytest.raises(Refusal) as refused:
            own.read(Item(hello()))
        assert refused.value.reason == "timeout"
        own._seconds = 30
        assert own.read(Item(hello(3))).text == "Hello from page number 3"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"", "damaged"),
        (b"\0\0", "damaged"),
        (LENGTHS.pack(4, 0) + b"\xc1\xc1\xc1\xc1", "damaged"),
        (LENGTHS.pack(1 << 31, 0), "too_large"),
        (LENGTHS.pack(5, 5) + b"1234567890", "too_large"),
        (framed(Reply()), "damaged"),
    ],
)
def test_p11_a_child_that_lies_is_not_believed(
    said: bytes, reason: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    impostor = tmp_path / "impostor.py"
    impostor.write_text(
        "import os, sys\n"
        f"sys.stdout.buffer.write({framed(Reply())!r}); sys.stdout.buffer.flush()\n"
        "sys.stdin.buffer.read(20)\n"
        f"sys.stdout.buffer.write({said!r}); sys.stdout.buffer.flush()\n"
        # It takes the rest of the document: one that ends meanwhile would be called dead.
        "os.close(1); sys.stdin.buffer.read()\n"
    )
    real = subprocess.Popen
    monkeypatch.setattr(
        sandbox_module.subprocess,
        "Popen",
        lambda command, **more: real([sys.executable, str(impostor)], **more),
    )
    with Sandbox(1) as own, pytest.raises(Refusal) as refused:
        own.read(Item(hello()))
    assert refused.value.reason == reason


def test_a_child_that_cant_start_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with Sandbox(1) as own, pytest.raises(SandboxError, match="can't start"):
        own.read(Item(hello()))
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with Sandbox(1) as own, pytest.raises(SandboxError, match="can't start"):
        own.read(Item(hello()))


def test_many_threads_share_two_children(sandbox: Sandbox) -> None:
    def text(number: int) -> str:
        return sandbox.read(Item(hello(number))).text

    with ThreadPoolExecutor(12) as threads:
        found = list(threads.map(text, range(60)))
    assert found == [f"Hello from page number {number}" for number in range(60)]
    assert len(sandbox._idle) <= 2


def test_children_end_with_their_sandbox() -> None:
    own = Sandbox(1)
    own.read(Item(hello()))
    (child,) = own._idle
    pid = child._process.pid
    own.close()
    assert not Path(f"/proc/{pid}").exists()


def test_children_end_with_their_parent() -> None:
    script = (
        "import os, sys\n"
        "from crawlers.extract.sandbox import Item, Sandbox\n"
        "own = Sandbox(1)\n"
        "own.read(Item(sys.stdin.buffer.read()))\n"
        "print(own._idle[0]._process.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, input=hello(), capture_output=True, check=False
    )
    pid = int(ran.stdout)
    # Its end of the pipe is closed: it sees that, and goes.
    for _ in range(200):
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            break
        os.sched_yield()
        subprocess.run(["true"], check=True)
    else:
        pytest.fail("the child lives on")


def test_readings_come_in_the_order_of_the_files(sandbox: Sandbox, tmp_path: Path) -> None:
    files = []
    for number in range(12):
        file = tmp_path / f"{number:02}.pdf"
        # Early ones take longer: the order is not that of the answers.
        file.write_bytes(pdf([show(f"Page {number}", 72, 100)] * (300 if number < 2 else 1)))
        files.append(file)
    readings = list(read_files(files, sandbox))
    assert [reading.file for reading in readings] == [str(file) for file in files]
    for number, reading in enumerate(readings):
        assert isinstance(reading.outcome, Document)
        assert reading.outcome.text.startswith(f"Page {number}")


def test_a_file_that_is_gone_is_an_error_that_names_it(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="missing"):
        list(read_files([tmp_path / "missing.pdf"], sandbox))


def test_passwords_are_tried_on_what_is_encrypted_only(sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(hello())
    (reading,) = read_files([file], sandbox, passwords=["wrong", "right"])
    assert isinstance(reading.outcome, Document)


def test_the_memory_of_the_parent_stays_flat_over_a_thousand_files(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(pdf([show("words " * 20, 10, 20 + 10 * line) for line in range(9)]))

    def held() -> int:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    for _ in read_files([file] * 100, sandbox):
        pass
    before = held()
    for reading in read_files([file] * 1_000, sandbox):
        assert extraction(reading).status == "read"
    assert held() - before < 8 << 20
