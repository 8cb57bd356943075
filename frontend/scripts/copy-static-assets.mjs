// Copies the static assets into .next/standalone. Next.js leaves them out for deployments that serve them from a CDN.
import { cpSync, existsSync } from "node:fs";

const root = new URL("../", import.meta.url);
const resolve = (path) => new URL(path, root);

cpSync(resolve(".next/static"), resolve(".next/standalone/.next/static"), { recursive: true });
if (existsSync(resolve("public"))) cpSync(resolve("public"), resolve(".next/standalone/public"), { recursive: true });
