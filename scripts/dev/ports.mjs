import { connect, createServer } from "node:net";
import { Problem } from "./user-error.mjs";

const TRIES = 50;
const TAKEN = new Set();

/** The port that was asked for, or the usual one, or the next free one after it. A port that was asked for is not replaced. */
export async function choosePort({ name, explicit, usual, what, notes }) {
  if (explicit) {
    const port = Number(explicit);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Problem(`${name} must be a port from 1 to 65535`);
    if ((await isTaken(port)) || !(await claim(port))) throw new Problem(`port ${port} for ${what} is in use: free it, or set ${name} to another`);
    return take(port);
  }
  for (let port = usual; port < usual + TRIES; port++) {
    if ((await isTaken(port)) || !(await claim(port))) continue;
    if (port !== usual) notes.push(`Port ${usual} is in use, so ${what} takes ${port}. Set ${name} to choose one.`);
    return take(port);
  }
  throw new Problem(`no free port for ${what} from ${usual} on: set ${name}`);
}

function take(port) {
  TAKEN.add(port);
  return port;
}

/** Whoever answers at localhost under either of its addresses would be found by the browser instead of us. */
async function isTaken(port) {
  if (TAKEN.has(port)) return true;
  return (await answers(port, "::1")) || (await answers(port, "127.0.0.1")) || !(await canListen(port));
}

/**
 * Two that start together find the same port free, long before either listens there. So it goes to whoever has its name
 * first: an abstract socket, which Linux forgets with its process. Elsewhere there is none, and the later one has to be
 * started again.
 */
function claim(port) {
  if (process.platform !== "linux") return true;
  return new Promise((resolve) => {
    const server = createServer().unref();
    server.once("error", () => resolve(false));
    server.listen(`\0todo-port-${port}`, () => resolve(true));
  });
}

function answers(port, host) {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const end = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(500, () => end(false));
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}

function canListen(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
