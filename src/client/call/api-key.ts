import { RingbackError } from './errors.ts';

/**
 * Returns the key when it has the form of one. Otherwise throws `missing_setting` with the likely mistake, because
 * Ringback would answer `unauthorized` to all of these mistakes alike. The message shows no part of the key.
 */
export function checkApiKey(key: string, where: string): string {
  const wrong = whatIsWrong(key);
  if (wrong === null) return key;
  throw new RingbackError('missing_setting', `${where} ${wrong}. An API key is \`rbk_\` and letters and digits.`);
}

function whatIsWrong(key: string): string | null {
  if (/^rbk_[\w-]+$/.test(key)) return null;
  if (key.trim() === '') return 'is empty';
  if (/^["'`]|["'`]$/.test(key)) return 'is in quotes, which are not part of the key';
  if (/^bearer\s/i.test(key)) return 'begins with `Bearer`: give the key alone';
  if (/^wh(sec|sk|pk)_/.test(key)) return 'is a webhook secret, which belongs into RINGBACK_WEBHOOK_SECRET';
  if (/^rbk_(…|\.\.\.)?$/.test(key)) return 'is the placeholder of an example: put your own key there';
  if (/\s/.test(key)) return 'has a space or the end of a line in it';
  return 'is none';
}

/** Makes the error for a missing API key, where no browser session can replace the key. */
export function missingApiKey(): RingbackError {
  return new RingbackError(
    'missing_setting',
    'With which API key? Pass `apiKey` to createRingback, or set RINGBACK_API_KEY (`rbk_…`).',
  );
}
