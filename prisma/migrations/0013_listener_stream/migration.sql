-- AlterTable
ALTER TABLE "listener" ADD COLUMN     "stream_id" UUID NOT NULL DEFAULT gen_random_uuid();
