-- CreateIndex
CREATE INDEX "attempt_id_idx" ON "attempt"("id");

-- What operators look for among many deliveries that went well: by the status or the error of those that did not. Redirects
-- are failures too.
CREATE INDEX "delivery_bad_status_idx" ON "delivery" ("project_id", "status", "id" DESC) WHERE "status" >= 300;
CREATE INDEX "delivery_error_code_idx" ON "delivery" ("project_id", ("error"->>'code'), "id" DESC) WHERE "error" IS NOT NULL;
