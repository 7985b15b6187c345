"""The child process in which a Python Lambda@Edge function runs: ``python -I -m edgeware.functions.lambda_python``.

One process is one instance of the function: the module is imported once, its globals live on between invocations,
one event is handled at a time. The child imports nothing else of this package, so that it starts fast.

**Frames.** Both ways over standard input and output, ``>IQ`` (length of the payload, request id) and a JSON object::

    parent, id 0    {"directory", "handler", "runtime", "function_name", "function_version", "memory_size",
                     "timeout", "environment"}
    child           {"ok": true, "logs"}                            or {"failure", "logs"}
    parent, id n    {"event", "aws_request_id", "deadline_ms"}      milliseconds that the invocation may take
    child           {"output", "logs", "seconds"}                   or {"failure", "logs", "seconds"}
                    {"output": null, "unparsable": true, "logs", "seconds"}

``failure`` is ``{"kind": "execution", "message", "where", "error"}``. ``where`` is ``file:line`` in the function's
code, or null; ``error`` is what Lambda itself answers: ``{errorMessage, errorType, requestId, stackTrace}``.
``unparsable`` says that the result came out as text that is not JSON, such as a bare NaN. ``logs`` are the lines
written since the reply before; ``seconds`` is processor time. After a failed init every job gets that failure.

The end of the input ends the process at once, whatever runs in it. A function that calls ``sys.exit`` ends it as well:
the parent sees the frames stop. ``environment`` is laid over the reserved variables of the Lambda environment, which
are the only ones there are.

**Unlike Lambda:** ``/tmp`` is the host's. TMPDIR, and with it ``tempfile``, points to a directory of the process's own,
made inside the TMPDIR that the process was started with and removed at its end (a killed process leaves it: give it a
TMPDIR to clear up). Packages of the host's interpreter can be imported, behind those of the function's directory.
The memory size is told to the function and not enforced.
"""
