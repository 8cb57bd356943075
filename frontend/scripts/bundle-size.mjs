// Prints what a first visit of each page loads as JavaScript, gzipped, and fails where that is too much.
// Wants a build: npm run build.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { signUp, startApp } from "./test-app.mjs";

/** In KB of 1024 bytes. */
const LIMITS = { "/sign-in": 180, "/sign-up": 180, "/tasks": 240, "/settings": 240 };

const app = await startApp();
try {
  const cookie = await signUp(app.baseUrl, { name: "Ada", email: "ada@example.com", password: "a long phrase" });
  for (const [page, limit] of Object.entries(LIMITS)) {
    const size = await firstLoad(page, page.startsWith("/sign") ? "" : cookie);
    if (size > limit) process.exitCode = 1;
    console.log(`${page.padEnd(10)} ${size.toFixed(1).padStart(6)} KB of ${limit}${size > limit ? "  TOO MUCH" : ""}`);
  }
} finally {
  app.stop();
}

/** All scripts that the page's HTML names, save those for browsers without modules. */
async function firstLoad(page, cookie) {
  const html = await (await fetch(app.baseUrl + page, { headers: { cookie }, redirect: "error" })).text();
  const scripts = new Set();
  for (const [tag] of html.matchAll(/<script\b[^>]*>/g)) {
    const source = tag.match(/\bsrc="(\/_next\/static\/[^"?]+)/)?.[1];
    if (source && !/\bnoModule\b/i.test(tag)) scripts.add(source);
  }
  const sizeOf = (source) =>
    gzipSync(readFileSync(new URL(`../.next/standalone/${source.replace("/_next", ".next")}`, import.meta.url))).length;
  return [...scripts].reduce((sum, source) => sum + sizeOf(source), 0) / 1024;
}
