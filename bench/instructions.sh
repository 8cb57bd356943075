#!/usr/bin/env bash
# Counts the instructions per request of a release binary on SQLite: unlike times, they hardly depend on the machine's load.
# Usage: bench/instructions.sh [BINARY [NAME=VALUE…]]. Requires valgrind and wrk.
set -euo pipefail
cd "$(dirname "$0")/.."

binary=$(realpath "${1:-target/release/todo-server}")
shift || true
export BETTER_AUTH_SECRET=Zm9yIHRoaXMgcHJvZ3JhbSBvbmx5LCBuZXZlciByZWFs TODO__AUTH__AUDIENCE=todo-api TODO__AUTH__ISSUER=http://localhost:3000
export RUST_LOG=warn TODO__LIMITS__REQUESTS_PER_MINUTE=0 PORT=18471
for setting in "$@"; do export "${setting?}"; done

directory=$(mktemp -d)
export DATABASE_URL="sqlite://$directory/todo.db?mode=rwc"
cd "$directory"
valgrind --tool=callgrind --instr-atstart=no --callgrind-out-file="$directory/out" "$binary" serve 2>"$directory/log" &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; rm -rf "$directory"' EXIT
until curl -s -o /dev/null "localhost:$PORT/livez"; do
    kill -0 "$server" || { cat "$directory/log" >&2; exit 1; }
    sleep 0.2
done

token=$("$binary" token --sub demo)
tasks="http://localhost:$PORT/api/demo/tasks"
authorization="Authorization: Bearer $token"
body='{"title":"buy milk and bread","description":"two litres, and the dark one"}'
for _ in $(seq 60); do
    curl -s -o /dev/null -H "$authorization" -H 'content-type: application/json' -d "$body" "$tasks"
done
id=$(curl -s -H "$authorization" "$tasks?limit=1" | grep -o '"id":[0-9]*' | cut -d: -f2)
echo "wrk.method = 'POST'; wrk.body = '$body'; wrk.headers['content-type'] = 'application/json'" >create.lua
echo "wrk.method = 'PATCH'" >complete.lua

count() { # NAME WRK-ARGUMENTS…
    local name=$1 requests instructions
    shift
    wrk -t1 -c2 -d1s "$@" >/dev/null
    callgrind_control --zero "$server" >/dev/null 2>&1
    callgrind_control --instr=on "$server" >/dev/null 2>&1
    requests=$(wrk -t1 -c4 -d5s "$@" | grep -o '[0-9]* requests in' | cut -d' ' -f1)
    callgrind_control --instr=off "$server" >/dev/null 2>&1
    callgrind_control --dump "$server" >/dev/null 2>&1
    until compgen -G "$directory/out.*" >/dev/null; do sleep 0.1; done
    sleep 0.5
    instructions=$(cat "$directory"/out.* | awk '/^totals:/ { sum += $2 } END { printf "%.0f", sum }')
    rm "$directory"/out.*
    printf '%-10s %8d instructions/request (%d requests)\n' "$name" $((instructions / requests)) "$requests"
}

count 401 -H "Authorization: Bearer ${token%??????}AAAAAA" "$tasks"
count 403 -H "$authorization" "http://localhost:$PORT/api/other/tasks"
count get -H "$authorization" "$tasks/$id"
count list-20 -H "$authorization" "$tasks?limit=20"
count list-50 -H "$authorization" "$tasks?limit=50"
count create -s create.lua -H "$authorization" "$tasks"
count complete -s complete.lua -H "$authorization" "$tasks/$id/complete"
