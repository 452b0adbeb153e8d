-- What waits for somebody to end a pause is told apart from what waits for workers.
CREATE INDEX "line_held_idx" ON "line" ("project_id") WHERE "paused_at" IS NOT NULL;
