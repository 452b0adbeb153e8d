import type { Metadata } from 'next';
import { notFound } from 'next/navigation';

export const metadata: Metadata = { title: 'Not found' };

/** Answers 404 within the frame for every path that is no page. */
export default function Page(): never {
  notFound();
}
