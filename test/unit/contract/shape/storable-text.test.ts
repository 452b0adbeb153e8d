import { describe, expect, it } from 'vitest';
import { acceptInput, byOwnId, projectInput } from '#src/contract/project/people.ts';

const token = 'a'.repeat(24);

describe.each(['a\u0000', 'a\ud800'])('a text that PostgreSQL cannot take (%j)', (text) => {
  it.each([
    ['the name of who accepts an invitation', () => acceptInput.safeParse({ token, name: text })],
    ['the name of a project', () => projectInput.safeParse({ name: text })],
    ['an id of an invitation or a session', () => byOwnId.safeParse({ id: text })],
  ])('is refused as %s', (_, parse) => {
    expect(parse().error?.issues.map(({ message }) => message)).toEqual(['must not hold U+0000 or a lone surrogate']);
  });
});
