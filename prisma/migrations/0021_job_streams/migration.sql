-- AlterTable
ALTER TABLE "result" ADD COLUMN     "stream_bytes" INTEGER;

-- CreateTable
CREATE TABLE "job_stream" (
    "job_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "first_seq" INTEGER NOT NULL,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "job_stream_pkey" PRIMARY KEY ("job_id")
);

-- CreateTable
CREATE TABLE "job_event" (
    "job_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "name" TEXT,
    "data" TEXT,

    CONSTRAINT "job_event_pkey" PRIMARY KEY ("job_id","seq")
);

-- CreateIndex
CREATE INDEX "job_stream_expires_at_idx" ON "job_stream"("expires_at");
