// Where FACEIT sends its webhook, whether it came, and its secret, which is shown once.
import { Alert, Button, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Trans, useTranslation } from "react-i18next";

import { client, take, type Schemas } from "../api/client";
import { useFaceitWebhook } from "../api/organization";
import { Dialog } from "../app/confirm";
import { Copied } from "../app/copy";
import { Failure, Waiting, When } from "../app/parts";
import type { OwnOrganization } from "../app/queries";
import { Section } from "../app/section";

function Field({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      <Copied value={value} of={label} />
    </div>
  );
}

/** Asks first, then shows what was made. Closed, it is forgotten here, too. */
function MakeSecret(props: { organization: OwnOrganization; replaces: boolean }) {
  const { organization, replaces } = props;
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [opened, setOpened] = useState(false);
  const [replaced, setReplaced] = useState(false); // as it was when somebody asked
  const make = useMutation({
    mutationFn: (): Promise<Schemas["FaceitSecret"]> =>
      take(
        client.POST("/api/organizations/{organization}/match-voice/webhook-secret", {
          params: { path: { organization: organization.id } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: [organization.id, "match-voice", "webhook"] }),
    gcTime: 0,
  });
  const open = () => {
    setReplaced(replaces);
    setOpened(true);
  };
  const close = () => {
    setOpened(false);
    make.reset();
  };
  return (
    <>
      <Button variant="default" onClick={open} style={{ alignSelf: "flex-start" }}>
        {t(replaces ? "matches.webhook.makeNew" : "matches.webhook.make")}
      </Button>
      <Dialog title={t("matches.webhook.newSecret")} opened={opened} close={close}>
        {make.isError && <Failure error={make.error} />}
        {make.data ? (
          <>
            <Alert color="yellow" variant="light" title={t("matches.webhook.copyNow")}>
              {t("matches.webhook.pasteIt", { header: make.data.header })}
              {replaced && <> {t("matches.webhook.replaced")}</>}
            </Alert>
            <Field label={t("matches.webhook.secret")} value={make.data.secret} />
            <Button onClick={close}>{t("matches.webhook.done")}</Button>
          </>
        ) : (
          <>
            <Text size="sm">{t(replaced ? "matches.webhook.replaces" : "matches.webhook.first")}</Text>
            <Button onClick={() => make.mutate()} loading={make.isPending}>
              {t("matches.webhook.makeIt")}
            </Button>
          </>
        )}
      </Dialog>
    </>
  );
}

export function Webhook({ organization }: { organization: OwnOrganization }) {
  const { t } = useTranslation();
  const query = useFaceitWebhook(organization);
  if (!query.data) return <Waiting query={query} />;
  const { url, header, has_secret: hasSecret, last_received_at: last } = query.data;
  return (
    <Section id="webhook" title={t("matches.webhook.title")} about={t("matches.webhook.about")}>
      <Stack mt="sm" gap="sm">
        {url ? (
          <Field label={t("matches.webhook.address")} value={url} />
        ) : (
          <Alert color="yellow" variant="light">
            {t("matches.webhook.noAddress")}
          </Alert>
        )}
        <Field label={t("matches.webhook.header")} value={header} />
        <Text size="sm">
          {last ? (
            <Trans i18nKey="matches.webhook.last" components={{ when: <When at={last} /> }} />
          ) : (
            t("matches.webhook.never")
          )}
          {!hasSecret && <> {t("matches.webhook.noSecret")}</>}
        </Text>
        <MakeSecret organization={organization} replaces={hasSecret} />
      </Stack>
    </Section>
  );
}
