// One operation of the API: who may call it, what goes in, what comes out, and a call to begin with.
import { Box, Group, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { Copy } from "../app/copy";
import { hasName, useNames } from "../texts/names";
import { exampleOf, type Field, fieldsOf } from "./document";
import { Fields } from "./fields";
import type { Document, Operation, Parameter, Schema } from "./openapi";
import { Prose } from "./prose";

export type Listed = {
  method: string;
  path: string;
  operation: Operation;
  parameters: Parameter[]; // of the path too
};

function schemaOf(content: Record<string, { schema?: Schema }> | undefined): Schema | undefined {
  return content?.["application/json"]?.schema;
}

/** Without the body's braces: what a shell would fill in itself is in capitals. */
function curlOf(document: Document, { method, path, operation, parameters }: Listed): string {
  const address =
    window.location.origin + path.replace(/\{(\w+)\}/g, (_, name: string) => name.toUpperCase());
  const lines = [`curl ${method === "GET" ? "" : `-X ${method} `}'${address}'`];
  if (operation["x-access"] !== "anybody") lines.push("-H 'Authorization: Bearer md_…'");
  if (parameters.some(({ name, required }) => name === "If-Match" && required))
    lines.push("-H 'If-Match: \"…\"'");
  const body = schemaOf(operation.requestBody?.content);
  if (body) {
    lines.push("-H 'Content-Type: application/json'");
    lines.push(`-d '${JSON.stringify(exampleOf(document, body))}'`);
  }
  return lines.join(" \\\n  ");
}

function Access({ access }: { access: string }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const said = hasName("access", access)
    ? nameOf("access", access)
    : t("developers.permission", { permission: nameOf("permissions", access), name: access });
  return <Text size="sm">{said}</Text>;
}

const places = {
  path: "developers.inPath",
  query: "developers.inQuery",
  header: "developers.inHeader",
} as const;

export function OperationDetails({ listed, document }: { listed: Listed; document: Document }) {
  const { t } = useTranslation();
  const { operation, parameters } = listed;
  const asFields = (place: Parameter["in"]): Field[] =>
    parameters
      .filter((parameter) => parameter.in === place)
      .map(({ name, required, description, schema }) => ({
        name,
        required: required ?? false,
        schema: description ? { ...schema, description } : schema,
      }));
  const body = schemaOf(operation.requestBody?.content);
  const [status = "", answer] =
    Object.entries(operation.responses).find(([code]) => code.startsWith("2")) ?? [];
  const answered = schemaOf(answer?.content);
  const curl = curlOf(document, listed);
  return (
    <Stack gap="md">
      {operation.description && <Prose text={operation.description} />}
      <div>
        <Title order={4} size="sm" mb={4}>
          {t("developers.who")}
        </Title>
        <Access access={operation["x-access"]} />
      </div>
      {(["path", "query", "header"] as const).map((place) => (
        <Fields key={place} title={t(places[place])} fields={asFields(place)} document={document} given />
      ))}
      {body && (
        <Fields title={t("developers.body")} fields={fieldsOf(document, body)} document={document} given />
      )}
      {answered && (
        <Fields
          title={t("developers.answer", { status })}
          fields={fieldsOf(document, answered)}
          document={document}
        />
      )}
      {!answered && answer && (
        <Text size="sm">
          {t("developers.answer", { status })}: {answer.description}
        </Text>
      )}
      {operation["x-access"] !== "person" && (
        <div>
          <Group justify="space-between" mb={4}>
            <Title order={4} size="sm">
              {t("developers.example")}
            </Title>
            <Copy value={curl} of={t("developers.example")} />
          </Group>
          <Box
            component="pre"
            m={0}
            p="xs"
            fz={12}
            bg="var(--mantine-color-default-hover)"
            style={{
              whiteSpace: "pre-wrap",
              overflowWrap: "anywhere",
              borderRadius: "var(--mantine-radius-sm)",
            }}
          >
            {curl}
          </Box>
        </div>
      )}
    </Stack>
  );
}
