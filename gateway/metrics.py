"""What the gateway counts. `route` is always a template, never a path that a caller made up."""

from prometheus_client import Counter, Gauge, Histogram

from meshkit.metrics import LATENCY_BUCKETS

HTTP_SECONDS = Histogram(
    "sutradhar_http_seconds", "Time of HTTP requests.", ["method", "route"], buckets=LATENCY_BUCKETS
)
HTTP_TOTAL = Counter(
    "sutradhar_http_total", "HTTP requests answered, by status.", ["method", "route", "status"]
)
HTTP_IN_FLIGHT = Gauge("sutradhar_http_in_flight", "HTTP requests being answered.")
HTTP_ERRORS = Counter("sutradhar_http_errors_total", "Errors answered, by reason.", ["route", "reason"])
EVENT_STREAMS = Gauge("sutradhar_http_event_streams", "Open event streams.")
WEBHOOKS_IN = Counter("sutradhar_webhooks_received_total", "Incoming webhooks, by outcome.", ["outcome"])
