// All organizations of the installation: what each has, and how much it may have.
import { Anchor, Button, Group, NumberInput, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";

import { client, take, type Schemas } from "../api/client";
import { Dialog } from "../app/confirm";
import { Failure, PageTitle, When } from "../app/parts";
import { Act } from "../app/act";
import { type Column, PagedRows, usePages } from "../app/table";
import { useFormats } from "../texts/formats";

type Organization = Schemas["AdminOrganization"];
type Change = Schemas["QuotaChange"]["quotas"];
type Quota = keyof Organization["quotas"];

const quotas: Quota[] = ["servers", "members", "invites", "open_matches"];
// Highest: QuotaChange in the API's document.
const highest: Record<Quota, number> = { servers: 100, members: 100_000, invites: 1000, open_matches: 5000 };

function Quotas({ organization, close }: { organization: Organization; close: () => void }) {
  const { t } = useTranslation();
  const { number } = useFormats();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<Change>({});
  const save = useMutation({
    mutationFn: () =>
      take(
        client.PATCH("/api/admin/organizations/{id}", {
          params: { path: { id: organization.id } },
          body: { quotas: draft },
        }),
      ),
    onSuccess: close,
    onSettled: () => queries.invalidateQueries({ queryKey: ["admin", "organizations"] }),
  });
  const own = (quota: Quota) => (organization.quotas[quota].own ? organization.quotas[quota].value : null);
  const shown = (quota: Quota) => (draft[quota] === undefined ? own(quota) : draft[quota]);
  return (
    <>
      {save.isError && <Failure error={save.error} />}
      <Text size="sm" c="dimmed">
        {t("admin.organizations.quotasAbout")}
      </Text>
      {quotas.map((quota) => (
        <NumberInput
          key={quota}
          label={t(`admin.organizations.quotas.${quota}`)}
          placeholder={t("admin.organizations.usual", {
            value: number.format(organization.quotas[quota].usual),
          })}
          min={0}
          max={highest[quota]}
          allowDecimal={false}
          value={shown(quota) ?? ""}
          onChange={(value) => setDraft({ ...draft, [quota]: typeof value === "number" ? value : null })}
        />
      ))}
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {t("app.cancel")}
        </Button>
        <Button
          onClick={() => save.mutate()}
          loading={save.isPending}
          disabled={Object.keys(draft).length === 0}
        >
          {t("app.save")}
        </Button>
      </Group>
    </>
  );
}

export function Organizations() {
  const { t } = useTranslation();
  const { number } = useFormats();
  const [edited, setEdited] = useState<Organization>();
  const query = usePages(["admin", "organizations"], (from) =>
    take(client.GET("/api/admin/organizations", { params: { query: from } })),
  );
  // "3 of 10", with what the operator said marked.
  const part = (has: number, quota: Schemas["Quota"]) => (
    <>
      {t("admin.organizations.of", { has: number.format(has), most: number.format(quota.value) })}
      {quota.own && (
        <Text size="xs" c="dimmed">
          {t("admin.organizations.own")}
        </Text>
      )}
    </>
  );
  const columns: Column<Organization>[] = [
    {
      title: t("admin.organizations.name"),
      onPhone: "lead",
      cell: ({ slug, name }) => (
        <>
          <Anchor component={Link} href={`/o/${slug}`} size="sm" underline="always">
            {name}
          </Anchor>
          <Text size="xs" c="dimmed">
            {slug}
          </Text>
        </>
      ),
    },
    { title: t("admin.organizations.created"), cell: ({ created_at }) => <When at={created_at} /> },
    {
      title: t("admin.organizations.quotas.members"),
      cell: ({ members, quotas: { members: quota } }) => part(members, quota),
    },
    {
      title: t("admin.organizations.quotas.servers"),
      cell: ({ servers, quotas: { servers: quota } }) => part(servers, quota),
    },
    {
      title: t("admin.organizations.dead"),
      cell: ({ dead_jobs: dead }) => (
        <Text span size="sm" fw={dead > 0 ? 700 : undefined} c={dead > 0 ? "red" : undefined}>
          {number.format(dead)}
        </Text>
      ),
    },
    {
      title: t("work.jobs.actions"),
      narrow: true,
      cell: (organization) => (
        <Act
          act={() => setEdited(organization)}
          label={t("admin.organizations.quotasOf", { organization: organization.name })}
        >
          {t("admin.organizations.change")}
        </Act>
      ),
    },
  ];
  const close = () => setEdited(undefined);
  return (
    <Stack>
      <PageTitle title={t("app.admin.organizations")} />
      <PagedRows
        query={query}
        columns={columns}
        label={t("app.admin.organizations")}
        minWidth={640}
        empty={t("admin.organizations.none")}
      />
      <Dialog
        title={t("admin.organizations.quotasOf", { organization: edited?.name ?? "" })}
        opened={edited !== undefined}
        close={close}
      >
        {edited && <Quotas key={edited.id} organization={edited} close={close} />}
      </Dialog>
    </Stack>
  );
}
