/** The hashes of the stylesheet that sonner inserts, which is empty at first; see next.config.ts. */
const TOAST_STYLE = `'${process.env.TOAST_STYLE_HASH}' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='`;

const TWO_YEARS_SECONDS = 63_072_000;

/**
 * Scripts run only with the nonce of the request. Nothing is loaded from, sent to or framed by another origin. Style
 * attributes are allowed, because popovers are positioned by them and they cannot load or run anything under this policy.
 */
export function contentSecurityPolicy(nonce: string, development: boolean): string {
  const inDevelopment = (value: string) => (development ? ` ${value}` : "");
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${inDevelopment("'unsafe-eval'")}`,
    `style-src-elem 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}' ${TOAST_STYLE}`}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${inDevelopment("ws:")}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** The policy of everything that is not a page. Opened as a document, it can load, run, submit and frame nothing. */
export const RESOURCE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Strict-Transport-Security is sent under https only (RFC 6797 §7.2). */
export function securityHeaders(policy: string, https: boolean): Record<string, string> {
  return {
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "cross-origin-opener-policy": "same-origin",
    ...(https ? { "strict-transport-security": `max-age=${TWO_YEARS_SECONDS}; includeSubDomains` } : {}),
  };
}

export function setSecurityHeaders(headers: Headers, policy: string, https: boolean): void {
  for (const [name, value] of Object.entries(securityHeaders(policy, https))) headers.set(name, value);
}
