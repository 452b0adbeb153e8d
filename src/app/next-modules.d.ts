// Next has no `exports` in its package.json. By Node's resolution rules, its types are found only with the file
// extension, and the default export of its CommonJS modules is the whole module. Only Next's bundler loads these
// modules, and it behaves as Next's documentation says.
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
