-- CreateTable
CREATE TABLE "alert_settings" (
    "project_id" UUID NOT NULL,
    "slack_url" TEXT,
    "slack_sealed" BYTEA,
    "emails" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "timezone" TEXT NOT NULL DEFAULT 'UTC',
    "quiet_from" INTEGER,
    "quiet_to" INTEGER,
    "rules" JSON NOT NULL DEFAULT '{}',
    "looked_at" TIMESTAMPTZ(3),

    CONSTRAINT "alert_settings_pkey" PRIMARY KEY ("project_id")
);

-- CreateTable
CREATE TABLE "alert_state" (
    "project_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "alert" JSON NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "raised_at" TIMESTAMPTZ(3),
    "told_at" TIMESTAMPTZ(3),
    "gone_at" TIMESTAMPTZ(3),
    "cleared_at" TIMESTAMPTZ(3),

    CONSTRAINT "alert_state_pkey" PRIMARY KEY ("project_id","kind","subject")
);

-- CreateTable
CREATE TABLE "alert_mail" (
    "id" UUID NOT NULL,
    "project_id" UUID NOT NULL,
    "recipients" TEXT[],
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alert_mail_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "alert_mail_next_at_idx" ON "alert_mail"("next_at");

-- AddForeignKey
ALTER TABLE "alert_settings" ADD CONSTRAINT "alert_settings_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alert_state" ADD CONSTRAINT "alert_state_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alert_mail" ADD CONSTRAINT "alert_mail_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;
