import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { NextConfig } from "next";
import { readPlaceholderWords } from "./lib/server/placeholder-words.ts";

const directory = fileURLToPath(new URL(".", import.meta.url));

export default {
  output: "standalone",
  outputFileTracingRoot: directory,
  turbopack: { root: directory },
  // libsql selects its native library by platform at run time, which file tracing cannot follow.
  serverExternalPackages: ["libsql", "pg"],
  outputFileTracingIncludes: {
    "/*": [
      "./node_modules/libsql/**",
      "./node_modules/@libsql/**",
      "./node_modules/@neon-rs/load/**",
      "./node_modules/detect-libc/**",
    ],
  },
  // No image is resized, so no native image library is needed.
  images: { unoptimized: true },
  poweredByHeader: false,
  devIndicators: false,
  // Next buffers each request body for the proxy. The largest body is a task of at most 64 KiB.
  // No source maps of the server: they contain its sources, and nothing in production reads them.
  experimental: { proxyClientMaxBodySize: "1mb", serverSourceMaps: false },
  enablePrerenderSourceMaps: false,
  env: { TOAST_STYLE_HASH: toastStyleHash(), PLACEHOLDER_WORDS: readPlaceholderWords(directory) },
  redirects: async () => [
    { source: "/auth/signin", destination: "/sign-in", permanent: false },
    { source: "/auth/signup", destination: "/sign-up", permanent: false },
  ],
} satisfies NextConfig;

/** Sonner inserts its stylesheet without a nonce. The content security policy allows it by this hash. */
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
