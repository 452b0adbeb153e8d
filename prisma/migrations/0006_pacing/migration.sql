-- AlterTable
ALTER TABLE "endpoint" ADD COLUMN     "last_go_at" TIMESTAMPTZ(3);
