import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import * as icons from '#src/ui/icons/icons.ts';
import { box, circle, makeIcon } from '#src/ui/icons/make-icon.tsx';

const Ring = makeIcon(circle(12, 12, 10), 'M12 6v6');

test('an icon takes the size and the class it is given, and the colour of the text', () => {
  const markup = renderToStaticMarkup(createElement(Ring, { size: 16, className: 'turning' }));
  expect(markup).toContain('width="16" height="16" viewBox="0 0 24 24"');
  expect(markup).toContain('stroke="currentColor"');
  expect(markup).toContain('class="turning"');
  expect(markup).toContain('<path d="M12 6v6"></path>');
});

test('screen readers pass over an icon without a label, and read one with a label', () => {
  expect(renderToStaticMarkup(createElement(Ring))).toContain('aria-hidden="true"');
  const labelled = renderToStaticMarkup(createElement(Ring, { role: 'img', 'aria-label': 'Completed' }));
  expect(labelled).toContain('aria-label="Completed"');
  expect(labelled).not.toContain('aria-hidden');
});

test('circles and boxes become paths', () => {
  expect(circle(12, 12, 10)).toBe('M2 12a10 10 0 1 1 20 0a10 10 0 1 1 -20 0z');
  expect(box(3, 4, 18, 16, 2)).toBe('M5 4h14a2 2 0 0 1 2 2v12a2 2 0 0 1 -2 2h-14a2 2 0 0 1 -2 -2v-12a2 2 0 0 1 2 -2z');
});

test.each(Object.entries(icons))('%s is drawn by paths that begin with a move, none of them twice', (_name, icon) => {
  const markup = renderToStaticMarkup(createElement(icon));
  const paths = [...markup.matchAll(/<path d="([^"]*)"><\/path>/g)].map(([, d]) => d);
  expect(paths).not.toEqual([]);
  for (const path of paths) expect(path).toMatch(/^[Mm][-.\d]/);
  expect(new Set(paths).size).toBe(paths.length);
});
