import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { NextConfig } from "next";

const here = fileURLToPath(new URL(".", import.meta.url));

export default {
  output: "standalone",
  outputFileTracingRoot: here,
  turbopack: { root: here },
  // It picks its native library by the platform's name, which tracing cannot follow.
  serverExternalPackages: ["libsql", "pg"],
  outputFileTracingIncludes: {
    "/*": [
      "./node_modules/libsql/**",
      "./node_modules/@libsql/**",
      "./node_modules/@neon-rs/load/**",
      "./node_modules/detect-libc/**",
    ],
  },
  // No pictures to resize, so no native library for it.
  images: { unoptimized: true },
  poweredByHeader: false,
  devIndicators: false,
  // Next keeps a copy of each body until its end; the largest that anybody needs here is one of a task, with 64 KiB.
  experimental: { proxyClientMaxBodySize: "1mb" },
  env: { TOAST_STYLE_HASH: toastStyleHash() },
  redirects: async () => [
    { source: "/auth/signin", destination: "/sign-in", permanent: false },
    { source: "/auth/signup", destination: "/sign-up", permanent: false },
    { source: "/", destination: "/tasks", permanent: false },
  ],
} satisfies NextConfig;

/** Sonner writes its stylesheet into the page without a nonce. The policy lets exactly this text through. */
function toastStyleHash(): string {
  const source = readFileSync(
    createRequire(import.meta.url)
      .resolve("sonner")
      .replace(/index\.js$/, "index.mjs"),
    "utf8",
  );
  const literal = source.match(/__insertCSS\(("(?:[^"\\]|\\.)*")\)/)?.[1];
  if (!literal)
    throw new Error("sonner no longer inserts its style as one text: see style-src-elem in security-headers.ts");
  return `sha256-${createHash("sha256").update(JSON.parse(literal)).digest("base64")}`;
}
