// Each tab belongs to one project and names it in every call. If another tab has chosen another project since then,
// this tab's changes must not go there. The cookie is only for the next page that is loaded.
const cookie = 'ringback_project';
let shown: string | null = null;
/** Project that the page's address named, until the server has confirmed that it may be shown. */
let linked: string | null = null;
const watchers = new Set<() => void>();

/** Returns the header that names the project of this tab; no header until the project is known. */
export function projectHeader(): Record<string, string> {
  if (shown === null) {
    linked = new URLSearchParams(window.location.search).get('project');
    show(linked);
  }
  return shown === null ? {} : { 'x-ringback-project': shown };
}

/** Takes the project from the server's first answer, unless one was chosen here. */
export function knowProject(id: string): void {
  if (shown === null) show(id);
  // Links within the page do not name the project. Without the cookie, a page load after one could lead to another
  // project.
  if (id === linked) chooseProject(id);
}

export function shownProject(): string | null {
  return shown;
}

/** Calls `changed` when the tab shows another project, until the returned function is called. */
export function watchProject(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}

/** Switches this tab, and the pages loaded after it, to another project. */
export function chooseProject(id: string): void {
  linked = null;
  show(id);
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs https.
  document.cookie = `${cookie}=${encodeURIComponent(id)}; Path=/; Max-Age=31536000; SameSite=Lax`;
}

/** Forgets a project of which the user is no longer a member. The next load goes to another project. */
export function forgetProject(): void {
  show(null);
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs https.
  document.cookie = `${cookie}=; Path=/; Max-Age=0; SameSite=Lax`;
}

function show(id: string | null): void {
  shown = id;
  for (const changed of watchers) changed();
}
