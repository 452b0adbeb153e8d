-- When a delivery was last sent again: from then on it waits, however old its event is.
ALTER TABLE "delivery" ADD COLUMN "resent_at" TIMESTAMPTZ(3);
