-- AlterTable
ALTER TABLE "job" ADD COLUMN     "failure" TEXT;

-- AlterTable
ALTER TABLE "delivery" ADD COLUMN     "failure" TEXT;

-- What failed in the same way, the newest first, with the time of its end: groups are counted without reading the rows.
-- `ended_at` changes only together with `state`, which has indexes already.
CREATE INDEX "job_failure_idx" ON "job" ("project_id", "failure", "id" DESC) INCLUDE ("ended_at")
  WHERE "state" = 'failed' AND "failure" IS NOT NULL;
CREATE INDEX "delivery_failure_idx" ON "delivery" ("project_id", "failure", "id" DESC) INCLUDE ("ended_at")
  WHERE "state" = 'failed' AND "failure" IS NOT NULL;
