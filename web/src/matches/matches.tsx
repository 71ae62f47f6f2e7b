// Matches of an organization: what is going on.
import { SimpleGrid, Stack, Switch } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useMatches } from "../api/organization";
import { Empty, PageTitle, Waiting } from "../app/parts";
import type { OwnOrganization } from "../app/queries";
import { MatchCard } from "./match_card";

export default function Matches({ organization }: { organization: OwnOrganization }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const query = useMatches(organization, all);
  return (
    <Stack>
      <PageTitle title={t("matches.title")}>
        <Switch
          label={t("matches.all")}
          checked={all}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
      </PageTitle>
      {!query.data && <Waiting query={query} />}
      {query.data?.items.length === 0 && <Empty title={t("matches.none")}>{t("matches.noneYet")}</Empty>}
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
        {query.data?.items.map((match) => (
          <MatchCard key={match.id} match={match} slug={organization.slug} />
        ))}
      </SimpleGrid>
    </Stack>
  );
}
