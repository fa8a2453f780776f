"""Promise P7 and its neighbours: what every answer carries, and what no log ever holds."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

import pytest
from clients import BROWSER, client_over
from flask.testing import FlaskClient

from indexer.embedded import EmbeddedEngine
from search_app import access_log
from search_app.engines import Engines
from search_app.overload import STREAMS
from search_app.security import HEADERS

EVERYWHERE = (
    "/",
    "/search?q=secretword",
    "/initiatives/amsterdam-algorithm-register",
    "/static/style.css",
    "/api/v1/search?q=secretword",
    "/api/v1/search?page=0",
    "/api/v1/export?q=secretword",
    "/api/v1/initiatives/secretword",
    "/feed.atom?q=secretword",
    "/openapi.json",
    "/robots.txt",
    "/healthz",
    "/readyz",
    "/secretword",
    "/search?secretword=1",
)


@pytest.fixture(scope="module")
def client(bundled_engine: EmbeddedEngine) -> FlaskClient:
    return client_over(Engines.fixed(bundled_engine))


@pytest.mark.parametrize("accept", [BROWSER, "application/json"])
@pytest.mark.parametrize("path", EVERYWHERE)
def test_p07_every_answer_is_hardened_and_sets_no_cookie(
    client: FlaskClient, path: str, accept: str
) -> None:
    response = client.get(path, headers={"Accept": accept})
    for name, value in HEADERS.items():
        assert response.headers[name] == value
    assert "Set-Cookie" not in response.headers
    assert "Server" not in response.headers or "Werkzeug" not in response.headers["Server"]
    if response.status_code >= 400:
        assert response.headers["Cache-Control"] == "no-store"


def test_p07_the_policy_lets_nothing_in_from_elsewhere() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
    assert not re.search(r"unsafe|https?:|data:|\*", policy)


def test_p07_the_access_log_has_time_route_status_and_milliseconds_only(
    bundled_engine: EmbeddedEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    client = client_over(Engines.fixed(bundled_engine))
    for path in EVERYWHERE:
        client.get(
            path,
            headers={
                "User-Agent": "secretword",
                "Referer": "https://secretword.example",
                "X-Forwarded-For": "192.0.2.77",
                "Accept": BROWSER,
            },
        )
    written = capsys.readouterr()
    lines = (written.err + written.out).splitlines()
    assert len(lines) == len(EVERYWHERE)
    for line in lines:
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [\w.-]+ \d{3} \d+\.\d ms", line), line
    assert "secretword" not in str(lines) and "amsterdam" not in str(lines)
    assert any(" api.search 400 " in line for line in lines)


class Broken:
    """An engine whose search fails with a message that repeats the query."""

    def __init__(self, engine: EmbeddedEngine) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def search(self, request: Any) -> Any:
        raise ValueError(request.text)


def test_p07_not_even_a_fault_of_ours_puts_a_query_in_a_log(
    bundled_engine: EmbeddedEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    engine: Any = Broken(bundled_engine)
    client = client_over(Engines.fixed(engine))
    response = client.get("/api/v1/search?q=secretword")
    assert response.status_code == 500
    assert response.mimetype == "application/problem+json"
    assert "secretword" not in response.text
    said = capsys.readouterr().err
    assert "ValueError at " in said
    assert "secretword" not in said and "Traceback" not in said


def test_links_follow_the_public_address_and_not_the_host_header(
    bundled_engine: EmbeddedEngine,
) -> None:
    spoofed = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    client = client_over(Engines.fixed(bundled_engine))
    for path in ("/feed.atom?q=drones", "/sitemap.xml", "/api/v1/search?q=drones", "/robots.txt"):
        response = client.get(path, headers=spoofed)
        assert "evil.example" not in response.text + response.headers.get("Link", "")
    unset = client_over(Engines.fixed(bundled_engine), public_url=None)
    assert "http://here.example/" in unset.get("/robots.txt", headers={"Host": "here.example"}).text


@pytest.mark.parametrize("host", ["a b", "x<script>", "a/b", "[::1", "a\\b", "é.example", ""])
def test_a_host_header_that_is_none_makes_no_link(
    bundled_engine: EmbeddedEngine, host: str
) -> None:
    client = client_over(Engines.fixed(bundled_engine), public_url=None)
    response = client.get("/robots.txt", headers={"Host": host})
    assert response.status_code in (200, 400)
    assert "script" not in response.text


def test_a_body_that_is_too_large_is_413_or_not_read(client: FlaskClient) -> None:
    response = client.post("/api/v1/search", data=b"x" * 1_000_000)
    assert response.status_code in (405, 413)


class Waiting:
    """An engine whose search waits until it is let go."""

    def __init__(self, engine: EmbeddedEngine) -> None:
        self._engine = engine
        self.entered = threading.Semaphore(0)
        self.go = threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def search(self, request: Any) -> Any:
        self.entered.release()
        assert self.go.wait(60)
        return self._engine.search(request)


def test_p18_beyond_the_concurrency_a_request_gets_503_and_when_to_come_back(
    bundled_engine: EmbeddedEngine,
) -> None:
    engine = Waiting(bundled_engine)
    held: Any = engine
    client = client_over(Engines.fixed(held), concurrency=2, waiting=1, queue_seconds=0.01)
    statuses: list[int] = []

    def ask() -> None:
        statuses.append(client.application.test_client().get("/api/v1/search").status_code)

    busy = [threading.Thread(target=ask) for _ in range(2)]
    for thread in busy:
        thread.start()
        assert engine.entered.acquire(timeout=60)
    refused = client.get("/api/v1/search", headers={"Accept": BROWSER})
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.headers["Cache-Control"] == "no-store"
    assert refused.json["retry_after"] >= 1
    page = client.get("/search?q=x", headers={"Accept": BROWSER})
    assert page.status_code == 503
    assert page.mimetype == "text/html"
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    engine.go.set()
    for thread in busy:
        thread.join()
    assert statuses == [200, 200]
    assert client.get("/api/v1/search").status_code == 200


def test_p18_unread_exports_are_bounded_and_keep_nobody_from_searching(
    bundled_engine: EmbeddedEngine,
) -> None:
    client = client_over(
        Engines.fixed(bundled_engine), concurrency=1, waiting=1, queue_seconds=0.01
    )
    plain = FlaskClient(client.application, client.application.response_class)
    unread = [plain.get("/api/v1/export") for _ in range(STREAMS)]
    assert {response.status_code for response in unread} == {200}
    assert plain.get("/api/v1/export").status_code == 503
    assert client.get("/api/v1/search").status_code == 200
    unread.pop().close()
    assert client.get("/api/v1/export").status_code == 200
    for response in unread:
        response.close()


def test_without_an_index_every_search_says_which_command_mends_it(tmp_path: Path) -> None:
    client = client_over(Engines.of_index(tmp_path / "index"))
    for path in ("/", "/search?q=x", "/api/v1/search?q=x", "/feed.atom"):
        response = client.get(path, headers={"Accept": BROWSER})
        assert response.status_code == 503
        assert "cityrights index" in response.text
        assert response.headers["Retry-After"]
    assert client.get("/healthz").status_code == 200
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert "cityrights index" in ready.json["fault"]


def test_the_log_is_written_where_it_is_told(bundled_engine: EmbeddedEngine) -> None:
    lines: list[str] = []
    app = client_over(Engines.fixed(bundled_engine)).application
    wrapped = access_log.AccessLog(app.wsgi_app, lines.append)
    app.wsgi_app = wrapped  # type: ignore[method-assign]  # the documented way to wrap one
    app.test_client().get("/healthz")
    (line,) = lines
    assert " site.healthz 200 " in line
