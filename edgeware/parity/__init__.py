"""Requests that were seen before, sent again: to the local edge, and to it and production side by side."""
