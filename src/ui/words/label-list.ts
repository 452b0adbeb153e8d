/**
 * Returns labels as one line of text, separated by commas. A label that would be read as something else, because it has
 * a comma, a quote or spaces around it, is written in quotes, as JSON.
 */
export function labelLine(labels: readonly string[]): string {
  return labels.map((label) => (isPlain(label) ? label : JSON.stringify(label))).join(', ');
}

/** Reads labels from a line of text. It is the reverse of `labelLine`. Empty parts are left out. */
export function readLabels(line: string): string[] {
  const parts = line.match(/\s*"(?:[^"\\]|\\.)*"\s*(?=,|$)|[^,]+/g) ?? [];
  return parts.map((part) => plainLabel(part.trim())).filter((label) => label !== '');
}

function plainLabel(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

function isPlain(label: string): boolean {
  return label === label.trim() && !/^"|,/.test(label);
}
