from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edgeware.functions.njs.findings import Runtime
from edgeware.functions.njs.review import review
from tests.njs_errors import FIRST, SECOND

# Functions in the style of those that AWS publishes: of each kind one, and nothing is wrong with them.
FIRST_STYLE = {
    "redirect": """
function handler(event) {
    var request = event.request;
    var headers = request.headers;
    var host = request.headers.host.value;
    var country = headers['cloudfront-viewer-country'] ? headers['cloudfront-viewer-country'].value : 'US';
    if (country === 'DE') {
        var response = {
            statusCode: 302,
            statusDescription: 'Found',
            headers: { 'location': { value: `https://${host}/de/index.html` }, 'cache-control': { value: 'no-store' } },
        };
        return response;
    }
    return request;
}
""",
    "sorted query": """
'use strict';
var querystring = require('querystring');
function handler(event) {
    var req = event.request, kept = [];
    Object.keys(req.querystring).sort().forEach(function (name) {
        var entry = req.querystring[name];
        if (entry.multiValue) {
            entry.multiValue.forEach(function (one) { kept.push(name + '=' + one.value); });
        } else {
            kept.push(entry.value === '' ? name : name + '=' + entry.value);
        }
    });
    req.querystring = kept.join('&');
    console.log(querystring.stringify({ a: 1 }));
    return req;
}
""",
    "token": """
var crypto = require('crypto');
var response401 = { statusCode: 401, statusDescription: 'Unauthorized' };
function same(a, b) {
    if (a.length != b.length) { return false; }
    var xor = 0;
    for (var i = 0; i < a.length; i++) { xor |= (a.charCodeAt(i) ^ b.charCodeAt(i)); }
    return 0 === xor;
}
function handler(event) {
    var request = event.request;
    if (!request.querystring.jwt) { return response401; }
    var segments = request.querystring.jwt.value.split('.');
    try {
        var signature = crypto.createHmac('sha256', 'k').update(segments[0] + '.' + segments[1]).digest('base64url');
        if (!same(signature, segments[2])) { throw new Error('no'); }
        if (JSON.parse(String.bytesFrom(segments[1], 'base64url')).exp < Date.now() / 1000) { throw new Error('old'); }
    } catch (e) {
        console.log(e);
        return response401;
    }
    delete request.querystring.jwt;
    return request;
}
""",
    "headers and cookies": """
function handler(event) {
    var response = event.response;
    var headers = response.headers;
    headers['strict-transport-security'] = { value: 'max-age=63072000; includeSubdomains; preload' };
    headers['x-frame-options'] = { value: 'DENY' };
    if (!headers['cache-control']) headers['cache-control'] = { value: 'public, max-age=' + 60 * 60 };
    response.cookies['seen'] = { value: '1', attributes: 'Secure; Path=/' };
    delete headers['x-powered-by'];
    return response;
}
""",
}
SECOND_STYLE = {
    "store": """
import cf from 'cloudfront';
const kvsId = '12345678-abcd';
const kvsHandle = cf.kvs(kvsId);
async function handler(event) {
    const request = event.request;
    const first = request.uri.split('/')[1];
    let value = 'none';
    try {
        const replacement = await kvsHandle.get(first, { format: 'string' });
        request.uri = request.uri.replace(first, replacement);
    } catch (err) {
        console.log(`Kvs key lookup failed for ${request.uri}: ${err}`);
    }
    if (await kvsHandle.exists('x')) { value = (await kvsHandle.meta()).keyCount; }
    return value ? request : { statusCode: 404, body: { encoding: 'text', data: 'none' } };
}
""",
    "origin": """
import cf from 'cloudfront';
function handler(event) {
    const request = event.request;
    const region = { EU: 'eu.example.com', US: 'us.example.com' };
    const country = request.headers['cloudfront-viewer-country'];
    if (country && region[country.value]) {
        cf.updateRequestOrigin({ domainName: region[country.value], timeouts: { readTimeout: 30 } });
    }
    request.headers['x-origin'] = { value: cf.edgeLocation ? cf.edgeLocation.name : '' };
    return request;
}
""",
    "buffer": """
const crypto = require('crypto');
const handler = (event) => {
    const bytes = Buffer.from(event.request.uri, 'utf8');
    const id = crypto.createHash('md5').update(bytes).digest('hex').slice(0, 8) ?? '';
    const name = typeof window === 'undefined' ? btoa(id) : window.name;
    event.request.headers['x-id'] = { value: name };
    return event.request;
};
""",
}


@pytest.mark.parametrize("name", FIRST_STYLE)
def test_a_sound_function_of_the_first_runtime_is_clean(name: str) -> None:
    assert review(FIRST_STYLE[name], FIRST) == ()


@pytest.mark.parametrize("name", ["redirect", "sorted query", "headers and cookies", *SECOND_STYLE])
def test_a_sound_function_of_the_second_runtime_is_clean(name: str) -> None:
    assert review((FIRST_STYLE | SECOND_STYLE)[name], SECOND) == ()


def test_errors_come_first_each_with_its_place_and_page() -> None:
    source = "function handler(e) {\n  'a'.padStart(2); e.a.at(1);\n  e.request.headers.host = {value: URL};\n}\n"
    assert [(one.severity, one.line, one.column, one.feature, one.page) for one in review(source, SECOND)] == [
        ("error", 3, 3, "read-only-header", "edge-function-restrictions-all"),
        ("error", 3, 36, "unknown-global", "functions-javascript-runtime-20"),
        ("warn", 2, 20, "unknown-member", "functions-javascript-runtime-20"),
    ]


def test_of_a_source_that_does_not_run_only_the_syntax_is_told() -> None:
    assert [one.feature for one in review("class A {}\nfetch();", SECOND)] == ["class"]


def test_too_many_bytes_are_an_error_whatever_else_is_wrong() -> None:
    long = "// é".ljust(10_240, "x")  # one byte more than characters
    (size,) = review(f"{long}\nfunction handler() {{}}", SECOND)
    assert (size.line, size.column, size.page) == (1, 1, "cloudfront-limits")
    assert str(size) == "FunctionSizeLimitExceeded: the code has 10263 bytes, and a function 10240 at most"
    assert [one.feature for one in review(f"{long}\nclass A {{}}", FIRST)] == ["code-size", "class"]
    assert [one.feature for one in review(f"{long}\nfetch()", FIRST)] == ["code-size", "handler", "unknown-global"]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "a request headers handler kvs . . [ ] ( ) { } = 'x' \"Y\" delete typeof await async function var const "
            "return => , ; : try catch new ? + ` ${ } import from\n".split(" ")
        ),
        max_size=25,
    ).map(" ".join)
)
def test_no_text_raises(source: str) -> None:
    runtimes: tuple[Runtime, ...] = (FIRST, SECOND)
    for runtime in runtimes:
        review(source, runtime)
