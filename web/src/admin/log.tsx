// The last lines of the server's log, and only those that hold some words.
import { Box, Code, Group, NativeSelect, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { client, take } from "../api/client";
import { Copy } from "../app/copy";
import { PageTitle, Waiting } from "../app/parts";

const LOOK_EVERY_MS = 3000;

// "2026-…Z warning …", or with JSON lines "level":"warning".
const colors = [
  [/ error |"level":"error"/, "red"],
  [/ warning |"level":"warning"/, "orange"],
  [/ debug |"level":"debug"/, "dimmed"],
] as const;

function Lines({ lines }: { lines: string[] }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  // Whoever reads further up is not torn away.
  useEffect(() => {
    if (atEnd) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [lines, atEnd]);
  return (
    <Box
      ref={box}
      role="region"
      aria-label={t("admin.log.lines")}
      tabIndex={0}
      mah="65vh"
      p="xs"
      style={{
        overflowY: "auto",
        border: "1px solid var(--mantine-color-default-border)",
        borderRadius: "var(--mantine-radius-md)",
      }}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) =>
        setAtEnd(scrollHeight - scrollTop - clientHeight < 24)
      }
    >
      {lines.map((line, index) => (
        <Text
          key={`${index}-${line}`}
          ff="monospace"
          fz={12}
          c={colors.find(([level]) => level.test(line.slice(0, 200)))?.[1]}
          style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}
        >
          {line}
        </Text>
      ))}
    </Box>
  );
}

export function Log() {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const [containing] = useDebouncedValue(typed, 300);
  const [count, setCount] = useState("200");
  const [follows, setFollows] = useState(true);
  const query = useQuery({
    queryKey: ["admin", "log", count, containing],
    queryFn: () =>
      take(
        client.GET("/api/admin/log", {
          params: { query: { lines: Number(count), ...(containing && { containing }) } },
        }),
      ),
    refetchInterval: follows && LOOK_EVERY_MS,
    placeholderData: keepPreviousData,
  });
  const lines = query.data?.lines ?? [];
  return (
    <Stack>
      <PageTitle title={t("app.admin.log")} about={t("admin.log.about")} />
      <Group align="flex-end" gap="sm">
        <TextInput
          label={t("admin.log.containing")}
          value={typed}
          flex="1 1 200px"
          maw={360}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <NativeSelect
          label={t("admin.log.howMany")}
          data={["50", "200", "1000"]}
          value={count}
          onChange={(event) => setCount(event.currentTarget.value)}
        />
        <Switch
          label={t("admin.log.follow")}
          checked={follows}
          mb={8}
          onChange={(event) => setFollows(event.currentTarget.checked)}
        />
        <Box mb={5}>
          <Copy value={lines.join("\n")} of={t("admin.log.lines")} />
        </Box>
      </Group>
      {!query.data && <Waiting query={query} />}
      {query.data && lines.length === 0 && (
        <Text c="dimmed">
          {t("admin.log.none")} {containing && <Code>{containing}</Code>}
        </Text>
      )}
      {lines.length > 0 && <Lines lines={lines} />}
    </Stack>
  );
}
