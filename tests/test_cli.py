"""The commands as people type them."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from clients import client_over
from commands import Run, runner

import corpus.catalogue
from indexer.embedded import EmbeddedEngine
from search_app.cli import COMMANDS, cityrights, main
from search_app.engines import Engines
from search_app.parameter_table import SEARCH

COMMAND = [sys.executable, "-m", "search_app"]


@pytest.fixture
def run(
    bundled_data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Runs a command; the data are the bundled index if nothing else is said."""
    return runner(bundled_data, capsys, monkeypatch)


def test_a_search_shows_title_place_kind_passage_and_why(run: Run) -> None:
    ran = run("search", "algorithm", "register", "--limit", "3")
    assert ran.code == 0
    assert ran.err == ""
    assert re.match(r"\d+ initiatives in \d+ cities for: algorithm register\n", ran.out)
    assert "Algorithm register (Algoritmeregister)" in ran.out
    assert "Amsterdam, Netherlands · 2020 · Register · In force" in ran.out
    assert "amsterdam-algorithm-register" in ran.out
    assert "why: " in ran.out
    assert ran.out.count("why: ") == 3
    assert "\x1b" not in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80


def test_json_is_what_the_api_returns(run: Run, bundled_engine: EmbeddedEngine) -> None:
    printed = run("search", "facial", "recognition", "--country", "US", "--json").json
    answered = (
        client_over(Engines.fixed(bundled_engine))
        .get("/api/v1/search?q=facial+recognition&country=US&explain=1")
        .json
    )
    for answer in (printed, answered):
        answer.pop("took_ms")
        for hit in answer["hits"]:
            hit["url"] = hit["url"].removeprefix("https://cities.example")
        for expansion in answer["expansions"]:
            expansion.pop("remove")
    assert printed == answered


def test_a_leading_minus_belongs_to_the_query(run: Run) -> None:
    ran = run("search", "algorithm", "-register", "--kind", "-law", "--json")
    assert ran.code == 0
    assert ran.json["query"]["text"] == "algorithm -register"
    assert ran.json["query"]["exclude"] == {"kind": ["law"]}
    assert run("search", "-register", "--json").json["query"]["text"] == "-register"
    assert run("search", "--json", "--", "--country", "FI").json["query"]["text"] == "--country FI"


def test_options_stand_anywhere_among_the_words(run: Run) -> None:
    ran = run("search", "--kind", "law", "facial", "--kind=policy", "recognition", "--json")
    assert ran.json["query"]["text"] == "facial recognition"
    assert ran.json["query"]["include"] == {"kind": ["law", "policy"]}


def test_a_search_without_hits_is_done_and_says_what_is_missing(run: Run) -> None:
    ran = run("search", "xyzzyqq")
    assert ran.code == 0
    assert ran.out.startswith("0 initiatives in 0 cities")
    assert "not found anywhere: xyzzyqq" in ran.out


def test_a_search_without_words_browses(run: Run) -> None:
    assert run("search", "--city", "Barcelona", "--sort", "newest", "--json").json["total"] > 5


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["search", "x", "--kind", "lawx"], ["--kind", "Did you mean 'law'?"]),
        (["search", "x", "--contry", "FI"], ["--contry", "--country"]),
        (["search", "x", "--limit", "1000"], ["--limit", "100"]),
        (["search", "x", "--date-from", "abc"], ["--date-from", "YYYY"]),
        (["search", "x", "--kind"], ["--kind", "argument"]),
        (["similar"], ["ID"]),
        (["similar", "x", "--scope", "nowhere"], ["--scope", "elsewhere"]),
        (["withdraw", "x"], ["--reason"]),
        (["evaluate"], ["--queries"]),
        (["evaluate", "--queries", "a", "--similar", "b"], ["--queries"]),
        (["evaluate", "--similar", "b", "--use-language"], ["--use-language"]),
        (["serve", "--port", "99999"], ["--port", "65535"]),
        (["serve", "--port", "x"], ["--port"]),
        (["catalogue", "check", "/nowhere"], ["/nowhere"]),
        (["serch"], ["serch"]),
        (["--nonsense"], ["--nonsense"]),
    ],
)
def test_wrong_use_ends_with_2_and_names_the_fault(
    run: Run, words: list[str], named: list[str]
) -> None:
    ran = run(*words)
    assert ran.code == 2
    assert ran.out == ""
    for name in named:
        assert name in ran.err


def test_every_wrong_option_is_named_at_once(run: Run) -> None:
    ran = run("search", "x", "--kind", "lawx", "--city", "barcelna", "--page", "0")
    assert ran.code == 2
    for name in ("'law'", "'barcelona'", "--page is 0"):
        assert name in ran.err


def test_a_record_is_shown_whole(run: Run) -> None:
    ran = run("show", "amsterdam-algorithm-register")
    assert ran.code == 0
    assert "Algoritmeregister" in ran.out
    assert "Sources:" in ran.out
    assert "date not recorded" in ran.out or "seen 20" in ran.out
    assert run("show", "amsterdam-algorithm-register", "--json").json["city"]["id"] == "amsterdam"


def test_an_unknown_record_fails_with_the_nearest(run: Run) -> None:
    ran = run("show", "amsterdam-algoritm-register")
    assert ran.code == 1
    assert ran.out == ""
    assert "Did you mean 'amsterdam-algorithm-register'?" in ran.err
    assert run("similar", "zzzzzzzz").code == 1


def test_similar_says_what_is_shared(run: Run) -> None:
    ran = run("similar", "amsterdam-algorithm-register", "--limit", "2")
    assert ran.code == 0
    assert ran.out.count("shared: ") == 2
    found = run("similar", "amsterdam-algorithm-register", "--limit", "2", "--json").json
    assert [neighbour["id"] for neighbour in found["similar"]]


def test_without_an_index_the_command_that_mends_it_is_named(run: Run, tmp_path: Path) -> None:
    for words in (["search", "x"], ["similar", "x"], ["show", "x"]):
        ran = run(*words, "--data", str(tmp_path))
        assert ran.code == 1
        assert ran.err.endswith(f"Build it with: cityrights index --data {tmp_path}\n")
        assert len(ran.err.splitlines()) == 1


def test_the_doctor_tells_settings_versions_counts_and_age(run: Run, tmp_path: Path) -> None:
    found = run("doctor", "--json").json
    assert found["index"]["initiatives"] == 655
    assert found["index"]["age_seconds"] >= 0
    assert found["versions"]["whoosh3"]
    assert found["store"]["initiatives"] == 0
    ill = run("doctor", "--data", str(tmp_path))
    assert ill.code == 0
    assert "cityrights index" in ill.out


def test_a_check_finds_whole_data_whole_and_names_what_is_not(run: Run, tmp_path: Path) -> None:
    whole = run("check")
    assert whole.code == 0
    ill = run("check", "--data", str(tmp_path))
    assert ill.code == 1
    assert "cityrights index" in ill.out
    assert run("check", "--data", str(tmp_path), "--json").json["faults"]


def test_the_catalogue_is_sound_and_a_fault_in_another_is_named(run: Run, tmp_path: Path) -> None:
    assert run("catalogue", "check").code == 0
    ill = run("catalogue", "check", str(tmp_path))
    assert ill.code == 1
    assert "cities.jsonl" in ill.out
    assert run("catalogue", "check", str(tmp_path), "--json").json[0]["file"]


def test_a_broken_row_stops_the_build_and_the_index_before_serves(
    run: Run, bundled_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, data = tmp_path / "catalogue", tmp_path / "data"
    shutil.copytree(Path(corpus.catalogue.__file__).parent / "data", folder)
    shutil.copytree(bundled_data, data)
    file = folder / "initiatives" / "nl.jsonl"
    file.write_text(file.read_text("utf-8").replace('"kind": "register"', '"kind": "registr"', 1))
    monkeypatch.setattr("corpus.catalogue.load_bundled", lambda: corpus.catalogue.load(folder))
    before = run("search", "drones", "--json", "--data", str(data)).json
    ran = run("index", "--data", str(data))
    assert ran.code == 1 and ran.out == ""
    row = next(n for n, line in enumerate(file.open("rb"), 1) if b'"registr"' in line)
    said = f"initiatives/nl.jsonl, row {row}, kind: 'registr' is not a known kind. Did you mean"
    assert said in ran.err
    after = run("search", "drones", "--json", "--data", str(data)).json
    assert after["generation"] == before["generation"]
    assert after["hits"] == before["hits"]
    assert len([entry for entry in (data / "index").iterdir() if entry.is_dir()]) == 1


def test_what_is_imported_can_be_backed_up_restored_and_withdrawn(run: Run, tmp_path: Path) -> None:
    data, other = str(tmp_path / "data"), str(tmp_path / "other")
    records = tmp_path / "records.jsonl"
    record = {
        "id": "our-drone-rules",
        "title": "Rules for drones",
        "text": "The council forbids drones over the old town.",
        "language": "en",
        "url": "https://example.org/drones",
    }
    records.write_text(json.dumps(record) + "\n")
    assert run("import", str(records), "--data", data, "--json").json["new"] == 1
    saved = run("backup", str(tmp_path / "saved"), "--data", data)
    assert saved.code == 0, saved.err
    assert "1 initiative, 1 passage, 0 documents, 0 versions, 0 crawled pages, " in saved.out
    assert "0 crawls, 0 withdrawn records, " in saved.out
    assert run("restore", str(tmp_path / "saved"), "--data", other).code == 0
    assert run("doctor", "--data", other, "--json").json["store"]["initiatives"] == 1
    gone = run("withdraw", "our-drone-rules", "--reason", "by mistake", "--data", data)
    assert gone.code == 0, gone.err
    assert f"cityrights index --data {data}" in gone.err
    assert "our-drone-rules" in gone.out
    assert run("doctor", "--data", data, "--json").json["store"]["initiatives"] == 0
    again = run("import", str(records), "--data", data)
    assert again.code == 1
    assert "by mistake" in again.err


def test_a_bad_line_is_named_and_nothing_of_the_file_is_taken(run: Run, tmp_path: Path) -> None:
    records = tmp_path / "records.jsonl"
    records.write_text('{"id": "a"}\n')
    ran = run("import", str(records), "--data", str(tmp_path))
    assert ran.code == 1
    assert "records.jsonl" in ran.err and "1" in ran.err
    assert run("import", str(tmp_path / "nowhere.jsonl"), "--data", str(tmp_path)).code == 1


@pytest.mark.shared
def test_an_evaluation_prints_the_figures_of_a_judged_set(run: Run, shared: Path) -> None:
    folder = shared / "catalogue" / "relevance"
    queries = run("evaluate", "--queries", str(folder / "queries-dev"), "--json").json
    assert set(queries) == {"set", "queries", "all", "by_language"}
    assert 0 < queries["all"]["ndcg_10"] <= 1
    table = run("evaluate", "--similar", str(folder / "similar-dev"))
    assert table.code == 0
    assert "ndcg_10" in table.out


def test_a_judged_set_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    ran = run("evaluate", "--queries", str(tmp_path))
    assert ran.code == 1
    assert "queries.jsonl" in ran.err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CITYRIGHTS_PUBLIC_URL", "ftp://x"),
        ("CITYRIGHTS_PUBLIC_URL", "https://a b"),
        ("CITYRIGHTS_CONTACT", "javascript:alert(1)"),
        ("CITYRIGHTS_CONTACT", "me@nowhere"),
        ("CITYRIGHTS_CONCURRENCY", "0"),
        ("CITYRIGHTS_WORKERS", "many"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    ran = run("doctor")
    assert ran.code == 1
    assert name in ran.err and value in ran.err


def test_what_nobody_expected_is_one_line_unless_asked_for_more(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("a\nb")

    monkeypatch.setattr("search_app.commands.finding.open_engine", broken)
    ran = run("search", "x")
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 1
    assert "ZeroDivisionError" in ran.err and "--debug" in ran.err
    monkeypatch.setenv("CITYRIGHTS_DEBUG", "1")
    with pytest.raises(SystemExit):
        main(["search", "x"])
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_is_one_line_and_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("search_app.commands.finding.open_engine", interrupted)
    ran = run("search", "x")
    assert (ran.code, ran.out, ran.err.strip()) == (130, "", "Stopped.")


def test_a_reader_who_has_enough_is_no_fault(bundled_data: Path) -> None:
    command = [*COMMAND, "search", "--limit", "100", "--json", "--data", str(bundled_data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 0
    assert said == b""


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_an_output_that_is_closed_is_no_fault(bundled_data: Path, closed: str) -> None:
    line = f'"$@" {closed}'
    done = subprocess.run(
        ["sh", "-c", line, "sh", *COMMAND, "search", "x", "--data", str(bundled_data)],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_build_that_is_interrupted_says_so_and_ends_with_130(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "index", "--data", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 130, first + rest
    assert "Traceback" not in rest
    assert rest.splitlines()[-1] == "Stopped."


def test_query_text_of_any_bytes_is_searched(bundled_data: Path) -> None:
    done = subprocess.run(
        [
            *map(os.fsencode, COMMAND),
            b"search",
            b"caf\xe9 \xff",
            b"--data",
            os.fsencode(bundled_data),
        ],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    done.stdout.decode()


def test_help_imports_no_command_and_lists_them_all(run: Run) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "search_app", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = set(re.findall(r"\| +([\w.]+)$", done.stderr, re.M))
    heavy = {"numpy", "flask", "msgspec", "sklearn", "whoosh", "nltk", "granian"}
    assert not {name.split(".")[0] for name in imported} & heavy
    for name, command in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(command.summary)}$", done.stdout, re.M)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_only_documented_options(run: Run, name: str) -> None:
    ran = run(name, "--help")
    assert ran.code == 0
    command = cityrights.get_command(click.Context(cityrights), name)
    assert command is not None
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_every_filter_of_the_api_is_an_option(run: Run) -> None:
    command = cityrights.get_command(click.Context(cityrights), "search")
    assert command is not None
    options = {name for parameter in command.params for name in parameter.opts}
    assert {f"--{p.option}" for p in SEARCH if p.option} <= options
