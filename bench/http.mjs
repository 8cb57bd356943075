import { request as send } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

/** Sends one request, a line of a case's file, and gives status and body. */
export function answer(port, line) {
  const [method, path, token, body] = line.split("\t");
  const headers = { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }) };
  return new Promise((resolve, reject) => {
    const request = send({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() }));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** The status of the first answer of a server that is just starting; until then it is asked again each millisecond. */
export async function firstAnswer(port, line, isPatient) {
  for (;;) {
    try {
      return (await answer(port, line)).status;
    } catch (error) {
      if (!isPatient()) throw error;
      await wait(1);
    }
  }
}
