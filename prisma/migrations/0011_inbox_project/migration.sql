-- Whose those that are there are is not known, and none was to be kept for more than a day.
DELETE FROM "inbox_message";

-- DropIndex
DROP INDEX "inbox_message_inbox_id_idx";

-- AlterTable
ALTER TABLE "inbox_message" ADD COLUMN     "project_id" UUID;

-- CreateIndex
CREATE INDEX "inbox_message_inbox_project_id_id_idx" ON "inbox_message"("inbox", "project_id", "id" DESC);

-- AddForeignKey
ALTER TABLE "inbox_message" ADD CONSTRAINT "inbox_message_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;
