import { getAuth } from "@/lib/auth";

/** For load balancers and scripts: whether accounts and sessions can be read. Says no more than that. */
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
