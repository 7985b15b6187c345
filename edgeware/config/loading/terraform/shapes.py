"""The attributes of Terraform's AWS provider, from version 3 to 6, in the API's words."""

from __future__ import annotations

from edgeware.config.loading.terraform.translation import Block, Blocks, Items, Rule, Shape, Values, translated
from edgeware.config.place import LinedMapping

# --- policies -------------------------------------------------------------------------------------------------------


def _selections(**behaviors: Rule) -> Shape:
    """The three selections that policies share."""
    return {
        "cookies_config": Block("CookiesConfig", {"cookie_behavior": "CookieBehavior", "cookies": Items("Cookies")}),
        "headers_config": Block("HeadersConfig", {"header_behavior": "HeaderBehavior", "headers": Items("Headers")}),
        "query_strings_config": Block(
            "QueryStringsConfig",
            {"query_string_behavior": "QueryStringBehavior", "query_strings": Items("QueryStrings")},
        ),
        **behaviors,
    }


_COMPUTED: Shape = {"id": None, "arn": None, "etag": None, "tags": None, "tags_all": None, "timeouts": None}
_NAMED: Shape = {**_COMPUTED, "name": "Name", "comment": "Comment"}
_TTLS: Shape = {"min_ttl": "MinTTL", "default_ttl": "DefaultTTL", "max_ttl": "MaxTTL"}

CACHE_POLICY: Shape = {
    **_NAMED,
    **_TTLS,
    "parameters_in_cache_key_and_forwarded_to_origin": Block(
        "ParametersInCacheKeyAndForwardedToOrigin",
        _selections(
            enable_accept_encoding_brotli="EnableAcceptEncodingBrotli",
            enable_accept_encoding_gzip="EnableAcceptEncodingGzip",
        ),
    ),
}
ORIGIN_REQUEST_POLICY: Shape = {**_NAMED, **_selections()}

_SECURITY: Shape = {
    "content_security_policy": Block(
        "ContentSecurityPolicy", {"content_security_policy": "ContentSecurityPolicy", "override": "Override"}
    ),
    "content_type_options": Block("ContentTypeOptions", {"override": "Override"}),
    "frame_options": Block("FrameOptions", {"frame_option": "FrameOption", "override": "Override"}),
    "referrer_policy": Block("ReferrerPolicy", {"referrer_policy": "ReferrerPolicy", "override": "Override"}),
    "strict_transport_security": Block(
        "StrictTransportSecurity",
        {
            "access_control_max_age_sec": "AccessControlMaxAgeSec",
            "include_subdomains": "IncludeSubdomains",
            "override": "Override",
            "preload": "Preload",
        },
    ),
    "xss_protection": Block(
        "XSSProtection",
        {"mode_block": "ModeBlock", "override": "Override", "protection": "Protection", "report_uri": "ReportUri"},
    ),
}
RESPONSE_HEADERS_POLICY: Shape = {
    **_NAMED,
    "cors_config": Block(
        "CorsConfig",
        {
            "access_control_allow_credentials": "AccessControlAllowCredentials",
            "access_control_allow_headers": Items("AccessControlAllowHeaders"),
            "access_control_allow_methods": Items("AccessControlAllowMethods"),
            "access_control_allow_origins": Items("AccessControlAllowOrigins"),
            "access_control_expose_headers": Items("AccessControlExposeHeaders"),
            "access_control_max_age_sec": "AccessControlMaxAgeSec",
            "origin_override": "OriginOverride",
        },
    ),
    "custom_headers_config": Items(
        "CustomHeadersConfig", {"header": "Header", "override": "Override", "value": "Value"}
    ),
    "remove_headers_config": Items("RemoveHeadersConfig", {"header": "Header"}),
    "security_headers_config": Block("SecurityHeadersConfig", _SECURITY),
    "server_timing_headers_config": Block(
        "ServerTimingHeadersConfig", {"enabled": "Enabled", "sampling_rate": "SamplingRate"}
    ),
}

# --- the distribution -----------------------------------------------------------------------------------------------

_BEHAVIOR: Shape = {
    **_TTLS,
    "allowed_methods": "AllowedMethods",
    "cache_policy_id": "CachePolicyId",
    "cached_methods": "CachedMethods",
    "compress": "Compress",
    "field_level_encryption_id": "FieldLevelEncryptionId",
    "forwarded_values": Block(
        "ForwardedValues",
        {
            "cookies": Block("Cookies", {"forward": "Forward", "whitelisted_names": "WhitelistedNames"}),
            "headers": "Headers",
            "query_string": "QueryString",
            "query_string_cache_keys": "QueryStringCacheKeys",
        },
    ),
    "function_association": Blocks("FunctionAssociations", {"event_type": "EventType", "function_arn": "FunctionARN"}),
    "grpc_config": Block("GrpcConfig", {"enabled": "Enabled"}),
    "lambda_function_association": Blocks(
        "LambdaFunctionAssociations",
        {"event_type": "EventType", "include_body": "IncludeBody", "lambda_arn": "LambdaFunctionARN"},
    ),
    "origin_request_policy_id": "OriginRequestPolicyId",
    "path_pattern": "PathPattern",
    "realtime_log_config_arn": "RealtimeLogConfigArn",
    "response_headers_policy_id": "ResponseHeadersPolicyId",
    "smooth_streaming": "SmoothStreaming",
    "target_origin_id": "TargetOriginId",
    "trusted_key_groups": "TrustedKeyGroups",
    "trusted_signers": "TrustedSigners",
    "viewer_protocol_policy": "ViewerProtocolPolicy",
}
_TIMEOUTS: Shape = {
    "origin_keepalive_timeout": "OriginKeepaliveTimeout",
    "origin_read_timeout": "OriginReadTimeout",
}
_ORIGIN: Shape = {
    "connection_attempts": "ConnectionAttempts",
    "connection_timeout": "ConnectionTimeout",
    "custom_header": Blocks("CustomHeaders", {"name": "HeaderName", "value": "HeaderValue"}),
    "custom_origin_config": Block(
        "CustomOriginConfig",
        {
            **_TIMEOUTS,
            "http_port": "HTTPPort",
            "https_port": "HTTPSPort",
            "ip_address_type": "IpAddressType",
            "origin_mtls_config": "OriginMtlsConfig",
            "origin_protocol_policy": "OriginProtocolPolicy",
            "origin_ssl_protocols": "OriginSslProtocols",
        },
    ),
    "domain_name": "DomainName",
    "origin_access_control_id": "OriginAccessControlId",
    "origin_id": "Id",
    "origin_path": "OriginPath",
    "origin_shield": Block("OriginShield", {"enabled": "Enabled", "origin_shield_region": "OriginShieldRegion"}),
    "response_completion_timeout": "ResponseCompletionTimeout",
    "s3_origin_config": Block("S3OriginConfig", {**_TIMEOUTS, "origin_access_identity": "OriginAccessIdentity"}),
    "vpc_origin_config": Block(
        "VpcOriginConfig", {**_TIMEOUTS, "vpc_origin_id": "VpcOriginId", "owner_account_id": "OwnerAccountId"}
    ),
}
DISTRIBUTION: Shape = {
    **_COMPUTED,
    **dict.fromkeys(
        (
            "caller_reference",
            "domain_name",
            "hosted_zone_id",
            "in_progress_validation_batches",
            "last_modified_time",
            "logging_v1_enabled",
            "price_class",
            "region",
            "retain_on_delete",
            "status",
            # The distribution's own are computed from those of its behaviors.
            "trusted_key_groups",
            "trusted_signers",
            "wait_for_deployment",
        )
    ),
    "aliases": "Aliases",
    "anycast_ip_list_id": "AnycastIpListId",
    "cache_tag_config": Block("CacheTagConfig", {"header_name": "HeaderName"}),
    "comment": "Comment",
    "connection_function_association": "ConnectionFunctionAssociation",
    "connection_mode": "ConnectionMode",
    "continuous_deployment_policy_id": "ContinuousDeploymentPolicyId",
    "custom_error_response": Blocks(
        "CustomErrorResponses",
        {
            "error_caching_min_ttl": "ErrorCachingMinTTL",
            "error_code": "ErrorCode",
            "response_code": "ResponseCode",
            "response_page_path": "ResponsePagePath",
        },
    ),
    "default_cache_behavior": Block("DefaultCacheBehavior", _BEHAVIOR),
    "default_root_object": "DefaultRootObject",
    "enabled": "Enabled",
    "http_version": "HttpVersion",
    "is_ipv6_enabled": "IsIPV6Enabled",
    "logging_config": Block("Logging", {}, {"Enabled": True}),
    "ordered_cache_behavior": Blocks("CacheBehaviors", _BEHAVIOR),
    "origin": Blocks("Origins", _ORIGIN),
    "origin_group": Blocks(
        "OriginGroups",
        {
            "failover_criteria": Block("FailoverCriteria", {"status_codes": "StatusCodes"}),
            "member": Blocks("Members", {"origin_id": "OriginId"}),
            "origin_id": "Id",
            "selection_criteria": "SelectionCriteria",
        },
    ),
    "restrictions": Block(
        "Restrictions",
        {"geo_restriction": Block("GeoRestriction", {"locations": "Items", "restriction_type": "RestrictionType"})},
    ),
    "staging": "Staging",
    "tenant_config": "TenantConfig",
    "viewer_certificate": Block(
        "ViewerCertificate",
        {
            "acm_certificate_arn": "ACMCertificateArn",
            "cloudfront_default_certificate": "CloudFrontDefaultCertificate",
            "iam_certificate_id": "IAMCertificateId",
            "minimum_protocol_version": "MinimumProtocolVersion",
            "ssl_support_method": "SSLSupportMethod",
        },
    ),
    "viewer_mtls_config": "ViewerMtlsConfig",
    "web_acl_id": "WebACLId",
}


def distribution_config(values: Values) -> LinedMapping:
    """A DistributionConfig as the provider makes it.

    An origin that says nothing of its kind is S3. Beside a cache policy the provider leaves lifetimes out.
    """
    config = translated(values, DISTRIBUTION)
    for behavior in (config.get("DefaultCacheBehavior"), *_listed(config, "CacheBehaviors")):
        if isinstance(behavior, LinedMapping) and "CachePolicyId" in behavior:
            for key in _TTLS.values():
                behavior.pop(str(key), None)
    for origin in _listed(config, "Origins"):
        kinds = ("S3OriginConfig", "CustomOriginConfig", "VpcOriginConfig")
        if isinstance(origin, LinedMapping) and not any(kind in origin for kind in kinds):
            origin["S3OriginConfig"] = LinedMapping()
    return config


def _listed(config: LinedMapping, key: str) -> list[object]:
    value = config.get(key)
    return value if isinstance(value, list) else []
