-- What a cool-down has learned of its target's limit. Only lines of the kind `cooldown` have it.
ALTER TABLE "line" ADD COLUMN     "cool_down" JSONB;

-- The cool-downs that workers ask for every second: few rows.
CREATE INDEX "line_cooldown_idx" ON "line" ("id") WHERE "kind" = 'cooldown';
