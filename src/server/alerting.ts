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
    mailer &&
    repeat(pace.alertMailMs, (stopped) => sendAlertMails(deps, mailer, stopped), deps, 'sending e-mails failed');
  return {
    async stop() {
      await Promise.all([watching.stop(), mailing?.stop()]);
    },
  };
}

type Act = (stopped: () => boolean) => Promise<unknown>;

function repeat(everyMs: number, act: Act, { log }: Pick<ServerDeps, 'log'>, failed: string) {
  let running: Promise<unknown> | null = null;
  let stopped = false;
  const timer = setInterval(() => {
    running ??= act(() => stopped)
      .catch((err: unknown) => log.warn({ err }, failed))
      .finally(() => {
        running = null;
      });
  }, everyMs);
  return {
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
