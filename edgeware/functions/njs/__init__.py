"""The language that CloudFront Functions are written in: what njs, its engine, refuses of a source before it runs."""
