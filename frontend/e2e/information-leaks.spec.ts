import { request as httpRequest } from "node:http";
import { expect, test } from "./fixtures.ts";

/** Paths of the source and the build that are not part of the product. */
const PATHS = [
  "/.git/HEAD",
  "/.git/config",
  "/.svn/entries",
  "/.env",
  "/package.json",
  "/server.js",
  "/.next/BUILD_ID",
  "/_next",
  "/_next/static",
  "/_next/static/chunks",
  "/_next/../package.json",
  "/_next/static/../server/middleware-manifest.json",
  "/_next/static/%2e%2e/BUILD_ID",
  "/docs/..%2f..%2fCargo.toml",
  "/data/auth.db",
];

/** The response to a request whose path and method are sent as they are. */
function send(baseUrl: string, method: string, path: string): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ hostname, port, method, path, headers: { "x-secret": "echoed-header" } }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on("error", reject).end();
  });
}

test("source control data, files of the build and directories are not found", async ({ stack }) => {
  for (const baseUrl of [stack.baseUrl, stack.apiUrl]) {
    for (const path of PATHS) {
      const { status } = await send(baseUrl, "GET", path);
      expect([400, 404], `${baseUrl}${path}: ${status}`).toContain(status);
    }
  }
});

test("TRACE is rejected and echoes nothing", async ({ stack }) => {
  for (const url of ["/sign-in", "/api/auth/api-token", "/api/ann/tasks"]) {
    for (const baseUrl of [stack.baseUrl, stack.apiUrl]) {
      const { status, body } = await send(baseUrl, "TRACE", url);
      expect(status, `${baseUrl}${url}`).toBeGreaterThanOrEqual(400);
      expect(body).not.toContain("echoed-header");
    }
  }
});
