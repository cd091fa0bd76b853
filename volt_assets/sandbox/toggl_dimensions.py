"""The v9 answers: workspace, users, projects, clients, tags, the token's owner, quotas. Empty lists are null, as they can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from volt_assets.sandbox.limits import HourlyQuota
from volt_assets.sandbox.people import SandboxPerson
from volt_assets.sandbox.toggl_catalogue import (
    CLIENTS,
    CURRENCY,
    ORGANIZATION_ID,
    OWNER_ROUNDING,
    OWNER_ROUNDING_MINUTES,
    PROJECTS,
    TAGS,
    WORKSPACE_ID,
    WORKSPACE_NAME,
    TogglProject,
)
from volt_assets.sandbox.world import World

DIMENSIONS = {
    "workspace": "/api/v9/workspaces/{workspace_id:int}",
    "users": "/api/v9/workspaces/{workspace_id:int}/users",
    "workspace_users": "/api/v9/organizations/{organization_id:int}/workspaces/{workspace_id:int}/workspace_users",
    "projects": "/api/v9/workspaces/{workspace_id:int}/projects",
    "clients": "/api/v9/workspaces/{workspace_id:int}/clients",
    "tags": "/api/v9/workspaces/{workspace_id:int}/tags",
    "me": "/api/v9/me",
    "me_quota": "/api/v9/me/quota",
}
_AT = "2025-09-01T08:00:00+00:00"
_MOST_PER_PAGE = 200


def dimension_answer(name: str, world: World, role: str, quotas: Mapping[str, HourlyQuota], request: Request, token: str) -> Response:
    """The answer to one of DIMENSIONS."""
    if request.path_params.get("organization_id", ORGANIZATION_ID) != ORGANIZATION_ID:
        return JSONResponse("Organization not found/accessible.", 404)
    query = request.query_params
    writers: dict[str, Callable[[], Response]] = {
        "workspace": lambda: JSONResponse(_workspace(role)),
        "users": lambda: _rows([_user(person) for person in world.people]),
        "workspace_users": lambda: _rows([_workspace_user(person) for person in world.people]),
        "projects": lambda: _projects(query.get("active", "true"), query.get("page", "1"), query.get("per_page", "151"), query.get("name")),
        "clients": lambda: _clients(query.get("status", "active")),
        "tags": lambda: _rows(
            [{"id": tag, "workspace_id": WORKSPACE_ID, "name": text, "at": _AT, "creator_id": None} for tag, text in TAGS]
        ),
        "me": lambda: JSONResponse(_me(world.people[0], token)),
        "me_quota": lambda: JSONResponse(_quotas(quotas)),
    }
    return writers[name]()


def _rows(rows: list[dict[str, Any]]) -> Response:
    return JSONResponse(rows or None)


def _workspace(role: str) -> dict[str, Any]:
    return {
        "id": WORKSPACE_ID,
        "organization_id": ORGANIZATION_ID,
        "name": WORKSPACE_NAME,
        "profile": 0,
        "premium": True,
        "business_ws": False,
        "admin": role == "admin",
        "role": role,
        "suspended_at": None,
        "server_deleted_at": None,
        "default_hourly_rate": None,
        "rate_last_updated": None,
        "default_currency": CURRENCY,
        "only_admins_may_create_projects": False,
        "only_admins_may_create_tags": False,
        "only_admins_see_billable_rates": False,
        "only_admins_see_team_dashboard": False,
        "projects_billable_by_default": True,
        "projects_private_by_default": True,
        "last_modified": None,
        "reports_collapse": True,
        "rounding": OWNER_ROUNDING,
        "rounding_minutes": OWNER_ROUNDING_MINUTES,
        "api_token": "",
        "at": _AT,
        "logo_url": "",
        "ical_url": "",
        "ical_enabled": False,
        "csv_upload": None,
        "subscription": None,
        "hide_start_end_times": False,
        "working_hours_in_minutes": None,
        "permissions": None,
    }


def _user(person: SandboxPerson) -> dict[str, Any]:
    return {
        "id": person.user_id,
        "fullname": person.name,
        "email": person.toggl_email,
        "is_active": person.is_active,
        "is_admin": person.is_admin,
        "inactive": not person.is_active,
    }


def _workspace_user(person: SandboxPerson) -> dict[str, Any]:
    return {
        "id": person.user_id + 50_000_000,
        "user_id": person.user_id,
        "workspace_id": WORKSPACE_ID,
        "organization_id": ORGANIZATION_ID,
        "name": person.name,
        "email": person.toggl_email,
        "active": person.is_active,
        "inactive": not person.is_active,
        "admin": person.is_admin,
        "role": "admin" if person.is_admin else "user",
        "timezone": person.zone,
        "rate": None,
        "labour_cost": None,
        "at": _AT,
    }


def _me(person: SandboxPerson, token: str) -> dict[str, Any]:
    return {
        "id": person.user_id,
        "api_token": token,
        "email": person.toggl_email,
        "fullname": person.name,
        "timezone": person.zone,
        "default_workspace_id": WORKSPACE_ID,
        "beginning_of_week": 1,
        "image_url": "",
        "created_at": _AT,
        "updated_at": _AT,
        "at": _AT,
        "country_id": None,
        "has_password": True,
    }


def _quotas(quotas: Mapping[str, HourlyQuota]) -> list[dict[str, Any]]:
    return [
        {
            "organization_id": organization,
            "remaining": quota.remaining,
            "total": quota.total,
            "resets_in_secs": quota.resets_in_seconds,
        }
        for organization, quota in ((ORGANIZATION_ID, quotas["organization"]), (None, quotas["me"]))
    ]


def _projects(active: str, page: str, per_page: str, name: str | None) -> Response:
    if active not in ("true", "false", "both") or not page.isdecimal() or not per_page.isdecimal():
        return JSONResponse("Invalid value for parameter", 400)
    size, number = min(max(1, int(per_page)), _MOST_PER_PAGE), max(1, int(page))
    rows = [
        _project(project)
        for project in PROJECTS
        if (active == "both" or project.is_active == (active == "true")) and (name is None or name.lower() in project.name.lower())
    ]
    return _rows(rows[(number - 1) * size : number * size])


def _project(project: TogglProject) -> dict[str, Any]:
    return {
        "id": project.id,
        "workspace_id": WORKSPACE_ID,
        "client_id": project.client_id,
        "name": project.name,
        "is_private": False,
        "active": project.is_active,
        "at": _AT,
        "created_at": _AT,
        "server_deleted_at": None,
        "color": project.hex,
        "billable": project.is_billable,
        "template": False,
        "currency": CURRENCY,
    }


def _clients(status: str) -> Response:
    shown = [client for client in CLIENTS if status == "both" or client.is_archived == (status == "archived")]
    return _rows([{"id": one.id, "wid": WORKSPACE_ID, "name": one.name, "archived": one.is_archived, "at": _AT} for one in shown])
