'use client';

export { PageError as default } from '#src/ui/shell/page-error.tsx';
