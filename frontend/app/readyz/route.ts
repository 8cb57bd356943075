import { getAuth } from "@/lib/auth";

/** Readiness for load balancers and scripts: 200 if sessions can be read, else 503 without the cause. */
export async function GET(): Promise<Response> {
  const headers = { "cache-control": "no-store" };
  try {
    const { adapter } = await (await getAuth()).$context;
    await adapter.findOne({ model: "session", where: [{ field: "id", value: "" }] });
    return new Response("ready\n", { headers });
  } catch {
    return new Response("not ready\n", { status: 503, headers: { ...headers, "retry-after": "2" } });
  }
}
