// What is stored about oneself: to save it, and to delete it with the account.
import { Button, Card, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { client, take } from "../api/client";
import { Failure } from "../app/parts";
import { useMe } from "../app/queries";

export function MyData() {
  const [typed, setTyped] = useState("");
  const me = useMe();
  const erase = useMutation({
    mutationFn: () => take(client.DELETE("/api/me", { body: { confirm: typed } })),
    onSuccess: () => window.location.assign("/"),
  });
  const name = me.data?.user?.name ?? "";
  return (
    <Card withBorder>
      <Title order={2} size="h4">
        Your data
      </Title>
      <Stack gap="sm" mt="sm" align="flex-start">
        <Text size="sm">Everything that this server stores about you, as one file.</Text>
        <Button component="a" href="/api/me/export" download variant="default" size="xs">
          Save my data
        </Button>
        <Text size="sm">
          Deleting your account removes your sessions, API tokens, linked accounts and memberships at once.
          Nobody can undo it. Type <b>{name}</b> to go on.
        </Text>
        {erase.error && <Failure error={erase.error} />}
        <TextInput
          label="Confirm the deletion"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
        />
        <Button
          color="red"
          disabled={name === "" || typed !== name}
          onClick={() => erase.mutate()}
          loading={erase.isPending}
        >
          Delete my account
        </Button>
      </Stack>
    </Card>
  );
}
