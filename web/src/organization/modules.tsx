// Which parts of Matchday an organization uses, on the page of its settings.
import { Stack, Switch } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { client, take, type Schemas } from "../api/client";
import { useModules } from "../api/organization";
import { Confirm } from "../app/confirm";
import { Failure, FromServer, Waiting } from "../app/parts";
import type { OwnOrganization } from "../app/queries";
import { Section } from "../app/section";
import { hasName, useNames } from "../texts/names";

type Module = Schemas["Module"];

export function Modules({ organization, manages }: { organization: OwnOrganization; manages: boolean }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const queries = useQueryClient();
  const query = useModules(organization);
  const [ending, setEnding] = useState<Module>();
  const turn = useMutation({
    mutationFn: ({ name, active }: Pick<Module, "name" | "active">) =>
      take(
        client.PATCH("/api/organizations/{organization}/modules/{module}", {
          params: { path: { organization: organization.id, module: name } },
          body: { active },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: [organization.id, "modules"] }),
  });
  // Known ones in the viewer's language, any other as the server says it.
  const titleOf = ({ name, title }: Module) => (hasName("modules", name) ? nameOf("modules", name) : title);
  const aboutOf = ({ name, description }: Module) =>
    hasName("modulesAbout", name) ? nameOf("modulesAbout", name) : <FromServer>{description}</FromServer>;
  return (
    <Section title={t("organization.modules.title")} about={t("organization.modules.about")}>
      <Stack mt="sm">
        {turn.isError && <Failure error={turn.error} />}
        {!query.data && <Waiting query={query} />}
        {query.data?.items.map((module) => (
          <Switch
            key={module.name}
            label={titleOf(module)}
            description={aboutOf(module)}
            checked={module.active}
            disabled={!manages || turn.isPending}
            onChange={(event) =>
              event.currentTarget.checked
                ? turn.mutate({ name: module.name, active: true })
                : setEnding(module)
            }
          />
        ))}
      </Stack>
      <Confirm
        title={t("organization.modules.ending", { module: ending ? titleOf(ending) : "" })}
        action={t("organization.modules.switchOff")}
        opened={ending !== undefined}
        close={() => setEnding(undefined)}
        confirm={() => ending && turn.mutate({ name: ending.name, active: false })}
      >
        {t("organization.modules.endingMeans")}
      </Confirm>
    </Section>
  );
}
