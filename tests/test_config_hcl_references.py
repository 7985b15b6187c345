"""References to resources."""

from __future__ import annotations

from edgeware.config.loading.cloudformation.scope import broken
from edgeware.config.loading.terraform.hcl_references import instance_key, not_made, spelled
from edgeware.config.reading import Unresolved

UNKNOWN = Unresolved(why="?", stand_in="each.key")


def test_the_instance_that_a_reference_means() -> None:
    assert instance_key((0, "arn"), ("[0]", "[1]")) == ("[0]", ("arn",))
    assert instance_key((1.0, "arn"), ('["1"]',)) == ('["1"]', ("arn",))
    assert instance_key((0, "arn"), ("",)) == ("", ("arn",))
    assert instance_key(("*", "arn"), ()) == ("*", ("arn",))
    assert instance_key((UNKNOWN, "arn"), ()) == ("", ("arn",))
    assert instance_key(("arn",), ()) == ("", ("arn",))
    assert instance_key(("k", "arn"), ('["k"]',)) == ('["k"]', ("arn",))
    assert instance_key((), ()) == ("", ())
    assert instance_key((), ("[0]",)) == ("", ())


def test_an_instance_that_is_not_there_is_no_other() -> None:
    assert instance_key((5, "arn"), ("[0]", "[1]"))[0] == "[5]"
    assert instance_key(("gone", "arn"), ('["k"]',))[0] == "[gone]"
    nothing = broken("there is no such key.")
    assert instance_key((nothing, "arn"), ('["k"]',))[0] is nothing


def test_a_reference_is_spelled_as_it_is_written() -> None:
    assert spelled(("aws_s3_bucket", "b", 0, UNKNOWN, "arn")) == "aws_s3_bucket.b[0].each.key.arn"
    assert not_made(("a", "b")).why == "a.b is only known when it is made."
