"""A city added by one file, crawled, searched, changed, and made again from the evidence."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from replica.answers import Answer, always, html, page
from replica.web import Host, Web
from test_story import COMMAND, get, json_of, run, served

CONTACT = {"CITYRIGHTS_CONTACT": "rights@example.org"}


def crawl(data: Path, *words: str) -> str:
    """What a crawl reports; it must succeed."""
    done = subprocess.run(
        [*COMMAND, "crawl", *words, "--data", str(data)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **CONTACT},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def register(*sentences: str) -> str:
    return html(
        "The algorithm register of Zeppelinville",
        "Zeppelinville publishes every algorithm it uses in a public algorithm register. " * 3,
        "Residents can ask for human review of automated decisions. " * 3,
        *sentences,
        language="en",
    )


def add_city(data: Path, host: Host) -> None:
    """One small file: all it takes to add a city."""
    folder = data / "sources"
    folder.mkdir(parents=True)
    (folder / "zeppelinville.toml").write_text(
        f'id = "zeppelinville"\nname = "Zeppelinville"\nkind = "pages"\ncountry = "NL"\n'
        f'start = ["{host.url("/register")}"]\nprivate = ["127.0.0.1"]\n'
    )


@contextmanager
def asked_all_the_time(address: str) -> Iterator[list[int]]:
    """The statuses of searches that are made all the while, but for a breath between two."""
    statuses: list[int] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.wait(0.05):
            statuses.append(get(f"{address}/api/v1/search?q=algorithm+register")[0])

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield statuses
    finally:
        stop.set()
        asking.join()


def test_a_city_is_added_crawled_searched_changed_and_made_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run(data, "index")
    with Web() as web, served(data) as (address, _):
        host = web.host("127.0.0.1").robots("User-agent: *\nAllow: /\n")
        host.serve({"/register": page(register())})
        add_city(data, host)

        # A crawl ends with an index that the server takes without a failed request.
        with asked_all_the_time(address) as statuses:
            assert "1 new" in crawl(data, "zeppelinville")
            found = json_of(address, "/api/v1/search?q=zeppelinville")
        assert found["total"] == 1
        assert statuses and set(statuses) == {200}

        # The text changes: the page says so, and what the difference is.
        id = found["hits"][0]["id"]
        host.serve({"/register": page(register("Facial recognition is forbidden here."))})
        assert "1 changed" in crawl(data, "zeppelinville")
        assert "changed" in get(f"{address}/initiatives/{id}", "text/html")[1].decode().lower()

        # It is found by what is new in it.
        assert json_of(address, "/api/v1/search?q=zeppelinville+facial")["hits"][0]["id"] == id

        # The store is lost; the evidence makes its crawled part again.
        before = json.loads(run(data, "show", id, "--json"))
        for file in data.glob("store.sqlite3*"):
            file.unlink()
        crawl(data, "--from-warc", str(data / "warc"))
        after = json.loads(run(data, "show", id, "--json"))
        assert after["documents"] == before["documents"]
        assert after["summary"] == before["summary"]

        # What is withdrawn is gone from the evidence, and no crawl brings it back.
        url = host.url("/register")
        run(data, "withdraw", url, "--reason", "The city asked for it.")
        assert all(url.encode() not in file.read_bytes() for file in (data / "warc").glob("*"))
        run(data, "index")
        crawl(data, "--from-warc", str(data / "warc"))
        report = crawl(data, "zeppelinville")
        assert "withdrawn" in report
        assert json_of(address, "/api/v1/search?q=zeppelinville")["total"] == 0
        asked = [entry.request.path for entry in web.log.entries()]
        assert asked == ["/robots.txt", "/register", "/register"]


def test_a_crawl_that_is_told_twice_to_stop_says_so_and_no_more(tmp_path: Path) -> None:
    data = tmp_path / "data"
    asked = threading.Event()
    with Web() as web:
        host = web.host("127.0.0.1")
        host.serve({"/robots.txt": always(Answer(body=b"User-agent: *", then="stall", length=99))})
        add_city(data, host)
        web.watch(lambda entry, phase: asked.set())
        process = subprocess.Popen(
            [*COMMAND, "crawl", "zeppelinville", "--data", str(data)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **CONTACT},
        )
        with process:
            assert process.stderr is not None
            assert asked.wait(60)
            process.send_signal(signal.SIGINT)
            first = process.stderr.readline()
            process.send_signal(signal.SIGINT)
            rest = process.stderr.read()
    assert first.startswith("Stopping: what is under way comes to its end")
    assert (process.returncode, rest) == (130, "Stopped.\n")
