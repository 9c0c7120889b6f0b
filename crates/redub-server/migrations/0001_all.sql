-- Times are unix seconds unless a column says otherwise; `tenant` is the id of an API key, or 'local' on a server
-- without keys. `seq` gives every list its order.

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;

CREATE TABLE assets (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    -- pending_upload, uploaded, completed, failed
    status TEXT NOT NULL,
    checksum_sha256 TEXT,
    folder_id TEXT,
    batch_id TEXT,
    item_index INTEGER,
    failure TEXT,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX assets_tenant ON assets (tenant, seq);
CREATE INDEX assets_batch ON assets (batch_id, item_index) WHERE batch_id IS NOT NULL;

CREATE TABLE asset_batches (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    title TEXT,
    callback_url TEXT,
    created_at INTEGER NOT NULL
) STRICT;

-- Everything that runs the pipeline; the queue itself: the oldest pending row is next.
CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    -- translation, proofread, lipsync
    kind TEXT NOT NULL,
    tenant TEXT NOT NULL,
    -- The 32 digits that the ids of one request share; its source is fetched once.
    group_id TEXT NOT NULL,
    -- pending, running, completed, failed
    status TEXT NOT NULL,
    title TEXT,
    folder_id TEXT,
    callback_url TEXT,
    callback_id TEXT,
    -- jobs::Spec as JSON.
    spec TEXT NOT NULL,
    input_language TEXT,
    -- Name as it is listed.
    output_language TEXT,
    translate_audio_only INTEGER NOT NULL DEFAULT 0,
    duration REAL,
    -- Names of the result's files; in the object store they are jobs/<id>/<name>.
    video_file TEXT,
    audio_file TEXT,
    srt_file TEXT,
    vtt_file TEXT,
    report_file TEXT,
    failure_code TEXT,
    failure_message TEXT,
    batch_id TEXT,
    item_index INTEGER,
    -- Of a translation: the session it was generated from, and that session's revision then.
    proofread_id TEXT,
    proofread_revision INTEGER,
    -- jobs::Progress as JSON.
    progress TEXT,
    worker TEXT,
    heartbeat_at INTEGER,
    -- Starts since a stage was finished last.
    attempts INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER
) STRICT;
CREATE INDEX jobs_tenant ON jobs (tenant, kind, seq);
CREATE INDEX jobs_active ON jobs (status, seq) WHERE status IN ('pending', 'running');
CREATE INDEX jobs_batch ON jobs (batch_id, item_index) WHERE batch_id IS NOT NULL;
CREATE INDEX jobs_group ON jobs (group_id);

CREATE TABLE batches (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    -- translation or lipsync
    kind TEXT NOT NULL,
    title TEXT,
    callback_url TEXT,
    total_items INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;

-- Items of a batch that were refused, so that no job stands for them; and jobs that were deleted since.
CREATE TABLE batch_items (
    batch_id TEXT NOT NULL,
    item_index INTEGER NOT NULL,
    job_id TEXT,
    error_code TEXT,
    error_message TEXT,
    PRIMARY KEY (batch_id, item_index)
) STRICT;

-- What a proofreading session (a job of kind 'proofread') holds beyond its job.
CREATE TABLE proofreads (
    id TEXT PRIMARY KEY,
    revision INTEGER NOT NULL DEFAULT 0,
    seconds REAL,
    -- [{id, gender, voice}]
    speakers TEXT
) STRICT;

CREATE TABLE lines (
    proofread_id TEXT NOT NULL,
    -- Stable name of the line within its session.
    id INTEGER NOT NULL,
    start_s REAL NOT NULL,
    end_s REAL NOT NULL,
    speaker TEXT NOT NULL,
    source_text TEXT NOT NULL,
    text TEXT NOT NULL,
    engine TEXT NOT NULL,
    -- The reviewer's wishes; none leaves the choice to the engines.
    voice TEXT,
    gender TEXT,
    -- Seconds the chosen voice needs for the text at its own rate; none: not measured since the text changed.
    measured_s REAL,
    -- The session's revision in which the line was changed last.
    revision INTEGER NOT NULL DEFAULT 0,
    -- The revision of the line that its preview speaks.
    preview_revision INTEGER,
    PRIMARY KEY (proofread_id, id)
) STRICT;

CREATE TABLE revisions (
    proofread_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    -- engine, srt, line
    origin TEXT NOT NULL,
    -- Ids of the lines it changed, as JSON.
    lines TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (proofread_id, number)
) STRICT;

CREATE TABLE brand_glossaries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    -- The terms as JSON.
    terms TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX brand_glossaries_tenant ON brand_glossaries (tenant, seq);

CREATE TABLE webhook_endpoints (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    url TEXT NOT NULL,
    -- Event types as JSON; none: all of them.
    events TEXT,
    entity_id TEXT,
    secret TEXT NOT NULL,
    enabled INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX webhook_endpoints_tenant ON webhook_endpoints (tenant, seq);

-- What happened, written in the transaction of the change itself.
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    event_type TEXT NOT NULL,
    entity_id TEXT,
    -- event_data as JSON; links in it are made when it is sent.
    data TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX events_tenant ON events (tenant, seq);

-- The outbox: one row for every address an event has to reach.
CREATE TABLE deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    event_id TEXT NOT NULL REFERENCES events (id) ON DELETE CASCADE,
    tenant TEXT NOT NULL,
    -- None for the callback of one request.
    endpoint_id TEXT,
    url TEXT NOT NULL,
    -- pending, delivered, dead
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL,
    status_code INTEGER,
    error TEXT,
    created_at INTEGER NOT NULL,
    finished_at INTEGER
) STRICT;
CREATE INDEX deliveries_due ON deliveries (next_at) WHERE state = 'pending';

CREATE TABLE idempotency (
    tenant TEXT NOT NULL,
    -- Method and path.
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    -- None while the first request is in flight.
    status INTEGER,
    body BLOB,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, scope, key)
) STRICT;
