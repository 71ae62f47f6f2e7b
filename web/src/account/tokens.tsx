// API tokens of one's own: which there are, what each may do, making and revoking.
import { Alert, Anchor, Button, Checkbox, Code, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Trans, useTranslation } from "react-i18next";
import { Link } from "wouter";

import { client, take, type Schemas } from "../api/client";
import { Act } from "../app/act";
import { Confirm } from "../app/confirm";
import { Copied } from "../app/copy";
import { Failure, Waiting, When } from "../app/parts";
import { Section } from "../app/section";
import { useChoices, useNames } from "../texts/names";

type NewToken = Schemas["NewToken"];

function Token({ token, remove }: { token: Schemas["Token"]; remove: () => void }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  return (
    <Group component="li" justify="space-between" wrap="nowrap" gap="sm">
      <div style={{ minWidth: 0 }}>
        <Text size="sm" component="div" style={{ overflowWrap: "anywhere" }}>
          {token.name} <Code>{token.hint}…</Code>
        </Text>
        <Text size="xs" c="dimmed">
          {token.scopes.map((scope) => nameOf("permissions", scope)).join(" · ")}
        </Text>
        <Text size="xs" c="dimmed">
          {token.used_at ? (
            <Trans i18nKey="account.tokens.used" components={{ when: <When at={token.used_at} /> }} />
          ) : (
            t("account.tokens.neverUsed")
          )}
        </Text>
      </div>
      <Act act={remove} removes label={t("account.tokens.revokeToken", { name: token.name })}>
        {t("account.tokens.revoke")}
      </Act>
    </Group>
  );
}

/** The only time that a token is shown. */
function Made({ token }: { token: string }) {
  const { t } = useTranslation();
  return (
    <Alert variant="default" mt="sm" title={t("account.tokens.copyNow")}>
      <Copied value={token} of={t("account.tokens.token")} />
    </Alert>
  );
}

function Make({ make, busy }: { make: (wanted: NewToken, done: () => void) => void; busy: boolean }) {
  const { t } = useTranslation();
  const choicesOf = useChoices();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<string[]>(["organization.read"]);
  return (
    <Stack gap="sm" mt="md" align="flex-start">
      <TextInput
        label={t("account.tokens.name")}
        placeholder={t("account.tokens.purpose")}
        w="100%"
        maw={360}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Checkbox.Group label={t("account.tokens.may")} value={scopes} onChange={setScopes}>
        <Stack gap={6} mt={6}>
          {choicesOf("permissions").map(({ value, label }) => (
            <Checkbox key={value} value={value} label={label} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Button
        onClick={() => make({ name, scopes: scopes as NewToken["scopes"] }, () => setName(""))}
        disabled={name === "" || scopes.length === 0}
        loading={busy}
      >
        {t("account.tokens.make")}
      </Button>
    </Stack>
  );
}

export function Tokens() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const query = useQuery({ queryKey: ["tokens"], queryFn: () => take(client.GET("/api/me/tokens")) });
  const onSettled = () => queries.invalidateQueries({ queryKey: ["tokens"] });
  const create = useMutation({
    mutationFn: (body: NewToken) => take(client.POST("/api/me/tokens", { body })),
    onSettled,
  });
  const remove = useMutation({
    mutationFn: (token: string) =>
      take(client.DELETE("/api/me/tokens/{token}", { params: { path: { token } } })),
    onSettled,
  });
  const [revoked, setRevoked] = useState<Schemas["Token"]>();
  const tokens = query.data?.items ?? [];
  const failed = create.error ?? remove.error;
  return (
    <Section
      title={t("account.tokens.title")}
      about={
        <>
          {t("account.tokens.about")}{" "}
          <Anchor component={Link} href="/developers" size="sm" underline="always">
            {t("account.tokens.reference")}
          </Anchor>
        </>
      }
    >
      {failed && <Failure error={failed} />}
      {create.data && <Made token={create.data.token} />}
      {!query.data && <Waiting query={query} />}
      {tokens.length > 0 && (
        <Stack component="ul" gap="sm" mt="md" mb={0} p={0} style={{ listStyle: "none" }}>
          {tokens.map((token) => (
            <Token key={token.id} token={token} remove={() => setRevoked(token)} />
          ))}
        </Stack>
      )}
      <Make make={(wanted, done) => create.mutate(wanted, { onSuccess: done })} busy={create.isPending} />
      <Confirm
        title={t("account.tokens.revoking", { name: revoked?.name ?? "" })}
        action={t("account.tokens.revoke")}
        opened={revoked !== undefined}
        close={() => setRevoked(undefined)}
        confirm={() => revoked && remove.mutate(revoked.id)}
      >
        {t("account.tokens.revokingMeans")}
      </Confirm>
    </Section>
  );
}
