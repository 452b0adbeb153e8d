import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskJsonPointers, maskUrlQuery } from '#src/domain/redact/redact.ts';
import { restoreJson, restoreQuery } from '#src/domain/redact/restore-masked.ts';

const mask = '********';

describe('masked query parameters of an edited URL', () => {
  const real = 'https://api.example.com/v1?token=s%2F1&page=1&token=second&Key=k';

  it('get their real values back, whatever else was edited', () => {
    expect(restoreQuery(`https://api.example.com/v2?page=7&token=${mask}&token=${mask}`, real, ['token'])).toBe(
      'https://api.example.com/v2?page=7&token=s%2F1&token=second',
    );
    expect(restoreQuery(`https://api.example.com/v1?key=${mask}`, real, ['KEY'])).toBe(
      'https://api.example.com/v1?key=k',
    );
  });

  it('are not filled where no secret was', () => {
    expect(restoreQuery(`https://api.example.com/?page=${mask}`, real, ['token'])).toBeNull();
    expect(restoreQuery(`https://api.example.com/?other=${mask}`, real, ['other'])).toBeNull();
    expect(restoreQuery(`https://api.example.com/?token=a${mask}`, real, ['token'])).toBeNull();
    expect(restoreQuery(`https://api.example.com/${mask}?page=1`, real, ['token'])).toBeNull();
    expect(restoreQuery(`https://api.example.com/${mask}`, real, ['token'])).toBeNull();
  });

  it('lead back to the URL that was masked', () => {
    const name = fc.constantFrom('token', 'page', 'key', 'TOKEN');
    const value = fc.stringMatching(/^[a-z0-9%]{0,6}$/);
    const url = fc
      .array(fc.tuple(name, value), { minLength: 1, maxLength: 6 })
      .map((pairs) => `http://a/?${pairs.map((pair) => pair.join('=')).join('&')}`);
    fc.assert(fc.property(url, (each) => restoreQuery(maskUrlQuery(each, ['token']), each, ['token']) === each));
  });
});

describe('masked values of an edited JSON body', () => {
  const real = '{"card": {"number": 4242424242424242424, "name": "Ada"}, "items": [{"pin": "1"}, {"pin": "2"}]}';
  const pointers = ['/card/number', '/items/0/pin'];

  it('get what is written in the real one, big numbers included', () => {
    const shown = maskJsonPointers(real, pointers);
    const edited = shown.replace('Ada', 'Grace');
    expect(restoreJson(edited, real, pointers)).toBe(real.replace('Ada', 'Grace'));
  });

  it('may be replaced or left out', () => {
    const edited = '{"card": {"number": 1}, "items": []}';
    expect(restoreJson(edited, real, pointers)).toBe(edited);
  });

  it('never slip into another entry of a list', () => {
    const edited = `{"items": [{"pin": "${mask}"}]}`;
    expect(restoreJson(edited, real, pointers)).toBeNull();
  });

  it('are not filled where no secret was', () => {
    expect(restoreJson(`{"note": "${mask}"}`, real, pointers)).toBeNull();
    expect(restoreJson(`{"card": {"number": "x${mask}"}}`, real, pointers)).toBeNull();
    expect(restoreJson(`{"${mask}": 1}`, real, pointers)).toBeNull();
    expect(restoreJson(`{"card": {"number": "${mask}"}`, real, pointers)).toBeNull();
  });

  it('of a body that was masked as a whole are the whole body', () => {
    expect(restoreJson(mask, 'no json: secret', ['/a'])).toBe('no json: secret');
  });

  it('lead back to the body that was masked', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), (text) => {
        fc.pre(!text.includes(mask));
        const named = ['/a', '/0', '/b/c', ''];
        return restoreJson(maskJsonPointers(text, named), text, named) === text;
      }),
    );
  });
});
