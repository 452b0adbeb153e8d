-- Jobs and deliveries are written again soon after they are stored. A page with room keeps the new version beside the old
-- one, and PostgreSQL's log then has only what differs between them. Pages that exist stay as full as they are.
ALTER TABLE "job" SET (fillfactor = 50);
ALTER TABLE "delivery" SET (fillfactor = 60);
