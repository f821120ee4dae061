"""What the video service and its worker count."""

from prometheus_client import Counter, Gauge, Histogram

LONG_BUCKETS = (0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300, 600)

ADMISSIONS = Counter(
    "sutradhar_video_photos_total", "Photos and clips looked at before a job: with a pet or not.", ["outcome"]
)
CREATED = Counter("sutradhar_video_jobs_created_total", "Jobs created.")
ENDED = Counter("sutradhar_video_jobs_ended_total", "Jobs ended, by state.", ["state"])
FAILURES = Counter("sutradhar_video_failures_total", "Jobs failed, by stage and reason.", ["stage", "reason"])
STAGE_SECONDS = Histogram(
    "sutradhar_video_stage_seconds", "Time of a stage, its retries included.", ["stage"], buckets=LONG_BUCKETS
)
STAGE_RETRIES = Counter("sutradhar_video_stage_retries_total", "Stages tried again.", ["stage"])
JOB_SECONDS = Histogram(
    "sutradhar_video_job_seconds", "Time from a job's creation to its completion.", buckets=LONG_BUCKETS
)
RESUMED = Counter("sutradhar_video_jobs_resumed_total", "Jobs taken up again after an interruption.")
WEBHOOKS = Counter("sutradhar_video_webhooks_total", "Attempts at webhooks, by outcome.", ["outcome"])
WATCHERS = Gauge("sutradhar_video_watchers", "Open watch streams.")
JOBS = Gauge("sutradhar_video_jobs", "Jobs kept, by state.", ["state"])
QUEUE_DEPTH = Gauge("sutradhar_video_queue_depth", "Jobs that no worker has begun.")
WORKERS = Gauge("sutradhar_video_workers", "Worker processes seen in the last ten seconds.")
REDIS_MEMORY = Gauge("sutradhar_redis_memory_bytes", "Memory that Redis uses.")
ACTIVE_RENDERS = Gauge("sutradhar_video_active_runs", "Jobs that this worker is working on.")
EXPIRED = Counter("sutradhar_video_jobs_expired_total", "Jobs deleted because their time was over.")
REQUEUED = Counter("sutradhar_video_requeued_total", "Forgotten work queued again, by kind.", ["kind"])
