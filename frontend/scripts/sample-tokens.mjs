// Prints tokens that Better Auth issues, as JSON, as test data for other verifiers: for each mode one access token, three
// tokens to reject, and the verification key. The issuer no longer exists when this program ends.
// Requires a build: npm run build. Usage: node scripts/sample-tokens.mjs [shared-secret|jwks]
import { createNonAccessTokens } from "./non-access-tokens.mjs";
import { signUp, startApp } from "./test-app.mjs";

const AUDIENCE = "todo-api";
const modes = process.argv[2] ? [process.argv[2]] : ["shared-secret", "jwks"];

const samples = [];
for (const mode of modes) samples.push(await createSample(mode));
console.log(JSON.stringify(samples, null, 2));

async function createSample(mode) {
  const app = await startApp({ API_TOKEN_MODE: mode, TODO__AUTH__AUDIENCE: AUDIENCE });
  try {
    const cookie = await signUp(app.baseUrl, {
      name: "Ada Quill",
      email: "ada@example.com",
      password: "a long phrase",
    });
    const { token } = await (await fetch(`${app.baseUrl}/api/auth/api-token`, { headers: { cookie } })).json();
    const { userId, ...rejected } = await createNonAccessTokens({ ...app, mode });
    const keys =
      mode === "jwks" ? { jwks: await (await fetch(`${app.baseUrl}/api/auth/jwks`)).json() } : { secret: app.secret };
    return { mode, issuer: app.baseUrl, audience: AUDIENCE, ...keys, accepted: token, rejected };
  } finally {
    app.stop();
  }
}
