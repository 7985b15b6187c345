"""The child process of a Python Lambda@Edge function: ``python -I -m edgeware.functions.lambda_python IN OUT``.

One process is one instance of the function: the module is imported once, its globals live on between invocations,
one event is handled at a time. The child imports nothing else of this package, so that it starts fast.

**Frames.** Over the descriptors IN and OUT, ``>IQ`` (length of the payload, request id) and a JSON object::

    parent, id 0    {"directory", "handler", "variables", "memory"} the variables are all that there are
    child           {"ok": true}                                    or {"failure"}
    parent, id n    {"event", "aws_request_id", "deadline_ms"}      milliseconds that the invocation may take
    child           {"output", "seconds", "report"}                 or {"failure", "seconds", "report"}
                    {"output": null, "unparsable": true, "seconds", "report"}

``failure`` is ``{"kind": "execution", "message", "where", "error"}``. ``where`` is ``file:line`` in the function's
code, or null; ``error`` is what Lambda itself answers: ``{errorMessage, errorType, requestId, stackTrace}``.
``unparsable`` says that the result came out as text that is not JSON, such as a bare NaN. ``seconds`` is processor
time. ``report`` is what Lambda reports: ``{"request_id", "milliseconds", "peak"}`` and, of the first invocation,
``init`` in milliseconds; ``peak`` and ``memory`` are in MB. Where ``memory`` is given, a process that has used more
dies of SIGKILL in the place of an answer. After a failed init every job gets that failure. Standard output and error
are the function's own: what stands there is its log.

The end of the input ends the process at once, whatever runs in it. A function that calls ``sys.exit`` ends it as well:
the parent sees the frames stop.

**Unlike Lambda:** ``/tmp`` is the host's. TMPDIR, and with it ``tempfile``, points to a directory of the process's own,
made inside the TMPDIR that the process was started with and removed at its end (a killed process leaves it: give it a
TMPDIR to clear up). Packages of the host's interpreter can be imported, behind those of the function's directory.
The memory is looked at when the handler has returned; until then there are 512 MB more.
"""
