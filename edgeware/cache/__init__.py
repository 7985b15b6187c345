"""Where objects rest."""
