// The API for who writes a program against it, made from its own document: everything that there is, by what it is
// about, with a search. Also linked: the document itself.
import { Accordion, Anchor, Badge, Button, Flex, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Fragment, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { Empty, FromServer, PageTitle, Waiting } from "../app/parts";
import { Section } from "../app/section";
import { hasName, useNames } from "../texts/names";
import type { Document, Parameter } from "./openapi";
import { type Listed, OperationDetails } from "./operation";
import { Prose } from "./prose";

const methods = ["get", "post", "put", "patch", "delete"] as const;
const colors: Record<string, string> = {
  GET: "blue",
  POST: "green",
  PUT: "teal",
  PATCH: "orange",
  DELETE: "red",
};

function listOf(document: Document): Listed[] {
  const known = (parameter: Parameter) =>
    parameter.$ref ? document.components.parameters[parameter.$ref.split("/").pop() ?? ""] : parameter;
  return Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      if (!operation) return [];
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])]
        .map(known)
        .filter((parameter) => parameter !== undefined);
      return [{ method: method.toUpperCase(), path, operation, parameters }];
    }),
  );
}

/** Every word that was typed is somewhere in what is said of the operation. */
function holds({ method, path, operation }: Listed, typed: string) {
  const said = [method, path, operation.operationId, operation.summary, operation.description ?? ""]
    .join(" ")
    .toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.includes(word));
}

/** May be broken after each slash. */
function Address({ path }: { path: string }) {
  return (
    <Text ff="monospace" fz={13} style={{ overflowWrap: "anywhere" }}>
      {path.split(/(?<=\/)/).map((part, index) => (
        <Fragment key={`${index}`}>
          {part}
          <wbr />
        </Fragment>
      ))}
    </Text>
  );
}

/** The operation that the address names: /developers#closeMatch. Anew for each time that somebody goes there; what was
    searched for is forgotten then, because it might hide it. */
function useNamed(forget: (typed: string) => void) {
  const [named, setNamed] = useState(() => ({ id: decodeURIComponent(window.location.hash.slice(1)) }));
  useEffect(() => {
    const go = () => {
      setNamed({ id: decodeURIComponent(window.location.hash.slice(1)) });
      forget("");
    };
    window.addEventListener("hashchange", go);
    return () => window.removeEventListener("hashchange", go);
  }, [forget]);
  return named;
}

function Operations(props: { items: Listed[]; named: { id: string }; document: Document }) {
  const { items, named, document } = props;
  const [open, setOpen] = useState<string[]>([]);
  useEffect(() => {
    setOpen((others) => [...others, named.id]);
    window.document.getElementById(named.id)?.scrollIntoView();
  }, [named]);
  return (
    <Accordion multiple variant="separated" value={open} onChange={setOpen} order={3}>
      {items.map((listed) => {
        const { method, path, operation } = listed;
        const id = operation.operationId;
        return (
          <Accordion.Item key={id} value={id} id={id} style={{ scrollMarginTop: 72 }}>
            <Accordion.Control>
              <Flex direction={{ base: "column", xs: "row" }} gap={{ base: 4, xs: "sm" }}>
                <Badge color={colors[method]} variant="light" radius="sm" w={72} px={4} flex="none">
                  {method}
                </Badge>
                <div style={{ minWidth: 0 }}>
                  <Address path={path} />
                  <Text size="sm" c="dimmed">
                    <FromServer>{operation.summary}</FromServer>
                  </Text>
                </div>
              </Flex>
            </Accordion.Control>
            <Accordion.Panel>
              {open.includes(id) && <OperationDetails listed={listed} document={document} />}
            </Accordion.Panel>
          </Accordion.Item>
        );
      })}
    </Accordion>
  );
}

function Reference({ document }: { document: Document }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const [typed, setTyped] = useState("");
  const named = useNamed(setTyped);
  const all = listOf(document);
  const found = typed.trim() ? all.filter((listed) => holds(listed, typed.trim())) : all;
  const tags = document.tags.filter(({ name }) =>
    found.some(({ operation }) => operation.tags.includes(name)),
  );
  return (
    <>
      <TextInput
        type="search"
        label={t("developers.search")}
        placeholder={t("developers.searchFor")}
        description={t("developers.found", { count: found.length })}
        inputWrapperOrder={["label", "input", "description"]}
        descriptionProps={{ role: "status" }}
        value={typed}
        maw={480}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {!typed.trim() && (
        <>
          <Group component="nav" gap="xs" aria-label={t("developers.contents")}>
            {tags.map(({ name }) => (
              <Button key={name} component="a" href={`#${name}`} size="xs" variant="default">
                {nameOf("tags", name)}
              </Button>
            ))}
          </Group>
          <Section title={t("developers.how")}>
            <Stack gap="xs" mt="xs">
              <Prose text={document.info.description} />
            </Stack>
          </Section>
        </>
      )}
      {tags.length === 0 && <Empty title={t("developers.nothing")} />}
      {tags.map(({ name, description }) => (
        <Stack
          key={name}
          id={name}
          component="section"
          gap="sm"
          aria-label={nameOf("tags", name)}
          style={{ scrollMarginTop: 72 }}
        >
          <div>
            <Title order={2} size="h3" tt={hasName("tags", name) ? undefined : "capitalize"}>
              {nameOf("tags", name)}
            </Title>
            <Text size="sm" c="dimmed">
              <FromServer>{description}</FromServer>
            </Text>
          </div>
          <Operations
            items={found.filter(({ operation }) => operation.tags[0] === name)}
            named={named}
            document={document}
          />
        </Stack>
      ))}
    </>
  );
}

export default function Developers() {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["api-document"],
    queryFn: async () => (await import("virtual:api-document")).default,
    staleTime: Infinity,
  });
  return (
    <Stack maw={960} mx="auto" gap="lg">
      <PageTitle title={t("developers.title")} about={t("developers.about")}>
        <Anchor href="/api/openapi.yaml" size="sm" underline="always">
          {t("developers.document")}
        </Anchor>
      </PageTitle>
      {query.data ? <Reference document={query.data} /> : <Waiting query={query} />}
    </Stack>
  );
}
