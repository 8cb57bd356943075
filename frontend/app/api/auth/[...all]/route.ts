import { getAuth, getConfig } from "@/lib/auth";
import { handleAllowedRoute } from "@/lib/server/allowed-routes";

/** The routes of Better Auth that this app uses: sign-up, sign-in, sessions, the API token and the JWK Set. */
async function handle(request: Request): Promise<Response> {
  return handleAllowedRoute(await getAuth(), request, getConfig().socialProviders);
}

export { handle as DELETE, handle as GET, handle as PATCH, handle as POST, handle as PUT };
