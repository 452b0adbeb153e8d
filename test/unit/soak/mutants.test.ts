import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { findingNames } from '#test/soak/findings.ts';
import { applyEdits, edited } from '#test/soak/mutants/apply-edits.ts';
import { mutants } from '#test/soak/mutants/mutants.ts';

it.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
  'the mutant "%s" can still be put in',
  async (_, { edits, shownBy }) => {
    for (const edit of edits) {
      const text = await readFile(edit.file, 'utf8');
      expect(edited(text, edit)).not.toBe(text);
    }
    expect(findingNames).toEqual(expect.arrayContaining([...shownBy]));
  },
);

it('an edit whose text is gone, or there twice, is refused', async () => {
  const edit = { file: 'x.ts', find: 'a', replace: 'b' };
  expect(() => edited('c', edit)).toThrow('x.ts has 0 times, not once: a');
  expect(() => edited('a a', edit)).toThrow('x.ts has 2 times, not once: a');
  await expect(applyEdits('/nowhere', [edit])).rejects.toThrow('ENOENT');
});
