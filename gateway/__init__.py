"""The REST face of the mesh: transcoded routes, dialects, limits, documentation."""
