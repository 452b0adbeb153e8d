'use client';

import { useEffect, useState } from 'react';
import type { ImageType } from './body-kind.ts';

/** Shows an image with the type that its bytes begin like, never with the type that its sender claims. */
export function ImageView({ bytes, type }: { bytes: Uint8Array<ArrayBuffer>; type: ImageType }) {
  const [url, setUrl] = useState<string | null>(null);
  const [broken, setBroken] = useState(false);
  const [size, setSize] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([bytes], { type }));
    setUrl(made);
    setBroken(false);
    return () => URL.revokeObjectURL(made);
  }, [bytes, type]);
  if (broken)
    return <p className="px-4 font-sans text-13 text-fg-muted">The bytes begin like an image but are none.</p>;
  return (
    <figure className="grid justify-items-start gap-2 px-4">
      {url && (
        // biome-ignore lint/performance/noImgElement: Next's image component would fetch it from a server.
        <img
          src={url}
          alt="The body"
          className="max-h-[440px] max-w-full rounded-tag border bg-sunken"
          onError={() => setBroken(true)}
          onLoad={({ currentTarget }) => setSize(`${currentTarget.naturalWidth} × ${currentTarget.naturalHeight}`)}
        />
      )}
      <figcaption className="font-sans text-fg-subtle">
        {type}
        {size && `, ${size}`}
      </figcaption>
    </figure>
  );
}
