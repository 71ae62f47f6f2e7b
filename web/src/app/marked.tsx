// The server's own sentences, with Discord's marks.
import { Anchor, Code } from "@mantine/core";

import { FromServer, When } from "./parts";

const mark = /(`[^`]+`|<#\d+>|<@\d+>|<t:\d+(?::[a-zA-Z])?>)/;

/** A text of the API: `code`, <#channel>, <@person> and <t:seconds:R> become what they stand for. */
export function Marked({
  text,
  server,
  names,
}: {
  text: string;
  server?: string;
  names?: Map<string, string>;
}) {
  const show = (part: string, index: number) => {
    const key = `${index}`;
    if (part.startsWith("`")) return <Code key={key}>{part.slice(1, -1)}</Code>;
    const time = /^<t:(\d+)/.exec(part)?.[1];
    if (time) return <When key={key} at={new Date(Number(time) * 1000)} language="en" />;
    const channel = /^<#(\d+)>$/.exec(part)?.[1];
    if (channel) {
      return (
        <Anchor
          key={key}
          href={`https://discord.com/channels/${server ?? "@me"}/${channel}`}
          target="_blank"
          rel="noreferrer"
          size="sm"
          underline="always"
        >
          {names?.get(channel) ?? "the channel"}
        </Anchor>
      );
    }
    const person = /^<@(\d+)>$/.exec(part)?.[1];
    if (person) return <span key={key}>{names?.get(person) ?? `@${person}`}</span>;
    return part;
  };
  return <FromServer>{text.split(mark).map(show)}</FromServer>;
}
