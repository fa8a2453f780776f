"""The OpenAPI document: valid, complete, and kept by every answer."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from indexer.embedded import EmbeddedEngine
from search_app.api.openapi import ENDPOINTS, document, schema_of
from search_app.app import create_app
from search_app.engines import Engines
from search_app.parameter_table import SEARCH
from search_app.settings import Settings


@pytest.fixture(scope="session")
def app(bundled_engine: EmbeddedEngine) -> Any:
    return create_app(Settings(data=Path("nowhere")), Engines.fixed(bundled_engine))


@pytest.fixture(scope="session")
def client(app: Any) -> FlaskClient:
    client: FlaskClient = app.test_client()
    return client


@pytest.fixture(scope="session")
def api_schema(app: Any) -> Any:
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


schema = schemathesis.pytest.from_fixture("api_schema")


@schema.parametrize()
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_p19_every_endpoint_keeps_to_the_document_whatever_is_asked(case: Any) -> None:
    case.call_and_validate(
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ]
    )


def test_the_document_names_every_address_of_the_api(app: Any) -> None:
    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
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


def test_the_examples_of_the_document_work(client: FlaskClient) -> None:
    for endpoint in ENDPOINTS:
        path = endpoint.path
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
