-- CreateTable
CREATE TABLE "model_call" (
    "job_id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "model" TEXT,
    "asked" JSON,
    "digest" BYTEA,
    "key_digest" BYTEA,
    "input_tokens" INTEGER,
    "output_tokens" INTEGER,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "model_call_pkey" PRIMARY KEY ("job_id")
);

-- CreateIndex
CREATE INDEX "model_call_project_id_model_job_id_idx" ON "model_call"("project_id", "model", "job_id");

-- CreateIndex
CREATE INDEX "model_call_digest_job_id_idx" ON "model_call"("digest", "job_id");
