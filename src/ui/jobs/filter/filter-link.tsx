'use client';

export { goTo } from '#src/ui/data/browser/address.ts';
export { ShallowLink as FilterLink } from '#src/ui/parts/table/shallow-link.tsx';
