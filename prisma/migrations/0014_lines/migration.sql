-- AlterTable
ALTER TABLE "job" ADD COLUMN     "flow_id" UUID,
ADD COLUMN     "line_id" UUID,
ADD COLUMN     "priority" SMALLINT NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "line" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "concurrency" INTEGER,
    "rate_limit" INTEGER,
    "rate_period_ms" INTEGER,
    "fixed" BOOLEAN NOT NULL DEFAULT false,
    "paused_at" TIMESTAMPTZ(3),
    "next_start_at" TIMESTAMPTZ(6),
    "wake_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "line_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "line_project_id_kind_key_key" ON "line"("project_id", "kind", "key");

-- What a line holds, in the order in which it goes.
CREATE INDEX "job_line_idx" ON "job" ("line_id", "priority" DESC, "id") WHERE "line_id" IS NOT NULL;
-- What a flow has under way.
CREATE INDEX "job_flow_idx" ON "job" ("flow_id") WHERE "flow_id" IS NOT NULL AND "state" = 'in_progress';
-- A flow's jobs, newest first.
CREATE INDEX "job_flow_list_idx" ON "job" ("flow_id", "id" DESC) WHERE "flow_id" IS NOT NULL;
-- Lines that a worker is to look at.
CREATE INDEX "line_wake_idx" ON "line" ("wake_at") WHERE "wake_at" IS NOT NULL;

-- A job in a line has no message and needs none.
DROP INDEX "job_unadmitted_idx";
CREATE INDEX "job_unadmitted_idx" ON "job" ("next_attempt_at")
  WHERE "admitted_at" IS NULL AND "line_id" IS NULL AND "state" IN ('scheduled', 'queued', 'retrying');

-- Lines change often; keep room for it and clean up early.
ALTER TABLE "line" SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05, fillfactor = 70);
