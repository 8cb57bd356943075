import Bowser from "bowser";

const UNKNOWN_DEVICE = "An unknown device";

/** Longer user agents are cut. Those of browsers have up to about 250 characters. */
const MAX_LENGTH = 512;

/** bowser also makes a name of the first words of any text. */
const BROWSERS: readonly string[] = Object.values(Bowser.BROWSER_MAP);

/** Shorter than bowser's names. */
const SHORT_NAMES: Record<string, string> = {
  "Microsoft Edge": "Edge",
  "Samsung Internet for Android": "Samsung Internet",
  "Chrome OS": "ChromeOS",
};

/** Browser and operating system for display. Clients can send any user agent, so it is a hint only. */
export function describeUserAgent(userAgent: string): string {
  if (!userAgent) return UNKNOWN_DEVICE;
  const { browser, os, platform } = Bowser.parse(userAgent.slice(0, MAX_LENGTH));
  const name = browser.name && BROWSERS.includes(browser.name) ? shorten(browser.name) : undefined;
  // "iPhone" or "iPad". Other models are not names that their owners know.
  const isIos = os.name === Bowser.OS_MAP.iOS;
  const system = (isIos && platform.model) || (os.name && shorten(os.name));
  if (name && system) return `${name} on ${system}`;
  return name ?? system ?? UNKNOWN_DEVICE;
}

const shorten = (name: string): string => SHORT_NAMES[name] ?? name;
