// Remembers, while the browser is away to log in at another platform, that it went. The server sends it back to the
// account page without a word; by this the page can tell whether it was for a new account.
import type { Schemas } from "../api/client";

type Platform = Schemas["LinkedPlatformList"]["items"][number];

const storageKey = "matchday.linking";

/** `links`: as they are before. Where storage is forbidden nothing is said later. */
export function begun(platform: string, links: Platform["links"]) {
  try {
    sessionStorage.setItem(storageKey, JSON.stringify({ platform, known: links.filter(isProof).map(idOf) }));
  } catch {
    // See above.
  }
}

const isProof = ({ proved }: Platform["links"][number]) => proved;
const idOf = ({ id }: Platform["links"][number]) => id;

function taken(): { platform: string; known: string[] } | undefined {
  try {
    const text = sessionStorage.getItem(storageKey);
    sessionStorage.removeItem(storageKey);
    return text === null ? undefined : (JSON.parse(text) as { platform: string; known: string[] });
  } catch {
    return undefined;
  }
}

/** The account that the login brought, if there was one and it did. Asked once: then it is forgotten. */
export function returned(platforms: Platform[]): { platform: string; name: string } | undefined {
  const went = taken();
  const platform = platforms.find((one) => one.platform === went?.platform);
  const account = platform?.links.find((one) => one.proved && !went?.known.includes(one.id));
  return platform && account && { platform: platform.name, name: account.name };
}
