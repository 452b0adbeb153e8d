// Each tab belongs to one project, and says so with every call: what another tab has chosen since then must not decide
// where this one's changes go. The cookie is only for the next page that is loaded.
const cookie = 'ringback_project';
let shown: string | null = null;
/** The project that the page's address named, until the server has said that it may be shown. */
let linked: string | null = null;
const watchers = new Set<() => void>();

/** The header that names the project this tab shows; none until it is known which. */
export function projectHeader(): Record<string, string> {
  if (shown === null) {
    linked = new URLSearchParams(window.location.search).get('project');
    show(linked);
  }
  return shown === null ? {} : { 'x-ringback-project': shown };
}

/** The first answer of the server says which project it is, unless one was chosen here. */
export function knowProject(id: string): void {
  if (shown === null) show(id);
  // Links within the page do not name it, and a load after one must not lead to another project.
  if (id === linked) chooseProject(id);
}

export function shownProject(): string | null {
  return shown;
}

/** Until the function it answers is called, `changed` is called when the tab shows another project. */
export function watchProject(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}

/** This tab goes over to another project, and so will pages loaded after it. */
export function chooseProject(id: string): void {
  linked = null;
  show(id);
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs https.
  document.cookie = `${cookie}=${encodeURIComponent(id)}; Path=/; Max-Age=31536000; SameSite=Lax`;
}

/** One is no member of it any more: the next load goes to another one. */
export function forgetProject(): void {
  show(null);
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs https.
  document.cookie = `${cookie}=; Path=/; Max-Age=0; SameSite=Lax`;
}

function show(id: string | null): void {
  shown = id;
  for (const changed of watchers) changed();
}
