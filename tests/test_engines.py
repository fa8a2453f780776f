"""One engine exchanged for the next while requests go on (promise P2)."""

from __future__ import annotations

import gc
import threading
import weakref
from pathlib import Path
from typing import Any

import pytest

from search_app import engines as module
from search_app.engines import Engines, NoEngine


class Generation:
    """Stands for an engine."""

    def __init__(self, name: str) -> None:
        self.name = name


class Shelf:
    """A pointer file and what opening it gives."""

    def __init__(self, folder: Path) -> None:
        self.pointer = folder / "current"
        self.opened = 0
        self.engines: Any = Engines(self.pointer, self.open)

    def point(self, name: str) -> None:
        new = self.pointer.with_suffix(".new")
        new.write_text(name)
        new.replace(self.pointer)

    def open(self) -> Any:
        self.opened += 1
        if not self.pointer.exists():
            raise RuntimeError("There is no index yet. Build it with: cityrights index")
        name = self.pointer.read_text()
        if name.startswith("damaged"):
            raise RuntimeError(f"{name}. Build it anew with: cityrights index")
        return Generation(name)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_p02_an_engine_is_opened_once_and_kept(shelf: Shelf) -> None:
    shelf.point("one")
    first = shelf.engines.current()
    assert first.name == "one"
    assert shelf.engines.current() is first
    assert shelf.opened == 1


def test_p02_a_new_generation_is_picked_up_and_the_old_one_closed(shelf: Shelf) -> None:
    shelf.point("one")
    held = shelf.engines.current()
    old = weakref.ref(held)
    shelf.point("two")
    assert shelf.engines.current().name == "two"
    assert held.name == "one"
    del held
    gc.collect()
    assert old() is None


def test_p06_a_damaged_generation_is_named_and_the_old_one_serves(shelf: Shelf) -> None:
    shelf.point("one")
    shelf.engines.current()
    shelf.point("damaged file")
    assert shelf.engines.current().name == "one"
    assert "damaged file" in shelf.engines.fault
    shelf.point("two")
    assert shelf.engines.current().name == "two"
    assert shelf.engines.fault is None


def test_p06_no_index_is_named_with_the_command_that_mends_it(shelf: Shelf) -> None:
    with pytest.raises(NoEngine, match="cityrights index"):
        shelf.engines.current()
    shelf.point("one")
    assert shelf.engines.current().name == "one"


def test_what_could_not_be_opened_is_not_tried_again_by_every_request(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.point("damaged file")
    for _ in range(100):
        with pytest.raises(NoEngine):
            shelf.engines.current()
    assert shelf.opened == 1
    monkeypatch.setattr(module, "AGAIN_AFTER", 0.0)
    with pytest.raises(NoEngine):
        shelf.engines.current()
    assert shelf.opened == 2


def test_p02_requests_go_on_with_the_old_generation_while_the_new_one_opens(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.point("one")
    shelf.engines.current()
    opening, go = threading.Event(), threading.Event()
    open_now = shelf.open

    def slowly() -> Any:
        opening.set()
        assert go.wait(60)
        return open_now()

    monkeypatch.setattr(shelf.engines, "_opened", slowly)
    shelf.point("two")
    found: list[str] = []
    opener = threading.Thread(target=lambda: found.append(shelf.engines.current().name))
    opener.start()
    assert opening.wait(60)
    assert [shelf.engines.current().name for _ in range(10)] == ["one"] * 10
    go.set()
    opener.join()
    assert found == ["two"]
    assert shelf.engines.current().name == "two"
    assert shelf.opened == 2


def test_the_first_requests_wait_for_the_engine_and_open_it_once(shelf: Shelf) -> None:
    shelf.point("one")
    found: list[Any] = []
    threads = [
        threading.Thread(target=lambda: found.append(shelf.engines.current())) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and len({id(engine) for engine in found}) == 1
    assert shelf.opened == 1
