-- AlterTable
ALTER TABLE "delivery" ADD COLUMN     "endpoint_id" UUID,
ADD COLUMN     "granted" BOOLEAN NOT NULL DEFAULT false,
ALTER COLUMN "job_id" DROP NOT NULL;

-- AlterTable
ALTER TABLE "webhook_secret" ADD COLUMN     "endpoint_id" UUID,
ADD COLUMN     "kind" TEXT NOT NULL DEFAULT 'v1';

-- CreateTable
CREATE TABLE "endpoint" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "events" TEXT[],
    "labels" TEXT[],
    "project_wide" BOOLEAN NOT NULL DEFAULT false,
    "payload" TEXT NOT NULL DEFAULT 'full',
    "headers" JSON NOT NULL,
    "sealed" BYTEA,
    "schedule" JSON,
    "rate" DOUBLE PRECISION,
    "concurrency" INTEGER,
    "state" TEXT NOT NULL DEFAULT 'enabled',
    "disabled_reason" TEXT,
    "disabled_at" TIMESTAMPTZ(3),
    "failing_since" TIMESTAMPTZ(3),
    "last_success_at" TIMESTAMPTZ(3),
    "last_failure_at" TIMESTAMPTZ(3),
    "paused_until" TIMESTAMPTZ(3),
    "recovered_at" TIMESTAMPTZ(3),
    "next_slot_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "endpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "operation" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "input" JSON NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'running',
    "total" INTEGER NOT NULL DEFAULT 0,
    "done" INTEGER NOT NULL DEFAULT 0,
    "failed" INTEGER NOT NULL DEFAULT 0,
    "cursor" UUID,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "operation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "endpoint_project_id_idx" ON "endpoint"("project_id");

-- CreateIndex
CREATE INDEX "operation_project_id_id_idx" ON "operation"("project_id", "id" DESC);

-- CreateIndex
CREATE INDEX "delivery_endpoint_id_id_idx" ON "delivery"("endpoint_id", "id" DESC);

-- CreateIndex
CREATE INDEX "webhook_secret_endpoint_id_idx" ON "webhook_secret"("endpoint_id");

-- AddForeignKey
ALTER TABLE "webhook_secret" ADD CONSTRAINT "webhook_secret_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "endpoint" ADD CONSTRAINT "endpoint_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A deleted endpoint stays for its deliveries' sake; its name is free again.
CREATE UNIQUE INDEX "endpoint_name_key" ON "endpoint" ("project_id", "name") WHERE "deleted_at" IS NULL;

-- Pressing a button twice finds the operation that the first press has started.
CREATE UNIQUE INDEX "operation_running_key" ON "operation" ("project_id", "kind", ("input"::text)) WHERE "state" = 'running';

-- What can be resent: failed and skipped deliveries of an endpoint, oldest first.
CREATE INDEX "delivery_resendable_idx" ON "delivery" ("endpoint_id", "id") WHERE "state" IN ('failed', 'skipped');

-- How many deliveries to an endpoint are under way.
CREATE INDEX "delivery_under_way_idx" ON "delivery" ("endpoint_id") WHERE "state" = 'in_progress' AND "endpoint_id" IS NOT NULL;
