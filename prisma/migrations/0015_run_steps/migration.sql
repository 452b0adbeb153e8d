-- CreateTable
CREATE TABLE "run_step" (
    "project_id" UUID NOT NULL,
    "run_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "claim_id" UUID,
    "leased_until" TIMESTAMPTZ(3),
    "result" TEXT,
    "done_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "run_step_pkey" PRIMARY KEY ("project_id","run_id","key")
);

-- CreateIndex
CREATE INDEX "run_step_expires_at_idx" ON "run_step"("expires_at");

-- AddForeignKey
ALTER TABLE "run_step" ADD CONSTRAINT "run_step_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;
