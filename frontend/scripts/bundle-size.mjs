// Prints how much gzipped JavaScript the first visit of each page loads. Exits with 1 if a page exceeds its limit.
// Requires a build: npm run build.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { signUp, startApp } from "./test-app.mjs";

/** In KiB. */
const MAX_SIZES = { "/": 150, "/sign-in": 180, "/sign-up": 180, "/tasks": 240, "/settings": 260 };

/** Signed in, these redirect. */
const PUBLIC_PATHS = ["/", "/sign-in", "/sign-up"];

const app = await startApp();
try {
  const cookie = await signUp(app.baseUrl, { name: "Ada", email: "ada@example.com", password: "a long phrase" });
  for (const [path, max] of Object.entries(MAX_SIZES)) {
    const size = await measurePage(path, PUBLIC_PATHS.includes(path) ? "" : cookie);
    if (size > max) process.exitCode = 1;
    console.log(`${path.padEnd(10)} ${size.toFixed(1).padStart(6)} KB of ${max}${size > max ? "  TOO LARGE" : ""}`);
  }
} finally {
  app.stop();
}

/** The size of all scripts that the HTML references, except those for browsers without module support. */
async function measurePage(path, cookie) {
  const html = await (await fetch(app.baseUrl + path, { headers: { cookie }, redirect: "error" })).text();
  const sources = new Set();
  for (const [tag] of html.matchAll(/<script\b[^>]*>/g)) {
    const source = tag.match(/\bsrc="(\/_next\/static\/[^"?]+)/)?.[1];
    if (source && !/\bnoModule\b/i.test(tag)) sources.add(source);
  }
  return [...sources].reduce((sum, source) => sum + gzippedBytes(source), 0) / 1024;
}

function gzippedBytes(source) {
  const file = new URL(`../.next/standalone/${source.replace("/_next", ".next")}`, import.meta.url);
  return gzipSync(readFileSync(file)).length;
}
