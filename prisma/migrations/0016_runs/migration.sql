-- AlterTable
ALTER TABLE "job" ADD COLUMN     "run_id" UUID;

-- CreateTable
CREATE TABLE "run" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "url" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "payload" TEXT,
    "result" TEXT,
    "error" JSON,
    "labels" TEXT[],
    "idempotency_key" TEXT,
    "turn" INTEGER NOT NULL DEFAULT 1,
    "turn_job_id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "secret" BYTEA NOT NULL,
    "seq" INTEGER NOT NULL DEFAULT 0,
    "wake_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deadline_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "released_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run_part" (
    "run_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "n" INTEGER NOT NULL,
    "job_id" UUID,
    "due_at" TIMESTAMPTZ(3),
    "result" TEXT,
    "seq" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "run_part_pkey" PRIMARY KEY ("run_id","key")
);

-- CreateIndex
CREATE INDEX "run_project_id_id_idx" ON "run"("project_id", "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "run_project_id_idempotency_key_key" ON "run"("project_id", "idempotency_key");

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_part" ADD CONSTRAINT "run_part_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The jobs of a run, in the order in which they were made.
CREATE INDEX "job_run_idx" ON "job" ("run_id", "id") WHERE "run_id" IS NOT NULL;
-- Runs that wait for a time.
CREATE INDEX "run_wake_idx" ON "run" ("wake_at") WHERE "wake_at" IS NOT NULL;
-- Cancelled runs, until their jobs are cancelled too.
CREATE INDEX "run_release_idx" ON "run" ("id") WHERE "state" = 'cancelled' AND "released_at" IS NULL;
-- Runs whose payload and results are kept for a time.
CREATE INDEX "run_expires_idx" ON "run" ("expires_at") WHERE "expires_at" IS NOT NULL AND "payload" IS NOT NULL;

-- A run's row changes with each of its turns; keep room for it.
ALTER TABLE "run" SET (fillfactor = 70);
