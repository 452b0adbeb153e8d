-- Workers say which version of Ringback they run.
ALTER TABLE "worker" ADD COLUMN "version" TEXT;
