"""One settings file; every value that differs between installations comes from the environment.

.env.example lists all variables. Unknown values stop the start (apps.core.env).
"""

from datetime import timedelta
from pathlib import Path

from apps.core import env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var")))

# --- who we are -----------------------------------------------------------------------------
SECRET_KEY = env.secret("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
DEBUG = env.flag("DEBUG", False)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
DEMO = env.flag("DEMO", False)  # demo people exist and the login page names them
BUSINESS_DATE = env.day("BUSINESS_DATE")  # training and demo only
PUBLIC_URL = env.text("PUBLIC_URL", "http://localhost:8000")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "apps.core",
    "apps.audit",
    "apps.jobs",
    "apps.notifications",
    "apps.organizations",
    "apps.indicators",
    "apps.projects",
    "apps.workplans",
    "apps.filings",
    "apps.rectification",
    "apps.pre_assessment",
    "apps.targets",
    "apps.monitoring",
    "apps.reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.arrival",
    "apps.core.middleware.private_pages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.organizations.middleware.session_limits",
    "apps.audit.middleware.Refusals",
    "apps.core.middleware.rule_errors",
]

ROOT_URLCONF = "perf_mgmt.urls"
WSGI_APPLICATION = "perf_mgmt.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.reports.context.shell",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader"],
                )
            ],
            "builtins": ["apps.core.templatetags.shown"],
        },
    }
]

# --- data -----------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MEDIA_ROOT = DATA_DIR / "files"  # never served by the web server: every file goes through a view

# --- people ---------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["apps.organizations.backend.PeopleBackend"]
AUTH_USER_MODEL = "organizations.User"
LOGIN_URL = "organizations:login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_PROFILE = env.choice("PASSWORD_PROFILE", ("dengbao3", "asvs"), "dengbao3")
PASSWORD_HASHERS = ["apps.organizations.hashers.BoundedArgon2PasswordHasher"]
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # a lost Redis must not log a county out
SESSION_IDLE = timedelta(minutes=env.number("SESSION_IDLE_MINUTES", 30, 1))
SESSION_ABSOLUTE = timedelta(hours=env.number("SESSION_ABSOLUTE_HOURS", 12, 1))
SESSION_COOKIE_AGE = int(SESSION_ABSOLUTE.total_seconds())
LOGIN_FAILURES = env.number("LOGIN_FAILURES", 5, 1)
LOGIN_PATIENCE = 8.0  # seconds in the queue of hashes, then the person is asked to try again
LOGIN_LOCK = timedelta(minutes=env.number("LOGIN_LOCK_MINUTES", 30, 1))

# --- transport and headers ------------------------------------------------------------------
HTTPS = env.flag("HTTPS", True)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
BEHIND_PROXY = env.flag("BEHIND_PROXY", False)  # only where a proxy of ours sets these headers
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_FAILURE_VIEW = "apps.core.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000  # a form of 100 indicators has about 1,300
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "apps.core.uploads.LimitedUpload",  # stops at UPLOAD_LIMIT while bytes arrive
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
UPLOAD_LIMIT = 20 * 1024 * 1024  # bytes of one file
TRUST_REQUEST_START = env.number(
    "TRUST_REQUEST_START_SECONDS", 0
)  # seconds of X-Request-Start believed

# --- pages ----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Our own folder only: no page uses what the libraries bring, and packing it took most of a start.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = True
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# --- mail -----------------------------------------------------------------------------------
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST", "")  # empty: messages stay on the page, nothing is sent
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.secret("EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "perf-mgmt@localhost")

# --- robots of group chats ------------------------------------------------------------------
WEBHOOK_HOSTS = env.words("WEBHOOK_HOSTS")  # beside the two makers' own; may lie in the intranet
WEBHOOK_ALLOW_HTTP = env.flag("WEBHOOK_ALLOW_HTTP", False)  # to those named hosts alone

# --- work in the background -----------------------------------------------------------------
CELERY_BROKER_URL = env.secret("BROKER_URL")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False  # the row waits in the database; beat finds it
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 1800
CELERY_TASK_SOFT_TIME_LIMIT = 1740
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
if CELERY_BROKER_URL.startswith("filesystem://"):
    _queue = DATA_DIR / "queue"
    for _name in ("messages", "control"):
        (_queue / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "control_folder": str(_queue / "control"),
        "polling_interval": 0.1,
    }
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "socket_connect_timeout": 2,  # a page must not wait for a Redis that hangs
        "socket_timeout": 10,
    }
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "jobs": {"task": "apps.jobs.tasks.run_jobs", "schedule": 5.0},
    "events": {"task": "apps.jobs.tasks.handle_events", "schedule": 10.0},
    "deliveries": {
        "task": "apps.notifications.tasks.deliver_notices",
        "schedule": 60.0,
        "options": {"expires": 55},  # bells that nobody heard do not pile up
    },
    "assignments": {"task": "apps.workplans.tasks.open_due", "schedule": 3600.0},
    "exemptions": {"task": "apps.workplans.tasks.end_exemptions", "schedule": 3600.0},
    "reminders": {"task": "apps.filings.tasks.send_reminders", "schedule": 1800.0},
    "problems": {"task": "apps.rectification.tasks.send_reminders", "schedule": 3600.0},
    "reopenings": {"task": "apps.filings.tasks.lapse_reopenings", "schedule": 600.0},
    "disclosures": {"task": "apps.targets.tasks.disclose_missed", "schedule": 3600.0},
    "trail": {"task": "apps.audit.tasks.verify_trail", "schedule": 86400.0},
    "files": {"task": "apps.jobs.tasks.sweep_files", "schedule": 86400.0},
}

# --- API ------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.organizations.authentication.TokenAuthentication",
        "apps.organizations.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.json_body.SafeJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "apps.core.rest_schema.Described",
    "EXCEPTION_HANDLER": "apps.core.rest.on_error",
    "COERCE_DECIMAL_TO_STRING": True,
    "SCHEMA_COERCE_PATH_PK": False,  # the description names addresses as they are
}
SPECTACULAR_SETTINGS = {
    "TITLE": "预算绩效管理 API",
    "DESCRIPTION": "Same services, same rights, same numbers as the pages. See docs/api.md.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "UnitKindEnum": "apps.organizations.models.Unit.Kind",
        "SectionKindEnum": "apps.organizations.models.Section.Kind",
        "BudgetTypeEnum": "apps.projects.models.BudgetType",
        "FilingStateEnum": "apps.filings.models.State",
        "ProblemStateEnum": "apps.rectification.models.State",
        "ProblemSeverityEnum": "apps.rectification.models.Severity",
        "PaymentDecisionStateEnum": "apps.rectification.models.PaymentDecision.State",
        "PaymentCauseEnum": "apps.rectification.models.Cause",
        "ProblemSourceEnum": "apps.rectification.models.Source",
        "SampleStateEnum": "apps.filings.models.SampleDraw.State",
        "ReturnCauseEnum": "apps.filings.models.Review.Cause",
        "ReturnSeverityEnum": "apps.filings.models.ReturnItem.Severity",
        "ChannelKindEnum": "apps.notifications.models.Channel.Kind",
        "TopicEnum": "apps.notifications.topics.Topic",
        "RoleEnum": "apps.organizations.models.Role",
        "TaskLevelEnum": "apps.workplans.models.PlanTask.Level",
        "TaskSubjectEnum": "apps.workplans.models.PlanTask.SubjectKind",
        "IndicatorKindEnum": "apps.indicators.models.Category.Kind",
        "WindowKindEnum": "apps.workplans.models.TaskWindow.Kind",
        "PaymentKindEnum": "apps.projects.models.PaymentFile.Kind",
        "FundSourceEnum": "apps.projects.models.FundLine.Source",
        "AssessmentVerdictEnum": "apps.pre_assessment.models.Verdict",
        "MonitoringVerdictEnum": "apps.monitoring.models.Verdict",
        "LightEnum": "apps.monitoring.models.LIGHTS",
        "FlagEnum": "apps.monitoring.api.decision.FLAGS",
    },
}

# --- print ----------------------------------------------------------------------------------
FONTS_DIR = env.text("FONTS_DIR", "")  # the office's own licensed font files, named first

# --- logs -----------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "apps.core.logs.LineFormatter"}},
    "filters": {"secrets": {"()": "apps.core.logs.SecretFilter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["secrets"],
        }
    },
    "loggers": {
        "django.request": {"filters": ["secrets"]},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
