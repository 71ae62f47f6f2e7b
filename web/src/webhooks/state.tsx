// How it stands with a webhook: whether it is told of what happens, and why not.
import { Badge, Text } from "@mantine/core";
import { Trans, useTranslation } from "react-i18next";

import { FromServer, When } from "../app/parts";
import type { Webhook } from "./api";

function standing({ active, disabled_reason: reason, failing_since: failing }: Webhook) {
  if (reason !== null) return { state: "disabled", color: "red" } as const;
  if (!active) return { state: "paused", color: "gray" } as const;
  return failing === null
    ? ({ state: "active", color: "green" } as const)
    : ({ state: "failing", color: "orange" } as const);
}

export function State({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const { state, color } = standing(webhook);
  return (
    <Badge color={color} variant="light" tt="none">
      {t(`webhooks.states.${state}`)}
    </Badge>
  );
}

/** What is to be known of it beside the word: since when it fails, why it was switched off, which secrets sign. */
export function StateDetails({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation();
  const { state } = standing(webhook);
  const { failing_since: failing, old_secret_until: until, disabled_reason: reason } = webhook;
  return (
    <>
      {state === "disabled" && (
        <Text size="sm">
          <FromServer>{reason}</FromServer> {t("webhooks.disabledMeans")}
        </Text>
      )}
      {state === "paused" && <Text size="sm">{t("webhooks.pausedMeans")}</Text>}
      {state === "failing" && failing !== null && (
        <Text size="sm">
          <Trans i18nKey="webhooks.failing" components={{ when: <When at={failing} /> }} />
        </Text>
      )}
      {until !== null && new Date(until) > new Date() && (
        <Text size="sm" c="dimmed">
          <Trans i18nKey="webhooks.oldSecret" components={{ when: <When at={until} /> }} />
        </Text>
      )}
    </>
  );
}
