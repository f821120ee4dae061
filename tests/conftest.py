"""Fixtures of the whole suite: real neighbours, one module each in tests/fixtures/."""

pytest_plugins = [
    "tests.fixtures.triton",
    "tests.fixtures.valkey",
    "tests.fixtures.mesh",
    "tests.fixtures.hub",
]
