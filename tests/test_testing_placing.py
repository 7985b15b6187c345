from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from edgeware.config.model import App, Directory, Origin, Unmapped, Url
from edgeware.exceptions import UsageError
from edgeware.testing.placing import distribution_of
from tests.worlds.sites import site

NOWHERE = Origin(id="app", domain_name="app.example.com", target=Unmapped(why="nobody said"))


@pytest.mark.parametrize(
    ("app", "target"),
    [
        (object(), App()),
        ("http://127.0.0.1:9000", Url(url="http://127.0.0.1:9000")),
        (Path("static"), Directory(path=Path("static"))),
    ],
)
@pytest.mark.parametrize("origin", [None, NOWHERE], ids=["where the app is", "where nothing is"])
def test_what_is_tested_takes_the_place_of_the_origin(app: object, target: object, origin: Origin | None) -> None:
    assert distribution_of(site(origin=origin), app).origins["app"].target == target


def test_a_distribution_that_would_not_ask_the_application_is_refused() -> None:
    elsewhere = site(origin=replace(NOWHERE, target=Url(url="http://127.0.0.1:9")))
    with pytest.raises(UsageError, match="nothing would ask it"):
        distribution_of(elsewhere, object())
    two = site(origin=NOWHERE, distribution={})
    two = replace(two, origins={**two.origins, "other": replace(NOWHERE, id="other")})
    with pytest.raises(UsageError, match="nothing would ask it"):
        distribution_of(two, object())


def test_a_template_is_read_with_its_parameters_and_an_overlay(tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE)
    overlay = {"origins": {"web": "app"}}
    found = distribution_of(str(template), object(), named="Two", parameters={"Name": "b"}, overlay=overlay)
    assert found.aliases == ("b.example.com",)
    assert found.origins["web"].target == App()


TEMPLATE = """
AWSTemplateFormatVersion: "2010-09-09"
Parameters: { Name: { Type: String } }
Resources:
  One: &one
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - { Id: web, DomainName: web.example.com, CustomOriginConfig: { OriginProtocolPolicy: https-only } }
        DefaultCacheBehavior:
          TargetOriginId: web
          ViewerProtocolPolicy: allow-all
          CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6
  Two:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Aliases: [!Sub "${Name}.example.com"]
        ViewerCertificate: { AcmCertificateArn: "arn:aws:acm:us-east-1:1:certificate/a", SslSupportMethod: sni-only }
        Origins:
          - { Id: web, DomainName: web.example.com, CustomOriginConfig: { OriginProtocolPolicy: https-only } }
        DefaultCacheBehavior:
          TargetOriginId: web
          ViewerProtocolPolicy: allow-all
          CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6
""".replace("&one", "")
