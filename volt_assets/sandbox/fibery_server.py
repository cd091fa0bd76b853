"""Fibery on loopback: commands, schema with ETag, documents, GraphQL, with its limits and its ways to fail."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from volt_assets.sandbox.fibery_errors import CommandError
from volt_assets.sandbox.fibery_graphql import GraphQlSpace
from volt_assets.sandbox.fibery_query import QueryRunner
from volt_assets.sandbox.limits import Clock, RateLimit
from volt_assets.sandbox.schema import wire_schema
from volt_assets.sandbox.world import World

FIBERY_WORKSPACE = "acme"
FIBERY_TOKENS = ("sandbox-fibery-token", "sandbox-fibery-token-2", "sandbox-fibery-token-3")
"""Three, because the workspace's own limit shows only when several are used."""
TOKEN_REQUESTS_PER_SECOND, WORKSPACE_REQUESTS_PER_SECOND = 3, 7


class UnknownCommandError(Exception):
    """A command that Fibery does not have: the whole request answers 500."""


@dataclass
class FiberyServer:
    """The application and its limits."""

    world: World
    clock: Clock
    pace: float = 1.0
    latency_seconds: float = 0.0

    def __post_init__(self) -> None:
        """Write the schema once; it never changes."""
        self.token_rate = RateLimit(TOKEN_REQUESTS_PER_SECOND, TOKEN_REQUESTS_PER_SECOND, self.pace, self.clock)
        self.workspace_rate = RateLimit(WORKSPACE_REQUESTS_PER_SECOND, WORKSPACE_REQUESTS_PER_SECOND, self.pace, self.clock)
        self.queries = QueryRunner(self.world.fibery)
        self.schema = wire_schema(self.world.fibery.types)
        self.etag = f'"{hashlib.sha256(json.dumps(self.schema, sort_keys=True).encode()).hexdigest()[:32]}"'

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/api/commands", self._endpoint(self._commands), methods=["POST"]),
                Route("/api/schema", self._endpoint(self._schema)),
                Route("/api/documents/commands", self._endpoint(self._documents), methods=["POST"]),
                Route("/api/documents/{secret}", self._endpoint(self._document)),
                Route("/api/graphql/space/{space}", self._endpoint(self._graphql), methods=["POST"]),
            ]
        )

    def _endpoint(self, handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            if self.latency_seconds:
                await asyncio.sleep(self.latency_seconds)
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            if scheme not in ("Token", "Bearer") or token not in FIBERY_TOKENS:
                return PlainTextResponse("Unauthorized", 401)
            if not (self.token_rate.allows(token) and self.workspace_rate.allows(FIBERY_WORKSPACE)):
                return PlainTextResponse("Too Many Requests", 429)
            try:
                return await handler(request)
            except (json.JSONDecodeError, UnicodeDecodeError):
                return _failure("error/invalid-json", "Request body is not valid JSON.")
            except UnknownCommandError as error:
                return _failure("error/unknown-command", str(error))

        return endpoint

    async def _commands(self, request: Request) -> Response:
        body = await request.json()
        commands = body if isinstance(body, list) else [body]
        for command in commands:
            if not isinstance(command, dict) or command.get("command") not in ("fibery.schema/query", "fibery.entity/query"):
                name = command.get("command") if isinstance(command, dict) else command
                raise UnknownCommandError(f"Unknown command {name!r:.80}")
        answers = [self._command(command) for command in commands]
        return JSONResponse(answers if isinstance(body, list) else answers[0])

    def _command(self, command: dict[str, Any]) -> dict[str, Any]:
        if command["command"] == "fibery.schema/query":
            return {"success": True, "result": self.schema}
        arguments = command.get("args")
        query = arguments.get("query") if isinstance(arguments, dict) else None
        params = arguments.get("params") if isinstance(arguments, dict) else None
        try:
            return {"success": True, "result": self.queries.run(query, params)}
        except CommandError as error:
            if "type" in error.data:
                error.data.update(
                    {"error/schema-version": 15738, "query": query, "params": params or {}, "param-types": {}, "param-collections": None}
                )
            return error.answer()

    async def _schema(self, request: Request) -> Response:
        known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
        if self.etag in known:
            return Response(status_code=304, headers={"ETag": self.etag})
        return JSONResponse(self.schema, headers={"ETag": self.etag})

    async def _documents(self, request: Request) -> Response:
        body = await request.json()
        if not isinstance(body, dict) or body.get("command") != "get-documents" or not isinstance(body.get("args"), list):
            raise UnknownCommandError("Unknown documents command")
        secrets = [one["secret"] for one in body["args"] if isinstance(one, dict) and isinstance(one.get("secret"), str)]
        documents = self.world.fibery.documents
        return JSONResponse([{"secret": secret, "content": documents[secret]} for secret in secrets if secret in documents])

    async def _document(self, request: Request) -> Response:
        secret = request.path_params["secret"]
        content = self.world.fibery.documents.get(secret)
        return PlainTextResponse("Not Found", 404) if content is None else JSONResponse({"secret": secret, "content": content})

    async def _graphql(self, request: Request) -> Response:
        body = await request.json()
        if not isinstance(body, dict) or not isinstance(body.get("query"), str):
            return JSONResponse({"errors": [{"message": "Must provide query string."}]}, 400)
        space = request.path_params["space"].replace("_", " ")
        variables = body.get("variables")
        return JSONResponse(GraphQlSpace(self.world.fibery, space).execute(body["query"], variables if isinstance(variables, dict) else {}))


def _failure(name: str, message: str) -> Response:
    return JSONResponse({"name": name, "message": message}, 500)
