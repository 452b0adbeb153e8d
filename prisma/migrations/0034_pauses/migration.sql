-- Pauses of projects and hosts are lines; workers read those that last each second.
CREATE INDEX "line_pause_idx" ON "line" ("id") WHERE "kind" = 'pause';
