'use client';

export { goTo } from '#src/ui/data/address.ts';
export { ShallowLink as FilterLink } from '#src/ui/parts/shallow-link.tsx';
