import { createRequire } from "node:module";
import { UserError } from "./user-error.mjs";

const require = createRequire(new URL("../../frontend/package.json", import.meta.url));
const { default: getPort, portNumbers } = await import(require.resolve("get-port"));

/**
 * Returns the configured port, or the first free one from the default on. A configured port is never replaced. Two
 * supervisors that start within the same second may choose the same port: the second process to bind exits with
 * EADDRINUSE, and its supervisor stops.
 */
export async function choosePort(variable, configured, defaultPort, service) {
  if (!configured) {
    const port = await getPort({ port: portNumbers(defaultPort, defaultPort + 49) });
    if (port !== defaultPort) {
      console.log(`Port ${defaultPort} is in use, so ${service} takes ${port}. Set ${variable} to choose one.`);
    }
    return port;
  }
  const port = Number(configured);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new UserError(`${variable} must be a port from 1 to 65535`);
  if ((await getPort({ port })) !== port) {
    throw new UserError(`port ${port} for ${service} is in use: free it, or set ${variable} to another`);
  }
  return port;
}
