// Hears at once that something of an organization changed, and asks again for what the page shows of it. The server's
// events are hints: what was missed while the line was down is made good by asking for everything once it is back.
// A page that nobody looks at does not listen: browsers have few connections to a server, for all pages together.
import { type Query, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

// At most this often a page asks again; what is heard meanwhile is answered together.
const ASK_EVERY_MS = 1000;
// A line that is down for longer is told to the viewer: the server ends each after two minutes, on purpose.
const TOLD_AFTER_MS = 10_000;
// No line lives this long: one that does has been dead without a word.
const LIFE_MS_MAX = 150_000;
// Until the next try, when the browser itself gave up (as it does when the server refuses).
const RETRY_MS = [1000, 3000, 10_000, 30_000];

/** Without the line, or beside it: how often to look at what changes by itself. */
export const fallback = { refetchInterval: 30_000 } as const;

/** For a query's `meta`: which topics it is asked again for. Without them: any. */
export function hears(...topics: string[]) {
  return { meta: { topics } };
}

function isAbout(query: Query, topics: string[]) {
  const heard = query.meta?.topics as string[] | undefined;
  return !heard || topics.some((topic) => topic === "*" || heard.includes(topic));
}

/** The queries of an organization have its id as the first part of their key. */
function askAgain(queries: QueryClient, organization: string, topics: string[]) {
  void queries.invalidateQueries({
    queryKey: [organization],
    predicate: (query) => isAbout(query as Query, topics),
  });
  if (topics.includes("api") || topics.includes("*"))
    void queries.invalidateQueries({ queryKey: ["organizations"] });
}

/** Gathers what is heard, and passes it on at once or when the last time is long enough ago. */
function gather(pass: (topics: string[]) => void) {
  let heard = new Set<string>();
  let timer: number | undefined;
  let last = 0;
  const flush = () => {
    timer = undefined;
    last = Date.now();
    const topics = [...heard];
    heard = new Set();
    pass(topics);
  };
  return {
    add(topics: string[]) {
      for (const topic of topics) heard.add(topic);
      timer ??= window.setTimeout(flush, Math.max(0, last + ASK_EVERY_MS - Date.now()));
    },
    stop: () => window.clearTimeout(timer),
  };
}

type Told = { changed: (topics: string[]) => void; paused: (is: boolean) => void };

/** Listens until the function that it gives is called. */
function listen(address: string, { changed, paused }: Told) {
  let source: EventSource | undefined;
  let missed = false;
  let tries = 0;
  let retry: number | undefined;
  let tell: number | undefined;
  let life: number | undefined;

  const close = () => {
    source?.close();
    source = undefined;
    window.clearTimeout(retry);
    window.clearTimeout(life);
  };
  const down = () => {
    missed = true;
    tell ??= window.setTimeout(() => paused(true), TOLD_AFTER_MS);
  };
  const up = () => {
    window.clearTimeout(tell);
    tell = undefined;
    tries = 0;
    paused(false);
    if (missed) changed(["*"]);
    missed = false;
    window.clearTimeout(life);
    life = window.setTimeout(again, LIFE_MS_MAX);
  };
  const open = () => {
    close();
    const opened = new EventSource(address);
    source = opened;
    opened.onopen = up;
    opened.addEventListener("changed", ({ data }) =>
      changed((JSON.parse(data) as { topics: string[] }).topics),
    );
    opened.onerror = () => {
      down();
      if (opened.readyState !== EventSource.CLOSED || opened !== source) return; // else the browser tries again
      retry = window.setTimeout(open, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
    };
  };
  const again = () => {
    if (document.hidden) return;
    down();
    open();
  };
  const look = () => {
    if (!document.hidden) return again();
    close();
    window.clearTimeout(tell);
    tell = undefined;
    missed = true;
  };

  again();
  missed = false; // the page asks for everything now anyway
  document.addEventListener("visibilitychange", look);
  window.addEventListener("online", again);
  window.addEventListener("offline", down);
  return () => {
    document.removeEventListener("visibilitychange", look);
    window.removeEventListener("online", again);
    window.removeEventListener("offline", down);
    window.clearTimeout(tell);
    close();
  };
}

/** Keeps what is shown of that organization up to date. Gives whether the line has been down for a while. */
export function useLive(organization: string | undefined): boolean {
  const queries = useQueryClient();
  const [paused, setPaused] = useState(false);
  useEffect(() => {
    if (!organization) return undefined;
    const heard = gather((topics) => askAgain(queries, organization, topics));
    const stop = listen(`/api/organizations/${organization}/events`, {
      changed: heard.add,
      paused: setPaused,
    });
    return () => {
      stop();
      heard.stop();
      setPaused(false);
    };
  }, [organization, queries]);
  return paused;
}
