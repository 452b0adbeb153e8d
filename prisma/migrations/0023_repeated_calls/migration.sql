-- DropIndex
DROP INDEX "model_call_digest_job_id_idx";

-- CreateTable
CREATE TABLE "call_repetition" (
    "digest" BYTEA NOT NULL,
    "job_id" UUID NOT NULL,
    "repeats" BOOLEAN NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "call_repetition_pkey" PRIMARY KEY ("digest")
);

-- CreateTable
CREATE TABLE "awaited_call" (
    "job_id" UUID NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "awaited_call_pkey" PRIMARY KEY ("job_id")
);

-- CreateIndex
CREATE INDEX "call_repetition_expires_at_idx" ON "call_repetition"("expires_at");

-- CreateIndex
CREATE INDEX "awaited_call_until_idx" ON "awaited_call"("until");
