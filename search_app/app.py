"""The application: pages, API and feeds under one roof, with the promises every answer keeps."""

from __future__ import annotations

import sys
import traceback

from flask import Response, request
from werkzeug.exceptions import HTTPException

from search_app import access_log, overload, pages, security
from search_app.api import problems, views
from search_app.engines import Engines, NoEngine
from search_app.overload import Overloaded
from search_app.params import BadParameters
from search_app.settings import Settings
from search_app.site_files import blueprint as site_files
from search_app.web import CityRights, prefers_page


def create_app(settings: Settings, engines: Engines) -> CityRights:
    """The WSGI application over the engines it is given."""
    app = CityRights(settings, engines)
    app.url_map.strict_slashes = False
    # A form of the pages holds a query, nothing else; one's own texts get their own bound.
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    app.register_blueprint(views.blueprint)
    app.register_blueprint(site_files)
    pages.register(app)
    security.install(app)
    overload.install(app)
    access_log.install(app)
    _install_errors(app)
    return app


def _install_errors(app: CityRights) -> None:
    def answer(problem: problems.Problem, headers: dict[str, str] | None = None) -> Response:
        if prefers_page():
            response = Response(pages.error_page(problem), problem.status, mimetype="text/html")
        else:
            response = problems.response(problem)
        response.headers.update(headers or {})
        response.headers["Cache-Control"] = "no-store"
        return response

    @app.errorhandler(BadParameters)
    def bad_parameters(error: BadParameters) -> Response:
        return answer(problems.of_parameters(error))

    @app.errorhandler(NoEngine)
    def no_engine(error: NoEngine) -> Response:
        problem = problems.problem(503, str(error), kind="no-index", retry_after=30)
        return answer(problem, {"Retry-After": "30"})

    @app.errorhandler(Overloaded)
    def overloaded(error: Overloaded) -> Response:
        detail = "More people are searching than this server can answer. Try again in a moment."
        problem = problems.problem(503, detail, kind="overloaded", retry_after=error.retry_after)
        return answer(problem, {"Retry-After": str(error.retry_after)})

    @app.errorhandler(problems.Refused)
    def refused(error: problems.Refused) -> Response:
        return answer(error.problem)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        if error.code is None or error.code < 400:  # a redirect is no problem
            response = error.get_response(request.environ)
            return Response(response.get_data(), response.status, dict(response.headers))
        allowed = getattr(error, "valid_methods", None)
        headers = {"Allow": ", ".join(sorted(allowed))} if allowed else {}
        return answer(problems.problem(error.code), headers)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        # Where it happened, never what was asked: messages of exceptions may quote a query.
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "unknown place"
        print(f"cityrights: {type(error).__name__} at {place}", file=sys.stderr, flush=True)
        return answer(problems.problem(500))
