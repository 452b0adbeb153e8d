-- CreateIndex
CREATE INDEX "run_project_id_name_id_idx" ON "run"("project_id", "name", "id" DESC);

-- Nearly all runs are completed in the end: those are found along the project's own index.
CREATE INDEX "run_state_idx" ON "run" ("project_id", "state", "id" DESC) WHERE "state" <> 'completed';
