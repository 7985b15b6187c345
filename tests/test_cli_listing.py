from __future__ import annotations

from pathlib import Path

from edgeware.cli.listing import listing
from edgeware.config.model import (
    CacheBehavior,
    CachePolicy,
    CloudFrontFunction,
    Code,
    Directory,
    Distribution,
    FunctionAssociation,
    LambdaFunction,
    LambdaFunctionAssociation,
    Notice,
    Origin,
    OtherApp,
    Static,
    Unmapped,
    Url,
)

POLICY = CachePolicy(name="Managed-CachingDisabled")


def test_it_names_notices_behaviors_functions_and_origins() -> None:
    distribution = Distribution(
        id="E1",
        domain_name="d1.cloudfront.net",
        origins={
            "app": Origin(id="app", domain_name="app.example.com"),
            "api": Origin(id="api", domain_name="api.example.com", target=Url(url="http://127.0.0.1:8000")),
            "site": Origin(id="site", domain_name="s.s3.amazonaws.com", target=Directory(path=Path("dist"))),
            "shop": Origin(id="shop", domain_name="s.example.com", target=OtherApp(import_string="shop:app")),
            "fixed": Origin(id="fixed", domain_name="f.example.com", target=Static(status=503)),
            "other": Origin(id="other", domain_name="o.example.com", target=Unmapped(why="nothing is named for it")),
        },
        behaviors=(
            CacheBehavior(
                path_pattern="/api/*",
                target_origin_id="api",
                cache_policy=POLICY,
                associations={
                    "viewer-response": FunctionAssociation(event_type="viewer-response", function="arn:tag"),
                    "origin-request": LambdaFunctionAssociation(event_type="origin-request", function="arn:auth"),
                },
            ),
            CacheBehavior(path_pattern=None, target_origin_id="app", cache_policy=POLICY),
        ),
        functions={
            "arn:tag": CloudFrontFunction(name="tag", code=Code(text="")),
            "arn:auth": LambdaFunction(name="auth", code=Code(text=""), runtime="python3.13", handler="a.b"),
        },
        notices=(Notice(code="N-waf", severity="note", where="edge.yaml", text="requests are not filtered"),),
    )
    assert list(listing(distribution)) == [
        "note   N-waf edge.yaml: requests are not filtered",
        "  behavior  origin  functions",
        "  /api/*    api     origin-request=auth, viewer-response=tag",
        "  default   app     -",
        "",
        "  origin  stands for it",
        "  app     the application",
        "  api     http://127.0.0.1:8000",
        "  site    dist",
        "  shop    shop:app",
        "  fixed   always 503",
        "  other   nothing, 502: nothing is named for it",
    ]
