// Completes .next/standalone: Next leaves out what a CDN could serve, and here no CDN does.
import { cpSync, existsSync } from "node:fs";

const root = new URL("../", import.meta.url);
const at = (path) => new URL(path, root);

cpSync(at(".next/static"), at(".next/standalone/.next/static"), { recursive: true });
if (existsSync(at("public"))) cpSync(at("public"), at(".next/standalone/public"), { recursive: true });
