"""Where edge functions run."""
