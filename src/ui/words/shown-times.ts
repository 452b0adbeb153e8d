/** How times are shown in a browser. */
export type Times = {
  /** True: a moment that is not compared with others is shown as its age. False: as date and time. */
  ages: boolean;
  /** Time zone of all times of day: `UTC`, or that of the browser. */
  zone: string;
};

/** Name of the cookie that keeps the choice. The server reads it, so that the first paint has the right times. */
export const timesCookie = 'ringback-times';

export const usualTimes: Times = { ages: true, zone: 'UTC' };

/** Reads the cookie: `age~Europe/Berlin`. Whatever is not understood is as usual. */
export function readTimes(text: string | undefined): Times {
  const [form, zone = ''] = decoded(text ?? '').split('~');
  return { ages: form !== 'clock', zone: isZone(zone) ? zone : usualTimes.zone };
}

/** Returns the cookie's value. */
export function timesText({ ages, zone }: Times): string {
  return encodeURIComponent(`${ages ? 'age' : 'clock'}~${zone}`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function isZone(zone: string): boolean {
  try {
    return zone !== '' && new Intl.DateTimeFormat('en-GB', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
