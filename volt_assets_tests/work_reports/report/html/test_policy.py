from __future__ import annotations

import base64
import hashlib

from volt_assets.work_reports.report.html.policy import content_security_policy


def test_only_the_style_sheet_itself_is_allowed() -> None:
    digest = base64.b64encode(hashlib.sha256(b"p{color:red}").digest()).decode()
    rules = content_security_policy("p{color:red}").split("; ")
    assert rules == ["default-src 'none'", f"style-src 'sha256-{digest}'", "img-src 'none'", "base-uri 'none'", "form-action 'none'"]
