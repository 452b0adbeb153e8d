// Each tab belongs to one project, and says so with every call: what another tab has chosen since then must not decide
// where this one's changes go. The cookie is only for the next page that is loaded.
const cookie = 'ringback_project';
let shown: string | null = null;

/** The header that names the project this tab shows; none until it is known which. */
export function projectHeader(): Record<string, string> {
  return shown === null ? {} : { 'x-ringback-project': shown };
}

/** The first answer of the server says which project it is, unless one was chosen here. */
export function knowProject(id: string): void {
  shown ??= id;
}

export function shownProject(): string | null {
  return shown;
}

/** This tab goes over to another project, and so will pages loaded after it. */
export function chooseProject(id: string): void {
  shown = id;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs https.
  document.cookie = `${cookie}=${encodeURIComponent(id)}; Path=/; Max-Age=31536000; SameSite=Lax`;
}

/** One is no member of it any more: the next load goes to another one. */
export function forgetProject(): void {
  shown = null;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs https.
  document.cookie = `${cookie}=; Path=/; Max-Age=0; SameSite=Lax`;
}
