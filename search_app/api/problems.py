"""Problem details for HTTP APIs (RFC 9457), and the same words for people."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import msgspec
from flask import Response

from search_app.params import BadParameters, Fault

MEDIA_TYPE: Final = "application/problem+json"


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a request is not answered.

    `type` is a path of this site where it is explained, `title` the kind of problem,
    `detail` this one and what to do; `faults` are the parameters at fault, `see` is the path
    of what was probably meant, `retry_after` counts seconds.
    """

    type: str
    title: str
    status: int
    detail: str
    faults: tuple[Fault, ...] = ()
    see: str | None = None
    retry_after: int | None = None


class Refused(Exception):  # noqa: N818 - says what happened
    """Raised by a view that answers with a problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.detail)


_TITLES: Final = {
    400: "The request has a fault",
    404: "There is nothing at this address",
    405: "This address can't be asked in this way",
    410: "What stood here was withdrawn",
    413: "The request is too large",
    414: "The address is too long",
    415: "This type of content is not read here",
    500: "Something went wrong on our side",
    503: "The search can't answer now",
}

_DETAILS: Final = {
    404: "The address may be mistyped, or what it named was never here.",
    405: "Use one of the methods in the Allow header.",
    500: "The fault is ours, not yours. It has been noted for the people who run this site.",
}


def problem(
    status: int, detail: str | None = None, *, kind: str | None = None, **more: object
) -> Problem:
    """A problem of an HTTP status; `kind` is the last part of its `type`."""
    name = kind or HTTPStatus(status).phrase.lower().replace(" ", "-").replace("'", "")
    fields = {"title": _TITLES.get(status, HTTPStatus(status).phrase), **more}
    return msgspec.convert(
        {
            "type": f"/api#{name}",
            "status": status,
            "detail": detail
            or _DETAILS.get(status, HTTPStatus(status).description or "No more is known."),
            **fields,
        },
        Problem,
    )


def of_parameters(error: BadParameters) -> Problem:
    """The problem of a request whose parameters can't be used."""
    count = sum(1 for fault in error.faults if fault.parameter) or len(error.faults)
    detail = f"{count} parameters can't be used." if count > 1 else str(error.faults[0])
    return Problem(
        type="/api#bad-parameters",
        title=_TITLES[400],
        status=400,
        detail=detail,
        faults=error.faults,
    )


def response(problem: Problem) -> Response:
    """A problem as `application/problem+json`."""
    return Response(msgspec.json.encode(problem), problem.status, mimetype=MEDIA_TYPE)
