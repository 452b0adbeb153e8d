// The one inline script of the dashboard: a kept theme must hold before the first paint. The
// Content-Security-Policy allows it by the page's nonce. Without a kept theme, `color-scheme: light dark` follows the system.
export const themeScript =
  'try{var t=localStorage.getItem("theme");if(t==="dark"||t==="light")document.documentElement.dataset.theme=t}catch{}';

export function ThemeScript({ nonce }: { nonce: string }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours; as a child, React would escape its quotes.
  return <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: themeScript }} />;
}
