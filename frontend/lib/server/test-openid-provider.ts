import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";

/** An account at the provider. `login` is what is typed on its page, and the subject of its tokens. */
export type ProviderAccount = {
  login: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
  picture?: string;
};

export type TestOpenIdProvider = Awaited<ReturnType<typeof startOpenIdProvider>>;

const CLIENT_ID = "todo";

/** An OpenID provider on 127.0.0.1 with one client, and a page on which any of its accounts signs in without a password. */
export async function startOpenIdProvider(appUrl: string) {
  const accounts = new Map<string, ProviderAccount>();
  const clientSecret = randomBytes(24).toString("hex");
  const server = createServer();
  const listen = (port: number) => once(server.listen(port, "127.0.0.1"), "listening");
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: clientSecret,
        redirect_uris: [`${appUrl}/api/auth/callback/oidc`],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "picture"] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, login) => ({ accountId: login, claims: () => ({ sub: login, ...accounts.get(login) }) }),
    // Every account consents to what the client asks for.
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: CLIENT_ID, accountId: oidc.session?.accountId ?? "" });
      grant.addOIDCScope("openid profile email");
      await grant.save();
      return grant;
    },
    cookies: { keys: [randomBytes(16).toString("hex")] },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
  });
  const handleProviderRequest = provider.callback();
  server.on("request", (request, response) => {
    const handled = request.url?.startsWith("/interaction/")
      ? interact(provider, request, response)
      : handleProviderRequest(request, response);
    handled.catch(() => response.writeHead(500).end());
  });
  return {
    issuer,
    settings: {
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: CLIENT_ID,
      OIDC_CLIENT_SECRET: clientSecret,
      OIDC_NAME: "Example ID",
    },
    /** Creates the account, or replaces it. */
    addAccount: (account: ProviderAccount) => void accounts.set(account.login, account),
    stop: () => close(server),
    /** On the same port, with the same keys. */
    restart: () => listen(port),
    /** What a browser does at the provider: returns the address that it is sent back to. */
    signIn: (url: string, login: string | undefined) => signInByForm(url, login, appUrl),
  };
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

const PAGE = `<!doctype html><html lang="en"><title>Example ID</title><h1>Example ID</h1><form method="post">
<label>Account <input name="login"></label><button>Continue</button><button name="cancel" value="1">Cancel</button></form></html>`;

async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === "GET") {
    response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
    return;
  }
  const chunks = await request.toArray();
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  const result = form.has("cancel")
    ? { error: "access_denied", error_description: "<b>The user has cancelled.</b>" }
    : { login: { accountId: form.get("login") ?? "" } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

async function signInByForm(start: string, login: string | undefined, appUrl: string): Promise<string> {
  const cookies = new Map<string, string>();
  const send = async (url: string, body?: URLSearchParams): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { method: body ? "POST" : "GET", body, headers: { cookie }, redirect: "manual" });
    for (const each of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (each.split(";")[0] ?? "").split(/=(.*)/);
      cookies.set(name, value);
    }
    return response;
  };
  let url = start;
  let response = await send(url);
  while (!url.startsWith(appUrl)) {
    const location = response.headers.get("location");
    if (location) {
      url = new URL(location, url).href;
      if (!url.startsWith(appUrl)) response = await send(url);
    } else if (new URL(url).pathname.startsWith("/interaction/")) {
      response = await send(url, new URLSearchParams(login === undefined ? { cancel: "1" } : { login }));
    } else throw new Error(`the provider answered ${response.status} at ${url}`);
  }
  return url;
}
