// The document's own texts, which are English: paragraphs, `code` and **what is important**.
import { Code, Text } from "@mantine/core";

import { FromServer } from "../app/parts";

const mark = /(`[^`]+`|\*\*[^*]+\*\*)/;

export function Words({ text }: { text: string }) {
  return (
    <FromServer>
      {text.split(mark).map((part, index) => {
        const key = `${index}`;
        if (part.startsWith("`")) return <Code key={key}>{part.slice(1, -1)}</Code>;
        if (part.startsWith("**")) return <strong key={key}>{part.slice(2, -2)}</strong>;
        return part;
      })}
    </FromServer>
  );
}

export function Prose({ text }: { text: string }) {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((paragraph) => (
      <Text key={paragraph} size="sm" maw={720} style={{ overflowWrap: "anywhere" }}>
        <Words text={paragraph.replaceAll("\n", " ")} />
      </Text>
    ));
}
