-- What the Prisma schema cannot say: partial indexes and storage settings.

-- Rows that wait for their time without a queue message: what the admitting tick reads.
CREATE INDEX "job_unadmitted_idx" ON "job" ("next_attempt_at")
  WHERE "admitted_at" IS NULL AND "state" IN ('scheduled', 'queued', 'retrying');
CREATE INDEX "delivery_unadmitted_idx" ON "delivery" ("next_attempt_at")
  WHERE "admitted_at" IS NULL AND "state" IN ('pending', 'retrying');

-- What a dead worker held.
CREATE INDEX "job_claimed_idx" ON "job" ("claimed_by") WHERE "claimed_by" IS NOT NULL;
CREATE INDEX "delivery_claimed_idx" ON "delivery" ("claimed_by") WHERE "claimed_by" IS NOT NULL;

-- Rows whose message may have been lost: waiting although admitted.
CREATE INDEX "job_waiting_idx" ON "job" ("admitted_at")
  WHERE "admitted_at" IS NOT NULL AND "state" IN ('scheduled', 'queued', 'retrying');
CREATE INDEX "delivery_waiting_idx" ON "delivery" ("admitted_at")
  WHERE "admitted_at" IS NOT NULL AND "state" IN ('pending', 'retrying');

CREATE INDEX "job_deadline_idx" ON "job" ("deadline_at")
  WHERE "deadline_at" IS NOT NULL AND "state" IN ('scheduled', 'queued', 'retrying');

-- Few jobs have labels; an index over the others would only cost.
CREATE INDEX "job_labels_idx" ON "job" USING gin ("labels") WHERE "labels" <> '{}';

-- A job reports its end to a receiver once.
CREATE UNIQUE INDEX "delivery_terminal_key" ON "delivery" ("job_id", "receiver") WHERE "terminal";
CREATE INDEX "delivery_job_idx" ON "delivery" ("job_id") WHERE NOT "terminal";

CREATE INDEX "job_secret_erase_idx" ON "job_secret" ("erase_at") WHERE "erase_at" IS NOT NULL;
CREATE INDEX "job_body_erase_idx" ON "job_body" ("erase_at") WHERE "erase_at" IS NOT NULL;

-- Job and delivery rows are updated in place two or three times each; keep room for it and clean up early.
ALTER TABLE "job" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
ALTER TABLE "delivery" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
