import { getAuth } from "@/lib/auth";

/** Better Auth's routes: sign-up, sign-in, sessions, the API token and the JWK Set. */
async function handle(request: Request): Promise<Response> {
  return (await getAuth()).handler(request);
}

export { handle as DELETE, handle as GET, handle as PATCH, handle as POST, handle as PUT };
