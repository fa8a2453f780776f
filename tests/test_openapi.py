"""The OpenAPI document: valid, complete, and kept by every answer."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
import schemathesis
from clients import client_over
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from indexer.embedded import EmbeddedEngine
from search_app.api.openapi import ENDPOINTS, document, schema_of
from search_app.engines import Engines
from search_app.parameter_table import SEARCH

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="session")
def app(client: FlaskClient) -> Any:
    """The application, each answer read to its end as a server does."""

    def whole(environ: Any, start_response: Any) -> list[bytes]:
        answer = client.application(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            if hasattr(answer, "close"):
                answer.close()

    return whole


@pytest.fixture(scope="session")
def client(bundled_engine: EmbeddedEngine) -> FlaskClient:
    return client_over(Engines.fixed(bundled_engine))


schema = schemathesis.openapi.from_dict(document("http://localhost"))
operations = {
    operation.path: operation for operation in (found.ok() for found in schema.get_all_operations())
}


@pytest.mark.parametrize("path", operations)
def test_p19_an_endpoint_keeps_to_the_document_whatever_is_asked(app: Any, path: str) -> None:
    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(case=operations[path].as_strategy(generation_mode=GenerationMode.POSITIVE))
    def keeps_to_it(case: Any) -> None:
        validated(case)

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(case=operations[path].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def refuses_in_its_words(case: Any) -> None:
        validated(case)

    def validated(case: Any) -> None:
        case.validate_response(case.call(app=app), checks=CHECKS)

    keeps_to_it()
    if operations[path].query:
        refuses_in_its_words()


def test_the_document_names_every_address_of_the_api(client: FlaskClient) -> None:
    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in client.application.url_map.iter_rules()
        if rule.endpoint.startswith(("api.", "site."))
    }
    elsewhere = {"/openapi.json", "/opensearch.xml", "/sitemap.xml", "/robots.txt"}
    assert {endpoint.path for endpoint in ENDPOINTS} == routes - elsewhere


def test_every_reference_of_the_document_leads_somewhere() -> None:
    described = document("https://cities.example")
    schemas = described["components"]["schemas"]
    found = set(re.findall(r"'\$ref': '#/components/schemas/(\w+)'", str(described)))
    assert found <= set(schemas)
    for one in schemas.values():
        jsonschema.Draft202012Validator.check_schema(one)


def test_the_examples_of_the_document_work(
    client: FlaskClient, documented_engine: EmbeddedEngine
) -> None:
    bundled, documented = client, client_over(Engines.fixed(documented_engine))
    for endpoint in ENDPOINTS:
        path = endpoint.path
        # The bundled catalogue comes without documents.
        client = documented if "{document}" in path else bundled
        for name, value in endpoint.named:
            path = path.replace(f"{{{name}}}", value)
        assert client.get(path).status_code == 200, path
        for parameter in endpoint.parameters:
            if parameter.example:
                asked = client.get(path, query_string={parameter.name: parameter.example})
                assert asked.status_code == 200, (path, parameter.name)


def test_the_schema_of_a_parameter_allows_its_example_and_its_default() -> None:
    for parameter in SEARCH:
        one = schema_of(parameter)
        one = one.get("items", one)
        for value in (parameter.example, parameter.default):
            if value is not None:
                jsonschema.validate(value, one)
