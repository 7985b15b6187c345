"""What API output may hold and the local edge does not act on: silent where no viewer sees it, else a note."""

from __future__ import annotations

from edgeware.config.loading.rules import READING, refuse
from edgeware.config.model import ALL_METHODS, CacheBehavior, LambdaFunctionAssociation
from edgeware.config.reading import Section

_SILENT = ("CallerReference", "PriceClass", "IsIPV6Enabled", "AnycastIpListId")

_NOTED = (
    ("WebACLId", "N-waf", "a web ACL is set; requests are not filtered locally."),
    ("ContinuousDeploymentPolicyId", "N-continuous-deployment", "all requests take the primary distribution locally."),
    ("ViewerMtlsConfig", "N-viewer-mtls", "viewers need no client certificate locally."),
    ("ConnectionFunctionAssociation", "N-connection-function", "the connection function is not run locally."),
)


def distribution_notes(config: Section) -> None:
    """Notes on a DistributionConfig, and the refusal of a template for many tenants."""
    config.ignore(*_SILENT)
    for key, code, text in _NOTED:
        if config.has(key):
            config.remark("note", key, code, text)
    if config.section("Logging").flag("Enabled"):
        config.remark("note", "Logging", "N-logging", "access logs are not delivered anywhere from here.")
    if config.flag("Staging"):
        config.remark("note", "Staging", "N-staging", "a staging distribution is served like any other.")
    _refuse_tenants(config)
    _certificate(config)


def _refuse_tenants(config: Section) -> None:
    tenant = config.choice("ConnectionMode", "direct", ("direct", "tenant-only")) == "tenant-only"
    given = config.has("TenantConfig")
    if tenant or given:
        key = "ConnectionMode" if tenant else "TenantConfig"
        config.complain(
            key, "a multi-tenant template needs a tenant.", "Read a distribution of its own.", code="N-later"
        )


def _certificate(config: Section) -> None:
    certificate = config.section("ViewerCertificate")
    own = certificate.has("ACMCertificateArn") or certificate.has("IAMCertificateId")
    if config.texts("Aliases") and not own:
        text = "there are alternate domain names, but no certificate for them."
        config.notices.append(READING["V38"].notice(str(config.place_of("ViewerCertificate")), text))
    sni = certificate.text("SSLSupportMethod") == "sni-only"
    if sni and certificate.text("MinimumProtocolVersion") == "SSLv3":
        text = "MinimumProtocolVersion is SSLv3 with sni-only."
        config.notices.append(READING["V38"].notice(str(config.place_of("ViewerCertificate")), text))
    if own:
        text = "the certificate and its minimum TLS version have no effect locally."
        config.remark("note", "ViewerCertificate", "N-certificate", text)


def behavior_notes(section: Section, behavior: CacheBehavior) -> None:
    """Notes on a behavior, and the combinations that exclude each other [V28]."""
    if section.flag("SmoothStreaming"):
        section.remark("note", "SmoothStreaming", "N-smooth-streaming", "Smooth Streaming is not emulated.")
        if behavior.associations:
            refuse(section, "SmoothStreaming", "V28", "functions are associated with a Smooth Streaming behavior.")
    if section.section("GrpcConfig").flag("Enabled"):
        section.remark("note", "GrpcConfig", "N-grpc", "gRPC is not passed on locally.")
        _check_grpc(section, behavior)
    if section.has("FieldLevelEncryptionId"):
        text = "fields reach the origin unencrypted."
        section.remark("note", "FieldLevelEncryptionId", "N-field-level-encryption", text)
    if section.has("RealtimeLogConfigArn"):
        section.remark("note", "RealtimeLogConfigArn", "N-realtime-log", "no real-time logs are sent from here.")
    if behavior.trusted_signers:
        text = "the keys of an account cannot be read; signatures of trusted signers are not checked."
        section.remark("warn", "TrustedSigners", "N-trusted-signers", text, "Use a key group.")


def _check_grpc(section: Section, behavior: CacheBehavior) -> None:
    if any(isinstance(found, LambdaFunctionAssociation) for found in behavior.associations.values()):
        refuse(section, "GrpcConfig", "V28", "Lambda@Edge is associated with a gRPC behavior.")
    if behavior.allowed_methods != ALL_METHODS:
        refuse(section, "GrpcConfig", "V28", "a gRPC behavior allows less than all seven methods.")
