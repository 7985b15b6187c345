from __future__ import annotations

from dataclasses import replace

from edgeware.messages import Headers, Request, Response

COOKIES = Headers([("Set-Cookie", "a=1"), ("Content-Type", "text/html"), ("set-cookie", "b=2")])


def test_names_compare_without_case_and_the_first_line_answers() -> None:
    assert COOKIES.get("SET-COOKIE") == "a=1"
    assert COOKIES.get("etag") is None


def test_every_line_of_a_name_is_kept_in_order() -> None:
    assert COOKIES.get_all("set-cookie") == ("a=1", "b=2")
    assert COOKIES.get_all("etag") == ()
    assert list(COOKIES) == [("Set-Cookie", "a=1"), ("Content-Type", "text/html"), ("set-cookie", "b=2")]
    assert len(COOKIES) == 3


def test_lines_of_one_name_join_to_a_list() -> None:
    assert Headers([("Vary", "a"), ("vary", "b")]).joined("Vary") == "a, b"
    assert COOKIES.joined("etag") is None


def test_setting_a_name_takes_the_place_of_its_first_line() -> None:
    assert COOKIES.set("Set-Cookie", "c=3").lines == (("Set-Cookie", "c=3"), ("Content-Type", "text/html"))


def test_setting_a_new_name_puts_it_last() -> None:
    assert COOKIES.set("ETag", '"x"').lines == (*COOKIES.lines, ("ETag", '"x"'))


def test_adding_leaves_the_lines_that_are_there() -> None:
    assert COOKIES.add("Set-Cookie", "c=3").get_all("set-cookie") == ("a=1", "b=2", "c=3")


def test_bytes_are_names_in_lower_case_and_values_as_they_came() -> None:
    headers = Headers([("X-Two", "\u00fc"), ("x-two", "2")])
    assert headers.raw == [(b"x-two", b"\xfc"), (b"x-two", b"2")]
    assert headers.raw is not headers.raw
    assert headers.raw[0] is headers.raw[0]


def test_longer_headers_use_the_bytes_of_their_beginning() -> None:
    longer = COOKIES.extended(("Age", "1")).extended(("Via", "2"), ("Via", "3"))
    assert longer.lines == (*COOKIES.lines, ("Age", "1"), ("Via", "2"), ("Via", "3"))
    assert longer.raw == [*COOKIES.raw, (b"age", b"1"), (b"via", b"2"), (b"via", b"3")]
    assert longer.raw[0] is COOKIES.raw[0]
    assert "age" not in COOKIES


def test_names_are_taken_out_whatever_their_case() -> None:
    assert COOKIES.without("SET-cookie", "ETag").lines == (("Content-Type", "text/html"),)


def test_taking_out_what_is_not_there_gives_the_same_object() -> None:
    assert COOKIES.without("ETag") is COOKIES


def test_a_name_is_in_the_headers_or_not() -> None:
    assert "content-TYPE" in COOKIES
    assert "etag" not in COOKIES
    assert 3 not in COOKIES
    assert COOKIES.names() == {"set-cookie", "content-type"}


def test_headers_are_values() -> None:
    headers, same = Headers([("A", "b")]), Headers([("A", "b")])
    assert headers == same
    assert hash(headers) == hash(same)
    assert headers != Headers()
    assert headers != headers.lines
    assert repr(Headers([("A", "b")])) == "Headers([('A', 'b')])"


def test_messages_without_headers_have_none() -> None:
    assert len(Request(method="GET", path="/").headers) == 0
    assert Response(status=200).body is None


def test_a_message_with_something_else_in_it_keeps_the_rest() -> None:
    other = Headers([("X-Other", "1")])
    request = Request(
        "POST", "/a", "b", Headers([("Host", "a")]), "http", "2.0", "192.0.2.1", 4711, (("country", "CH"),)
    )
    assert request.asking("/c", "d", other) == replace(request, path="/c", query="d", headers=other)
    response = Response(201, Headers([("X", "y")]), "Made", b"body")
    assert response.with_headers(other) == replace(response, headers=other)


def test_the_size_of_headers_is_what_they_take_on_the_wire() -> None:
    lines = [("Host", "www.example.com"), ("X-Empty", "")]
    assert Headers(lines).size == len("".join(f"{name}: {value}\r\n" for name, value in lines))
