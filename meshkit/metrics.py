"""Prometheus metrics that every process has, and the endpoint that serves them."""

from prometheus_client import Counter, Gauge, Histogram, start_http_server

# Seconds: from a millisecond (a cached answer) to minutes (a long render).
LATENCY_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180)

RPC_SECONDS = Histogram(
    "sutradhar_rpc_seconds", "Time of gRPC calls served.", ["service", "method"], buckets=LATENCY_BUCKETS
)
RPC_TOTAL = Counter(
    "sutradhar_rpc_total", "gRPC calls served, by status code.", ["service", "method", "code"]
)
RPC_IN_FLIGHT = Gauge("sutradhar_rpc_in_flight", "gRPC calls being served.", ["service"])
ERRORS_TOTAL = Counter(
    "sutradhar_errors_total", "Errors answered, by reason.", ["service", "method", "reason"]
)
TRITON_SECONDS = Histogram(
    "sutradhar_triton_seconds",
    "Time of Triton inferences, as the service sees them.",
    ["model"],
    buckets=LATENCY_BUCKETS,
)
TRITON_ERRORS = Counter("sutradhar_triton_errors_total", "Failed Triton inferences.", ["model", "reason"])


def serve_metrics(host: str, port: int) -> None:
    """Serves /metrics in Prometheus' text format from a daemon thread."""
    start_http_server(port, addr=host)
