// One's accounts on other platforms: what is linked and where it counts, linking by a login there, unlinking.
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { Trans, useTranslation } from "react-i18next";

import { client, take, type Schemas } from "../api/client";
import { Act } from "../app/act";
import { Confirm } from "../app/confirm";
import { Failure, Waiting, When } from "../app/parts";
import { useOrganizations } from "../app/queries";
import { Section } from "../app/section";
import { begun, returned } from "./linking";
import { Proof } from "./proof";

type Platform = Schemas["LinkedPlatformList"]["items"][number];
type Account = Schemas["LinkedAccount"];

function useAccounts() {
  return useQuery({ queryKey: ["accounts"], queryFn: () => take(client.GET("/api/me/accounts")) });
}

function useLinking({ platform, links }: Platform) {
  const queries = useQueryClient();
  const path = { platform };
  const link = useMutation({
    mutationFn: () => take(client.POST("/api/me/accounts/{platform}/link", { params: { path } })),
    onSuccess: ({ url }) => {
      begun(platform, links);
      window.location.assign(url);
    },
  });
  const unlink = useMutation({
    mutationFn: ({ organization }: Account) =>
      take(
        client.DELETE("/api/me/accounts/{platform}", {
          params: { path, query: organization === null ? {} : { organization } },
        }),
      ),
    onMutate: () => link.reset(),
    onSettled: () => queries.invalidateQueries({ queryKey: ["accounts"] }),
  });
  return { link, unlink };
}

/** By its id; of one that the viewer does not belong to, nobody says the name. */
function useOrganizationName() {
  const { t } = useTranslation();
  const query = useOrganizations(true);
  return (id: string) =>
    query.data?.items.find((one) => one.id === id)?.name ?? t("account.linked.elsewhere");
}

function Linked({ account, remove }: { account: Account; remove: () => void }) {
  const { t } = useTranslation();
  const organizationName = useOrganizationName();
  const { name, proved, organization } = account;
  const when = <When at={account.linked_at} />;
  return (
    <Group component="li" justify="space-between" wrap="nowrap" gap="sm">
      <div style={{ minWidth: 0 }}>
        <Group gap="xs">
          <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
            {name}
          </Text>
          <Proof proved={proved} />
        </Group>
        <Text size="xs" c="dimmed">
          {organization === null ? (
            <Trans i18nKey="account.linked.everywhere" components={{ when }} />
          ) : (
            <Trans
              i18nKey="account.linked.within"
              values={{ organization: organizationName(organization) }}
              components={{ when }}
            />
          )}
        </Text>
      </div>
      <Act act={remove} removes label={t("account.linked.unlinkAccount", { name })}>
        {t("account.linked.unlink")}
      </Act>
    </Group>
  );
}

/** What one can do next, where that is not plain to see. */
function Advice({ platform }: { platform: Platform }) {
  const { t } = useTranslation();
  const { name, links, linkable } = platform;
  const say = () => {
    if (links.some(({ proved }) => proved))
      return linkable ? t("account.linked.another", { platform: name }) : "";
    if (!linkable) return t("account.linked.noLogin", { platform: name });
    return links.length > 0 ? t("account.linked.prove", { platform: name }) : "";
  };
  const said = say();
  return (
    said && (
      <Text size="sm" c="dimmed">
        {said}
      </Text>
    )
  );
}

function PlatformSection({ platform }: { platform: Platform }) {
  const { t } = useTranslation();
  const organizationName = useOrganizationName();
  const { link, unlink } = useLinking(platform);
  const [leaving, setLeaving] = useState<Account>();
  const { name, links, lost } = platform;
  const proved = links.some((one) => one.proved);
  const failed = link.error ?? unlink.error;
  return (
    <Section title={name} about={t("account.linked.about", { platform: name })}>
      <Stack gap="sm" mt="sm">
        {failed && <Failure error={failed} />}
        {links.length === 0 && <Text size="sm">{t("account.linked.none")}</Text>}
        {links.length > 0 && (
          <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: "none" }}>
            {links.map((one) => (
              <Linked key={`${one.organization} ${one.id}`} account={one} remove={() => setLeaving(one)} />
            ))}
          </Stack>
        )}
        <Advice platform={platform} />
        {platform.linkable && !proved && (
          <Button onClick={() => link.mutate()} loading={link.isPending} style={{ alignSelf: "flex-start" }}>
            {t("account.linked.link", { platform: name })}
          </Button>
        )}
        {lost.map((one) => (
          <Alert key={one.organization} color="yellow" variant="light" p="sm">
            <Trans
              i18nKey="account.linked.lost"
              values={{ name: one.name, organization: organizationName(one.organization) }}
              components={{ when: <When at={one.lost_at} /> }}
            />
          </Alert>
        ))}
      </Stack>
      <Confirm
        title={t("account.linked.unlinking", { name: leaving?.name ?? "" })}
        action={t("account.linked.unlink")}
        opened={leaving !== undefined}
        close={() => setLeaving(undefined)}
        confirm={() => leaving && unlink.mutate(leaving)}
      >
        {t("account.linked.unlinkingMeans")}
      </Confirm>
    </Section>
  );
}

/** Says that the login succeeded which this browser was sent away to, as long as the account is linked. */
function useReturned(platforms: Platform[] | undefined): ReactNode {
  const { t } = useTranslation();
  const [made, setMade] = useState<{ platform: string; name: string }>();
  useEffect(() => {
    const now = platforms && returned(platforms);
    if (now) setMade(now);
  }, [platforms]);
  const links = platforms?.find(({ name }) => name === made?.platform)?.links ?? [];
  return made && links.some(({ name }) => name === made.name) && t("account.linked.made", made);
}

export function LinkedAccounts() {
  const query = useAccounts();
  const made = useReturned(query.data?.items);
  return (
    <>
      <div role="status" style={{ display: "contents" }}>
        {made && (
          <Alert color="green" variant="light">
            {made}
          </Alert>
        )}
      </div>
      {!query.data && <Waiting query={query} />}
      {query.data?.items.map((platform) => (
        <PlatformSection key={platform.platform} platform={platform} />
      ))}
    </>
  );
}
