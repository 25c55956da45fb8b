-- A store as version 1 of the schema made it: two batches that share a text and its result, and a result whose essay
-- never came to know of it. Never changed: it stands for the files that people have.
CREATE TABLE schema_version (version INTEGER NOT NULL);
CREATE TABLE claims (batch_id TEXT NOT NULL, epoch INTEGER NOT NULL, PRIMARY KEY (batch_id));
CREATE TABLE batches (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, batch_id TEXT NOT NULL, status TEXT NOT NULL,
    stage TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL, header TEXT NOT NULL, large TEXT NOT NULL,
    pipeline_state TEXT NOT NULL, record_version INTEGER NOT NULL, UNIQUE (batch_id)
);
CREATE TABLE essays (
    batch_id TEXT NOT NULL, essay_id TEXT NOT NULL, ordinal INTEGER NOT NULL, status TEXT NOT NULL,
    text_id TEXT NOT NULL, original_text_id TEXT NOT NULL, run INTEGER NOT NULL, position INTEGER NOT NULL, phase TEXT,
    last BOOLEAN NOT NULL, attempt INTEGER NOT NULL, file TEXT NOT NULL, results TEXT NOT NULL, failure TEXT,
    record_version INTEGER NOT NULL, PRIMARY KEY (batch_id, essay_id)
) WITHOUT ROWID;
CREATE TABLE texts (text_id TEXT NOT NULL, content BLOB NOT NULL, PRIMARY KEY (text_id));
CREATE TABLE results (
    "key" TEXT NOT NULL, phase TEXT NOT NULL, text_id TEXT NOT NULL, document TEXT NOT NULL,
    record_version INTEGER NOT NULL, PRIMARY KEY ("key")
);
CREATE TABLE pieces (
    cohort_key TEXT NOT NULL, piece TEXT NOT NULL, value TEXT NOT NULL, record_version INTEGER NOT NULL,
    PRIMARY KEY (cohort_key, piece)
) WITHOUT ROWID;
CREATE TABLE events (
    sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, batch_id TEXT NOT NULL, essay_id TEXT,
    event_type TEXT NOT NULL, timestamp TEXT NOT NULL, document TEXT NOT NULL, record_version INTEGER NOT NULL,
    UNIQUE (event_id)
);
CREATE INDEX events_by_batch ON events (batch_id, sequence);

INSERT INTO schema_version VALUES (1);
INSERT INTO claims VALUES ('b1', 2), ('b2', 1);
INSERT INTO batches VALUES
    (1, 'b1', 'completed_successfully', 'ended', '2026-02-01T08:00:00+00:00', '2026-02-01T08:01:00+00:00',
     '{"epoch":2,"status":"completed_successfully","stage":"ended","fingerprint":"f","run":0,"pipeline":["spellcheck"],"position":0,"paused":false,"cancelled":false,"giving_up":null,"acts":0,"details":{"spellcheck":["completed_successfully",1,1,0,null,null,null]}}',
     '{"request":null,"options":{},"retrying":[]}',
     '{"batch_id":"b1","requested_pipelines":["spellcheck"],"last_updated":"2026-02-01T08:01:00Z"}', 1),
    (2, 'b2', 'processing_pipelines', 'running', '2026-02-02T08:00:00+00:00', '2026-02-02T08:01:00+00:00',
     '{"epoch":1,"status":"processing_pipelines","stage":"running","fingerprint":"g","run":0,"pipeline":["spellcheck"],"position":0,"paused":false,"cancelled":false,"giving_up":null,"acts":0,"details":{}}',
     '{"request":null,"options":{},"retrying":[]}',
     '{"batch_id":"b2","requested_pipelines":["spellcheck"],"last_updated":"2026-02-02T08:01:00Z"}', 1);
INSERT INTO essays VALUES
    ('b1', 'amira', 0, 'all_processing_completed', 'text-the', 'text-teh', 0, 0, 'spellcheck', 1, 0, '"amira.txt"',
     '[["spellcheck","key-1"]]', NULL, 1),
    ('b1', 'bo', 1, 'all_processing_completed', 'text-mine', 'text-mine', 0, 0, 'spellcheck', 1, 0, '"bo.txt"',
     '[["spellcheck","key-2"]]', NULL, 1),
    ('b2', 'chen', 0, 'awaiting_spellcheck', 'text-teh', 'text-teh', 0, 0, 'spellcheck', 1, 0, '"chen.txt"', '[]', NULL, 1);
INSERT INTO texts VALUES ('text-teh', x'746568'), ('text-the', x'746865'), ('text-mine', x'6d696e65'), ('text-orphan', x'3f');
INSERT INTO results VALUES
    ('key-1', 'spellcheck', 'text-the', '{"original_text_storage_id":"text-teh","text_storage_id":"text-the"}', 1),
    ('key-2', 'spellcheck', 'text-mine', '{"original_text_storage_id":"text-mine","text_storage_id":"text-mine"}', 1),
    ('key-3', 'spellcheck', 'text-orphan', '{"original_text_storage_id":"text-mine","text_storage_id":"text-orphan"}', 1),
    ('key-4', 'nlp', '', 'not JSON', 1);
INSERT INTO pieces VALUES ('cohort', 'amira|bo', '"left"', 1);
INSERT INTO events VALUES
    (1, 'e1', 'b1', NULL, 'huleedu.batch.essays.registered.v1', '2026-02-01T08:00:00+00:00', '{}', 1),
    (2, 'e2', 'b1', 'amira', 'huleedu.essay.spellcheck.completed.v1', '2026-02-01T08:00:30+00:00', '{}', 1);
