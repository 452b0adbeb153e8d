-- AlterTable
ALTER TABLE "operation" ADD COLUMN     "errors" JSON NOT NULL DEFAULT '[]',
ADD COLUMN     "total_capped" BOOLEAN NOT NULL DEFAULT false;

-- Pressing a button twice finds the operation that the first press has started. By the input's hash: a list of a thousand ids
-- is longer than an index row may be.
DROP INDEX "operation_running_key";
CREATE UNIQUE INDEX "operation_running_key" ON "operation" ("project_id", "kind", md5("input"::text)) WHERE "state" = 'running';

-- What operators look for among many jobs that went well: by the status or the error of those that did not.
CREATE INDEX "job_bad_status_idx" ON "job" ("project_id", "status", "id" DESC) WHERE "status" >= 400;
CREATE INDEX "job_error_code_idx" ON "job" ("project_id", ("error"->>'code'), "id" DESC) WHERE "error" IS NOT NULL;
CREATE INDEX "job_rerun_of_idx" ON "job" ("rerun_of", "id" DESC) WHERE "rerun_of" IS NOT NULL;

-- Nearly all deliveries end as delivered and tell of a completed job: those are found along the project's own index.
CREATE INDEX "delivery_state_idx" ON "delivery" ("project_id", "state", "id" DESC) WHERE "state" <> 'delivered';
CREATE INDEX "delivery_type_idx" ON "delivery" ("project_id", "type", "id" DESC) WHERE "type" <> 'job.completed';
