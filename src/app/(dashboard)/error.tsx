'use client';

export { FramedPageError as default } from '#src/ui/shell/page-error.tsx';
