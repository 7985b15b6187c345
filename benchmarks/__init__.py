"""How fast the edge is: beside others, part by part, as things grow, and over time. NOTES.md says what was found.

``python -m benchmarks`` measures side by side, ``python -m benchmarks.micro``, ``.growth`` and ``.steady`` the rest.
"""
