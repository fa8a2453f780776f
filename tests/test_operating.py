"""What an operator's timer relies on: stopping, going on, nothing to do."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from replica.answers import html, page
from replica.web import Web
from test_crawl_story import CONTACT, add_city
from test_story import COMMAND


def start(data: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, "crawl", *words, "--data", str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **CONTACT},
    )


def test_where_nothing_was_interrupted_resuming_is_no_failure(tmp_path: Path) -> None:
    resuming = start(tmp_path, "--resume")
    _, said = resuming.communicate()
    assert resuming.returncode == 0
    assert "No crawl was interrupted. To begin one: cityrights crawl --data" in said
    assert "Traceback" not in said


def test_a_crawl_that_is_told_to_stop_says_how_to_go_on_and_builds_no_index(tmp_path: Path) -> None:
    with Web() as web:
        host = web.host("127.0.0.1").robots("User-agent: *\nDisallow: /never/\n")
        host.serve({"/register": page(html("Register", "All algorithms the city uses."))})
        add_city(tmp_path, host)
        crawling = start(tmp_path, "zeppelinville")
        web.watch(lambda _, when: when == "asked" and crawling.send_signal(signal.SIGTERM))
        out, said = crawling.communicate()
        assert web.log.paths("127.0.0.1") == []
    assert crawling.returncode == 0, said
    assert "1 waiting" in out
    assert "To go on: cityrights crawl --resume --data" in said
    assert not (tmp_path / "index").exists()
