// Prints tokens that this Better Auth really issues, as JSON, for other verifiers to be tested with: one to accept and
// three to refuse in each mode, and what verifies them. They are of an app that is gone when this ends.
// Wants a build: npm run build. Usage: node scripts/sample-tokens.mjs [shared-secret|jwks]
import { signUp, startApp } from "./test-app.mjs";
import { strangers } from "./non-access-tokens.mjs";

const AUDIENCE = "todo-api";
const modes = process.argv[2] ? [process.argv[2]] : ["shared-secret", "jwks"];

const samples = [];
for (const mode of modes) samples.push(await sample(mode));
console.log(JSON.stringify(samples, null, 2));

async function sample(mode) {
  const app = await startApp({ API_TOKEN_MODE: mode, TODO__AUTH__AUDIENCE: AUDIENCE });
  try {
    const person = { name: "Ada Quill", email: "ada@example.com", password: "a long phrase" };
    const cookie = await signUp(app.baseUrl, person);
    const { token } = await (await fetch(`${app.baseUrl}/api/auth/api-token`, { headers: { cookie } })).json();
    const { userId, ...refused } = await strangers({ ...app, mode });
    const keys =
      mode === "jwks" ? { jwks: await (await fetch(`${app.baseUrl}/api/auth/jwks`)).json() } : { secret: app.secret };
    return { mode, issuer: app.baseUrl, audience: AUDIENCE, ...keys, accepted: token, refused };
  } finally {
    app.stop();
  }
}
