/** Content of the sheet behind `?`. A page that gets new keys adds them here. */
export const shortcuts: readonly { label: string; keys: readonly (readonly [what: string, keys: string])[] }[] = [
  {
    label: 'Anywhere',
    keys: [
      ['Find or run', 'command k'],
      ['Search this list', '/'],
      ['This sheet', '?'],
      ['Switch theme', 't'],
      ['Times in UTC, or local', 'z'],
      ['Times relative, or with their date', 'Z'],
    ],
  },
  {
    label: 'Lists',
    keys: [
      ['Down, up', 'j k'],
      ['Open', '↵'],
      ['Peek at a job beside its list', 'p'],
      ['Select a job', 'x'],
      ['Run the selected jobs again', 'r'],
    ],
  },
  {
    label: 'A job',
    keys: [
      ['Next, previous job of its list', 'j k'],
      ['Attempt before, after', ', .'],
      ['Run again', 'r'],
      ['Run again with edits', 'e'],
      ['Cancel the job', 'c'],
    ],
  },
];
