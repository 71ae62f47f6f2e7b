// The audit log of an organization: who changed what, from where, before and after.
import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { client, take, type Schemas } from "../api/client";
import { PageTitle, When } from "../app/parts";
import type { OwnOrganization } from "../app/queries";
import { type Column, PagedRows, usePages } from "../app/table";
import { useNames } from "../texts/names";

function shown(value: unknown) {
  if (value === null || value === undefined || value === "") return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}

type Parts = Record<string, unknown>;

function partsOf(value: unknown): Parts | undefined {
  return value && typeof value === "object" && !Array.isArray(value) ? (value as Parts) : undefined;
}

/** A line for each part that is not as it was. */
function difference({ before, after }: Schemas["AuditEntry"]): string[] {
  const [old, now] = [partsOf(before), partsOf(after)];
  if (!old && !now) return [`${shown(before)} → ${shown(after)}`];
  const line = (key: string) => {
    if (!old) return `${key}: ${shown(now?.[key])}`;
    if (!now) return `${key}: ${shown(old[key])} → –`;
    return `${key}: ${shown(old[key])} → ${shown(now[key])}`;
  };
  return [...new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})])]
    .filter((key) => shown(old?.[key]) !== shown(now?.[key]))
    .map(line);
}

export default function Audit({ organization }: { organization: OwnOrganization }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const path = { organization: organization.id };
  const query = usePages(
    [organization.id, "audit"],
    (from) => take(client.GET("/api/organizations/{organization}/audit", { params: { path, query: from } })),
    ["api", "organizations", "match_voice"],
  );
  const columns: Column<Schemas["AuditEntry"]>[] = [
    {
      title: t("organization.audit.action"),
      onPhone: "lead",
      cell: (entry) => (
        <>
          {nameOf("actions", entry.action)}
          <Text size="xs" c="dimmed">
            {[entry.action, entry.subject].filter(Boolean).join(" · ")}
          </Text>
        </>
      ),
    },
    {
      title: t("organization.audit.actor"),
      cell: (entry) => (
        <>
          {entry.actor.name}
          <Text size="xs" c="dimmed">
            {[nameOf("ways", entry.actor.via), entry.actor.address].filter(Boolean).join(" · ")}
          </Text>
        </>
      ),
    },
    { title: t("organization.audit.at"), cell: (entry) => <When at={entry.at} /> },
    {
      title: t("organization.audit.change"),
      onPhone: "whole",
      cell: (entry) =>
        entry.before == null && entry.after == null ? null : (
          <Text size="xs" style={{ whiteSpace: "pre-line" }}>
            {difference(entry).join("\n")}
          </Text>
        ),
    },
  ];
  return (
    <Stack>
      <PageTitle title={t("organization.audit.title")} />
      <PagedRows
        query={query}
        columns={columns}
        label={t("organization.audit.title")}
        minWidth={640}
        empty={t("organization.audit.none")}
      />
    </Stack>
  );
}
