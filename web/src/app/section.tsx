// A part of a page, in a card of its own: what it is, what it is for, and what is in it.
import { Card, Group, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

export function Section(props: {
  title: string;
  about?: ReactNode;
  /** Beside the title. */
  side?: ReactNode;
  id?: string;
  children?: ReactNode;
}) {
  const { title, about, side, id, children } = props;
  return (
    <Card withBorder component="section" aria-label={title} id={id}>
      <Group justify="space-between" gap="sm">
        <Title order={2} size="h4">
          {title}
        </Title>
        {side}
      </Group>
      {about && (
        <Text size="sm" c="dimmed" component="div" maw={640}>
          {about}
        </Text>
      )}
      {children}
    </Card>
  );
}
