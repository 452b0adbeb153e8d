import { sendAlertMails } from '#src/engine/alert/send-mails.ts';
import { watchAlerts } from '#src/engine/alert/watch-alerts.ts';
import type { ServerDeps } from './server-deps.ts';

/**
 * Looks for alerts and sends e-mails about them again and again, as workers do: that no worker is alive can only be told
 * from here. `stop` waits for the current run.
 */
export function startAlerting(deps: ServerDeps): { stop(): Promise<void> } {
  const { pace, mailer } = deps;
  const watching = repeat(pace.alertMs, () => watchAlerts(deps), deps, 'looking for alerts failed');
  const mailing =
    mailer && repeat(pace.alertMailMs, () => sendAlertMails(deps, mailer), deps, 'sending e-mails failed');
  return {
    async stop() {
      await Promise.all([watching.stop(), mailing?.stop()]);
    },
  };
}

function repeat(everyMs: number, act: () => Promise<unknown>, { log }: Pick<ServerDeps, 'log'>, failed: string) {
  let running: Promise<unknown> | null = null;
  const timer = setInterval(() => {
    running ??= act()
      .catch((err: unknown) => log.warn({ err }, failed))
      .finally(() => {
        running = null;
      });
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
