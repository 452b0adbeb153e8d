const digits = '0123456789abcdefghjkmnpqrstvwxyz';

/** The id just above another: as the cursor of a list, it stands for "this one and all before it". */
export function idAbove(id: string): string {
  const carried = /z*$/.exec(id)?.[0].length ?? 0;
  const at = id.length - carried - 1;
  return `${id.slice(0, at)}${digits[digits.indexOf(id[at] ?? '') + 1]}${'0'.repeat(carried)}`;
}
