-- What it takes to run agents as Jobs, and to try ended variations again.
alter table runs
    -- What the agents work in; null for the installation's own.
    add column image text;

alter table variations
    -- Since when it waits in the queue, or waited; those of one run that came together have the same.
    add column queued_at      timestamptz,
    -- The first attempt since the start or the last retry: from here those that start by themselves are counted.
    add column first_epoch    bigint not null default 1,
    -- The attempt whose output is what the variation came to; it stays while a retry goes on.
    add column result_epoch   bigint,
    -- Why the attempt that was started does not run yet; all null when nothing keeps it.
    add column waiting_queued boolean,
    add column waiting_reason text,
    add column waiting_detail text;

update variations set queued_at = created_at;
alter table variations alter column queued_at set not null;

update variations v set result_epoch = h.output_epoch
from archive_heads h
where h.run_id = v.run_id and h.variation = v.index and v.state = 'ENDED' and h.output_epoch > 0;

drop index variations_queued;
create index variations_queued on variations (queued_at, id) where state = 'QUEUED';

alter table attempts
    -- The Job that was created for it; without it, or with a first event, none is created again.
    add column job_uid text;
create index attempts_with_room on attempts (id) where workspace_gone_at is null;

-- Runs that a retry opened again, whose streams in Redis still have the EXPIRE of their earlier end.
create index runs_reopened on runs (id) where ended_at is null and streams_expire_at is not null;
