// Lists of things that have the same parts: a table, and on a phone a card for each. Also lists that the API gives page
// by page.
import { Box, Button, Card, Group, Stack, Table, Text, VisuallyHidden } from "@mantine/core";
import { useInfiniteQuery, type UseInfiniteQueryResult, type InfiniteData } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { hears } from "../api/live";
import { Empty, Failure, Waiting } from "./parts";
import { useWide } from "./wide";

type PageOf<Item> = { items: Item[]; next_cursor: string | null };

/** Reads a list page by page; `read` is given where the next page begins. `topics`: see live.ts; without: any. */
export function usePages<Item>(
  key: string[],
  read: (from: { cursor?: string }) => Promise<PageOf<Item>>,
  topics?: string[],
) {
  return useInfiniteQuery({
    queryKey: key,
    initialPageParam: "",
    queryFn: ({ pageParam }) => read(pageParam ? { cursor: pageParam } : {}),
    getNextPageParam: (page) => page.next_cursor,
    ...(topics && hears(...topics)),
  });
}

export type Column<Item> = {
  title: string;
  cell: (item: Item) => ReactNode;
  /** lead: what a card begins with; whole: it takes the card's width, its title unsaid. */
  onPhone?: "lead" | "whole";
  /** As narrow as what is in it, and its title is only heard. */
  narrow?: boolean;
};

function Cards<Item>({ items, columns, keyOf, label }: RowsProps<Item>) {
  return (
    <Stack component="ul" gap="xs" p={0} m={0} aria-label={label} style={{ listStyle: "none" }}>
      {items.map((item) => (
        <Card key={keyOf(item)} component="li" withBorder p="sm">
          <Stack gap={6}>
            {columns.map(({ title, cell, onPhone, narrow }) => {
              const shown = cell(item);
              if (shown === null || shown === undefined || shown === false) return null;
              if (narrow)
                return (
                  <Group key={title} justify="flex-end" gap="xs" mt={4}>
                    {shown}
                  </Group>
                );
              if (onPhone)
                return (
                  <Box
                    key={title}
                    fw={onPhone === "lead" ? 600 : undefined}
                    style={{ overflowWrap: "anywhere" }}
                  >
                    {shown}
                  </Box>
                );
              return (
                <Group key={title} justify="space-between" wrap="nowrap" align="flex-start" gap="md">
                  <Text size="sm" c="dimmed" flex="none">
                    {title}
                  </Text>
                  <Text
                    size="sm"
                    component="div"
                    ta="right"
                    style={{ overflowWrap: "anywhere", minWidth: 0 }}
                  >
                    {shown}
                  </Text>
                </Group>
              );
            })}
          </Stack>
        </Card>
      ))}
    </Stack>
  );
}

type RowsProps<Item> = {
  items: Item[];
  columns: Column<Item>[];
  keyOf: (item: Item) => string;
  /** What they are, for who does not see the title above. */
  label: string;
  minWidth?: number;
};

export function Rows<Item>(props: RowsProps<Item>) {
  const { items, columns, keyOf, label, minWidth = 480 } = props;
  if (!useWide()) return <Cards {...props} />;
  return (
    // Reachable by keyboard, because it may scroll.
    <Table.ScrollContainer minWidth={minWidth} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table verticalSpacing="xs" aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ title, narrow }) => (
              <Table.Th key={title} w={narrow ? 1 : undefined}>
                {narrow ? <VisuallyHidden>{title}</VisuallyHidden> : title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Table.Tr key={keyOf(item)}>
              {columns.map(({ title, cell, narrow }) => (
                <Table.Td
                  key={title}
                  style={narrow ? { whiteSpace: "nowrap" } : { overflowWrap: "anywhere" }}
                >
                  {cell(item)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** Such a list that comes page by page. */
export function PagedRows<Item extends { id: string }>(
  props: Omit<RowsProps<Item>, "items" | "keyOf"> & {
    query: UseInfiniteQueryResult<InfiniteData<PageOf<Item>>>;
    empty?: ReactNode;
  },
) {
  const { query, empty, ...rows } = props;
  const { t } = useTranslation();
  if (!query.data) return <Waiting query={query} />;
  const items = query.data.pages.flatMap((page) => page.items);
  if (items.length === 0 && empty) return typeof empty === "string" ? <Empty title={empty} /> : empty;
  return (
    <>
      <Rows items={items} keyOf={({ id }) => id} {...rows} />
      {query.isFetchNextPageError && <Failure error={query.error} />}
      {query.hasNextPage && (
        <Button
          variant="default"
          onClick={() => void query.fetchNextPage()}
          loading={query.isFetchingNextPage}
          style={{ alignSelf: "flex-start" }}
        >
          {t("app.more")}
        </Button>
      )}
    </>
  );
}
