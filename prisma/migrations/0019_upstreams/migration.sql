-- AlterTable
ALTER TABLE "job" ADD COLUMN     "upstream_id" UUID;

-- CreateTable
CREATE TABLE "upstream" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "base_url" TEXT NOT NULL,
    "format" TEXT NOT NULL,
    "headers" JSON NOT NULL,
    "sealed" BYTEA,
    "is_default" BOOLEAN NOT NULL DEFAULT false,
    "models" TEXT[],
    "retry" JSON,
    "timeout_ms" INTEGER,
    "flow" JSON,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "upstream_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "upstream_project_id_name_key" ON "upstream"("project_id", "name");

-- AddForeignKey
ALTER TABLE "upstream" ADD CONSTRAINT "upstream_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A project has one default upstream at most.
CREATE UNIQUE INDEX "upstream_default_key" ON "upstream" ("project_id") WHERE "is_default";

-- The jobs of an upstream, newest first; jobs without one cost nothing. The column never changes.
CREATE INDEX "job_upstream_idx" ON "job" ("upstream_id", "id" DESC) WHERE "upstream_id" IS NOT NULL;
