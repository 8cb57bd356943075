import { request as httpRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** Sends one request, given as a line of a scenario's file, and returns status and body. */
export function sendRequest(port, line) {
  const [method, path, token, body] = line.split("\t");
  const headers = { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }) };
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() }));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** Sends a request to a server that is starting, again each millisecond, and returns the status of the first response. */
export async function waitForResponse(port, line, shouldRetry) {
  for (;;) {
    try {
      return (await sendRequest(port, line)).status;
    } catch (error) {
      if (!shouldRetry()) throw error;
      await sleep(1);
    }
  }
}
