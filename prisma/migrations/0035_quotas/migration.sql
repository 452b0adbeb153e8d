-- Quotas of a project; null: no limit.
ALTER TABLE "project"
  ADD COLUMN "quota_open_jobs" INTEGER,
  ADD COLUMN "quota_jobs_per_hour" INTEGER,
  ADD COLUMN "quota_jobs_per_day" INTEGER,
  ADD COLUMN "quota_stored_bytes" DOUBLE PRECISION;

-- Where a project with a quota stands. Each transaction that stores jobs of the project locks and rewrites its row.
CREATE TABLE "quota_use" (
    "project_id" UUID NOT NULL,
    "hour_at" TIMESTAMPTZ(3) NOT NULL,
    "hour_jobs" INTEGER NOT NULL DEFAULT 0,
    "day_at" TIMESTAMPTZ(3) NOT NULL,
    "day_jobs" INTEGER NOT NULL DEFAULT 0,
    "open_jobs" INTEGER NOT NULL,
    "open_counted_at" TIMESTAMPTZ(3) NOT NULL,
    "stored_bytes" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "added_bytes" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "measured_at" TIMESTAMPTZ(3),
    "measure_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "quota_use_pkey" PRIMARY KEY ("project_id")
);

ALTER TABLE "quota_use" SET (fillfactor = 50);

ALTER TABLE "quota_use" ADD CONSTRAINT "quota_use_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;
