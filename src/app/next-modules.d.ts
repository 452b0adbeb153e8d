// Next has no `exports`: by Node's rules of resolution its types are found only with the extension, and a default export
// of its CommonJS modules is the whole module. Its bundler, which alone loads these, does as its documentation says.
declare module 'next/navigation' {
  export * from 'next/navigation.js';
}
declare module 'next/headers' {
  export * from 'next/headers.js';
}
declare module 'next/link' {
  import type link from 'next/link.js';

  const Link: (typeof link)['default'];
  export default Link;
}
