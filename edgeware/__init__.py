"""A faithful CloudFront edge location round any Python web app."""
