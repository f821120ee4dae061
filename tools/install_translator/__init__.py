"""Installing a translation model for the translator service."""
