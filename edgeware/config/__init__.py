"""The distribution in AWS's words."""
