import { isComplete, TASKS_EACH, taskId, USERS } from "./database.mjs";
import { forged, token, userId } from "./tokens.mjs";

/** Each case: what it is called, which answer is right, whether it changes rows, and its requests, for ever the same. */
export const CASES = {
  forged: {
    title: "401 on a bad signature",
    status: 401,
    requests: (users) => everyUser(users, (user) => get(user, user.forged)),
  },
  stranger: {
    title: "403 on another's path",
    status: 403,
    requests: (users) => everyUser(users, (user) => get(users[(user.number + 1) % USERS], user.token)),
  },
  get: { title: "GET one", status: 200, requests: (users) => many(20_000, () => get(any(users))) },
  list20: { title: "list 20", status: 200, requests: (users) => everyUser(users, (user) => list(user, 20)) },
  list50: { title: "list 50", status: 200, requests: (users) => everyUser(users, (user) => list(user, 50)) },
  create: { title: "create", status: 201, isWriting: true, requests: (users) => everyUser(users, create) },
  complete: { title: "complete", status: 200, isWriting: true, requests: completions },
  mix: { title: "80/20 mix", status: "2xx", isWriting: true, requests: mix },
};

/** The requests of each case, as lines that the load generators read: method, path, token and body between tabs. */
export function requestsOf(names) {
  const users = Array.from({ length: USERS }, (_, number) => {
    const id = userId(number);
    const valid = token(id);
    return { number, id, token: valid, forged: forged(valid) };
  });
  const requests = (name) => {
    state = SEED;
    return CASES[name].requests(users);
  };
  return Object.fromEntries(names.map((name) => [name, requests(name)]));
}

const get = (user, bearer = user.token) => line("GET", `${user.id}/tasks/${taskId(user.number, below(TASKS_EACH))}`, bearer);
const list = (user, limit) => line("GET", `${user.id}/tasks?limit=${limit}`, user.token);
const complete = ([user, number]) => line("PATCH", `${user.id}/tasks/${taskId(user.number, number)}/complete`, user.token);

function create(user) {
  const task = { title: `Buy milk and bread for ${user.number}` };
  if (user.number % 2) task.description = "Semi-skimmed, two litres, and the dark bread from the corner shop";
  return line("POST", `${user.id}/tasks`, user.token, JSON.stringify(task));
}

/** All tasks that are open, each once: a run is over before it comes round to those that it completed. */
function completions(users) {
  const open = users.flatMap((user) =>
    Array.from({ length: TASKS_EACH }, (_, number) => [user, number]).filter(([, number]) => !isComplete(number)),
  );
  return shuffled(open).map(complete);
}

/** 80 % reads, one and a page by turns, and 20 % writes. */
function mix(users) {
  const completing = completions(users);
  return shuffled(
    many(20_000, (index) => {
      const turn = index % 10;
      if (turn < 4) return get(any(users));
      if (turn < 8) return list(any(users), 20);
      return turn === 8 ? create(any(users)) : completing[index];
    }),
  );
}

const line = (method, path, bearer, body = "") => [method, `/api/${path}`, bearer, body].join("\t");
const everyUser = (users, request) => shuffled(users).map(request);
const many = (count, make) => Array.from({ length: count }, (_, index) => make(index));
const any = (users) => users[below(users.length)];

function shuffled(list) {
  const mixed = [...list];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = below(last + 1);
    [mixed[last], mixed[other]] = [mixed[other], mixed[last]];
  }
  return mixed;
}

/** Always the same numbers, so that every run asks for the same (mulberry32). */
const SEED = 5;
let state = SEED;

function below(limit) {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
}
