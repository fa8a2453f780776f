"""Reads documents without a child process: plain text with `# ` headings, a page a form feed."""

from __future__ import annotations

import re

from crawlers.extract.document import Document, Refusal, Section


class StandInReader:
    """What `crawlers.extract` reads, from text that says of itself what it is.

    A first line `title: ...` is the title, `language: ...` the language, `published: ...` the
    date; a content that begins with `refuse REASON` is refused. `asked` has all that was read.
    """

    def __init__(self) -> None:
        self.asked: list[bytes] = []

    def __enter__(self) -> StandInReader:
        return self

    def __exit__(self, *raised: object) -> None:
        pass

    def __call__(self, content: bytes, url: str | None) -> Document:
        """The document; raises Refusal."""
        self.asked.append(content)
        return self._read(content.decode("utf-8", "surrogateescape"))

    def _read(self, content: str) -> Document:
        if content.startswith("refuse "):
            raise Refusal(content.split()[1], "Look at the file.")  # type: ignore[arg-type]
        facts = {}
        while match := re.match(r"(title|language|published|licence): (.*)\n", content):
            facts[match[1]] = match[2]
            content = content[match.end() :]
        text = ""
        pages = [0]
        heads: list[tuple[str, int]] = []
        for line in re.split("(?<=[\n\f])", content):
            if line.startswith("# "):
                line = line[2:]
                heads.append((line.strip(), len(text)))
            text += line.replace("\f", "\n")
            if line.endswith("\f"):
                pages.append(len(text))
        ends = [*(start for _, start in heads[1:]), len(text)][: len(heads)]
        sections = [
            Section(
                heading, 1, start, end, role="references" if heading == "References" else "body"
            )
            for (heading, start), end in zip(heads, ends, strict=True)
        ]
        return Document(
            media_type="application/pdf" if len(pages) > 1 else "text/plain",
            text=text,
            title=facts.get("title"),
            language=facts.get("language"),
            licence=facts.get("licence"),
            published=facts.get("published"),
            sections=tuple(sections),
            pages=tuple(pages) if len(pages) > 1 else (),
            extractor="stand-in 1",
        )
