"use client";

import { useMemo } from "react";
import { encode } from "uqr";

/** The quiet zone that scanners need around the code, in modules (ISO/IEC 18004). */
const BORDER = 4;

/** A QR code, black on white in every colour scheme: scanners do not read inverted codes reliably. */
export function QrCode({ value, label }: { value: string; label: string }) {
  const { size, path } = useMemo(() => {
    const code = encode(value, { border: BORDER });
    const modules = code.data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : [])));
    return { size: code.size, path: modules.join("") };
  }, [value]);
  return (
    <svg
      aria-label={label}
      className="mx-auto w-full max-w-56 rounded-lg forced-color-adjust-none"
      role="img"
      shapeRendering="crispEdges"
      viewBox={`0 0 ${size} ${size}`}
    >
      <rect fill="#fff" height={size} width={size} />
      <path d={path} fill="#000" />
    </svg>
  );
}
