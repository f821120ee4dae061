"""Route modules: one per subject or dialect."""
