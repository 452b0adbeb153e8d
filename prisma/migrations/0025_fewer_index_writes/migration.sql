-- The ids of these indexes grow, so that a new entry is the last of its project. In falling order it would be the first,
-- where PostgreSQL splits pages in half. A backward scan of a rising index answers the same questions.
DROP INDEX "job_project_id_id_idx";
DROP INDEX "job_project_id_host_id_idx";
DROP INDEX "delivery_project_id_id_idx";
-- CreateIndex
CREATE INDEX "job_project_id_id_idx" ON "job"("project_id", "id");
-- CreateIndex
CREATE INDEX "job_project_id_host_id_idx" ON "job"("project_id", "host", "id");
-- CreateIndex
CREATE INDEX "delivery_project_id_id_idx" ON "delivery"("project_id", "id");

-- What is being sent is in the index over claims, and need not be in those over states.
DROP INDEX "job_project_id_state_id_idx";
CREATE INDEX "job_state_idx" ON "job" ("project_id", "state", "id") WHERE "state" <> 'in_progress';
DROP INDEX "delivery_state_idx";
CREATE INDEX "delivery_state_idx" ON "delivery" ("project_id", "state", "id")
  WHERE "state" <> 'delivered' AND "state" <> 'in_progress';

-- Deliveries to a job's own URL have no endpoint.
DROP INDEX "delivery_endpoint_id_id_idx";
CREATE INDEX "delivery_endpoint_idx" ON "delivery" ("endpoint_id", "id") WHERE "endpoint_id" IS NOT NULL;

-- An attempt is looked up by its id when somebody pastes one. A range of pages is enough to find it.
DROP INDEX "attempt_id_idx";
-- CreateIndex
CREATE INDEX "attempt_id_idx" ON "attempt" USING BRIN ("id" uuid_minmax_multi_ops) WITH (pages_per_range = 32, autosummarize = on);
