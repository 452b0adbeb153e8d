-- AlterTable
ALTER TABLE "endpoint" ADD COLUMN     "last_failure_answer" TEXT;

-- AlterTable
ALTER TABLE "worker" ADD COLUMN     "draining" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "egress_down_since" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "stat_delta" (
    "id" BIGSERIAL NOT NULL,
    "project_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "counts" JSON NOT NULL,

    CONSTRAINT "stat_delta_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stat_bucket" (
    "scope_id" UUID NOT NULL,
    "step" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "counts" JSON NOT NULL,
    "hosts" JSON,

    CONSTRAINT "stat_bucket_pkey" PRIMARY KEY ("scope_id","step","at")
);

-- CreateIndex
CREATE INDEX "stat_bucket_step_at_idx" ON "stat_bucket"("step", "at");

-- Jobs that wait for their first attempt, by when they are due: how many, and since when the oldest waits.
CREATE INDEX "job_due_idx" ON "job" ("project_id", "next_attempt_at") WHERE "state" IN ('scheduled', 'queued');

-- Deliveries that wait, of a project or of one of its endpoints, the oldest first.
CREATE INDEX "delivery_open_idx" ON "delivery" ("project_id", "endpoint_id", "created_at") WHERE "state" IN ('pending', 'retrying');

-- What an endpoint could have replayed, apart from what failed.
CREATE INDEX "delivery_skipped_idx" ON "delivery" ("endpoint_id") WHERE "state" = 'skipped';

-- Rows come and go within seconds. Giving pages back to the system would lock the table that every transaction writes.
ALTER TABLE "stat_delta" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 10000, vacuum_truncate = false);
-- The newest rows of each step are updated in place every few seconds.
ALTER TABLE "stat_bucket" SET (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);
