/** Header fields as a response has them: names in lower case, order and repeats kept. */
type HeaderLines = readonly (readonly [name: string, value: string])[];

/** Returns a header's value; null if it is absent. The values of several lines are joined by commas (RFC 9110 §5.3). */
export function headerText(headers: HeaderLines, name: string): string | null {
  const values = headers.filter(([key]) => key === name).map(([, value]) => value.trim());
  return values.length === 0 ? null : values.join(', ');
}

/**
 * Returns the items of a list that is separated by commas. The comma after the day's name in an HTTP-date separates
 * nothing.
 */
export function listItems(text: string): string[] {
  const items: string[] = [];
  let dayName = '';
  for (const part of text.split(',')) {
    const item = part.trim();
    if (dayName === '' && isDayName(item)) {
      dayName = item;
      continue;
    }
    items.push(dayName === '' ? item : `${dayName}, ${item}`);
    dayName = '';
  }
  return items;
}

function isDayName(text: string): boolean {
  return /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}$/i.test(text);
}
