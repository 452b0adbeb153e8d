// This is the only inline script of the dashboard: a stored theme must apply before the first paint. The
// Content-Security-Policy allows the script by the page's nonce. Without a stored theme, `color-scheme: light dark`
// follows the system.
export const themeScript =
  'try{var t=localStorage.getItem("theme");if(t==="dark"||t==="light")document.documentElement.dataset.theme=t}catch{}';

export function ThemeScript({ nonce }: { nonce: string }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: the script is a constant; React escapes quotes in a child.
  return <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: themeScript }} />;
}
