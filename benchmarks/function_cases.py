"""The functions that function_call.py measures, each in the forms that its contestants run, and their events."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from edgeware.config.model import EventType, KeyValueStore

SECRET = "a-string-of-at-least-32-characters"
STORE = KeyValueStore(name="redirects", data={f"/old/{n}": f"/new/{n}" for n in range(100)})

SECURITY_HEADERS = """
function handler(event) {
    var response = event.response;
    var headers = response.headers;
    headers['strict-transport-security'] = { value: 'max-age=63072000; includeSubdomains; preload' };
    headers['content-security-policy'] = { value: "default-src 'none'; img-src 'self'; script-src 'self'" };
    headers['x-content-type-options'] = { value: 'nosniff' };
    headers['x-frame-options'] = { value: 'DENY' };
    headers['x-xss-protection'] = { value: '1; mode=block' };
    return response;
}
"""
URL_REWRITE = """
function handler(event) {
    var request = event.request, uri = request.uri;
    uri = uri.replace(/\\/{2,}/g, '/').replace(/^\\/(en|de|fr)\\//, '/locales/$1/').replace(/\\.htm$/, '.html');
    if (/\\/$/.test(uri)) uri += 'index.html';
    else if (!/\\.[a-z0-9]+$/i.test(uri)) uri += '/index.html';
    if (/^\\/api\\//.test(uri)) uri = '/v2' + uri;
    request.uri = uri;
    return request;
}
"""
REDIRECT = """
async function handler(event) {
    const request = event.request;
    let target;
    try { target = await LOOKUP; } catch (error) { return request; }
    return { statusCode: 302, statusDescription: 'Found', headers: { location: { value: target } } };
}
"""
# Stock evaljs does not wait for promises, and has no store: the table is in its source.
TABLE_REDIRECT = f"var table = {json.dumps(dict(STORE.data))};" + REDIRECT.replace("async ", "").replace(
    "await LOOKUP", "table[request.uri]"
)
STORE_REDIRECT = "import cf from 'cloudfront';" + REDIRECT.replace("LOOKUP", "cf.kvs().get(request.uri)")

TOKEN_CHECK = """
function handler(event) {
    var request = event.request, parts = request.headers.authorization.value.slice(7).split('.');
    var payload = JSON.parse(decoded(parts[1]));
    if (signature(parts[0] + '.' + parts[1]) !== parts[2] || payload.exp < 1700000000) return { statusCode: 401 };
    request.headers['x-user'] = { value: payload.sub };
    return request;
}
"""
HOST_CRYPTO = f"""
var crypto = require('crypto');
function signature(text) {{ return crypto.createHmac('sha256', '{SECRET}').update(text).digest('base64url'); }}
function decoded(text) {{ return Buffer.from(text, 'base64url').toString(); }}
"""
PURE_JAVASCRIPT = (
    """
var letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
function bytesOf(text) { var a = []; for (var i = 0; i < text.length; i++) a.push(text.charCodeAt(i)); return a; }
function decoded(text) {
    var out = '', bits = 0, value = 0;
    for (var i = 0; i < text.length; i++) {
        value = (value << 6 | letters.indexOf(text[i])) & 0xffff;
        bits += 6;
        if (bits >= 8) { bits -= 8; out += String.fromCharCode(value >> bits & 255); }
    }
    return out;
}
function encoded(bytes) {
    var out = '';
    for (var i = 0; i < bytes.length; i += 3) {
        var n = bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2];
        out += letters[n >> 18 & 63] + letters[n >> 12 & 63];
        if (i + 1 < bytes.length) out += letters[n >> 6 & 63];
        if (i + 2 < bytes.length) out += letters[n & 63];
    }
    return out;
}
var K = [], H = [];
(function () {
    for (var n = 2; K.length < 64; n++) {
        for (var prime = true, d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
        if (!prime) continue;
        if (H.length < 8) H.push((Math.pow(n, 1 / 2) % 1) * 4294967296 | 0);
        K.push((Math.pow(n, 1 / 3) % 1) * 4294967296 | 0);
    }
})();
function rotated(x, n) { return x >>> n | x << 32 - n; }
function sha256(message) {
    var bytes = message.concat([128]), h = H.slice(), w = [];
    while (bytes.length % 64 !== 56) bytes.push(0);
    bytes.push(0, 0, 0, 0, message.length >>> 21, message.length >>> 13 & 255, message.length >>> 5 & 255,
        message.length << 3 & 255);
    for (var at = 0; at < bytes.length; at += 64) {
        var s = h.slice();
        for (var i = 0; i < 64; i++) {
            if (i < 16) {
                var b = at + i * 4;
                w[i] = bytes[b] << 24 | bytes[b + 1] << 16 | bytes[b + 2] << 8 | bytes[b + 3];
            } else {
                var x = w[i - 15], y = w[i - 2];
                w[i] = w[i - 16] + (rotated(x, 7) ^ rotated(x, 18) ^ x >>> 3) + w[i - 7]
                    + (rotated(y, 17) ^ rotated(y, 19) ^ y >>> 10) | 0;
            }
            var one = s[7] + (rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25))
                + (s[4] & s[5] ^ ~s[4] & s[6]) + K[i] + w[i] | 0;
            var two = (rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22))
                + (s[0] & s[1] ^ s[0] & s[2] ^ s[1] & s[2]) | 0;
            s = [one + two | 0, s[0], s[1], s[2], s[3] + one | 0, s[4], s[5], s[6]];
        }
        for (var j = 0; j < 8; j++) h[j] = h[j] + s[j] | 0;
    }
    var out = [];
    for (var k = 0; k < 8; k++) out.push(h[k] >>> 24, h[k] >>> 16 & 255, h[k] >>> 8 & 255, h[k] & 255);
    return out;
}
function signature(text) {
    var key = bytesOf('"""
    + SECRET
    + """'), inner = [], outer = [];
    for (var i = 0; i < 64; i++) { inner.push((key[i] | 0) ^ 54); outer.push((key[i] | 0) ^ 92); }
    return encoded(sha256(outer.concat(sha256(inner.concat(bytesOf(text))))));
}
"""
)


@dataclass(frozen=True)
class Case:
    """One function: as edgeware runs it, as stock evaljs does, and on what."""

    name: str
    ours: str
    stock: str
    event: dict[str, Any]
    proof: str
    """A text that the right result holds, as JSON."""

    @property
    def event_type(self) -> EventType:
        return "viewer-response" if "response" in self.event else "viewer-request"


def event(headers: int = 10, uri: str = "/media/index.mpd", **more: str) -> dict[str, Any]:
    """An event; ``headers`` is how many its response has, none for an event without one."""
    request = {f"x-request-{n}": {"value": f"the value of request header {n}"} for n in range(10 if more else 15)}
    built: dict[str, Any] = {
        "version": "1.0",
        "context": {
            "distributionDomainName": "d111111abcdef8.cloudfront.net",
            "distributionId": "EDFDVBD6EXAMPLE",
            "eventType": "viewer-response" if headers else "viewer-request",
            "requestId": "EXAMPLEntjQpEXAMPLE_SG5Z-EXAMPLEPmPfEXAMPLEu3EqEXAMPLE==",
        },
        "viewer": {"ip": "198.51.100.11"},
        "request": {
            "method": "GET",
            "uri": uri,
            "querystring": {"id": {"value": "42"}},
            "headers": {**request, **{name: {"value": value} for name, value in more.items()}},
            "cookies": {},
        },
    }
    lines = {f"x-response-{n}": {"value": f"the value of response header {n}"} for n in range(headers)}
    answer = {"statusCode": 200, "statusDescription": "OK", "headers": lines, "cookies": {}}
    return {**built, "response": answer} if headers else built


def token() -> str:
    """One that is signed with the secret."""
    parts = [_text(json.dumps(part).encode()) for part in ({"alg": "HS256"}, {"sub": "user-1", "exp": 4102444800})]
    signed = hmac.digest(SECRET.encode(), ".".join(parts).encode(), hashlib.sha256)
    return ".".join([*parts, _text(signed)])


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def cases() -> list[Case]:
    """All of them."""
    asked = event(0, "/en//docs/intro", host="www.example.com")
    old, signed = event(0, "/old/42", host="www.example.com"), event(0, authorization=f"Bearer {token()}")
    pure = PURE_JAVASCRIPT + TOKEN_CHECK
    return [
        Case("5 headers, response of 10", SECURITY_HEADERS, SECURITY_HEADERS, event(10), "includeSubdomains"),
        Case("5 headers, response of 30", SECURITY_HEADERS, SECURITY_HEADERS, event(30), "includeSubdomains"),
        Case("URL rewrite", URL_REWRITE, URL_REWRITE, asked, "/locales/en/docs/intro/index.html"),
        Case("redirect by key value store", STORE_REDIRECT, TABLE_REDIRECT, old, "/new/42"),
        Case("HS256 token check", HOST_CRYPTO + TOKEN_CHECK, pure, signed, "user-1"),
        Case("the same in JavaScript alone", pure, pure, signed, "user-1"),
    ]
