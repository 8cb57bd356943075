import { isComplete, TASKS_PER_USER, taskId, USERS } from "./database.mjs";
import { accessToken, userId, withInvalidSignature } from "./tokens.mjs";

/** Each scenario: its title, the expected status, whether it writes, and its requests, which are the same in every run. */
export const SCENARIOS = {
  "invalid-signature": {
    title: "401, invalid signature",
    status: 401,
    requests: (users) => forEachUser(users, (user) => get(user, user.invalidToken)),
  },
  forbidden: {
    title: "403, another user's path",
    status: 403,
    requests: (users) => forEachUser(users, (user) => get(users[(user.number + 1) % USERS], user.token)),
  },
  get: { title: "get one task", status: 200, requests: (users) => repeat(20_000, () => get(randomItem(users))) },
  list20: { title: "list of 20", status: 200, requests: (users) => forEachUser(users, (user) => list(user, 20)) },
  list50: { title: "list of 50", status: 200, requests: (users) => forEachUser(users, (user) => list(user, 50)) },
  create: { title: "create", status: 201, isWriting: true, requests: (users) => forEachUser(users, create) },
  complete: { title: "complete", status: 200, isWriting: true, requests: completeOpenTasks },
  mix: { title: "80/20 mix", status: "2xx", isWriting: true, requests: mix },
};

/** The requests of each scenario, as lines that the load generators read: method, path, token and body, separated by tabs. */
export function createRequests(names) {
  const users = Array.from({ length: USERS }, (_, number) => {
    const id = userId(number);
    const token = accessToken(id);
    return { number, id, token, invalidToken: withInvalidSignature(token) };
  });
  const createFor = (name) => {
    randomState = SEED;
    return SCENARIOS[name].requests(users);
  };
  return Object.fromEntries(names.map((name) => [name, createFor(name)]));
}

const get = (user, token = user.token) =>
  line("GET", `${user.id}/tasks/${taskId(user.number, randomBelow(TASKS_PER_USER))}`, token);
const list = (user, limit) => line("GET", `${user.id}/tasks?limit=${limit}`, user.token);
const complete = ([user, number]) => line("PATCH", `${user.id}/tasks/${taskId(user.number, number)}/complete`, user.token);

function create(user) {
  const task = { title: `Buy milk and bread for ${user.number}` };
  if (user.number % 2) task.description = "Semi-skimmed, two litres, and the dark bread from the corner shop";
  return line("POST", `${user.id}/tasks`, user.token, JSON.stringify(task));
}

/** Completes each open task once. There are more than a turn of the default length sends, so none is completed twice. */
function completeOpenTasks(users) {
  const open = users.flatMap((user) =>
    Array.from({ length: TASKS_PER_USER }, (_, number) => [user, number]).filter(([, number]) => !isComplete(number)),
  );
  return shuffled(open).map(complete);
}

/** 80 % reads, half of them single tasks and half lists of 20, and 20 % writes. */
function mix(users) {
  const completions = completeOpenTasks(users);
  return shuffled(
    repeat(20_000, (index) => {
      const remainder = index % 10;
      if (remainder < 4) return get(randomItem(users));
      if (remainder < 8) return list(randomItem(users), 20);
      return remainder === 8 ? create(randomItem(users)) : completions[index];
    }),
  );
}

const line = (method, path, token, body = "") => [method, `/api/${path}`, token, body].join("\t");
const forEachUser = (users, createRequest) => shuffled(users).map(createRequest);
const repeat = (count, createItem) => Array.from({ length: count }, (_, index) => createItem(index));
const randomItem = (items) => items[randomBelow(items.length)];

function shuffled(items) {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = randomBelow(last + 1);
    [result[last], result[other]] = [result[other], result[last]];
  }
  return result;
}

/** A fixed seed, so that every run sends the same requests (mulberry32). */
const SEED = 5;
let randomState = SEED;

function randomBelow(limit) {
  randomState = (randomState + 0x6d2b79f5) | 0;
  let mixed = Math.imul(randomState ^ (randomState >>> 15), 1 | randomState);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
}
